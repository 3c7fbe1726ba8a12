// SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
// SPDX-License-Identifier: EUPL-1.2

// Every page works without this file. It only moves the focus to the error summary, so that a screen reader
// begins there and not at the top of a page that looks unchanged.
document.getElementById("error-summary")?.focus();
