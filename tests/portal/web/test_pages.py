# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The frame of every page."""

import re
from dataclasses import dataclass

import pytest
from django.test import Client

pytestmark = pytest.mark.usefixtures("three_languages")


@dataclass(frozen=True)
class Frame:
    """What the frame says about a page."""

    status: int
    lang: str
    direction: str
    title: str


def frame_of(client: Client, path: str, *, post: bool = False) -> Frame:
    response = client.post(path, {}) if post else client.get(path)
    html = response.content.decode()
    found = re.search(r'<html lang="([^"]*)" dir="([^"]*)">.*<title>(.*?)</title>', html, re.DOTALL)
    assert found
    return Frame(response.status_code, *found.groups())


def html_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()


@pytest.mark.parametrize(
    ("path", "frame"),
    [
        ("/fulda/de/seite", Frame(200, "de", "ltr", "Ihr Termin – Jobcenter Landkreis Fulda")),
        ("/fulda/ar/seite", Frame(200, "ar", "rtl", "Ihr Termin – Jobcenter Landkreis Fulda")),
        ("/fulda/desk/", Frame(200, "de", "ltr", "Heute – Jobcenter Landkreis Fulda")),
        ("/fulda/en/nothing", Frame(404, "en", "ltr", "This page does not exist – Jobcenter Landkreis Fulda")),
        (
            "/fulda/de/verboten",
            Frame(403, "de", "ltr", "Diese Seite gehört nicht zu Ihrer Rolle – Jobcenter Landkreis Fulda"),
        ),
        ("/fulda/de/kaputt", Frame(500, "de", "ltr", "Etwas ist schiefgegangen – Terminportal")),
        ("/nirgends/de/seite/x", Frame(404, "de", "ltr", "Diese Seite gibt es nicht")),
    ],
)
def test_a_page_says_its_language_its_step_and_whose_it_is(client: Client, path: str, frame: Frame) -> None:
    assert frame_of(client, path) == frame


def test_the_title_of_a_refused_form_begins_with_the_word_error(client: Client) -> None:
    german = frame_of(client, "/fulda/de/formular", post=True)
    english = frame_of(client, "/fulda/en/formular", post=True)
    assert german == Frame(422, "de", "ltr", "Fehler: Wann passt es Ihnen? – Jobcenter Landkreis Fulda")
    assert english == Frame(422, "en", "ltr", "Error: Wann passt es Ihnen? – Jobcenter Landkreis Fulda")


@pytest.mark.parametrize("path", ["/fulda/de/seite", "/fulda/de/formular", "/fulda/desk/", "/fulda/de/kaputt"])
def test_no_page_carries_style_or_script_of_its_own(client: Client, path: str) -> None:
    html = html_of(client, path)
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:", html) == []
    assert all('src="/static/' in script for script in re.findall(r"<script[^>]*>", html))


def test_the_other_languages_are_named_in_their_own_words_and_keep_the_query(client: Client) -> None:
    html = html_of(client, "/fulda/en/seite?woche=2")
    links = re.findall(
        r'<a [^>]*href="(/fulda/\w+/seite\?[^"]*)" lang="(\w+)" hreflang="(\w+)" dir="(\w+)">(.*?)</a>', html
    )
    assert links == [
        ("/fulda/de/seite?woche=2", "de", "de", "ltr", "Deutsch"),
        ("/fulda/ar/seite?woche=2", "ar", "ar", "rtl", "العربية"),
    ]
    assert re.findall(r'lang="(\w+)" dir="ltr" aria-current="true">(.*?)<', html) == [("en", "English")]


def test_a_demo_says_that_its_appointments_are_not_real(client: Client, settings: object) -> None:
    assert "Demo, keine echten Termine" in html_of(client, "/fulda/de/seite")
    settings.DEMO = False  # type: ignore[attr-defined]
    assert "Demo" not in html_of(client, "/fulda/de/seite")


def test_every_page_of_a_jobcenter_offers_its_telephone(client: Client) -> None:
    for path in ("/fulda/de/seite", "/fulda/de/formular", "/fulda/de/nichts"):
        assert 'href="tel:06610000100"' in html_of(client, path)


def test_staff_see_who_is_signed_in_and_sign_out_by_a_form(client: Client) -> None:
    html = html_of(client, "/fulda/desk/")
    assert "Angemeldet: Mira Özdemir" in html
    assert re.search(r'<form method="post" action="/fulda/desk/"><input type="hidden" name="csrfmiddlewaretoken"', html)


def test_a_wrong_method_is_told_kindly_and_names_the_right_ones(client: Client) -> None:
    response = client.post("/fulda/en/nur-lesen")
    assert (response.status_code, response["Allow"]) == (405, "GET")
    assert "This is not possible on this page" in response.content.decode()


def test_a_form_without_its_token_is_told_to_be_sent_again(gallery: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/fulda/en/formular", {})
    assert response.status_code == 403
    assert "This page was open for too long" in response.content.decode()
