# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A nervous thumb on a slow line: it taps again before the answer to its first tap has come."""

from typing import Final

from playwright.sync_api import Locator, Page

SLOW: Final = {"offline": False, "latency": 800, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""Milliseconds and bytes per second: an old phone at the edge of a village."""
BETWEEN_TAPS_MS: Final = 100


def slow_line(page: Page) -> None:
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("main").get_by_role("button", name=name, exact=True)


def taps_twice(page: Page, name: str) -> None:
    """The second tap comes before the answer to the first, which is lost by that, with its cookie."""
    target = button(page, name)
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box
    across, down = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(across, down)
    page.wait_for_timeout(BETWEEN_TAPS_MS)
    with page.expect_event("load"):
        page.mouse.click(across, down)
