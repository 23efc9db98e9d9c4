// For other sites: shows a conversation's card where the script stands, as high as the card is. See docs/operating.md.
"use strict";

(() => {
  const script = document.currentScript;
  const source = new URL(script.src);
  const slug = source.searchParams.get("c");
  if (!slug) return;

  const card = new URL(`/c/${encodeURIComponent(slug)}/card`, source.origin);
  const language = source.searchParams.get("lang");
  if (language) card.searchParams.set("lang", language);

  const frame = document.createElement("iframe");
  frame.src = card.href;
  frame.title = script.dataset.title ?? "Hiroba";
  frame.loading = "lazy";
  frame.width = "100%";
  frame.height = "560";
  frame.setAttribute("frameborder", "0");
  script.after(frame);

  addEventListener("message", (event) => {
    if (event.origin !== source.origin || event.source !== frame.contentWindow) return;
    const height = Number(event.data?.hirobaCardHeight);
    if (height > 0 && height < 4000) frame.height = String(Math.ceil(height));
  });
})();
