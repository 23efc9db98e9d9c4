// Keeps the app usable without a network. `self.shell`, the static files of this version, is written above this text.
// It never answers a post: one that went through here would no longer show which site it comes from.
"use strict";

const SHELL = `shell ${self.shell.version}`;
const PAGES = "pages ";
const OFFLINE = "/offline";
const PATIENCE = 4000;
const A_DAY = 86_400_000;
const FRESH = 600_000;
const AWAY = new Set([502, 503, 504]);
const GONE = new Set([404, 410]);

importScripts(self.shell.files.find((file) => file.startsWith("/static/outbox.js")));

const names = async (prefix) => (await caches.keys()).filter((name) => name.startsWith(prefix));

self.addEventListener("install", (event) => {
  const prepare = async () => {
    await (await caches.open(SHELL)).addAll(self.shell.files);
    await keepAll([OFFLINE]);
    await self.skipWaiting();
  };
  event.waitUntil(prepare());
});

self.addEventListener("activate", (event) => {
  const begin = async () => {
    const old = (await names("shell ")).filter((name) => name !== SHELL);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(begin());
});

// What was kept for somebody else, or in another language, goes as soon as the server says who is here now.
const pagesOf = async (reader) => {
  const others = (await names(PAGES)).filter((name) => name !== PAGES + reader);
  await Promise.all(others.map((name) => caches.delete(name)));
  return caches.open(PAGES + reader);
};

const keep = async (path, answer) => {
  const reader = answer.headers.get("X-Reader");
  if (!reader) return;
  const fresh = !(await caches.has(PAGES + reader));
  const pages = await pagesOf(reader);
  if (answer.status === 200 && answer.headers.has("X-Keep")) await pages.put(path, answer);
  else if (GONE.has(answer.status)) await pages.delete(path);
  if (fresh && path !== OFFLINE) await keepAll([OFFLINE]);
};

const kept = async (path) => {
  for (const name of await names(PAGES)) {
    const answer = await (await caches.open(name)).match(path);
    if (answer) return answer;
  }
};

const areCards = (path) => path.endsWith("/cards");
const age = (answer) => (answer ? Date.now() - Date.parse(answer.headers.get("Date")) : Infinity);

const keepAll = async (paths) => {
  for (const path of paths) {
    if (age(await kept(path)) < (areCards(path) ? FRESH : A_DAY)) continue;
    const answer = await fetch(path, { cache: "no-cache" }).catch(() => null);
    if (answer && !answer.redirected) await keep(path, answer);
  }
};

// A copy says so, and of when it is. Cards that were answered on this device after they had been kept are left out.
const asCopy = async (path, answer) => {
  const [who, language] = answer.headers.get("X-Reader").split(/-(.*)/);
  const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const keptAt = moment.format(Date.parse(answer.headers.get("Date")) || Date.now());
  let text = (await answer.text()).replace('id="kept-copy" hidden', 'id="kept-copy"').replace("{kept at}", keptAt);
  if (areCards(path)) {
    const answered = await self.outbox.answered(decodeURIComponent(path.split("/")[2]), who).catch(() => new Map());
    const cards = /<template data-statement="(\d+)"[^]*?<\/template>/g;
    text = text.replace(cards, (card, number) => (answered.has(Number(number)) ? "" : card));
  }
  return new Response(text, { headers: answer.headers });
};

// The network first; a copy where there is none, where the server is away, or where it takes too long.
const page = async (event) => {
  const { pathname, search } = new URL(event.request.url);
  const copy = async () => {
    const answer = await kept(pathname);
    return answer && asCopy(pathname, answer);
  };
  const live = fetch(event.request).then((answer) => {
    if (AWAY.has(answer.status)) throw new Error(answer.status);
    if (!search || areCards(pathname)) event.waitUntil(keep(pathname, answer.clone()));
    return answer;
  });
  event.waitUntil(live.catch(() => {})); // it is kept also when it comes too late to be shown
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE)).then(copy);
  try {
    return (await Promise.race([live, late])) ?? (await live);
  } catch {
    return (await copy()) ?? (event.request.destination === "document" ? await kept(OFFLINE) : null) ?? Response.error();
  }
};

// The screen in the hall comes back after a power cut, with or without a network. It is the same for everybody.
const WALL = "wall";
const isWall = (address) => address.pathname === "/dashboard" && address.searchParams.get("screen") === WALL;
const wall = async (event) => {
  const screens = await caches.open(WALL);
  const answer = await fetch(event.request).catch(() => null);
  if (!answer?.ok) return (await screens.match(event.request.url)) ?? answer ?? Response.error();
  event.waitUntil(screens.put(event.request.url, answer.clone()));
  return answer;
};

// An address with a version never changes; a page of an earlier version makes do with the files of this one.
const file = async (request) => {
  const shell = await caches.open(SHELL);
  const other = async () => (await shell.match(request, { ignoreSearch: true })) ?? Response.error();
  return (await shell.match(request)) ?? fetch(request).catch(other);
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  const { origin, pathname } = address;
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (isWall(address)) return event.respondWith(wall(event));
  if (pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.destination === "document" || areCards(pathname)) event.respondWith(page(event));
});

self.addEventListener("message", (event) => {
  if (event.data.keep) event.waitUntil(keepAll(event.data.keep));
});

self.addEventListener("sync", (event) => {
  const send = async () => {
    if (!(await self.outbox.flush())) throw new Error("later");
  };
  if (event.tag === "outbox") event.waitUntil(send());
});
