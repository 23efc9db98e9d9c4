// Looks at a page in the pseudo-language: which words are not in brackets, and which do not show completely.
(() => {
  const OPENING = "⟦", CLOSING = "⟧";
  const MACHINE = "script, style, code, pre, time, textarea, .hash, [translate=no]";
  const PEOPLE = "[lang]:not(html)";
  const SAID_BY_ATTRIBUTE = ["aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "title", "alt", "placeholder"];
  const NOT_WORDS = /\{\w+\}|[\w.+-]+@[\w-]+(\.[\w-]+)+|https?:\/\/\S+|\d+年\d+月\d+日|\d+:\d+ [A-Z]{3,4}\b|\b[A-H]\b|\d+|[\s\p{P}\p{S}]+/gu;

  const found = [];
  const path = (element) => {
    const names = [];
    for (let node = element; node && node !== document.body && names.length < 3; node = node.parentElement)
      names.unshift(node.localName + (node.id ? `#${node.id}` : node.classList.length ? `.${node.classList[0]}` : ""));
    return names.join(" > ");
  };
  const report = (what, element, text) => found.push(`${what}: ${path(element)}: “${text.trim().replace(/\s+/g, " ").slice(0, 90)}”`);

  // What is left outside of all brackets; `depth` goes on from text to text, as a sentence may hold links.
  const outside = (text, depth) => {
    let rest = "";
    for (const letter of text) {
      if (letter === OPENING) depth += 1;
      else if (letter === CLOSING) depth -= 1;
      else if (depth === 0) rest += letter;
    }
    return { depth, rest: rest.replace(NOT_WORDS, "") };
  };

  const ofPeople = (element) => element.closest(`${MACHINE}, ${PEOPLE}`);

  const readTexts = (root) => {
    let depth = 0;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node instanceof HTMLTemplateElement) readTexts(node.content);
      if (node.nodeType !== Node.TEXT_NODE) continue;
      const element = node.parentElement;
      // Scripts run here: what is said without them is not shown.
      if (!element || element.closest("script, style, noscript")) continue;
      const people = ofPeople(element);
      if (people && node.data.includes(OPENING) && people.lang && people.lang !== document.documentElement.lang)
        report("interface text marked as another language", element, node.data);
      const read = outside(node.data, depth);
      depth = read.depth;
      const isSlug = /^[a-z0-9]+(-[a-z0-9]+)+$/.test(node.data.trim());
      if (read.rest && !people && !isSlug) report("not translated", element, node.data);
    }
    if (depth !== 0) report("a text is cut", document.body, `depth ${depth}`);
  };

  const readAttributes = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.closest("head")) continue;
      if (element instanceof HTMLTemplateElement) readAttributes(element.content);
      const names = [...SAID_BY_ATTRIBUTE, ...element.getAttributeNames().filter((name) => name.startsWith("data-"))];
      if (element.matches("input[type=submit], input[type=button]")) names.push("value");
      for (const name of names) {
        const said = element.getAttribute(name);
        if (said === null || ofPeople(element)) continue;
        // Data is for scripts; a sentence in it is for people.
        if (name.startsWith("data-") && (!/\p{L}\s+\p{L}/u.test(said) || /^[[{]|^[a-z -]+$/.test(said))) continue;
        if (saidByPeople(said)) continue;
        if (outside(said, 0).rest) report(`${name} not translated`, element, said);
      }
    }
  };

  // A page is called by what stands on it, or by words of the interface.
  const saidByPeople = (text) =>
    [...document.querySelectorAll(`${PEOPLE}, [translate=no]`)].some((element) => element.textContent.includes(text.trim()));
  const readHead = () => {
    const description = document.querySelector("meta[name=description]")?.content ?? "";
    for (const part of [...document.title.split(" · "), description])
      if (!part.includes(OPENING) && outside(part, 0).rest && !saidByPeople(part))
        report("head not translated", document.head, part);
  };

  const boxOf = (element) => {
    const box = element.getBoundingClientRect();
    return { left: box.left, right: box.right, top: box.top, bottom: box.bottom };
  };
  const clips = (value) => value === "hidden" || value === "clip";
  const scrolls = (value) => value === "auto" || value === "scroll";

  const isZoomed = new URLSearchParams(location.search).has("zoom");
  const isHidden = (element) => element.closest(`.visually-hidden:not(:focus-within), .skip-link, title, desc, option, select${isZoomed ? ", svg.map" : ""}`);

  // What hides a part of `rect`: the window's edge or an ancestor that lets nothing overflow; null when nothing does.
  const cutBy = (rect, element) => {
    const slack = 2;
    // The line of a text in a drawing is higher than its letters.
    if (element instanceof SVGElement) rect = { left: rect.left, right: rect.right, top: rect.top + rect.height * .25, bottom: rect.bottom - rect.height * .25 };
    for (let around = element; around && around !== document.documentElement; around = around.parentElement) {
      const style = getComputedStyle(around);
      const isDrawing = around.localName === "svg";
      const x = isDrawing ? style.overflowX !== "visible" : clips(style.overflowX);
      const y = isDrawing ? style.overflowY !== "visible" : clips(style.overflowY);
      if (x || y) {
        const box = boxOf(around);
        if (x && (rect.left < box.left - slack || rect.right > box.right + slack)) return path(around);
        if (y && (rect.top < box.top - slack || rect.bottom > box.bottom + slack)) return path(around);
      }
      if (scrolls(style.overflowX) || style.position === "fixed") return null;
    }
    const width = document.documentElement.clientWidth;
    return rect.left < -slack || rect.right > width + slack ? "the window" : null;
  };

  const look = () => {
    const range = document.createRange();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || isHidden(element) || !element.checkVisibility({ visibilityProperty: true })) continue;
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) {
        const edge = rect.width > 0 && cutBy(rect, element);
        if (edge) { report(`cut by ${edge}`, element, node.data); break; }
      }
    }
    for (const box of document.querySelectorAll("button, .button, .badge, .card, summary, .notice"))
      if (box.checkVisibility() && box.scrollWidth > box.clientWidth + 2 && box.clientWidth > 1 && getComputedStyle(box).display !== "inline")
        report("wider than its box", box, box.innerText ?? box.textContent);
  };

  return {
    words: () => { found.length = 0; readHead(); readTexts(document.body); readAttributes(document); return [...new Set(found)]; },
    layout: () => { found.length = 0; look(); return [...new Set(found)]; },
  };
})()
