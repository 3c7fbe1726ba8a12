# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What stands on the outside of every page: exactly these headers, this policy, and no other cookies than these."""

import re
from collections.abc import Iterable
from typing import Final

from playwright.sync_api import Cookie, Response

from tests.portal.web.test_security import HEADERS, POLICY

OF_THE_CONTENT: Final = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "date",
        "server",
        "set-cookie",
        "transfer-encoding",
        "vary",
    }
)
"""Of the server and of what is inside; cookies are looked at in the browser."""
INDEXABLE: Final = frozenset({"portal-start", "booking:start", "about:imprint", "about:privacy", "about:accessibility"})
"""What search engines may list, and nothing else: no page on which somebody books, and none of theirs."""
MORE: Final = {"booking:card": frozenset({"expires"}), "405": frozenset({"allow"}), "503": frozenset({"retry-after"})}
"""Headers that some pages alone have, by route or status."""
_LANGUAGE: Final = re.compile(r'<html lang="([^"]+)"')
_COOKIE: Final = re.compile(r"(?:csrf|session)_(?P<jobcenter>[a-z0-9-]+)")


def wrong_headers(answer: Response, source: str, route: str) -> list[str]:
    """How the headers of a page differ from what they have to be."""
    headers = answer.all_headers()
    policy = set(headers.pop("content-security-policy", "").split("; "))
    more = MORE.get(route, frozenset()) | MORE.get(str(answer.status), frozenset())
    said = {name: value for name, value in headers.items() if name not in OF_THE_CONTENT | more}
    expected = {name.lower(): value for name, value in HEADERS.items()}
    language = _LANGUAGE.search(source)
    expected["content-language"] = language[1] if language else "?"
    if answer.ok and route in INDEXABLE:
        del expected["x-robots-tag"]
    found = [f"{name}: {value}" for name, value in sorted(set(said.items()) ^ set(expected.items()))]
    found += [f"{name} is missing" for name in more - headers.keys()]
    found += [f"policy: {part}" for part in sorted(policy ^ POLICY)]
    return [f"{answer.status} {answer.url}: {one}" for one in found]


def wrong_cookies(cookies: Iterable[Cookie]) -> list[str]:
    """Cookies that are not ours, or reach farther or live longer than a visit to one Jobcenter."""
    return [f"cookie {one['name']}" for one in cookies if not _is_ours(one)]


def _is_ours(cookie: Cookie) -> bool:
    named = _COOKIE.fullmatch(cookie["name"])
    properties = (cookie["path"], cookie["httpOnly"], cookie["sameSite"], cookie["expires"])
    return named is not None and properties == (f"/{named['jobcenter']}/", True, "Lax", -1)
