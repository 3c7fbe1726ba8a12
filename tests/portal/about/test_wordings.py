# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words of a face: saved as versions, brought back, never overwritten unseen."""

from datetime import datetime

import pytest

from jobcenter_portal.about.models import Part, Wording
from jobcenter_portal.about.wordings import (
    LONGEST,
    TooLong,
    WordingChangedMeanwhile,
    reword,
    reword_as_in,
    versions,
    words_of,
)
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter


def say(text: str, seen: int, by: audit.By, now: datetime, language: str = "de") -> Wording | None:
    return reword(part=Part.IMPRINT, language=language, text=text, seen=seen, by=by, now=now)


def test_the_newest_version_holds_and_the_older_ones_stay(by: audit.By, now: datetime) -> None:
    say("Kreis Fulda", 0, by, now)
    say("Landkreis Fulda  \n\n", 1, by, now)
    assert words_of([Part.IMPRINT, Part.PRIVACY]) == {(Part.IMPRINT, "de"): "Landkreis Fulda"}
    kept = [(one.version, one.text, one.created_by.display_name) for one in versions(Part.IMPRINT, "de")]
    assert kept == [(2, "Landkreis Fulda", "Stefan Groß"), (1, "Kreis Fulda", "Stefan Groß")]
    assert [(one.action, one.detail) for one in audit.history("wording:impressum.de")] == [
        ("wording_saved", {"version": 1}),
        ("wording_saved", {"version": 2}),
    ]


def test_an_earlier_version_comes_back_as_a_new_one(by: audit.By, now: datetime) -> None:
    say("Kreis Fulda", 0, by, now)
    say("Falsch", 1, by, now)
    reword_as_in(part=Part.IMPRINT, language="de", version=1, seen=2, by=by, now=now)
    assert [(one.version, one.text) for one in versions(Part.IMPRINT, "de")] == [
        (3, "Kreis Fulda"),
        (2, "Falsch"),
        (1, "Kreis Fulda"),
    ]


def test_an_empty_text_takes_the_words_off_the_page_and_can_be_undone(by: audit.By, now: datetime) -> None:
    say("Imprint", 0, by, now, "en")
    say(" ", 1, by, now, "en")
    assert words_of([Part.IMPRINT]) == {}
    reword_as_in(part=Part.IMPRINT, language="en", version=1, seen=2, by=by, now=now)
    assert words_of([Part.IMPRINT]) == {(Part.IMPRINT, "en"): "Imprint"}


def test_the_same_words_are_not_saved_twice(by: audit.By, now: datetime) -> None:
    say("Kreis Fulda", 0, by, now)
    say("Kreis Fulda", 0, by, now)
    say("", 0, by, now, "en")
    assert Wording.objects.count() == 1


def test_what_a_colleague_saved_meanwhile_is_not_overwritten_unseen(by: audit.By, now: datetime) -> None:
    say("Von Anna", 0, by, now)
    with pytest.raises(WordingChangedMeanwhile) as changed:
        say("Von Ben", 0, by, now)
    assert (changed.value.current and changed.value.current.text) == "Von Anna"
    assert words_of([Part.IMPRINT]) == {(Part.IMPRINT, "de"): "Von Anna"}


def test_more_than_there_is_room_for_is_refused(by: audit.By, now: datetime) -> None:
    say("x" * LONGEST[Part.IMPRINT], 0, by, now)
    with pytest.raises(TooLong):
        say("x" * (LONGEST[Part.IMPRINT] + 1), 1, by, now)


def test_a_version_or_language_that_does_not_exist_is_refused(by: audit.By, now: datetime) -> None:
    with pytest.raises(LookupError):
        reword_as_in(part=Part.IMPRINT, language="de", version=1, seen=0, by=by, now=now)
    with pytest.raises(ValueError, match="fr"):
        say("Bonjour", 0, by, now, "fr")


def test_another_jobcenter_has_words_of_its_own(wiesbaden: Jobcenter, by: audit.By, now: datetime) -> None:
    say("Kreis Fulda", 0, by, now)
    with tenant_context(wiesbaden):
        assert words_of([Part.IMPRINT]) == {}
