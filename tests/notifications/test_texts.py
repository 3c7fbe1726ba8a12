# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The texts of the portal: complete, one SMS each with the longest values, no word that harms or shames."""

import re
from itertools import product

import pytest

from appointments.core.answers import DeclineReason
from jobcenter_portal.kernel.gsm7 import Encoding, segments
from notifications.kinds import Value
from notifications.texts.rendering import render_email, render_sms

KINDS = (
    *("confirmation", "reminder", "changed", "cancelled", "requested", "other_time", "declined", "withdrawn"),
    *("new_choice", "new_place", "deputy"),
)
REASONS = ("", *(reason.value for reason in DeclineReason))
LANGUAGES = ("de", "en")
LINK = "https://termin.example/a/Ab3dE9xY7k1"  # 36 characters
BANNED = re.compile(
    r"slot|no-?show|storn|versäum|bürgergeld|grundsicherung|leistung|benefit|sanktion|sanction|kürz|\bminder|"
    r"rechtsfolge|pflicht|bg-nummer|kundennummer|aktenzeichen|case number|antrag|jobcenter|arbeitslos|unemploy|"
    r"\bheute\b|\bmorgen\b|übermorgen|\bgestern\b|\btoday\b|\btomorrow\b|\byesterday\b|"
    r"\bdu\b|\bdein|\bdir\b|\bklicken\b|\bclick\b|sofort|immediately|\bmüssen sie\b|\byou must\b",
    re.IGNORECASE,
)


def worst(**changes: Value) -> dict[str, Value]:
    """The longest values of every kind. The link has 36 characters, the tenant the 40 that its column allows."""
    values: dict[str, Value] = {
        "name": "Maximiliane-Charlotte Freifrau von Schwarzenberg-Meyer",
        "day_long": "Donnerstag, 31. Dezember 2026",
        "day_short": "Thu 31.12.",
        "time": "15:30",
        "old_day_short": "Wed 30.12.",
        "old_time": "09:15",
        "duration_minutes": 120,
        "location": "Außenstelle am Marktplatz",
        "address": "Walther-Rathenau-Straße 123, 63067 Offenbach am Main",
        "entrance": "Eingang B im Hof, 2. Stock",
        "documents": ["Ausweis oder Pass", "Mietvertrag"],
        "link": LINK,
        "code": "ABCD-EFGH-JKLM",
        "phone": "0641 0000-1234",
        "phone_hours": "Mo bis Do 8 bis 16 Uhr, Fr 8 bis 12 Uhr",
        "tenant": "K" * 40,
        "by_office": True,
        "in_group": True,
        "answer_day_long": "Mittwoch, 30. Dezember 2026",
        "answer_day_short": "Wed 30.12.",
        "answer_time": "13:30",
        **reason("papers"),
    }
    return values | changes


def reason(of: str) -> dict[str, Value]:
    return {f"reason_{known.value}": known.value == of for known in DeclineReason}


def rendered(kind: str, language: str, **changes: Value) -> str:
    mail = render_email(kind, language, worst(**changes), sender="Terminservice")
    sms = render_sms(kind, language, worst(**changes))
    assert (mail.language, sms.language) == (language, language)
    return f"{mail.subject}\n{mail.text}\n{sms.text}"


CASES = list(product(KINDS, LANGUAGES, (True, False), ("", "K" * 40)))


@pytest.mark.parametrize(("kind", "language", "by_office", "tenant"), CASES)
def test_every_sms_is_one_segment_with_the_longest_values(
    kind: str,
    language: str,
    by_office: bool,  # noqa: FBT001 -- pytest passes by name
    tenant: str,
) -> None:
    sms = render_sms(kind, language, worst(by_office=by_office, tenant=tenant))
    assert (segments(sms.text).encoding, sms.parts) == (Encoding.GSM7, 1), (len(sms.text), sms.text)
    assert sms.text.endswith(LINK)
    assert "  " not in sms.text


@pytest.mark.parametrize(("kind", "language", "by_office", "tenant"), CASES)
def test_no_text_holds_a_banned_word(
    kind: str,
    language: str,
    by_office: bool,  # noqa: FBT001 -- as above
    tenant: str,
) -> None:
    assert BANNED.findall(rendered(kind, language, by_office=by_office, tenant=tenant)) == []


@pytest.mark.parametrize(("kind", "language"), list(product(KINDS, LANGUAGES)))
def test_every_text_tells_the_absolute_date_and_time_and_the_way_to_act(kind: str, language: str) -> None:
    mail = render_email(kind, language, worst(), sender="x")
    sms = render_sms(kind, language, worst())
    assert {fact: (fact in mail.text, fact in mail.subject) for fact in ("Donnerstag, 31. Dezember 2026", "15:30")} == {
        "Donnerstag, 31. Dezember 2026": (True, True),
        "15:30": (True, True),
    }
    assert all(fact in sms.text for fact in ("Thu 31.12.", "15:30", LINK))
    assert all(fact in mail.text for fact in (LINK, "0641 0000-1234"))
    assert f'<a href="{LINK}">' in mail.html


@pytest.mark.parametrize(("kind", "language"), list(product(KINDS, LANGUAGES)))
def test_mails_without_optional_values_leave_no_empty_lines_behind(kind: str, language: str) -> None:
    bare = worst(name="", entrance="", documents=[], tenant="", old_day_short="", old_time="", by_office=False)
    text = render_email(kind, language, bare, sender="x").text
    assert ("\n\n\n" in text, ": \n" in text, " ," in text) == (False, False, False)
    assert text.splitlines()[0] in {"Guten Tag,", "Hello,"}


@pytest.mark.parametrize(("kind", "language"), list(product(KINDS, LANGUAGES)))
def test_the_name_of_the_office_shows_only_where_the_office_wants_it(kind: str, language: str) -> None:
    assert "KKK" not in rendered(kind, language, tenant="")


@pytest.mark.parametrize(
    ("kind", "language"), list(product(("confirmation", "reminder", "changed", "cancelled"), LANGUAGES))
)
def test_a_mail_says_that_it_is_a_group_and_an_sms_only_where_it_names_the_office(kind: str, language: str) -> None:
    group = {"de": "Gruppe", "en": "group"}[language]

    def said(*, in_group: bool, tenant: str) -> tuple[bool, bool, bool]:
        mail = render_email(kind, language, worst(in_group=in_group, tenant=tenant), sender="x")
        sms = render_sms(kind, language, worst(in_group=in_group, tenant=tenant))
        return group in mail.subject, group in mail.text, group in sms.text

    names_it = kind != "changed"  # its SMS has no room for it
    assert said(in_group=True, tenant="K" * 40) == (False, True, names_it)
    assert said(in_group=True, tenant="") == (False, True, False)
    assert said(in_group=False, tenant="K" * 40) == (False, False, False)


def test_sentences_stay_short() -> None:
    long = []
    for kind, language in product(KINDS, LANGUAGES):
        text = render_email(kind, language, worst(), sender="x").text
        plain = re.sub(r"(?m)^(Wann|Wo|When|Where|Eingang|Entrance|- |http).*$|\(.*?\)", "", text)
        long += [part for part in re.split(r"(?<=[.?!:])\s+", plain) if len(part.split()) > 16]
    assert long == []


@pytest.mark.parametrize(("kind", "language"), list(product(("requested",), LANGUAGES)))
def test_a_request_is_never_called_an_appointment_and_names_the_day_of_the_answer(kind: str, language: str) -> None:
    said = rendered(kind, language)
    sms = render_sms(kind, language, worst()).text
    assert {"de": "Noch ist es kein Termin.", "en": "It is not an appointment yet."}[language] in said
    assert ("Mittwoch, 30. Dezember 2026, 13:30" in said, "Wed 30.12., 13:30" in sms) == (True, True)


def test_each_reason_for_declining_has_words_of_its_own_and_ends_in_what_to_do() -> None:
    for language in LANGUAGES:
        texts = [render_email("declined", language, worst(**reason(of)), sender="x").text for of in REASONS]
        assert len(set(texts)) == len(DeclineReason)  # without a known reason it says the same as "please call"
        assert all({"de": "ufen Sie uns an", "en": "all us"}[language] in text for text in texts)
        assert [BANNED.findall(text) for text in texts] == [[]] * len(REASONS)


@pytest.mark.parametrize(("soon", "overdue"), [(1, 0), (1, 1), (12, 0), (12, 1), (12, 3)])
def test_the_office_is_told_a_number_and_the_way_and_nothing_else(soon: int, overdue: int) -> None:
    values = {"soon": soon, "one_soon": soon == 1, "overdue": overdue, "one_overdue": overdue == 1, "link": LINK}
    mail = render_email("office_requests", "de", values, sender="x")
    number = "eine Anfrage braucht" if soon == 1 else f"{soon} Anfragen brauchen"
    late = {0: "", 1: " Eine davon ist überfällig.", 3: " 3 davon sind überfällig."}[overdue]
    assert f"{number} bis zum Ende des nächsten Arbeitstags eine Antwort.{late}\n" in mail.text
    assert (mail.subject.startswith("Eine" if soon == 1 else str(soon)), LINK in mail.text) == (True, True)
