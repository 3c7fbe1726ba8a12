# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What comes over the wire for each page, counted by the browser itself; used by the tests and by bench-pages."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page


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
