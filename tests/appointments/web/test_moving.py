# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Moving an appointment: choose, confirm, and the old time stays until the new one is taken."""

from datetime import UTC, datetime

import pytest

from appointments.links import keys_of
from appointments.models import Appointment
from jobcenter_portal.tenancy.models import TenantSettings
from tests.appointments.factories import Office, make_appointment, make_calendar
from tests.appointments.web.conftest import EIGHT
from tests.appointments.web.visitor import Visitor, buttons_of, heading_of, text_of, values_of

THURSDAY_NINE = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
"""09:00 in Fulda."""
FRIDAY_NINE = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
WANTED = "20261127T0800Z"


@pytest.fixture
def booked(office: Office) -> Appointment:
    return make_appointment(office, THURSDAY_NINE, EIGHT)


@pytest.fixture
def page(booked: Appointment) -> str:
    return f"/fulda/de/t/{keys_of(booked).token}/"


def test_moving_shows_free_times_asks_once_more_and_then_moves(visitor: Visitor, page: str) -> None:
    offered = visitor.get(page + "verschieben/?ab=2026-11-27")
    assert WANTED in values_of(offered, "time")
    chosen = visitor.post(page + "verschieben/", time=WANTED)
    assert (chosen.status_code, chosen["Location"]) == (303, f"{page}verschieben/pruefen/?time={WANTED}")
    question = visitor.get(chosen["Location"])
    assert heading_of(question) == "Termin auf diese Zeit verschieben?"
    assert buttons_of(question) == ["Ja, Termin verschieben", "Andere Zeit wählen"]
    assert Appointment.objects.get().starts_at == THURSDAY_NINE
    done = visitor.post(page + "verschieben/pruefen/", time=WANTED)
    assert (done.status_code, done["Location"]) == (303, page)
    moved = Appointment.objects.get()
    assert (moved.starts_at, moved.reschedules) == (FRIDAY_NINE, 1)
    assert "Ihr Termin ist verschoben." in text_of(visitor.get(page))


def test_the_time_one_has_is_not_offered_again_where_somebody_else_is_free_then(
    office: Office, visitor: Visitor, page: str
) -> None:
    make_calendar(office.jobcenter, office.location, office.service, name="Zimmer 2")
    offered = values_of(visitor.get(page + "verschieben/?ab=2026-11-26"), "time")
    assert ("20261126T0800Z" in offered, "20261126T0830Z" in offered) == (False, True)


@pytest.mark.parametrize("lanes", [1, 2])
def test_moving_twice_by_a_double_click_moves_once(office: Office, visitor: Visitor, page: str, lanes: int) -> None:
    for _ in range(lanes - 1):
        make_calendar(office.jobcenter, office.location, office.service)
    answers = [visitor.post(page + "verschieben/pruefen/", time=WANTED) for _ in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(303, page)] * 2
    assert Appointment.objects.get().reschedules == 1


def test_a_new_time_that_has_gone_leaves_the_old_one(visitor: Visitor, page: str) -> None:
    Visitor("/fulda/de/").holds(FRIDAY_NINE)
    answer = visitor.post(page + "verschieben/pruefen/", time=WANTED)
    assert (answer.status_code, values_of(answer, "time")) == (
        409,
        ["20261127T0715Z", "20261127T0730Z", "20261127T0830Z"],
    )
    assert "Ihr bisheriger Termin bleibt bestehen." in text_of(answer)
    assert Appointment.objects.get().starts_at == THURSDAY_NINE
    assert visitor.post(page + "verschieben/pruefen/", time="20261127T0830Z").status_code == 303


def test_nothing_chosen_is_asked_for_again(visitor: Visitor, page: str) -> None:
    assert visitor.post(page + "verschieben/").status_code == 422
    for answer in (visitor.get(page + "verschieben/pruefen/"), visitor.post(page + "verschieben/pruefen/", time="x")):
        assert (answer.status_code, answer["Location"]) == (303, page + "verschieben/")


def test_who_has_moved_often_enough_is_asked_to_call(visitor: Visitor, page: str) -> None:
    TenantSettings.objects.update(max_reschedules=0)
    assert buttons_of(visitor.get(page)) == ["In den Kalender eintragen", "Absagen"]
    assert visitor.get(page + "verschieben/")["Location"] == page
    answer = visitor.post(page + "verschieben/pruefen/", time=WANTED)
    assert (answer.status_code, Appointment.objects.get().starts_at) == (409, THURSDAY_NINE)
    assert "Sie können diesen Termin nicht noch einmal selbst verschieben." in text_of(answer)


def test_a_time_outside_the_rules_is_refused_in_words(visitor: Visitor, page: str) -> None:
    answer = visitor.post(page + "verschieben/pruefen/", time="20270301T0800Z")
    assert (answer.status_code, Appointment.objects.get().starts_at) == (409, THURSDAY_NINE)
    assert "So weit im Voraus vergeben wir noch keine Termine." in text_of(answer)


def test_a_cancelled_appointment_is_not_moved(visitor: Visitor, page: str) -> None:
    visitor.post(page + "absagen/")
    answer = visitor.post(page + "verschieben/pruefen/", time=WANTED)
    assert (answer.status_code, Appointment.objects.get().starts_at) == (409, THURSDAY_NINE)
    assert "Sie haben diesen Termin abgesagt." in text_of(answer)
