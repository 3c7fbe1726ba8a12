# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What comes over the wire for each page, counted by the browser itself; used by the tests and by bench-pages."""

from dataclasses import dataclass, field
from typing import Any, Final

from playwright.sync_api import Page

FIRST_PAGE_KB: Final = 100
NEXT_PAGE_KB: Final = 30


@dataclass
class Scales:
    """Kilobytes that came for each page, headers included, by its address; what the cache has weighs nothing.

    A page that was loaded several times, as it is and with a mistake in it say, counts with the heaviest.
    """

    page: Page
    pages: dict[str, float] = field(default_factory=dict)
    foreign: list[str] = field(default_factory=list)
    _current: str = ""
    _loaded: float = 0

    def __post_init__(self) -> None:
        session = self.page.context.new_cdp_session(self.page)
        session.on("Network.requestWillBeSent", self._begin)
        session.on("Network.loadingFinished", self._count)
        session.send("Network.enable")

    def found(self) -> list[str]:
        """Pages that are too heavy, and requests to anybody else."""
        limits = [FIRST_PAGE_KB, *(NEXT_PAGE_KB for _page in self.pages)]
        weights = zip(self.pages.items(), limits, strict=False)
        heavy = [f"{page}: {weight:.1f} KB" for (page, weight), limit in weights if weight > limit]
        return [*heavy, *(f"asks somebody else: {address}" for address in self.foreign)]

    def _begin(self, event: dict[str, Any]) -> None:
        address = event["request"]["url"]
        if event.get("type") == "Document":
            self._current, self._loaded = address, 0
        if "127.0.0.1" not in address and not address.startswith("data:"):
            self.foreign.append(address)

    def _count(self, event: dict[str, Any]) -> None:
        self._loaded += event["encodedDataLength"] / 1000
        self.pages[self._current] = max(self.pages.get(self._current, 0), self._loaded)
