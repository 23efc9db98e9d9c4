// What axe does not look at, on the page as it stands: sizes of targets, the way of the focus, languages of parts, names of fields.
(() => {
  const SMALLEST = 44;
  const INTERACTIVE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const SCRIPTS = [[/[\u3040-\u30ff]/, ["ja"]], [/[\uac00-\ud7a3]/, ["ko"]], [/[\u0e00-\u0e7f]/, ["th"]], [/[\u4e00-\u9fff]/, ["ja", "zh", "ko"]]];
  const COMPLETED = { email: "email", tel: "tel", password: "current-password" };

  const named = (element) => {
    const words = (element.innerText || element.getAttribute("aria-label") || element.name || "").trim().replace(/\s+/g, " ");
    return `<${element.localName}${element.id ? ` id=${element.id}` : ""}${element.className?.length ? ` class=${element.className}` : ""}> “${words.slice(0, 50)}”`;
  };
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".skip-link");
  const interactive = () => [...document.querySelectorAll(INTERACTIVE)].filter(shown);

  // The exception of 2.5.8: a link in a sentence is as high as its line. Words must stand beside it in the same block.
  const isInSentence = (element) => {
    if (element.localName !== "a" || !["inline", "inline-block"].includes(getComputedStyle(element).display)) return false;
    let block = element.parentElement;
    while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
    const links = [...block.querySelectorAll("a[href]")].map((link) => link.textContent).join("");
    return /\p{L}/u.test(block.textContent) && block.textContent.replace(/\s/g, "").length > links.replace(/\s/g, "").length;
  };

  // Where a finger may tap: a field is hit through its label as well, a card through the link that is laid over it.
  const target = (element) => {
    const over = getComputedStyle(element, "::after");
    const parts = [element, ...(element.matches("input[type=radio], input[type=checkbox]") ? element.labels : [])];
    if (over.content !== "none" && over.position === "absolute") parts.push(element.offsetParent);
    const boxes = parts.map((part) => part.getBoundingClientRect());
    return { width: Math.max(...boxes.map((box) => box.width)), height: Math.max(...boxes.map((box) => box.height)) };
  };

  const small = () => interactive().filter((element) => !isInSentence(element)).flatMap((element) => {
    const { width, height } = target(element);
    return width < SMALLEST - 0.5 || height < SMALLEST - 0.5 ? [`${Math.round(width)} × ${Math.round(height)} px: ${named(element)}`] : [];
  });

  const speaks = (element) => element.closest("[lang]").lang;
  const languages = () => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (element.closest("script, style, textarea, [translate=no]")) continue;
      const language = speaks(element);
      if (!language) continue;
      for (const [letters, those] of SCRIPTS)
        if (letters.test(node.data) && !those.includes(language.slice(0, 2))) found.push(`lang=${language}: “${node.data.trim().slice(0, 40)}”`);
    }
    return found;
  };

  const fields = () => {
    const found = [];
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    found.push(...ids.filter((id, place) => ids.indexOf(id) !== place).map((id) => `id twice: ${id}`));
    for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
      const wanted = COMPLETED[field.type];
      // “off”: it is about somebody else than the reader.
      if (wanted && field.autocomplete !== "off" && !field.autocomplete.split(" ").includes(wanted)) found.push(`autocomplete=${wanted} is missing: ${named(field)}`);
      if (field.getAttribute("aria-invalid") !== "true") continue;
      const said = (field.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.innerText.trim() ?? "");
      if (!said.some(Boolean)) found.push(`wrong, but nothing says why: ${named(field)}`);
    }
    return found;
  };

  const isCovered = (element) => {
    if (element instanceof SVGElement) return false;
    const boxes = [...element.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
    return boxes.length > 0 && boxes.every(({ left, right, top, bottom }) => {
      const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2, y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
      const hit = document.elementFromPoint(x, y);
      return !(hit && (element.contains(hit) || hit.contains(element) || [...(element.labels ?? [])].some((label) => label.contains(hit))));
    });
  };
  const isMarked = (element) => {
    if (element instanceof SVGElement) return [...element.children].some((shape) => parseFloat(getComputedStyle(shape).strokeWidth) >= 3);
    return [element, ...(element.labels ?? []), element.parentElement].some((part) => {
      const style = getComputedStyle(part);
      return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    });
  };
  // The browser scrolls to what gets the focus just as far as when somebody tabs there.
  const focus = () => interactive().filter((element) => !element.disabled).flatMap((element) => {
    element.focus();
    if (document.activeElement !== element) return [`takes no focus: ${named(element)}`];
    return [...(isMarked(element) ? [] : [`focus does not show: ${named(element)}`]), ...(isCovered(element) ? [`focus is covered: ${named(element)}`] : [])];
  });

  // The innermost elements that stick out, when the window has to be scrolled sideways.
  const beyond = () => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const out = [...document.body.querySelectorAll("*")].filter((element) => shown(element) && element.getBoundingClientRect().right > width + 1);
    return out.filter((element) => !out.some((other) => other !== element && element.contains(other))).map(named).slice(0, 3);
  };

  return { small, beyond, languages, fields, focus };
})()
