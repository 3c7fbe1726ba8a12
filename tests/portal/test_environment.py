# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the settings make of the environment, and what they refuse at start-up instead of at night."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from jobcenter_portal.settings import environment

PORTAL = "https://termine.example"


def short(monkeypatch: pytest.MonkeyPatch, value: str) -> str:
    monkeypatch.setenv("SHORT_URL", value)
    return environment.short_address("SHORT_URL", default=PORTAL)


def test_links_of_sms_begin_with_the_short_address_or_else_with_the_portals_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert [short(monkeypatch, value) for value in ("https://jcterm.de", "https://t.jc.de/", "")] == [
        "https://jcterm.de",
        "https://t.jc.de",
        PORTAL,
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("https://jc-term.de", "SHORT_URL may have 17 characters including https://, not 18"),
        ("jc-term.de", "SHORT_URL is not of the form https://host"),
        ("https://jc-t.de/a", "SHORT_URL is not of the form https://host"),
        ("ftp://jc-term.de", "SHORT_URL is not of the form https://host"),
    ],
)
def test_a_short_address_that_would_make_two_sms_out_of_one_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str, said: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=said):
        short(monkeypatch, value)
