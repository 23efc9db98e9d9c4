// The map of opinions: nearer and farther, about, and back in time. Without this file its links and its form do the same.
"use strict";
(() => {
  const LARGEST = 8;
  const STEP = 1.5;
  const DURATION = 160;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let frame, drawing, width, height;
  // What is looked at: how near, and what stands in the middle. It outlasts a swap of the drawing.
  let shown = { zoom: 1, x: 0, y: 0 };
  let moving = 0;

  const within = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));

  const kept = ({ zoom, x, y }) => {
    const near = within(zoom, 1, LARGEST);
    const across = width / near / 2;
    const down = height / near / 2;
    return { zoom: near, x: within(x, across, width - across), y: within(y, down, height - down) };
  };

  const draw = (view) => {
    shown = kept(view);
    const across = width / shown.zoom;
    const down = height / shown.zoom;
    drawing.setAttribute("viewBox", [shown.x - across / 2, shown.y - down / 2, across, down].join(" "));
    // Signs grow a little, not as much as the ground between them.
    drawing.style.setProperty("--shrink", shown.zoom ** -0.75);
    const near = shown.zoom > 1;
    for (const tool of document.querySelectorAll("[data-map]")) {
      if (!["in", "out"].includes(tool.dataset.map)) tool.hidden = !near;
    }
    frame.classList.toggle("is-near", near);
  };

  const glide = (view) => {
    cancelAnimationFrame(moving);
    const goal = kept(view);
    if (calm.matches) return draw(goal);
    const from = shown;
    const begun = performance.now();
    const step = (now) => {
      const part = within((now - begun) / DURATION, 0, 1);
      const eased = 1 - (1 - part) ** 2;
      draw({
        zoom: from.zoom * (goal.zoom / from.zoom) ** eased,
        x: from.x + (goal.x - from.x) * eased,
        y: from.y + (goal.y - from.y) * eased,
      });
      if (part < 1) moving = requestAnimationFrame(step);
    };
    moving = requestAnimationFrame(step);
  };

  // Where on the drawing a place on the screen is.
  const place = (clientX, clientY, view = shown) => {
    const box = drawing.getBoundingClientRect();
    return {
      x: view.x + ((clientX - box.x) / box.width - 0.5) * (width / view.zoom),
      y: view.y + ((clientY - box.y) / box.height - 0.5) * (height / view.zoom),
    };
  };

  // Zoom so that what is under this place on the screen stays there.
  const around = (zoom, clientX, clientY, from = shown) => {
    const near = within(zoom, 1, LARGEST);
    const fixed = place(clientX, clientY, from);
    return {
      zoom: near,
      x: fixed.x + (from.x - fixed.x) * (from.zoom / near),
      y: fixed.y + (from.y - fixed.y) * (from.zoom / near),
    };
  };

  const beside = (across, down) => {
    const { zoom, x, y } = shown;
    return { zoom, x: x + (across * width) / zoom / 3, y: y + (down * height) / zoom / 3 };
  };

  const deeds = {
    in: () => ({ ...shown, zoom: shown.zoom * STEP }),
    out: () => ({ ...shown, zoom: shown.zoom / STEP }),
    all: () => ({ ...shown, zoom: 1 }),
    left: () => beside(-1, 0),
    right: () => beside(1, 0),
    up: () => beside(0, -1),
    down: () => beside(0, 1),
  };
  const keys = {
    "+": "in", "=": "in", "-": "out", "−": "out", 0: "all",
    ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down",
  };

  const onKey = (event) => {
    const deed = keys[event.key];
    // An arrow scrolls the page as long as the whole map is there.
    if (!deed || event.ctrlKey || event.metaKey || event.altKey || (event.key.startsWith("Arrow") && shown.zoom === 1)) return;
    event.preventDefault();
    glide(deeds[deed]());
  };

  // The wheel scrolls the page, unless somebody works on the map or asks for it with the key for zooming.
  const onWheel = (event) => {
    const wanted = event.ctrlKey || event.metaKey || frame.contains(document.activeElement);
    const zoom = shown.zoom * Math.exp(-within(event.deltaY, -100, 100) / 250);
    if (!wanted || (zoom <= 1 && shown.zoom === 1)) return;
    event.preventDefault();
    cancelAnimationFrame(moving);
    draw(around(zoom, event.clientX, event.clientY));
  };

  // One finger scrolls the page; two move and zoom the map.
  let pinch = null;
  const fingers = ({ touches: [one, other] }) => ({
    x: (one.clientX + other.clientX) / 2,
    y: (one.clientY + other.clientY) / 2,
    apart: Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY),
  });
  const onTouch = (event) => {
    // While the page is still scrolling, the fingers belong to the browser.
    if (event.touches.length !== 2 || !event.cancelable) {
      pinch = null;
      return;
    }
    event.preventDefault();
    const now = fingers(event);
    if (!pinch) {
      cancelAnimationFrame(moving);
      pinch = { ...now, view: shown };
      return;
    }
    const view = around((pinch.view.zoom * now.apart) / pinch.apart, pinch.x, pinch.y, pinch.view);
    const unit = width / view.zoom / drawing.getBoundingClientRect().width;
    draw({ ...view, x: view.x - (now.x - pinch.x) * unit, y: view.y - (now.y - pinch.y) * unit });
  };

  // With a mouse the map is drawn along, once there is more of it than is shown.
  let drag = null;
  let dragged = false;
  const onDown = (event) => {
    dragged = false;
    if (event.pointerType === "mouse" && event.button === 0 && shown.zoom > 1) drag = { x: event.clientX, y: event.clientY, view: shown };
  };
  const onMove = (event) => {
    if (!drag) return;
    const across = event.clientX - drag.x;
    const down = event.clientY - drag.y;
    if (!dragged && Math.hypot(across, down) < 5) return;
    dragged = true;
    const unit = width / shown.zoom / drawing.getBoundingClientRect().width;
    draw({ ...drag.view, x: drag.view.x - across * unit, y: drag.view.y - down * unit });
  };
  const onUp = () => {
    drag = null;
  };
  const onClick = (event) => {
    if (!dragged) return;
    dragged = false;
    event.preventDefault();
    event.stopPropagation();
  };

  const begin = () => {
    const found = document.querySelector(".map-frame");
    if (!found || found === frame) return;
    frame = found;
    drawing = frame.querySelector("svg");
    const again = width !== undefined;
    width = Number(drawing.getAttribute("width"));
    height = Number(drawing.getAttribute("height"));
    const box = drawing.viewBox.baseVal;
    if (!again) shown = { zoom: width / box.width, x: box.x + box.width / 2, y: box.y + box.height / 2 };
    frame.tabIndex = 0;
    document.getElementById("map-keys").hidden = false;
    frame.addEventListener("keydown", onKey);
    frame.addEventListener("wheel", onWheel, { passive: false });
    frame.addEventListener("touchstart", onTouch, { passive: false });
    frame.addEventListener("touchmove", onTouch, { passive: false });
    frame.addEventListener("touchend", onTouch);
    frame.addEventListener("touchcancel", onTouch);
    frame.addEventListener("pointerdown", onDown);
    frame.addEventListener("click", onClick, true);
    frame.addEventListener("dragstart", (event) => event.preventDefault());
    draw(shown);
  };

  document.addEventListener("pointermove", onMove);
  document.addEventListener("pointerup", onUp);
  document.addEventListener("pointercancel", onUp);
  document.addEventListener("click", (event) => {
    const tool = event.target.closest?.("[data-map]");
    if (!tool || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (tool.dataset.map === "all") frame.focus({ preventScroll: true });
    glide(deeds[tool.dataset.map]());
  });

  // The slider stops where there is a map in the table, and says which.
  const slider = document.getElementById("map-time");
  const stop = () => {
    const rows = [...document.querySelectorAll("[data-moment]")];
    const away = (row) => Math.abs(Number(row.dataset.moment) - slider.value);
    const nearest = rows.reduce((best, row) => (away(row) < away(best) ? row : best));
    slider.value = nearest.dataset.moment;
    slider.setAttribute("aria-valuetext", nearest.dataset.words);
    slider.form.querySelector("output").textContent = nearest.dataset.words;
  };
  if (slider) {
    slider.addEventListener("input", stop);
    slider.form.querySelector("button").hidden = true;
    stop();
  }

  document.addEventListener("htmx:after:settle", begin);
  begin();
})();
