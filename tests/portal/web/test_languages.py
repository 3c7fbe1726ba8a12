# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Eight languages: which are known, which are shown, and what an address decides."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import get_language_info

from jobcenter_portal.tenancy.models import LANGUAGES as STORED
from jobcenter_portal.web import coverage
from jobcenter_portal.web.languages import LANGUAGES
from tests.portal.web.gallery.office import Office, OfficeSettings


def test_settings_tenants_and_pages_know_the_same_languages() -> None:
    codes = tuple(language.code for language in LANGUAGES)
    assert (tuple(code for code, _name in settings.LANGUAGES), STORED) == (codes, codes)


def test_django_agrees_on_names_and_directions() -> None:
    known = {code: get_language_info(code) for code, _name in settings.LANGUAGES}
    assert {code: ("rtl" if info["bidi"] else "ltr") for code, info in known.items()} == {
        language.code: language.direction for language in LANGUAGES
    }


def office(*codes: str) -> Office:
    return Office(settings=OfficeSettings(languages=codes))


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        (("de", "en", "ar", "uk"), ["de", "en", "ar"]),
        (("ar", "de"), ["de", "ar"]),
        ((), ["de"]),
        (("tr",), ["de"]),
        (("de", "xx"), ["de"]),
    ],
)
@pytest.mark.usefixtures("three_languages")
def test_a_language_shows_when_wanted_and_nearly_complete(wanted: tuple[str, ...], shown: list[str]) -> None:
    assert [language.code for language in coverage.shown_languages(office(*wanted))] == shown  # type: ignore[arg-type]


def test_without_compiled_catalogues_only_german_shows(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr(coverage, "COVERAGE_FILE", tmp_path_factory.mktemp("empty") / "coverage.json")
    assert [language.code for language in coverage.shown_languages(None)] == ["de"]


@pytest.mark.parametrize(
    ("path", "status", "language"),
    [
        ("/fulda/de/seite", 200, "de"),
        ("/fulda/en/seite", 200, "en"),
        ("/fulda/ar/seite", 200, "ar"),
        ("/fulda/uk/seite", 404, "de"),  # not complete
        ("/fulda/tr/seite", 404, "de"),  # not wanted
        ("/fulda/fr/seite", 404, "de"),  # not known
        ("/fulda/EN/seite", 404, "de"),
        ("/fulda/en/nichts", 404, "en"),
        ("/fulda/desk/", 200, "de"),
    ],
)
@pytest.mark.usefixtures("three_languages")
def test_the_address_decides_the_language(client: Client, path: str, status: int, language: str) -> None:
    response = client.get(path, headers={"accept-language": "tr"})
    assert (response.status_code, response["Content-Language"]) == (status, language)


@pytest.mark.usefixtures("three_languages")
def test_no_request_inherits_the_language_of_the_one_before(client: Client) -> None:
    before = translation.get_language()
    client.get("/fulda/ar/seite")
    assert client.get("/fulda/desk/")["Content-Language"] == "de"
    assert translation.get_language() == before
