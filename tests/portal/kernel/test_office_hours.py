# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What offices write about their hours, and what is not understood and therefore left alone."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import jobcenter_portal
from jobcenter_portal.kernel.office_hours import understood

MORNING = ((480, 720),)


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("Montag 8–12 Uhr", {1: MORNING}),
        ("Mo bis Mi 8 bis 12 Uhr", {1: MORNING, 2: MORNING, 3: MORNING}),
        ("Mo–Di 08:00–12:00", {1: MORNING, 2: MORNING}),
        ("Mo, Di und Fr 8-12 Uhr", {1: MORNING, 2: MORNING, 5: MORNING}),
        ("Montag bis Dienstag 8–12 Uhr, Dienstag auch 13–17:30 Uhr", {1: MORNING, 2: (*MORNING, (780, 1050))}),
        ("Hotline: Montag 9–17 Uhr, Freitag 9–14 Uhr", {1: ((540, 1020),), 5: ((540, 840),)}),
        ("Mo 8.00 Uhr bis 12.00 Uhr und 13–16 Uhr", {1: (*MORNING, (780, 960))}),
    ],
)
def test_hours_are_understood(text: str, week: object) -> None:
    assert understood(text) == week


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nach Vereinbarung",
        "Montag",
        "8–12 Uhr",
        "Montag bis",
        "Montag 12–8 Uhr",
        "Montag 8–25 Uhr",
        "Freitag bis Montag 8–12 Uhr",
        "Montag 8–12 Uhr, in den Ferien geschlossen",
        "jeden ersten Montag 8–12 Uhr",
        "Montag 8–12 Uhr (außer feiertags)",
        "Montag 8–12 Uhr, Dienstag",
    ],
)
def test_what_is_not_understood_as_a_whole_is_left_alone(text: str) -> None:
    assert understood(text) is None


def test_the_hours_of_all_seven_jobcenters_are_understood() -> None:
    data = Path(jobcenter_portal.__file__).parent / "demo" / "data"
    hours = [tomllib.loads(file.read_text(encoding="utf-8"))["settings"]["phone_hours"] for file in data.glob("*.toml")]
    assert len(hours) == 7
    assert [text for text in hours if understood(text) is None] == []


@given(st.text(alphabet="MontagDiFr 0123456789–-:,.bisUhr", max_size=60))
def test_whatever_is_typed_it_answers_with_sane_hours_or_none(text: str) -> None:
    week = understood(text) or {}
    assert all(1 <= day <= 7 and 0 <= start < end <= 1440 for day, ranges in week.items() for start, end in ranges)
