# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Somebody falls ill, hours are cut, a house closes or moves: whom it concerns, and what becomes of each."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments.availability import Wishes
from appointments.booking import book_held
from appointments.core.impact import Obstacle
from appointments.core.lifecycle import Status
from appointments.core.modes import PartyRole
from appointments.holding import hold
from appointments.models import (
    Absence,
    Calendar,
    Closure,
    Hold,
    Occupancy,
    OccupancyState,
    ServiceCalendar,
)
from appointments.schedule_changes import (
    Away,
    Choice,
    Closed,
    DayHours,
    Way,
    apply,
    preview,
    today_of,
)
from appointments.taking import Request, SlotTaken
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.context import tenant_context
from notifications.models import Message
from tests.appointments.factories import Office, make_appointment, make_calendar, make_office, person
from tests.appointments.schedule_steps import (
    DAY,
    HALF_HOUR,
    LEAD,
    NINE,
    TUESDAY,
    booked_time,
    carry_out,
    going,
    ill,
    kinds_of,
    with_first,
)
from tests.factories import make_jobcenter


def test_falling_ill_shows_everybody_of_the_day_and_what_can_be_done(office: Office, now: datetime) -> None:
    one = with_first(office, NINE, now, email="j@post.example")
    with_first(office, NINE + DAY, now)
    colleague = office.calendars[1].pk

    impact = preview(jobcenter=office.jobcenter, change=ill(office), now=now)

    (case,) = impact.cases
    assert (case.concerned.appointment, case.concerned.obstacles) == (one, frozenset({Obstacle.ABSENT}))
    assert case.choices == (
        Choice(Way.DEPUTY, NINE, (colleague,)),
        Choice(Way.MOVE, NINE + HALF_HOUR, (colleague,)),
        Choice(Way.OFFER),
        Choice(Way.CANCEL),
    )
    assert (impact.held, list(impact.points), impact.names) == (0, [one.customer_id], {colleague: "Zimmer 2"})


def test_a_preview_changes_nothing(office: Office, now: datetime) -> None:
    one = with_first(office, NINE, now)
    before = (booked_time(), office.calendars[0].schedule_version, AuditEntry.objects.count(), Message.objects.count())
    preview(jobcenter=office.jobcenter, change=ill(office), now=now)

    office.calendars[0].refresh_from_db()
    assert (
        booked_time(),
        office.calendars[0].schedule_version,
        AuditEntry.objects.count(),
        Message.objects.count(),
    ) == before
    assert Absence.objects.count() == 0
    one.refresh_from_db()
    assert one.revision == 1


def test_no_two_people_are_proposed_the_same_time(office: Office, now: datetime) -> None:
    for minutes in (0, 30, 60):
        with_first(office, NINE + timedelta(minutes=minutes), now, email=f"p{minutes}@post.example")
    make_appointment(office, NINE, now)  # the colleague is not free at nine

    impact = preview(jobcenter=office.jobcenter, change=ill(office), now=now)

    proposed = [(choice.way, choice.starts_at) for case in impact.cases for choice in case.choices if choice.starts_at]
    assert proposed == [
        (Way.MOVE, NINE + timedelta(minutes=90)),
        (Way.DEPUTY, NINE + timedelta(minutes=30)),
        (Way.MOVE, NINE + timedelta(minutes=120)),
        (Way.DEPUTY, NINE + timedelta(minutes=60)),
        (Way.MOVE, NINE + timedelta(minutes=150)),
    ]


def test_the_named_deputy_comes_first(office: Office, now: datetime) -> None:
    third = make_calendar(office.jobcenter, office.location, office.service, name="Zimmer 3")
    Calendar.objects.filter(pk=office.calendars[0].pk).update(deputy=third)
    with_first(office, NINE, now)

    (case,) = preview(jobcenter=office.jobcenter, change=ill(office), now=now).cases
    assert case.default == Choice(Way.DEPUTY, NINE, (third.pk,))


def test_who_can_be_told_chooses_when_the_next_time_is_far_and_who_cannot_gets_any_time(
    office: Office, now: datetime
) -> None:
    told = with_first(office, NINE, now, email="j@post.example")
    untold = with_first(office, NINE + HALF_HOUR, now)
    Closure.objects.create(
        tenant=office.jobcenter, first_day=TUESDAY + DAY, last_day=TUESDAY + 15 * DAY, reasons={"de": "Umbau"}
    )
    everyone_away = Closed(None, TUESDAY, TUESDAY, {"de": "Streik"})

    cases = preview(jobcenter=office.jobcenter, change=everyone_away, now=now).cases

    far = datetime(2026, 12, 10, 7, 0, tzinfo=UTC)
    assert [(case.concerned.appointment, case.default.way) for case in cases] == [(told, Way.OFFER), (untold, Way.MOVE)]
    assert cases[1].default.starts_at == far


# --- What is done -----------------------------------------------------------------------------------------------------
def test_a_deputy_takes_over_and_nobody_is_told_because_no_name_was_told(office: Office, now: datetime) -> None:
    one = with_first(office, NINE, now, email="j@post.example")
    colleague = office.calendars[1].pk

    done = carry_out(office, ill(office), now)

    one.refresh_from_db()
    assert (one.calendar_id, one.revision, one.starts_at, one.status) == (colleague, 1, NINE, Status.BOOKED)
    assert booked_time() == [(NINE, colleague)]
    assert kinds_of(one) == [("confirmation", "planned")]
    assert (done.ways, done.untold) == ({Way.DEPUTY: 1}, ())
    assert [entry.action for entry in audit.history(one.subject)] == ["booked", "deputised"]
    assert [entry.action for entry in audit.history(f"calendar:{office.calendars[0].pk}")] == ["absence_entered"]
    assert Absence.objects.count() == 1


def test_where_people_know_their_caseworker_they_hear_of_the_deputy(db: None, now: datetime) -> None:
    jobcenter = make_jobcenter("kreis", booking_mode="personal_caseworker")
    with tenant_context(jobcenter):
        office = make_office(jobcenter, calendars=2)
        one = with_first(office, NINE, now, email="j@post.example")
        impact = preview(jobcenter=jobcenter, change=ill(office), now=now)
        own, *_others = [choice for choice in impact.cases[0].choices if choice.way is Way.MOVE]
        assert own.party == (office.calendars[0].pk,), "another time is one with the same person"

        carry_out(office, ill(office), now)
        one.refresh_from_db()
        assert (one.revision, one.calendar_id) == (2, office.calendars[1].pk)
        assert kinds_of(one) == [("confirmation", "superseded"), ("deputy", "planned")]


def test_moving_takes_the_proposed_time_and_tells_it(office: Office, now: datetime) -> None:
    one = with_first(office, NINE, now, email="j@post.example")
    done = carry_out(office, ill(office), now, going(Way.MOVE))

    one.refresh_from_db()
    later = NINE + HALF_HOUR
    assert (one.starts_at, one.previous_starts_at, one.reschedules) == (later, NINE, 0)
    assert booked_time() == [(later, office.calendars[1].pk)]
    assert kinds_of(one) == [("confirmation", "superseded"), ("changed", "planned")]
    assert done.ways == {Way.MOVE: 1}


@pytest.mark.parametrize(("way", "kind"), [(Way.OFFER, "new_choice"), (Way.CANCEL, "cancelled")])
def test_cancelling_asks_for_a_new_choice_or_only_tells(office: Office, now: datetime, way: Way, kind: str) -> None:
    one = with_first(office, NINE, now, email="j@post.example")
    done = carry_out(office, ill(office), now, going(way))

    one.refresh_from_db()
    assert (one.status, one.cancelled_by, booked_time()) == (Status.CANCELLED, "staff", [])
    assert kinds_of(one) == [("confirmation", "superseded"), (kind, "planned")]
    assert done.ways == {way: 1}


def test_who_gave_no_address_is_named_to_be_told_by_somebody(office: Office, now: datetime) -> None:
    silent = with_first(office, NINE, now)
    with_first(office, NINE + HALF_HOUR, now, email="j@post.example")

    assert carry_out(office, ill(office), now, going(Way.CANCEL)).untold == (silent,)


def test_appointments_may_stand_outside_new_hours_and_are_not_asked_about_again(office: Office, now: datetime) -> None:
    one = with_first(office, NINE, now)
    closed = DayHours(office.calendars[0].pk, office.location.pk, TUESDAY, ())

    carry_out(office, closed, now, going(Way.KEEP))
    assert booked_time() == [(NINE, office.calendars[0].pk)]
    assert [entry.action for entry in audit.history(one.subject)] == ["booked", "let_stand"]
    assert preview(jobcenter=office.jobcenter, change=closed, now=now).cases == ()
    assert [
        case.concerned.appointment for case in preview(jobcenter=office.jobcenter, change=ill(office), now=now).cases
    ] == [one]


def test_a_time_that_somebody_is_just_booking_is_taken_from_them_with_the_nearest_ones(
    office: Office, now: datetime
) -> None:
    wish = Wishes(only_calendar=office.calendars[0].pk)
    request = Request(office.jobcenter, office.service, office.location, NINE, now, wishes=wish)
    token, _held = hold(request)

    impact = preview(jobcenter=office.jobcenter, change=ill(office), now=now)
    assert (impact.cases, impact.held) == ((), 1)
    assert Occupancy.objects.filter(state=OccupancyState.HELD).count() == 1
    carry_out(office, ill(office), now)
    assert booked_time() == [], "nobody else is kept from it by a hold that leads nowhere"

    with pytest.raises(SlotTaken) as gone:
        book_held(jobcenter=office.jobcenter, token=token, person=person(), now=now)
    assert [slot.starts_at.date() for slot in gone.value.nearest] == [TUESDAY - DAY] * 3
    assert Hold.objects.count() == 1, "what was typed stays"


def test_who_is_already_in_the_room_is_listed_and_left_alone(office: Office, now: datetime) -> None:
    begun = with_first(office, NINE, now)
    at_ten_past = NINE + timedelta(minutes=10)
    span = today_of(at_ten_past, office.jobcenter.settings.zone)
    change = Away(office.calendars[0].pk, span.since, span.until or NINE)

    (case,) = preview(jobcenter=office.jobcenter, change=change, now=at_ten_past).cases
    assert (case.concerned.appointment, case.default) == (begun, Choice(Way.KEEP))
    assert carry_out(office, change, at_ten_past).ways == {Way.KEEP: 1}


def test_a_missing_room_is_replaced_and_the_person_stays_the_same(office: Office, now: datetime) -> None:
    rooms = [make_calendar(office.jobcenter, office.location, name=f"Raum {letter}") for letter in "AB"]
    for room in rooms:
        ServiceCalendar.objects.create(
            tenant=office.jobcenter, service=office.service, calendar=room, role=PartyRole.ROOM
        )
    one = with_first(office, NINE, now)
    used = Occupancy.objects.exclude(calendar=office.calendars[0]).get(appointment=one).calendar_id
    other = next(room.pk for room in rooms if room.pk != used)

    carry_out(office, Away(used, NINE, NINE + HALF_HOUR), now)
    one.refresh_from_db()
    assert one.calendar_id == office.calendars[0].pk
    assert booked_time() == sorted([(NINE, office.calendars[0].pk), (NINE, other)])


def test_a_request_moves_to_another_time_or_is_declined(db: None, now: datetime) -> None:
    jobcenter = make_jobcenter("anfrage", booking_mode="request")
    with tenant_context(jobcenter):
        office = make_office(jobcenter, calendars=1)
        asked = make_appointment(office, NINE, now, person(email="j@post.example"))
        (case,) = preview(jobcenter=jobcenter, change=ill(office), now=now).cases
        assert [choice.way for choice in case.choices] == [Way.MOVE, Way.CANCEL]

        carry_out(office, ill(office), now, going(Way.MOVE))
        asked.refresh_from_db()
        assert (asked.status, asked.starts_at, asked.answer_by) == (Status.BOOKED, NINE + timedelta(hours=23), None)
        assert kinds_of(asked)[-1] == ("other_time", "planned")
        second = make_appointment(office, NINE + 2 * DAY, now, person(email="k@post.example"))
        carry_out(office, ill(office, NINE + 2 * DAY), now, going(Way.CANCEL))
        second.refresh_from_db()
        assert (second.status, kinds_of(second)[-1]) == (Status.CANCELLED, ("declined", "planned"))


def test_a_crowd_costs_few_queries_each_and_a_worker_is_called_once(office: Office, now: datetime) -> None:
    people = 12
    for number in range(people):
        make_appointment(office, NINE + number // 2 * HALF_HOUR, now, person(email=f"p{number}@post.example"))
    closed = Closed(office.location.pk, TUESDAY, TUESDAY, {"de": "Wahl"})
    with CaptureQueriesContext(connection) as queries:
        impact = preview(jobcenter=office.jobcenter, change=closed, now=now)
    assert (len(impact.cases), len(queries) < 45) == (people, True), len(queries)

    choices = {case.key: Choice(Way.OFFER) for case in impact.cases}
    with CaptureQueriesContext(connection) as queries:
        apply(
            jobcenter=office.jobcenter, change=closed, choices=choices, fingerprint=impact.fingerprint, by=LEAD, now=now
        )
    assert len(queries) < 45 + 2 * people, len(queries)
    assert len(connection.run_on_commit) == 1
    assert Message.objects.filter(kind="new_choice", state="planned").count() == people
    assert AuditEntry.objects.filter(action="cancelled").count() == people


# --- Every kind of change ---------------------------------------------------------------------------------------------
