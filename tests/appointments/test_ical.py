# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Calendar entries, read back with the icalendar parser."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from icalendar import Calendar, Component

from appointments.ical import Method, build_ics

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
ANY_TEXT = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            ["\r", "\n", "\\n", ";", ",", '"', ":", "BEGIN:VEVENT", "END:VEVENT", "\u2028", "\x85", "\x0c", "ä", " "]
        ),
        max_size=30,
    ).map("".join),
)  # fmt: skip
MINUTES = st.integers(0, 5 * 365 * 24 * 60).map(
    lambda minute: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
)


def build(**changes: Any) -> bytes:
    values: dict[str, Any] = {
        "uid": "0199aa11-0000-7000-8000-000000000003@fulda.example",
        "sequence": 0,
        "method": Method.REQUEST,
        "starts_at": datetime(2026, 11, 24, 8, 30, tzinfo=UTC),
        "ends_at": datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
        "zone": BERLIN,
        "summary": "Termin",
        "location": "Robert-Kircher-Straße 24, 36037 Fulda",
        "description": "Bitte melden Sie sich am Empfang.",
        "organizer_address": "termin@fulda.example",
        "organizer_name": "Jobcenter Fulda",
        "url": "https://fulda.example/t/abc",
        "now": NOW,
    }
    return build_ics(**(values | changes))


def only_event(ics: bytes) -> tuple[Calendar, Component]:
    calendar = Calendar.from_ical(ics)
    assert [component.name for component in calendar.subcomponents] == ["VTIMEZONE", "VEVENT"]
    [event] = calendar.walk("VEVENT")
    return calendar, event


def test_a_request_carries_all_that_a_calendar_needs() -> None:
    ics = build(sequence=2)
    lines = [line for line in ics.decode().replace("\r\n ", "").split("\r\n") if line]
    event = lines[lines.index("BEGIN:VEVENT") : lines.index("END:VEVENT") + 1]
    assert sorted(event) == sorted(
        [
            "BEGIN:VEVENT",
            "UID:0199aa11-0000-7000-8000-000000000003@fulda.example",
            "SEQUENCE:2",
            "DTSTAMP:20261123T083000Z",
            "DTSTART;TZID=Europe/Berlin:20261124T093000",
            "DTEND;TZID=Europe/Berlin:20261124T100000",
            "SUMMARY:Termin",
            "LOCATION:Robert-Kircher-Straße 24\\, 36037 Fulda",
            "DESCRIPTION:Bitte melden Sie sich am Empfang.",
            "STATUS:CONFIRMED",
            "CLASS:PRIVATE",
            "TRANSP:OPAQUE",
            'ORGANIZER;CN="Jobcenter Fulda":mailto:termin@fulda.example',
            "URL:https://fulda.example/t/abc",
            "END:VEVENT",
        ]
    )
    assert b"\r\nMETHOD:REQUEST\r\n" in ics
    assert ics.count(b"BEGIN:DAYLIGHT") == 1
    assert b"\n" not in ics.replace(b"\r\n", b"")


def test_a_cancellation_has_the_same_uid_a_higher_sequence_and_says_so_twice() -> None:
    calendar, event = only_event(build(sequence=3, method=Method.CANCEL))
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 3)
    assert event["UID"] == only_event(build())[1]["UID"]


def test_a_download_asks_nobody_to_take_part() -> None:
    calendar, event = only_event(build(method=Method.PUBLISH, url=""))
    assert calendar["METHOD"] == "PUBLISH"
    assert ("ATTENDEE" in event, "URL" in event) == (False, False)


def test_an_entry_says_only_its_own_after_another_of_the_same_house() -> None:
    first = only_event(build(uid="one@fulda.example", url="https://fulda.example/t/one"))[1]
    second = only_event(build(uid="two@fulda.example", url="", sequence=7))[1]
    assert (first["UID"], first.get("URL")) == ("one@fulda.example", "https://fulda.example/t/one")
    assert (second["UID"], second.get("URL"), second["SEQUENCE"]) == ("two@fulda.example", None, 7)


def test_no_line_is_longer_than_a_calendar_must_read() -> None:
    """RFC 5545 section 3.1: 75 octets without the line break."""
    ics = build(uid=f"{'u' * 150}@fulda.example", url=f"https://fulda.example/{'t' * 300}", location="ß" * 100)
    assert max(len(line) for line in ics.split(b"\r\n")) <= 75
    event = only_event(ics)[1]
    assert (len(str(event["UID"])), len(str(event["URL"]))) == (164, 322)


@given(summary=ANY_TEXT, location=ANY_TEXT, description=ANY_TEXT, name=ANY_TEXT, method=st.sampled_from(Method))
@example(summary="", location="", description="", name="\\", method=Method.REQUEST)
def test_no_text_whatever_adds_or_changes_a_component(
    summary: str, location: str, description: str, name: str, method: Method
) -> None:
    ics = build(summary=summary, location=location, description=description, organizer_name=name, method=method)
    calendar, event = only_event(ics)
    assert ics.count(b"\r\nMETHOD:" + method.encode() + b"\r\n") == 1
    assert (calendar["METHOD"], event["UID"], event["SEQUENCE"]) == (
        method.value,
        "0199aa11-0000-7000-8000-000000000003@fulda.example",
        0,
    )
    assert set(event) == {
        "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "DESCRIPTION", "STATUS", "CLASS",
        "TRANSP", "ORGANIZER", "URL",
    }  # fmt: skip
    assert str(event["ORGANIZER"]) == "mailto:termin@fulda.example"


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufeff"), max_size=300))
def test_ordinary_text_arrives_as_written(text: str) -> None:
    assume("\\N" not in text)  # icalendar writes it as a line break; no summary and no address holds one
    assert str(only_event(build(summary=text))[1].get("SUMMARY")) == text


@given(start=MINUTES, length=st.integers(1, 1440))
def test_every_instant_survives(start: datetime, length: int) -> None:
    end = start + timedelta(minutes=length)
    event = only_event(build(starts_at=start, ends_at=end))[1]
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (start, end)


@pytest.mark.parametrize(
    ("instant", "written"),
    [
        ("2026-03-29T00:45Z", ";TZID=Europe/Berlin:20260329T014500"),
        ("2026-03-29T01:00Z", ";TZID=Europe/Berlin:20260329T030000"),
        ("2026-10-25T00:30Z", ";TZID=Europe/Berlin:20261025T023000"),
        ("2026-10-25T01:30Z", ":20261025T013000Z"),
        ("2026-10-25T02:00Z", ";TZID=Europe/Berlin:20261025T030000"),
        ("2026-12-31T23:30Z", ";TZID=Europe/Berlin:20270101T003000"),
    ],
)
def test_the_two_days_on_which_the_clock_changes(instant: str, written: str) -> None:
    start = datetime.fromisoformat(instant)
    assert f"\r\nDTSTART{written}\r\n".encode() in build(starts_at=start, ends_at=start + timedelta(hours=6))


@pytest.mark.parametrize(
    "changes",
    [
        {"now": datetime(2026, 11, 23)},  # noqa: DTZ001
        {"starts_at": datetime(2026, 11, 24, 8)},  # noqa: DTZ001
        {"ends_at": datetime(2026, 11, 24, 8, 30, tzinfo=UTC)},
        {"uid": "a\r\nb"},
        {"uid": ""},
        {"sequence": -1},
        {"organizer_address": "a@b\r\nATTENDEE:x"},
        {"url": "javascript:alert(1)"},
        {"url": "https://x.example/\r\nSUMMARY:y"},
    ],
    ids=str,
)
def test_malformed_facts_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"malformed|aware"):
        build(**changes)
