// What a page gains from scripting; everything works without it. htmx sends the forms, see docs/design.md.
"use strict";

(() => {
  const language = document.documentElement.lang;
  const number = new Intl.NumberFormat(language);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Counting characters

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
    const areas = all("textarea[data-limit]", root);
    if (root.matches?.("textarea[data-limit]")) areas.push(root);
    areas.forEach(count);
  };

  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-limit]")) count(event.target);
  });

  // Where the keyboard and the screen reader continue after something has changed: where the new content begins

  const moveOn = (root) => {
    const wanted = "[data-focus], [aria-invalid='true']";
    const target = root.matches(wanted) ? root : root.querySelector(wanted);
    target?.focus({ preventScroll: true });
    // Alerts are read out by themselves.
    (target ?? root.closest("[role='alert']"))?.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("htmx:after:settle", (event) => {
    for (const node of event.detail.newContent) {
      if (!(node instanceof Element)) continue;
      node.classList.add("is-fresh");
      prepare(node);
      moveOn(node);
      if (node.id === "ballot") comesFromServer();
    }
  });

  // The word about a lost connection

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

  // The ballot. An answer goes to the outbox and the next card is shown at once; the server's word comes later.
  // Without an outbox the forms are sent by htmx, one card after the other.

  const page = document.getElementById("ballot-words")?.dataset;
  const ballot = () => document.getElementById("ballot");
  const answering = () => ballot()?.querySelector(".ballot-form:not([hidden])");
  const outbox = () => (page && !outboxFails ? globalThis.outbox : null);
  let outboxFails = false;

  const FEW = 10; // cards left in the hand when more are fetched
  const HOLD = 400; // ms in which a card that has just come takes no answer: the second half of a double tap
  const PATIENCE = 3000; // ms that a pause waits for the last answers to arrive

  const hand = []; // the cards after the one that is shown, in order
  const met = new Set(); // numbers of all cards that this page has held
  const sent = new Set(); // ballots that this page has counted
  let last = null; // the card that was answered last, to be undone
  let shownAt = -HOLD;
  let allDrawn = false; // the server has no further cards
  let fetching = null;

  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");
  const fill = (sentence, facts) => sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  const wordOf = (choice) => ballot().querySelector(`.vote-${choice} span`).textContent;

  // A card: what goes into the form, and the square with its text.
  const cardOf = (template) => ({
    number: Number(template.dataset.statement),
    ballot: template.dataset.ballot,
    drawn: "1",
    important: false,
    said: null,
    square: template.content.firstElementChild,
  });

  const shownCard = (form) => ({
    number: Number(form.elements.statement.value),
    ballot: form.elements.ballot.value,
    drawn: form.elements.drawn.value,
    important: form.elements.important.checked,
    said: form.querySelector("[aria-pressed='true']")?.value ?? null,
    square: form.querySelector(".square"),
  });

  const takeInHand = (root, answered = new Map()) => {
    for (const card of all("#cards > template", root).map(cardOf)) {
      if (met.has(card.number) || answered.has(card.number)) continue;
      met.add(card.number);
      hand.push(card);
    }
  };

  const press = (form, said) => {
    for (const button of all(".vote", form)) {
      if (said) button.setAttribute("aria-pressed", String(button.value === said));
      else button.removeAttribute("aria-pressed");
    }
  };

  const putIntoForm = (form, card) => {
    for (const name of ["ballot", "drawn"]) form.elements[name].value = card[name];
    form.elements.statement.value = card.number;
    form.elements.important.checked = card.important;
    press(form, card.said);
    form.querySelector(".square").replaceWith(card.square);
  };

  const setTitle = (words) => (document.getElementById("ballot-title").textContent = words);

  const show = (card) => {
    const form = ballot().querySelector(".ballot-form");
    ballot().querySelector(".ballot-end")?.remove();
    form.hidden = !card;
    if (card) {
      putIntoForm(form, card);
      setTitle(fill(page.title, { number: number.format(card.number) }));
    } else {
      const end = document.getElementById(allDrawn ? "all-answered" : "none-here");
      form.after(end.content.cloneNode(true));
      setTitle(page.noTitle);
    }
    ballot().classList.add("is-fresh");
    ballot().dataset.turn = ballot().dataset.turn === "1" ? "0" : "1";
    shownAt = performance.now();
  };

  const progress = (more) => {
    const head = ballot().querySelector(".ballot-head");
    const done = Number(head.dataset.answered) + more;
    const total = Math.max(done, Number(head.dataset.total));
    head.dataset.answered = done;
    head.querySelector("progress").value = done;
    head.querySelector(".paving-words").textContent = fill(page.progress, { done: number.format(done), total: number.format(total) });
    return done;
  };

  const tell = (sentence, card, choice) => {
    const form = ballot().querySelector(".ballot-said");
    const undo = form.querySelector("button");
    form.elements.statement.value = card?.number ?? "";
    form.elements.ballot.value = globalThis.outbox.uuid();
    undo.hidden = sentence !== page.said;
    form.querySelector("p").textContent =
      sentence && fill(sentence, { number: number.format(card.number), choice: wordOf(choice) });
  };

  // Text and language only for the device itself, to tell of an answer that was not taken.
  const keep = (card, choice) => {
    const { number: statement, ballot: uuid, drawn, important, square } = card;
    const fields = { statement: String(statement), ballot: uuid, choice, drawn, ...(important ? { important: "1" } : {}) };
    const { textContent: text, lang } = square.querySelector("[data-focus]");
    sent.add(uuid);
    return outbox().add({ uuid, kind: "vote", slug: page.slug, fields, text, language: lang });
  };

  const answer = (form, choice) => {
    const card = shownCard(form);
    const done = progress(card.said ? 0 : 1);
    last = { ...card, choice, counted: !card.said };
    tell(page.said, card, choice);
    show(hand.shift());
    const kept = keep(card, choice).catch(() => sendPlainly(choice));
    if (card.drawn === "1" && page.pauses.split(" ").includes(String(done))) pause(done, card.ballot, kept);
    else moveOn(ballot());
    fetchMore();
  };

  // Back to the card that was answered last, its tick as it was. It was not drawn by chance this time.
  const undo = () => {
    const { choice, counted: _, ...card } = last;
    const form = ballot().querySelector(".ballot-form");
    if (!form.hidden) hand.unshift(shownCard(form));
    last = null;
    progress(-1);
    tell(page.takenBack, card, choice);
    show({ ...card, ballot: globalThis.outbox.uuid(), drawn: "0", said: null });
    moveOn(ballot());
    keep({ ...card, ballot: globalThis.outbox.uuid(), drawn: "0", important: false }, "withdraw").catch(() => sendPlainly("withdraw"));
  };

  // The device keeps nothing, for example in a private window: bring the card back and send it as a form.
  const sendPlainly = (choice) => {
    outboxFails = true;
    if (choice === "withdraw") return location.reload();
    const { counted, ...card } = last;
    if (counted) progress(-1);
    hand.unshift(shownCard(ballot().querySelector(".ballot-form")));
    show(card);
    shownAt = -HOLD;
    // A form does not send while it is still saying that it was sent.
    setTimeout(() => answering().querySelector(`.vote-${choice}`).click());
  };

  const fetchMore = () => {
    if (allDrawn || hand.length >= FEW || !outbox()) return;
    fetching ??= fetchCards().finally(() => (fetching = null));
  };

  const fetchCards = async () => {
    const waiting = await outbox().waiting(page.slug).catch(() => []);
    const held = [...hand, ...(answering() ? [shownCard(answering())] : [])].map((card) => card.number);
    for (const { kind, fields } of waiting) if (kind === "vote") held.push(fields.statement);
    const answer = await fetch(`${page.cards}?held=${held.join(",")}`).catch(() => null);
    if (!answer && !answering()) setTimeout(fetchMore, PATIENCE);
    if (!answer?.ok) return;
    const before = hand.length;
    takeInHand(parsed(await answer.text()), await answeredHere());
    allDrawn = hand.length === before;
    if (ballot().querySelector(".ballot-form[hidden]") && (hand.length || allDrawn)) goOnWithoutTap();
  };

  // The server has put another card in place of the one that was shown, which is then the next.
  let displaced = null;
  const comesFromServer = () => {
    const form = answering();
    if (form) met.add(Number(form.elements.statement.value));
    if (displaced && displaced.number !== Number(form?.elements.statement.value)) hand.unshift(displaced);
    displaced = null;
    last = null;
  };

  const goOnWithoutTap = () => {
    const focused = ballot().contains(document.activeElement);
    show(hand.shift());
    if (focused) moveOn(ballot());
  };

  const answeredHere = () => globalThis.outbox.answered(page.slug).catch(() => new Map());

  // A page that was kept for later, or that came while answers waited, does not ask again what this device has answered since.
  const leaveOutAnswered = async () => {
    const answered = await answeredHere();
    hand.splice(0, hand.length, ...hand.filter((card) => !answered.has(card.number)));
    const form = answering();
    if (!form) return;
    const card = shownCard(form);
    met.add(card.number);
    if (card.drawn !== "1" || !answered.has(card.number)) return;
    const done = Number(ballot().querySelector(".ballot-head").dataset.answered);
    if (answered.size > done) progress(answered.size - done);
    goOnWithoutTap();
  };

  // A pause: what one's answers come to so far, in place of the ballot until one goes on

  const pause = async (done, uuid, kept) => {
    document.getElementById("pause")?.remove();
    ballot().hidden = true;
    ballot().after(document.getElementById("pause-begins").content.cloneNode(true));
    const section = document.getElementById("pause");
    const title = section.querySelector("h2");
    title.textContent = fill(title.textContent, { n: number.format(done) });
    moveOn(section);
    await Promise.race([Promise.all([kept, settled(uuid)]), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    const answer = await fetch(page.pause).catch(() => null);
    const told = answer?.ok && parsed(await answer.text()).querySelector(".pause-body");
    if (told) section.querySelector(".pause-body").replaceWith(told);
    else section.querySelector(".pause-body > p").hidden = false;
  };

  const goOn = () => {
    document.getElementById("pause").remove();
    ballot().hidden = false;
    shownAt = performance.now();
    moveOn(ballot());
  };

  const settled = (uuid) =>
    new Promise((resolve) => {
      globalThis.outbox.addEventListener("settled", function listen({ detail }) {
        if (detail.entry.uuid !== uuid) return;
        globalThis.outbox.removeEventListener("settled", listen);
        resolve();
      });
    });

  // What the server says later

  // The conversation takes no votes any more, or none from here: what the page looks like now.
  const lookAnew = async () => {
    const answer = await fetch(location.pathname).catch(() => null);
    const now = answer?.ok && parsed(await answer.text()).getElementById("ballot");
    if (!now) return;
    hand.length = 0;
    last = null;
    ballot().replaceWith(now);
    document.querySelector(".ballot-help")?.remove();
  };

  // It is told of by the outbox, until one has read it.
  const refused = ({ entry, result }) => {
    if (result.state !== "refused" || !sent.has(entry.fields.ballot)) return;
    if (result.code !== "statement_not_votable") lookAnew();
    else if (entry.fields.choice !== "withdraw") progress(-1);
    if (last?.ballot === entry.fields.ballot) {
      last = null;
      tell("");
    }
  };

  // What one does: tap, press a key, swipe

  document.addEventListener("click", (event) => {
    if (event.target.closest(".ballot .vote") && event.timeStamp - shownAt < HOLD) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.target.closest("#pause .pause-bar a") && ballot()) {
      event.preventDefault();
      if (event.timeStamp - shownAt >= HOLD) goOn();
    }
  }, true);

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!outbox()) return;
    if (form.matches(".ballot-form") && event.submitter) {
      event.preventDefault();
      event.stopPropagation();
      answer(form, event.submitter.value);
    } else if (form.matches(".ballot-said") && last) {
      event.preventDefault();
      event.stopPropagation();
      undo();
    } else if (form.matches(".ballot-said")) {
      displaced = answering() && shownCard(answering());
    }
  }, true);

  const KEYS = { a: ".vote-agree", d: ".vote-disagree", p: ".vote-pass", u: ".ballot-said button:not([hidden])" };

  // Only while the focus is in the ballot (WCAG 2.1.4), and not while somebody types or uses a shortcut of the browser.
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (!event.target.closest?.("#ballot")) return;
    // On a keyboard without Latin letters, the key in the same place.
    const letter = /^[a-z]$/i.test(event.key) ? event.key : event.code.replace(/^Key/, "");
    const button = KEYS[letter.toLowerCase()] && ballot().querySelector(KEYS[letter.toLowerCase()]);
    if (!button?.offsetParent) return;
    event.preventDefault();
    button.click();
  });

  // Swiping with a finger or a pen: to the right agrees, to the left disagrees. What letting go would do is written on the square;
  // moving back, a second finger or Escape calls it off. There are always the buttons.

  let swipe = null;
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  const drawSwipe = (by) => {
    const { square } = swipe;
    swipe.choice = by > 0 ? "agree" : "disagree";
    swipe.counts = Math.abs(by) > Math.min(120, square.clientWidth * 0.3);
    square.dataset.swipe = swipe.choice;
    square.classList.toggle("is-far", swipe.counts);
    if (!still.matches) square.style.setProperty("--swiped", `${by / 2}px`);
    swipe.hint ??= square.appendChild(document.createElement("p"));
    swipe.hint.className = "swipe-hint";
    swipe.hint.setAttribute("aria-hidden", "true");
    swipe.hint.textContent = wordOf(swipe.choice);
  };

  const endSwipe = () => {
    if (!swipe) return;
    swipe.hint?.remove();
    swipe.square.classList.remove("is-far");
    swipe.square.style.removeProperty("--swiped");
    delete swipe.square.dataset.swipe;
    swipe = null;
  };

  document.addEventListener("pointerdown", (event) => {
    const square = event.target.closest(".ballot-form .square");
    endSwipe();
    if (!square || event.pointerType === "mouse" || !event.isPrimary || event.target.closest("summary, a")) return;
    swipe = { square, pointer: event.pointerId, x: event.clientX, y: event.clientY };
  });

  document.addEventListener("pointermove", (event) => {
    if (!swipe || event.pointerId !== swipe.pointer) return;
    const [across, down] = [event.clientX - swipe.x, event.clientY - swipe.y];
    if (swipe.choice || (Math.abs(across) > 12 && Math.abs(across) > 1.5 * Math.abs(down))) drawSwipe(across);
  });

  document.addEventListener("pointerup", (event) => {
    if (!swipe || event.pointerId !== swipe.pointer) return;
    const { counts, choice } = swipe;
    endSwipe();
    if (counts) answering()?.querySelector(`.vote-${choice}`).click();
  });

  document.addEventListener("pointercancel", endSwipe);
  document.addEventListener("keydown", (event) => event.key === "Escape" && endSwipe());

  if (page && globalThis.outbox) {
    globalThis.outbox.addEventListener("settled", ({ detail }) => {
      refused(detail);
      fetchMore();
    });
    addEventListener("online", fetchMore);
    takeInHand(document);
    leaveOutAnswered().then(fetchMore);
  }
})();

// Handing a link on, where the browser can do more than show it.
(() => {
  const offer = (attribute, isPossible, act) => {
    for (const button of document.querySelectorAll(`[${attribute}]`)) {
      button.hidden = !isPossible;
      button.addEventListener("click", () => act(button, button.getAttribute(attribute)));
    }
  };

  // Whoever closes the system's sheet without sending has refused nothing that we need to hear of.
  offer("data-share", "share" in navigator, (button, url) => {
    navigator.share({ title: button.dataset.shareTitle, url }).catch(() => {});
  });

  offer("data-copy", Boolean(navigator.clipboard), async (button, text) => {
    await navigator.clipboard.writeText(text);
    button.lastChild.textContent = button.dataset.copied;
  });

  for (const field of document.querySelectorAll("[data-select]")) field.addEventListener("focus", () => field.select());
})();
