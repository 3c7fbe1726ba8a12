# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A person with a browser: follows links and presses buttons, and reads what the page says."""

import re
from collections.abc import Iterable
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client

from appointments.web.times import slot_value

SERVICE = "beratung"
PLACE = "haus"
FRAME = 3
"""Queries of every page beside its own: logo, legal texts, attack; some are remembered for a moment."""
NOBODY = {"name": "Jürgen Größer", "remind": "none"}


class Visitor:
    """`root` is a Jobcenter in a language: `/fulda/de/`. Pages are named by what follows it."""

    def __init__(self, root: str, client: Client | None = None) -> None:
        self.root = root
        self.client = client or Client()

    def get(self, page: str = "", **headers: str) -> HttpResponse:
        return self.client.get(self._address(page), headers=headers)  # type: ignore[return-value]

    def post(self, page: str, **typed: str) -> HttpResponse:
        return self.client.post(self._address(page), typed)  # type: ignore[return-value]

    def chooses(self, starts_at: datetime) -> HttpResponse:
        """Hold a time; the answer leads to the contact page."""
        return self.post(f"buchen/{SERVICE}/{PLACE}/", time=slot_value(starts_at))

    def holds(self, starts_at: datetime) -> str:
        """Hold a time; the address of the hold, to which the steps are added."""
        response = self.chooses(starts_at)
        assert response.status_code == 303, text_of(response)
        return response["Location"].removesuffix("kontakt/")

    def books(self, starts_at: datetime, **typed: str) -> str:
        """All of the journey; the address of the appointment's page."""
        hold = self.holds(starts_at)
        assert self.post(f"{hold}kontakt/", **{**NOBODY, **typed}).status_code == 303
        response = self.post(f"{hold}pruefen/")
        assert response.status_code == 303, text_of(response)
        return response["Location"]

    def _address(self, page: str) -> str:
        return page if page.startswith("/") else self.root + page


def text_of(response: Any) -> str:
    """What stands in the main part of a page, tags removed, blanks joined."""
    html = response.content.decode()
    main = html.partition("<main")[2] or html
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main.partition(">")[2])).split())


def heading_of(response: Any) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", response.content.decode(), re.DOTALL)
    assert found, response.content
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", found[1])).split())


def buttons_of(response: Any) -> list[str]:
    """What can be pressed, as it reads; links that look like buttons included. Not what only a script would show."""
    html = re.sub(r"<section\b[^>]*\shidden>.*?</section>", "", response.content.decode(), flags=re.DOTALL)
    found = re.findall(r'<(?:button type="submit"|a) class="kern-btn.*?<span class="kern-label">(.*?)</span>', html)
    return [" ".join(unescape(re.sub(r"<[^>]*>", "", text)).split()) for text in found]


def values_of(response: Any, name: str) -> list[str]:
    """Values that a form offers under a name: radio buttons and buttons."""
    return re.findall(rf'name="{name}" value="([^"]*)"', response.content.decode())


def typed_in(response: Any, names: Iterable[str]) -> dict[str, str]:
    """What already stands in the fields of a form; of radio buttons the chosen one."""
    html = response.content.decode()
    found = {}
    for name in names:
        field = re.search(rf'<input [^>]*name="{name}" value="([^"]*)"[^>]*checked', html) or re.search(
            rf'<input class="[^"]*" type="(?!radio)[^"]*" name="{name}" value="([^"]*)"', html
        )
        found[name] = unescape(field[1]) if field else ""
    return found


def path_of(address: str) -> str:
    return urlsplit(address).path
