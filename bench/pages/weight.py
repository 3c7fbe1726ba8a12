# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What comes over the wire for each page, and when a person on slow 3G sees it; counted by the browser itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

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
ROUNDS: Final = 5
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


@dataclass
class Scales:
    """Kilobytes that came for each page, headers included, by its address; what the cache has weighs nothing."""

    page: Page
    pages: dict[str, float] = field(default_factory=dict)
    foreign: list[str] = field(default_factory=list)
    _current: str = ""

    def __post_init__(self) -> None:
        session = self.page.context.new_cdp_session(self.page)
        session.on("Network.requestWillBeSent", self._begin)
        session.on("Network.loadingFinished", self._count)
        session.send("Network.enable")

    def _begin(self, event: dict[str, Any]) -> None:
        address = event["request"]["url"]
        if event.get("type") == "Document":
            self._current = address
        if "127.0.0.1" not in address and not address.startswith("data:"):
            self.foreign.append(address)

    def _count(self, event: dict[str, Any]) -> None:
        self.pages[self._current] = self.pages.get(self._current, 0) + event["encodedDataLength"] / 1000


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
