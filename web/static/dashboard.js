// The dashboard: follows the stream of what changes, asks now and then where that fails, and turns the pages of the screen in the hall.
"use strict";

(() => {
  const line = document.getElementById("as-of");
  if (!line) return;
  const POLL = 15_000;
  const SILENCE = 40_000; // the server says something at least every 17 s
  const OLD = 60_000;
  const TURN = 12_000;
  const SAVE = 10_000;
  const { dataset } = line;
  const language = document.documentElement.lang;
  const isWall = document.documentElement.classList.contains("wall");
  const figures = () => document.getElementById("figures");
  const spread = (most) => Math.random() * most;

  // How old the figures are. The server says for how long they have held, so that a wrong clock of this device does no harm.

  const held = { asOf: Date.parse(dataset.asOf), heard: Math.min(Date.now(), Date.parse(dataset.asOf)) };
  let contact = Date.now();
  let isCut = false;

  const clock = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", timeZone: dataset.zone });
  const dayAndClock = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone: dataset.zone });
  const inWords = (ms) => {
    const minutes = Math.floor(ms / 60_000);
    const [count, unit] = minutes < 60 ? [minutes, "minute"] : minutes < 2880 ? [Math.floor(minutes / 60), "hour"] : [Math.floor(minutes / 1440), "day"];
    return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count);
  };

  const tell = () => {
    const age = Date.now() - held.heard;
    const isOld = age >= OLD;
    const words = !isOld ? dataset.fresh : isCut ? dataset.cut : dataset.old;
    const time = (age < 43_200_000 ? clock : dayAndClock).format(held.asOf);
    const said = words.replace("{time}", time).replace("{age}", inWords(age));
    if (line.textContent !== said) line.textContent = said;
    line.classList.toggle("is-old", isOld);
  };

  const holds = ({ asOf, age }) => {
    held.asOf = Date.parse(asOf);
    held.heard = Date.now() - age * 1000;
    contact = Date.now();
    isCut = false;
    tell();
    keep();
  };

  // Swapping parts, with what is unfolded and what has the focus staying as they are

  const focusable = "a, button, summary, [tabindex]";
  const placeOf = (node) => {
    const part = node.closest("[id]");
    return `${part.id} ${node.localName} ${[...part.querySelectorAll(node.localName)].indexOf(node)}`;
  };

  const swap = (old, fresh) => {
    const open = new Set([...old.querySelectorAll("details[open]")].map(placeOf));
    const focus = old.contains(document.activeElement) && document.activeElement.matches(focusable) ? placeOf(document.activeElement) : null;
    fresh.hidden = old.hidden;
    old.replaceWith(fresh);
    for (const details of fresh.querySelectorAll("details")) details.open = open.has(placeOf(details));
    if (focus) [...fresh.querySelectorAll(focusable)].find((node) => placeOf(node) === focus)?.focus({ preventScroll: true });
  };

  const parsed = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    return [...template.content.children];
  };

  const putParts = (html) => {
    for (const fresh of parsed(html)) {
      const old = document.getElementById(fresh.id);
      if (old) swap(old, fresh);
    }
    turnTo(current);
  };

  const putAll = (html) => {
    const [fresh] = parsed(html);
    if (fresh?.id !== "figures") return;
    swap(figures(), fresh);
    turnTo(current);
  };

  // Asking

  let asking = null;

  const ask = async () => {
    const answer = await fetch(dataset.figures, { headers: { "If-None-Match": dataset.etag }, cache: "no-store" });
    const asOf = answer.headers.get("X-As-Of");
    if (!asOf || (!answer.ok && answer.status !== 304)) throw new Error(answer.status);
    if (answer.ok) {
      putAll(await answer.text());
      dataset.etag = answer.headers.get("ETag");
      dataset.digest = answer.headers.get("X-Digest");
    }
    holds({ asOf, age: Number(answer.headers.get("X-Figures-Age")) });
  };

  const askSoon = (within) => {
    clearTimeout(asking);
    asking = setTimeout(() => ask().catch(cut), spread(within));
  };

  const cut = () => {
    isCut = true;
    tell();
  };

  // Listening

  let source = null;

  const hush = () => {
    source?.close();
    source = null;
  };

  const listen = () => {
    hush();
    if (!("EventSource" in window)) return;
    source = new EventSource(dataset.live);
    source.addEventListener("hello", (event) => {
      const told = JSON.parse(event.data);
      if (isWall && told.build !== dataset.build) return location.reload();
      if (told.digest === dataset.digest) holds(told);
      else askSoon(500);
    });
    source.addEventListener("parts", (event) => {
      const end = event.data.indexOf("\n");
      putParts(event.data.slice(end + 1));
      dataset.digest = event.lastEventId;
      dataset.etag = "";
      holds(JSON.parse(event.data.slice(0, end)));
    });
    source.addEventListener("anew", () => askSoon(2000));
    source.addEventListener("beat", (event) => holds(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      cut();
      if (source?.readyState === EventSource.CLOSED) askSoon(POLL); // refused: too many in this network, or a proxy in between
    });
  };

  setInterval(() => {
    tell();
    const silence = Date.now() - contact;
    if (document.hidden && !isWall) return;
    const refused = !source || source.readyState === EventSource.CLOSED;
    if (refused ? silence >= POLL - 1000 : silence >= SILENCE) ask().catch(cut);
    if (silence >= SILENCE && !(source?.readyState === EventSource.CONNECTING)) listen();
  }, POLL);

  setInterval(tell, 5000);
  addEventListener("offline", cut);
  addEventListener("online", listen);
  // A page in the background takes none of the few connections that a browser has for a site.
  document.addEventListener("visibilitychange", () => {
    if (isWall) return;
    if (document.hidden) hush();
    else listen();
  });

  // The screen in the hall: the last figures stay on the device, for when it comes back without a network

  const KEY = `wall ${location.search}`;
  let saved = 0;

  const keep = () => {
    if (!isWall || Date.now() - saved < SAVE) return;
    saved = Date.now();
    try {
      localStorage.setItem(KEY, JSON.stringify({ ...held, html: figures().outerHTML }));
    } catch {
      saved = Infinity; // no room, or none allowed
    }
  };

  const restore = () => {
    try {
      const last = JSON.parse(localStorage.getItem(KEY));
      if (!(last?.asOf > held.asOf)) return;
      putAll(last.html);
      Object.assign(held, { asOf: last.asOf, heard: last.heard });
      Object.assign(dataset, { digest: "", etag: "" });
    } catch {
      localStorage.removeItem(KEY);
    }
  };

  // … and it turns its pages by itself

  const turn = document.querySelector(".wall-turn");
  const number = new Intl.NumberFormat(language);
  let current = null;
  let isPaused = false;
  let turned = Date.now();

  const fit = (slide) => {
    slide.style.fontSize = "";
    for (let size = 95; size >= 50 && slide.scrollHeight > slide.clientHeight; size -= 5) slide.style.fontSize = `${size}%`;
  };

  const turnTo = (id) => {
    if (!isWall) return;
    const slides = [...figures().children];
    const shown = slides.find((slide) => slide.id === id) ?? slides[0];
    for (const slide of slides) slide.hidden = slide !== shown;
    turn.querySelector(".wall-place").textContent = `${number.format(slides.indexOf(shown) + 1)} / ${number.format(slides.length)}`;
    if (current !== shown.id) turned = Date.now();
    current = shown.id;
    fit(shown);
  };

  const step = (by) => {
    const slides = [...figures().children];
    const at = slides.findIndex((slide) => slide.id === current);
    turned = Date.now();
    turnTo(slides.at((at + by) % slides.length).id);
  };

  if (isWall) {
    document.documentElement.classList.add("is-turning");
    turn.hidden = false;
    restore();
    turnTo(null);
    addEventListener("resize", () => turnTo(current));
    setInterval(() => {
      if (!isPaused && Date.now() - turned >= TURN) step(1);
    }, 500);
    turn.addEventListener("click", (event) => {
      const button = event.target.closest("[data-turn]");
      if (!button) return;
      if (button.dataset.turn === "pause") {
        isPaused = !isPaused;
        button.setAttribute("aria-pressed", isPaused);
      } else step(button.dataset.turn === "next" ? 1 : -1);
    });
  }

  tell();
  listen();
})();
