// What waits for a connection: votes and statements, kept on this device until the server has said what became of each.
// Shared by the pages and the service worker; see docs/architecture.md, “Without a network”.
"use strict";

globalThis.outbox = globalThis.indexedDB && (() => {
  const BATCH = 100;
  const PATIENCE = 20_000;
  const LONGEST_PAUSE = 300_000;
  let opened, timer;
  let failures = 0;
  let queued = null;
  // Who is looking at this page, as the server names them; another person has answered nothing yet.
  const reader = globalThis.document?.documentElement.dataset.reader;

  const finished = (request, event = "onsuccess") =>
    new Promise((resolve, reject) => {
      request[event] = () => resolve(request.result);
      request.onerror = request.onabort = () => reject(request.error);
    });

  const open = () => {
    const request = indexedDB.open("hiroba", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("entries", { keyPath: "id", autoIncrement: true });
      request.result.createObjectStore("answered", { keyPath: ["slug", "statement"] });
    };
    return finished(request).then((database) => {
      database.onversionchange = database.onclose = () => {
        database.close();
        opened = null;
      };
      return database;
    });
  };

  // One transaction; what `act` asks for last is the result, once everything is on the disk.
  const run = async (mode, act) => {
    const database = await (opened ??= open().catch((error) => ((opened = null), Promise.reject(error))));
    const transaction = database.transaction(["entries", "answered"], mode, { durability: "strict" });
    const request = act(transaction.objectStore("entries"), transaction.objectStore("answered"));
    await finished(transaction, "oncomplete");
    return request?.result;
  };

  const everything = () => run("readonly", (entries) => entries.getAll());
  const waits = (entry) => !entry.result;
  // One sender at a time, among all tabs and the worker: what is sent in order arrives in order.
  const alone = (act) => (navigator.locks ? navigator.locks.request("outbox", act) : act());

  const remember = (answered, { slug, fields, reader }) => {
    const statement = Number(fields.statement);
    if (fields.choice === "withdraw") answered.delete([slug, statement]);
    else answered.put({ slug, statement, choice: fields.choice, reader });
  };

  // What the server says of entries: results in their order, or null where it could not be asked or somebody else answered.
  const ask = async (slug, batch) => {
    const patience = new AbortController();
    const bell = setTimeout(() => patience.abort(), PATIENCE);
    try {
      const answer = await fetch(`/c/${encodeURIComponent(slug)}/outbox`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ entries: batch.map(({ uuid, kind, fields, reader }) => ({ uuid, kind, fields, reader })) }),
        redirect: "error",
        signal: patience.signal,
      });
      if (answer.status === 429 || answer.status >= 500) return null;
      const said = await answer.json();
      if (answer.ok) return said.results?.length === batch.length ? said.results : null;
      if (answer.status === 413 && batch.length > 1) return ask(slug, batch.slice(0, batch.length >> 1));
      return said.code ? batch.map(() => ({ state: "refused", code: said.code, message: said.title })) : null;
    } catch {
      return null;
    } finally {
      clearTimeout(bell);
    }
  };

  class Outbox extends EventTarget {
    #others = globalThis.BroadcastChannel && new BroadcastChannel("outbox");

    constructor() {
      super();
      if (this.#others) this.#others.onmessage = ({ data }) => this.#dispatch(data);
    }

    // Keep an entry and begin to send. Resolves once it is on the disk; rejects where nothing can be kept.
    async add(entry) {
      await run("readwrite", (entries) => entries.add({ ...entry, uuid: entry.uuid ?? this.uuid(), reader }));
      await this.#tell();
      this.flush();
    }

    uuid() {
      return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    }

    // Entries that wait, in order, of one conversation or of all.
    async waiting(slug) {
      return (await everything()).filter((entry) => waits(entry) && (!slug || entry.slug === slug));
    }

    // Entries of which there is something to tell: `result` says what became of them.
    async told(slug) {
      return (await everything()).filter((entry) => !waits(entry) && (!slug || entry.slug === slug));
    }

    // What somebody has answered in a conversation on this device, sent or not: number of the statement → choice.
    async answered(slug, who = reader) {
      const rows = await run("readonly", (_, answered) => answered.getAll());
      const mine = rows.filter((row) => row.slug === slug && row.reader === who);
      const said = new Map(mine.map((row) => [row.statement, row.choice]));
      for (const { kind, fields } of await this.waiting(slug)) {
        if (kind !== "vote" || !fields) continue;
        if (fields.choice === "withdraw") said.delete(Number(fields.statement));
        else said.set(Number(fields.statement), fields.choice);
      }
      return said;
    }

    // Forget an entry: one that waits, before it is sent, or one that was told of.
    async discard(id) {
      await alone(() => run("readwrite", (entries) => entries.delete(id)));
      await this.#tell();
    }

    // Forget everything, for somebody who leaves or has erased what they said.
    async clear() {
      await alone(() => run("readwrite", (entries, answered) => (entries.clear(), answered.clear())));
      await this.#tell();
    }

    // Send what waits. Resolves to whether nothing is left to be sent; comes back to it by itself otherwise.
    flush() {
      queued ??= alone(() => {
        queued = null;
        return this.#send();
      }).catch(() => false).then((done) => {
        this.#again(done);
        return done;
      });
      return queued;
    }

    async #send() {
      const later = new Set();
      for (;;) {
        const left = (await this.waiting()).filter((entry) => !later.has(entry.slug));
        if (!left.length) return !later.size;
        const { slug } = left[0];
        const batch = left.filter((entry) => entry.slug === slug).slice(0, BATCH);
        const results = await ask(slug, batch);
        if (!results) return false;
        for (const [position, result] of results.entries()) {
          if (result.state === "later") later.add(slug);
          else await this.#settle(batch[position], result);
        }
        await this.#tell();
      }
    }

    // Taken without a word: gone from here. Otherwise it stays, with what is to be told.
    async #settle(entry, result) {
      await run("readwrite", (entries, answered) => {
        if (entry.kind === "vote" && result.state === "taken") remember(answered, entry);
        return result.state === "taken" && !result.message ? entries.delete(entry.id) : entries.put({ ...entry, result });
      });
      this.#say("settled", { entry, result });
    }

    #again(done) {
      clearTimeout(timer);
      if (done) failures = 0;
      else if (globalThis.document) {
        const pause = Math.min(LONGEST_PAUSE, 1000 * 2 ** failures++);
        timer = setTimeout(() => this.flush(), pause * (0.75 + Math.random() / 2));
        this.#sync();
      }
    }

    // Where the browser can, it wakes the worker when there is a connection, also when no page is open any more.
    async #sync() {
      const registration = await navigator.serviceWorker?.getRegistration();
      await registration?.sync?.register("outbox").catch(() => {});
    }

    async #tell() {
      this.#say("changed", { waiting: (await this.waiting()).length });
    }

    #say(type, detail) {
      this.#others?.postMessage({ type, detail });
      this.#dispatch({ type, detail });
    }

    #dispatch({ type, detail }) {
      this.dispatchEvent(new CustomEvent(type, { detail }));
    }
  }

  return new Outbox();
})();

// What a page shows of it, and the app around it.
globalThis.document && (() => {
  const { outbox } = globalThis;
  const root = document.documentElement;
  const workers = navigator.serviceWorker;
  const place = document.getElementById("outbox");
  const SHOWN_AFTER = 1500;
  const TO_BE_KEPT = new Set([502, 503, 504]);

  addEventListener("load", () => {
    if (!workers || !root.dataset.worker) return;
    workers.register(root.dataset.worker, { updateViaCache: "none" }).catch(() => {});
    const wanted = place?.dataset.keep;
    if (wanted && !navigator.connection?.saveData) {
      workers.ready.then(({ active }) => setTimeout(() => active.postMessage({ keep: wanted.split(" ") }), SHOWN_AFTER));
    }
  });

  if (!outbox) return;

  const filled = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

  const entryOf = (form, submitter) => {
    const data = new FormData(form);
    if (submitter?.name) data.set(submitter.name, submitter.value);
    const fields = Object.fromEntries(data);
    const [, slug] = new URL(form.action).pathname.match(/^\/c\/([^/]+)\//);
    return { uuid: fields.ballot ?? fields.submission, slug: decodeURIComponent(slug), kind: form.dataset.outbox, fields };
  };

  // What was sent goes into the outbox instead; the form is ready for the next.
  const putAway = async (form, submitter) => {
    await outbox.add(entryOf(form, submitter));
    for (const name of ["ballot", "submission"]) if (form.elements[name]) form.elements[name].value = outbox.uuid();
    for (const area of form.querySelectorAll("textarea")) {
      area.value = "";
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    for (const button of form.querySelectorAll("[aria-pressed]")) button.setAttribute("aria-pressed", button === submitter);
    if (submitter?.name !== "choice") place?.scrollIntoView({ block: "nearest" });
  };

  const isOurs = (element) => element?.matches?.("form[data-outbox]");

  document.addEventListener("htmx:error", (event) => {
    const { ctx } = event.detail;
    if (!ctx || ctx.response || !isOurs(ctx.sourceElement)) return;
    event.stopImmediatePropagation();
    putAway(ctx.sourceElement, ctx.sourceEvent?.submitter).catch(() => (document.getElementById("connection").hidden = false));
  });

  // A server that is away, or what stands before it, has not taken anything.
  document.addEventListener("htmx:before:response", (event) => {
    const { ctx } = event.detail;
    if (!TO_BE_KEPT.has(ctx.response.status) || !isOurs(ctx.sourceElement)) return;
    event.preventDefault();
    putAway(ctx.sourceElement, ctx.sourceEvent?.submitter);
  });

  // Whoever leaves this device leaves nothing on it for the next person. What waited in spite of a network is lost.
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-leave]")) outbox.clear();
  });
  if (document.querySelector("[data-forget]")) outbox.clear();

  // A form that htmx leaves alone.
  document.addEventListener("submit", (event) => {
    const { target, submitter } = event;
    if (!isOurs(target) || target.hasAttribute("hx-post")) return;
    event.preventDefault();
    putAway(target, submitter).catch(() => target.submit());
  });

  const again = (entry) => {
    const area = document.querySelector("form[data-outbox='statement'] textarea");
    if (!area) return false;
    area.value = [area.value, entry.fields.text].filter(Boolean).join("\n");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
    return true;
  };

  const made = (entry) => {
    const template = place.querySelector(`template[data-for="${entry.kind} ${entry.result?.state ?? "waiting"}"]`);
    if (!template) return null;
    const item = template.content.firstElementChild.cloneNode(true);
    item.dataset.id = entry.id;
    const { statement, text = entry.text, language = entry.language } = entry.fields ?? {};
    for (const part of item.querySelectorAll("[data-fill]")) {
      if (part.dir && language) part.lang = language;
      const values = { number: statement, slug: encodeURIComponent(entry.slug), text, message: entry.result?.message };
      part.textContent = part.dataset.fill ? values[part.dataset.fill] ?? "" : filled(part.textContent, values);
      if (part.dataset.href) part.href = filled(part.dataset.href, values);
      part.hidden = !part.textContent;
    }
    for (const button of item.querySelectorAll("[data-act]")) {
      if (button.dataset.act === "again" && !document.querySelector("form[data-outbox='statement']")) button.hidden = true;
      button.onclick = () => {
        if (button.dataset.act !== "again" || !again(entry)) place.focus();
        outbox.discard(entry.id);
      };
    }
    return item;
  };

  const showList = (entries) => {
    const list = place.querySelector("ul");
    const there = new Map([...list.children].map((item) => [item.dataset.id, item]));
    for (const entry of entries) {
      const key = `${entry.id}`;
      const known = there.get(key);
      const state = entry.result?.state ?? "waiting";
      if (known?.dataset.state === state) {
        there.delete(key);
        continue;
      }
      const item = made(entry);
      if (!item) continue;
      item.dataset.state = state;
      list.append(item);
    }
    for (const item of there.values()) item.remove();
  };

  const countOf = (entries, kind) => {
    const count = entries.filter((entry) => entry.kind === kind).length;
    return count ? filled(place.dataset[count > 1 ? `${kind}s` : kind], { count: count.toLocaleString(root.lang) }) : "";
  };

  let since = 0;
  let timer;
  const show = async () => {
    const { slug } = place.dataset;
    const [waiting, told] = [await outbox.waiting(slug), await outbox.told(slug)];
    const status = place.querySelector(".outbox-status");
    since = waiting.length ? since || Date.now() : 0;
    // What is on its way at once is no news.
    const early = waiting.length && navigator.onLine && Date.now() - since < SHOWN_AFTER;
    clearTimeout(timer);
    if (early) timer = setTimeout(show, SHOWN_AFTER);
    else if (waiting.length) status.textContent = `${countOf(waiting, "vote")} ${countOf(waiting, "statement")}`.trim();
    else if (status.textContent) status.textContent = place.dataset.sent;
    showList([...(early ? [] : waiting.filter(({ kind }) => kind === "statement")), ...told]);
  };

  if (place) {
    outbox.addEventListener("changed", show);
    show();
  }
  for (const event of ["online", "pageshow"]) addEventListener(event, () => outbox.flush());
  document.addEventListener("visibilitychange", () => outbox.flush());
})();
