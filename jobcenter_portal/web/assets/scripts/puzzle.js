// SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
// SPDX-License-Identifier: EUPL-1.2

// Under attack this machine works a little before a time is kept, in the background and without asking anybody anything.
// Without this file a person waits for some seconds and presses a button instead.

function solve(field) {
  const status = document.getElementById("way-in");
  const worker = new Worker(field.dataset.worker);
  worker.addEventListener("message", ({ data }) => {
    field.value = data;
    if ("goesOn" in field.dataset) field.form.requestSubmit();
  });
  if (status) {
    status.textContent = status.dataset.working;
    status.hidden = false;
  }
  worker.postMessage(field.dataset.puzzle);
}

// Browsers derive keys on secure pages alone.
if (window.Worker && window.crypto?.subtle) {
  for (const field of document.querySelectorAll("[data-puzzle]")) solve(field);
}
