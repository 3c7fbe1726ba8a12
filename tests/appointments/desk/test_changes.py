# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Cancelling, taking back and moving from the desk."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from time_machine import Traveller

from appointments.models import Appointment
from jobcenter_portal.accounts.models import Membership
from notifications.models import Message
from tests.appointments.desk.conftest import EIGHT, Morning, booked
from tests.appointments.desk.staff import main_text
from tests.appointments.factories import person


def path(appointment: Appointment, what: str = "") -> str:
    return f"/fulda/desk/termin/{appointment.public_id}/{what}"


def kinds_of(appointment: Appointment) -> list[tuple[str, str]]:
    messages = Message.objects.filter(subject=appointment.subject).order_by("id")
    return [(message.kind, message.state) for message in messages]


def test_cancelling_says_who_will_be_told_and_then_tells_them(desk: Client, morning: Morning) -> None:
    one = morning.third
    text = main_text(desk.get(path(one, "absagen/")))
    assert "Termin von Olena Шевченко absagen?" in text
    assert "geht sofort eine Nachricht hinaus: E-Mail an o…@example.org" in text
    assert kinds_of(one) == [("confirmation", "planned")]

    response = desk.post(path(one, "absagen/"))
    assert (response.status_code, response["Location"]) == (303, path(one) + "?getan=abgesagt")
    assert "Der Termin ist abgesagt. Olena Шевченко abgesagt" in main_text(desk.get(response["Location"]))
    assert kinds_of(one) == [("confirmation", "superseded"), ("cancelled", "planned")]
    one.refresh_from_db()
    assert (one.status, one.cancelled_by) == ("cancelled", "staff")


def test_who_gave_no_address_has_to_be_told_by_somebody(desk: Client, morning: Morning) -> None:
    text = main_text(desk.get(path(morning.second, "absagen/")))
    assert "Es geht keine Nachricht hinaus. Bitte geben Sie selbst Bescheid." in text


def test_cancelling_twice_is_told_and_tells_nobody_twice(desk: Client, morning: Morning) -> None:
    assert desk.post(path(morning.third, "absagen/")).status_code == 303
    again = desk.post(path(morning.third, "absagen/"))
    assert again.status_code == 409
    assert "nicht mehr möglich Es wurde nichts geändert." in main_text(again)
    assert kinds_of(morning.third) == [("confirmation", "superseded"), ("cancelled", "planned")]


def test_a_cancellation_can_be_taken_back_for_half_an_hour(desk: Client, morning: Morning, clock: Traveller) -> None:
    desk.post(path(morning.third, "absagen/"))
    assert "Absage zurücknehmen" in main_text(desk.get(path(morning.third)))
    response = desk.post(path(morning.third, "absage-zuruecknehmen/"))
    assert response["Location"] == path(morning.third) + "?getan=zurueckgenommen"
    text = main_text(desk.get(response["Location"]))
    assert "Die Absage ist zurückgenommen. Der Termin gilt wieder. Olena Шевченко gebucht" in text

    desk.post(path(morning.third, "absagen/"))
    clock.shift(timedelta(minutes=29))
    desk.get(path(morning.third))
    clock.shift(timedelta(minutes=2))
    assert "Absage zurücknehmen" not in main_text(desk.get(path(morning.third)))
    assert desk.post(path(morning.third, "absage-zuruecknehmen/")).status_code == 409


def test_a_cancellation_stays_when_somebody_took_the_time(
    desk: Client, morning: Morning, caseworker: Membership
) -> None:
    desk.post(path(morning.third, "absagen/"))
    for number in range(3):
        booked(morning.office, morning.third.starts_at, person(f"Person {number}"), caseworker)
    response = desk.post(path(morning.third, "absage-zuruecknehmen/"))
    assert response.status_code == 409
    assert "Die Absage bleibt bestehen Die Zeit ist inzwischen vergeben." in main_text(response)


def offered(client: Client, appointment: Appointment, query: str = "") -> list[str]:
    html = client.get(path(appointment, "verschieben/") + query).content.decode()
    return re.findall(r'name="time" value="([^"]+)"', html)


def test_moving_offers_free_times_takes_one_and_tells_the_new_time(desk: Client, morning: Morning) -> None:
    one = morning.third
    times = offered(desk, one)
    assert times[0] == "2026-11-23T07:30:00+00:00"
    assert one.starts_at.isoformat() not in times
    response = desk.post(path(one, "verschieben/"), {"time": times[0], "revision": one.revision})
    assert (response.status_code, response["Location"]) == (303, path(one) + "?getan=verschoben")
    one.refresh_from_db()
    assert one.starts_at == datetime.fromisoformat(times[0])
    assert kinds_of(one) == [("confirmation", "superseded"), ("changed", "planned")]


def test_other_days_are_a_link_away_and_never_before_today(desk: Client, morning: Morning) -> None:
    html = desk.get(path(morning.third, "verschieben/?tag=2026-11-28")).content.decode()
    assert re.findall(r'verschieben/\?tag=([\d-]+)">\w+ere Tage', html) == ["2026-11-23", "2026-12-03"]
    assert offered(desk, morning.third, "?tag=2026-11-28")[0] == "2026-11-30T07:00:00+00:00"
    assert offered(desk, morning.third, "?tag=2026-11-01") == offered(desk, morning.third)
    assert desk.get(path(morning.third, "verschieben/?tag=2199-01-01")).status_code == 404


def test_a_time_that_has_just_gone_is_answered_with_the_nearest_ones(
    desk: Client, morning: Morning, caseworker: Membership
) -> None:
    wanted = EIGHT + timedelta(hours=3)
    for number in range(3):
        booked(morning.office, wanted, person(f"Person {number}"), caseworker)
    response = desk.post(path(morning.third, "verschieben/"), {"time": wanted.isoformat(), "revision": 1})
    assert response.status_code == 409
    assert "Diese Zeit ist nicht mehr frei Der alte Termin gilt weiter." in main_text(response)
    assert re.findall(r'name="time" value="[^"]+T(\d\d:\d\d)', response.content.decode()) == ["09:15", "09:30", "10:30"]
    morning.third.refresh_from_db()
    assert morning.third.starts_at == EIGHT + timedelta(hours=1)


@pytest.mark.parametrize(
    "time", ["", "morgen", "2026-11-24T08:00:00", "2020-01-01T08:00:00+00:00", "9999-12-31T23:59:00+00:00"]
)
def test_a_time_that_was_never_offered_is_an_error_of_the_form(desk: Client, morning: Morning, time: str) -> None:
    response = desk.post(path(morning.third, "verschieben/"), {"time": time, "revision": 1})
    assert response.status_code == 422
    assert "Bitte prüfen Sie Ihre Angaben" in main_text(response)


def test_who_moves_on_an_old_page_changes_nothing(desk: Client, make: Callable[..., Appointment]) -> None:
    one = make(60, "Jürgen Größer")
    first, second = offered(desk, one)[:2]
    assert desk.post(path(one, "verschieben/"), {"time": first, "revision": 1}).status_code == 303
    assert desk.post(path(one, "verschieben/"), {"time": second, "revision": 1}).status_code == 409
    one.refresh_from_db()
    assert one.starts_at == datetime.fromisoformat(first)
