// SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
// SPDX-License-Identifier: EUPL-1.2

// Keeps an appointment on this device, shows what is kept, and takes it away again. Everything starts with a press:
// before that, nothing is stored on a device that may belong to somebody else.

const section = document.getElementById("on-this-device");
const list = document.getElementById("kept");
const scope = (section ?? list)?.dataset.scope;
const STORE = `termin:${scope}`;
const canKeep = "serviceWorker" in navigator && "caches" in window;

const find = (name, where = section) => where.querySelector(name);
const registration = () => navigator.serviceWorker.getRegistration(scope);
const keptCards = async () =>
  (await caches.has(STORE))
    ? (await (await caches.open(STORE)).keys()).map(({ url }) => new URL(url).pathname).filter((path) => path.endsWith("/karte/"))
    : [];

function say(what, where = section) {
  for (const line of where.querySelectorAll("[data-say]")) line.hidden = line.dataset.say !== what;
}

// As a stranger would: what is kept belongs to no session, and an answer that comes after the person has left must not
// bring a cookie back.
async function fetched(address) {
  const answer = await fetch(address, { cache: "no-store", credentials: "omit" });
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
  return answer;
}

// The card, the page that lists cards, and what both need to look right.
async function keep() {
  const { worker, card, keptPage } = section.dataset;
  const answers = [await fetched(card), await fetched(keptPage)];
  const needed = new Set();
  for (const answer of answers) {
    const page = new DOMParser().parseFromString(await answer.clone().text(), "text/html");
    for (const one of page.querySelectorAll("link[rel=stylesheet], link[rel=preload], script[src], img[src]")) {
      needed.add(one.getAttribute("href") ?? one.getAttribute("src"));
    }
  }
  await navigator.serviceWorker.register(worker, { scope });
  const store = await caches.open(STORE);
  await store.put(card, answers[0]);
  await store.put(keptPage, answers[1]);
  await store.addAll([...needed]);
}

async function forget(card) {
  await (await caches.open(STORE)).delete(card);
  if ((await keptCards()).length) return;
  await (await subscription())?.unsubscribe();
  await caches.delete(STORE);
  await (await registration())?.unregister();
}

// --- Push -----------------------------------------------------------------------------------------------------------
const canPush = "PushManager" in window && "Notification" in window;
const subscription = async () => (await registration())?.pushManager?.getSubscription();

async function digest(text) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function tell(fields) {
  const part = find("[data-push]");
  const token = find("[name=csrfmiddlewaretoken]", part).value;
  const body = new URLSearchParams({ csrfmiddlewaretoken: token, ...fields });
  const answer = await fetch(part.dataset.push, { method: "POST", body });
  if (!answer.ok) throw new Error(`${answer.status}`);
}

async function pushOn() {
  const { card, pushKey, pushTitle: title, pushBody: body } = section.dataset;
  const { lang, dir } = document.documentElement;
  if ((await Notification.requestPermission()) !== "granted") return false;
  const { pushManager } = await navigator.serviceWorker.ready;
  const { endpoint } = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: pushKey });
  const words = JSON.stringify({ title, body, lang, dir, url: card.replace(/karte\/$/, "") });
  await (await caches.open(STORE)).put(`${scope}hinweis`, new Response(words));
  await tell({ push: "on", endpoint });
  section.dataset.pushDevice = await digest(endpoint);
  return true;
}

async function pushOff() {
  await tell({ push: "off" });
  section.dataset.pushDevice = "";
  if ((await keptCards()).length === 1) await (await subscription())?.unsubscribe();
}

async function knocksHere() {
  const { endpoint } = (await subscription()) ?? {};
  return Boolean(endpoint) && section.dataset.pushDevice === (await digest(endpoint));
}

// --- The part of an appointment's page ------------------------------------------------------------------------------
async function refresh() {
  const isKept = (await keptCards()).includes(section.dataset.card);
  find("[data-when=new]").hidden = isKept;
  find("[data-when=kept]").hidden = !isKept;
  const push = find("[data-push]");
  if (!push || !canPush) return;
  push.hidden = false;
  const state = Notification.permission === "denied" ? "denied" : (await knocksHere()) ? "on" : "off";
  for (const name of ["on", "off", "denied"]) find(`[data-when=push-${name}]`).hidden = name !== state;
}

const steps = {
  keep: async () => (await keep(), "kept"),
  forget: async () => {
    if (find("[data-push]") && (await knocksHere())) await pushOff().catch(() => {}); // without a network too
    await forget(section.dataset.card);
    return "forgotten";
  },
  "push-on": async () => ((await pushOn()) ? "push-on" : ""),
  "push-off": async () => (await pushOff(), "push-off"),
};

async function press({ currentTarget: button }) {
  button.disabled = true;
  const said = await steps[button.dataset.do]().catch(() => "failed");
  button.disabled = false;
  await refresh();
  say(said);
  if (button.offsetParent === null) find("h2").focus(); // not the other button: a second tap would undo the first
}

async function startSection() {
  for (const button of section.querySelectorAll("[data-do]")) button.addEventListener("click", press);
  if ((await keptCards()).includes(section.dataset.card)) await keep().catch(() => {}); // the newest state
  await refresh();
  section.hidden = false;
}

// --- The page that lists what is kept -------------------------------------------------------------------------------
async function show() {
  const target = find("[data-list]", list);
  target.replaceChildren();
  for (const path of await keptCards()) {
    const answer = await caches.match(path, { cacheName: STORE });
    if (new Date(answer.headers.get("Expires")) < new Date()) continue;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const card = document.importNode(page.querySelector("[data-kept]"), true);
    const { lang, dir } = page.documentElement;
    Object.assign(card, { lang, dir });
    const button = find("[data-forget]", card);
    button.hidden = false;
    button.addEventListener("click", async () => {
      await forget(path);
      await show();
      say("forgotten", list);
    });
    target.append(card);
  }
}

async function startList() {
  if ((await keptCards()).length) await show();
  const count = find("[data-list]", list).childElementCount;
  say(navigator.onLine ? (count ? "" : "none") : "offline", list);
}

if (section && canKeep) startSection();
if (list && canKeep) startList();
