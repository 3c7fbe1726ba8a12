// SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
// SPDX-License-Identifier: EUPL-1.2

// Shows how a message's text reads while somebody types. Without this file the button "Vorschau" does the same.

const PAUSE = 600; // milliseconds without a key: whoever types is not interrupted, least of all by a screen reader

const form = document.querySelector("form[data-preview]");

// Only words that changed are put there, because a screen reader says aloud whatever is put there.
function say(text) {
  const status = document.getElementById("text-status");
  if (status.textContent !== text) status.textContent = text;
}

function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const part of fresh.body.children) {
    const old = document.getElementById(part.id);
    if (part.id === "text-status") say(part.textContent);
    else if (old && old.innerHTML !== part.innerHTML) replace(old, part);
  }
}

function replace(old, part) {
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.replaceWith(document.importNode(part, true));
  if (focused) document.getElementById(focused)?.focus();
  const field = document.getElementById(part.id.replace("_findings", ""));
  if (part.id.endsWith("_findings") && field) field.ariaInvalid = "wrong" in part.dataset ? "true" : null;
}

let waiting;
let asked = new AbortController();

async function ask() {
  asked.abort();
  asked = new AbortController();
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.preview, { method: "POST", body, signal: asked.signal });
    if (answer.ok) show(await answer.text());
    else say(form.dataset.unreachable);
  } catch (error) {
    if (error.name !== "AbortError") say(form.dataset.unreachable);
  }
}

form?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(ask, PAUSE);
});
