// SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
// SPDX-License-Identifier: EUPL-1.2

// The service worker of one Jobcenter. It is there only after somebody kept an appointment on their device, and puts
// nothing into the cache by itself but newer states of the cards that lie there: pages stay no-store. Without a
// network it shows the kept card, and it shows push notices. When the last card goes, it goes too.

const SCOPE = new URL(self.registration.scope).pathname;
const STORE = `termin:${SCOPE}`;
const CARD = "karte/";
const LIST = "geraet/";
const WORDS = `${SCOPE}hinweis`;
const CUSTOMERS = new RegExp(`^${SCOPE}[a-z]{2}(-[a-z]+)?/`); // the desk never
const OWN_PAGE = /\/t\/[^/]+\/$/;
const QUIET = 10 * 60 * 1000; // milliseconds: the same knock twice shall ring once

const cardsIn = async (store) => (await store.keys()).filter((request) => new URL(request.url).pathname.endsWith(CARD));
const isOver = (card) => new Date(card.headers.get("Expires")) < new Date();

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const path = new URL(url).pathname;
  if (method !== "GET") return;
  if (mode === "navigate" && CUSTOMERS.test(path)) {
    const answer = fetch(event.request);
    event.respondWith(answer.catch(() => kept(path)));
    event.waitUntil(answer.then(() => tidy(path)).catch(() => {}));
  } else if (path.startsWith("/static/") || path.startsWith(`${SCOPE}logo/`)) {
    event.respondWith(fetch(event.request).catch(() => stored(event.request)));
  }
});

const stored = async (what) => (await caches.match(what, { cacheName: STORE })) ?? Response.error();

// The card at the address of its appointment; for all else the page that lists the cards.
async function kept(path) {
  const card = await caches.match(path.endsWith(CARD) ? path : path + CARD, { cacheName: STORE });
  if (card && !isOver(card)) return card;
  const [tongue] = CUSTOMERS.exec(path);
  return (await caches.match(tongue + LIST, { cacheName: STORE })) ?? (await listInAnyLanguage()) ?? Response.error();
}

async function listInAnyLanguage() {
  if (!(await caches.has(STORE))) return undefined;
  const store = await caches.open(STORE);
  const found = (await store.keys()).find((request) => new URL(request.url).pathname.endsWith(LIST));
  return found && store.match(found);
}

// Whoever looks at their appointment sees its newest state; the card must not say anything else afterwards.
async function tidy(opened) {
  if (!(await caches.has(STORE))) return;
  if (OWN_PAGE.test(opened)) await renew();
  const store = await caches.open(STORE);
  for (const request of await cardsIn(store)) {
    if (isOver(await store.match(request))) await store.delete(request);
  }
  if (!(await cardsIn(store)).length) await leave();
}

async function leave() {
  await (await self.registration.pushManager?.getSubscription())?.unsubscribe();
  await caches.delete(STORE);
  await self.registration.unregister();
}

self.addEventListener("push", (event) => event.waitUntil(Promise.all([show(), renew()])));

// A knock has no content. The words lie here since the person said yes, in their language.
async function show() {
  const words = await caches.match(WORDS, { cacheName: STORE });
  const { title, body, lang, dir, url } = words ? await words.json() : { title: "Jobcenter", url: SCOPE };
  const now = Date.now();
  const [last] = await self.registration.getNotifications({ tag: STORE });
  const renotify = !last || now - last.data.at > QUIET;
  await self.registration.showNotification(title, { body, lang, dir, tag: STORE, renotify, data: { at: now, url } });
}

// A card that says the old time would send somebody there for nothing.
async function renew() {
  if (!(await caches.has(STORE))) return;
  const store = await caches.open(STORE);
  for (const { url } of await cardsIn(store)) {
    const answer = await fetch(url, { cache: "no-store", credentials: "omit" }).catch(() => null); // see device.js
    if (answer?.status === 200) await store.put(url, answer);
    else if (answer?.status === 404 || answer?.status === 410) await store.delete(url);
  }
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.url));
});
