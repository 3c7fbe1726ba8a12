# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What comes over the wire for each page, and when a person on slow 3G sees it; counted by the browser itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Final

from playwright.sync_api import Browser, Page

from tests.journeys.conftest import PHONE

SLOW_3G: Final = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
"""400 ms there and back, 400 kbit/s."""
CPU: Final = 4
"""Times slower than this machine: a cheap phone some years old."""
ROUNDS: Final = 3
_SETTLED_MS: Final = 1500
_WATCH: Final = """
(() => {
  window.seen = { lcp: 0, cls: 0 };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.seen.lcp = entry.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.seen.cls += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
})();
"""


@dataclass(frozen=True, slots=True)
class Seen:
    lcp_s: float
    cls: float


def on_slow_3g(browser: Browser, address: str) -> Seen:
    """A first visit with nothing in the cache, several times; the median, because the machine does other things too."""
    looks = [_look(browser, address) for _ in range(ROUNDS)]
    return Seen(lcp_s=median(look.lcp_s for look in looks), cls=max(look.cls for look in looks))


def _look(browser: Browser, address: str) -> Seen:
    with _slow_phone(browser) as page:
        page.goto(address, wait_until="load", timeout=60_000)
        page.wait_for_timeout(_SETTLED_MS)
        found = page.evaluate("window.seen")
        return Seen(lcp_s=found["lcp"] / 1000, cls=found["cls"])


@contextmanager
def _slow_phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True)
    page = context.new_page()
    page.add_init_script(_WATCH)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_3G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
    try:
        yield page
    finally:
        context.close()
