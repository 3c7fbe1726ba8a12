# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""When people can come without an appointment: on the start page, as a door sign says it."""

from datetime import date
from typing import Any

import pytest

from appointments.models import Location, LocationHours, OpeningRule
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from tests.appointments.factories import Office
from tests.appointments.web.visitor import Visitor, text_of

NOON, ONE, FOUR = 12 * 60, 13 * 60, 16 * 60


@pytest.fixture
def office(fulda: Jobcenter, office: Office) -> Office:
    TenantSettings.objects.update(walk_in=True)
    fulda.settings.refresh_from_db()
    return office


def visiting(visitor: Visitor) -> str:
    return text_of(visitor.get()).partition("Ohne Termin kommen")[2].partition("Gut zu wissen")[0]


def test_neighbouring_days_with_the_same_hours_are_one_line(visitor: Visitor, office: Office) -> None:
    assert "Haus der Arbeit Hauptstraße 1, 36037 Fulda Montag bis Freitag : 08:00–12:00" in visiting(visitor).replace(
        "Freitag:", "Freitag :"
    )


def test_the_sites_own_hours_count_before_those_of_its_people(visitor: Visitor, office: Office) -> None:
    for weekday, ranges in {1: [(480, NOON), (ONE, FOUR)], 2: [(480, NOON), (ONE, FOUR)], 4: [(480, NOON)]}.items():
        for start, end in ranges:
            LocationHours.objects.create(
                tenant=office.jobcenter, location=office.location, weekday=weekday, start_minute=start, end_minute=end
            )
    said = visiting(visitor)
    assert "Montag bis Dienstag: 08:00–12:00, 13:00–16:00 Donnerstag: 08:00–12:00" in said.replace(" :", ":")


def test_hours_that_overlap_are_told_once_and_special_ones_not_at_all(visitor: Visitor, office: Office) -> None:
    lane = office.calendars[0]
    more: list[dict[str, Any]] = [
        {"weekday": 1, "start_minute": 600, "end_minute": ONE},
        {"weekday": 6, "start_minute": 480, "end_minute": NOON, "is_emergency": True},
        {"weekday": 6, "start_minute": 480, "end_minute": NOON, "modes": 2},
        {"weekday": 6, "start_minute": 480, "end_minute": NOON, "valid_until": date(2026, 11, 1)},
        {"weekday": 6, "start_minute": 480, "end_minute": NOON, "every_weeks": 2, "valid_from": date(2026, 11, 2)},
    ]
    for rule in more:
        OpeningRule.objects.create(tenant=office.jobcenter, calendar=lane, location=office.location, **rule)
    said = visiting(visitor).replace(" :", ":")
    assert "Montag: 08:00–13:00 Dienstag bis Freitag: 08:00–12:00" in said
    assert "Samstag" not in said


def test_a_site_without_hours_or_past_its_time_is_not_named(visitor: Visitor, office: Office) -> None:
    common = {"tenant": office.jobcenter, "street": "Weg 1", "town": "36037 Fulda"}
    Location.objects.create(slug="leer", name="Leeres Haus", **common)
    Location.objects.filter(pk=office.location.pk).update(valid_until=date(2026, 11, 1))
    assert visiting(visitor) == ""


def test_where_nobody_comes_without_an_appointment_nothing_is_said(visitor: Visitor, office: Office) -> None:
    TenantSettings.objects.update(walk_in=False)
    assert "Ohne Termin" not in text_of(visitor.get())
