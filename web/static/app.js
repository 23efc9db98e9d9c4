// What a page gains from scripting; everything works without it. htmx sends the forms, see docs/design.md.
"use strict";

(() => {
  const language = document.documentElement.lang;
  const number = new Intl.NumberFormat(language);
  const segmenter = "Segmenter" in Intl ? new Intl.Segmenter(language) : null;

  // Characters as a reader counts them, tidied as the server does.
  const lengthOf = (text) => {
    const tidy = text.normalize("NFC").trim().replace(/\s+/gu, " ");
    return [...(segmenter ? segmenter.segment(tidy) : tidy)].length;
  };

  const count = (area) => {
    const shown = document.querySelector(`[data-count-for="${CSS.escape(area.id)}"]`);
    const limit = Number(area.dataset.limit);
    const length = lengthOf(area.value);
    if (shown) {
      shown.textContent = `${number.format(length)} / ${number.format(limit)}`;
      shown.parentElement.classList.toggle("is-over", length > limit);
      // Only the last stretch is read out.
      shown.setAttribute("aria-live", length > limit * 0.85 ? "polite" : "off");
    }
    area.setCustomValidity(length > limit ? area.dataset.tooLong : "");
  };

  const prepare = (root) => {
    const areas = [...root.querySelectorAll("textarea[data-limit]")];
    if (root.matches?.("textarea[data-limit]")) areas.push(root);
    areas.forEach(count);
  };

  // After a swap the keyboard and the screen reader continue where the new content begins; alerts are read out by themselves.
  const moveOn = (root) => {
    const wanted = "[data-focus], [aria-invalid='true']";
    const target = root.matches(wanted) ? root : root.querySelector(wanted);
    target?.focus({ preventScroll: true });
    (target ?? root.closest("[role='alert']"))?.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-limit]")) count(event.target);
  });

  document.addEventListener("htmx:after:settle", (event) => {
    for (const node of event.detail.newContent) {
      if (!(node instanceof Element)) continue;
      node.classList.add("is-fresh");
      prepare(node);
      moveOn(node);
    }
  });

  const connection = document.getElementById("connection");
  document.addEventListener("htmx:error", (event) => {
    const { ctx } = event.detail;
    if (!connection || !ctx || ctx.response) return;
    connection.hidden = false;
    connection.scrollIntoView({ block: "nearest" });
  });
  // What was said about an earlier attempt is over once one succeeds.
  document.addEventListener("htmx:after:request", (event) => {
    if (connection) connection.hidden = true;
    if (event.detail.ctx.response.status < 400) document.getElementById("notice")?.replaceChildren();
  });

  prepare(document);
})();
