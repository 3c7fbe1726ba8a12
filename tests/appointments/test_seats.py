# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Seats in a group as people have them: hold, book, give back, take another date; and what when none is left."""

from datetime import datetime, timedelta

import pytest

from appointments.booking import book_held
from appointments.changing import UndoTooLate, cancel, reschedule, undo_cancel
from appointments.core.lifecycle import Kind, NotAllowed, Status
from appointments.core.policy import Refusal
from appointments.groups import (
    change_date,
)
from appointments.holding import HoldGone, expire_holds, extend_hold, keep_draft
from appointments.lateness import lateness_of, tell_lateness
from appointments.models import (
    Appointment,
    GroupSession,
    Hold,
    Seat,
)
from appointments.queries import hold_by_token
from appointments.seats import SessionFull, book_seat, hold_another_seat, hold_seat
from appointments.taking import Refused, SlotTaken
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import Office, person
from tests.appointments.sessions import (
    NINE,
    fill,
    free_of,
    kinds_to_come,
    make_group_office,
    make_session,
    numbers,
    oversold,
    reloaded,
    run_out,
    seat_for,
)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def office(fulda: Jobcenter) -> Office:
    return make_group_office(fulda, calendars=2)


@pytest.fixture
def session(office: Office, now: datetime) -> GroupSession:
    return make_session(office, NINE, now)


# --- A person takes a seat --------------------------------------------------------------------------------------------


def test_a_held_seat_becomes_an_appointment_in_the_group(office: Office, session: GroupSession, now: datetime) -> None:
    token, held = hold_seat(jobcenter=office.jobcenter, session=session, now=now)
    assert (held.session_id, held.calendar_id, free_of(office, now)) == (session.pk, None, [(0, 1, 7)])

    appointment = book_held(jobcenter=office.jobcenter, token=token, person=person(email="j@post.example"), now=now)

    assert (appointment.kind, appointment.status, appointment.session_id) == (Kind.GROUP, Status.BOOKED, session.pk)
    assert (appointment.starts_at, appointment.ends_at) == (session.starts_at, session.ends_at)
    assert (appointment.calendar_id, appointment.location_id) == (session.calendar_id, session.location_id)
    assert kinds_to_come(appointment) == ["confirmation"]
    assert [entry.action for entry in audit.history(appointment.subject)] == ["booked"]
    assert (Hold.objects.count(), free_of(office, now), oversold()) == (0, [(1, 0, 7)], [])


def test_booking_twice_with_the_same_hold_books_one_seat(office: Office, session: GroupSession, now: datetime) -> None:
    token, _ = hold_seat(jobcenter=office.jobcenter, session=session, now=now)
    first = book_held(jobcenter=office.jobcenter, token=token, person=person(), now=now)
    second = book_held(jobcenter=office.jobcenter, token=token, person=person(), now=now)

    assert (first.pk, free_of(office, now)) == (second.pk, [(1, 0, 7)])


def test_one_request_sent_twice_books_one_seat(session: GroupSession, now: datetime) -> None:
    first, second = (
        book_seat(jobcenter=session.tenant, session=session, person=person(), now=now, idempotency_key="once")
        for _ in range(2)
    )
    assert (first.pk, len(numbers(session))) == (second.pk, 1)


def test_a_full_date_names_the_nearest_ones_with_a_seat(office: Office, now: datetime) -> None:
    full, before, later, latest, last = (
        make_session(office, NINE + days * DAY, now, seats=2) for days in (2, 0, 6, 7, 8)
    )
    fill(full, now)
    fill(before, now, leaving=1)
    fill(later, now)

    for attempt in (hold_seat, lambda **given: book_seat(**given, person=person())):
        with pytest.raises(SessionFull) as refusal:
            attempt(jobcenter=office.jobcenter, session=full, now=now)
        assert [one.session for one in refusal.value.dates] == [before, latest, last]
    assert refusal.value.dates[0].free == 1
    assert (Appointment.objects.count(), oversold()) == (5, [])


def test_a_seat_whose_hold_ran_out_goes_to_the_next_and_the_draft_stays(office: Office, now: datetime) -> None:
    session, other = make_session(office, NINE, now, seats=1), make_session(office, NINE + DAY, now)
    token, held = hold_seat(jobcenter=office.jobcenter, session=session, now=now)
    keep_draft(held=held, draft_json='{"name": "Jürgen"}')
    run_out(held)
    assert free_of(office, now)[0] == (0, 0, 1)
    seat_for(session, now)

    with pytest.raises(SessionFull) as refusal:
        book_held(jobcenter=office.jobcenter, token=token, person=person(), now=now)
    assert [one.session for one in refusal.value.dates] == [other]

    again = hold_by_token(token)
    assert again is not None
    assert again.draft_json == '{"name": "Jürgen"}'
    hold_another_seat(jobcenter=office.jobcenter, held=again, session=other, now=now)
    booked = book_held(jobcenter=office.jobcenter, token=token, person=person(), now=now)
    assert (booked.session_id, oversold()) == (other.pk, [])


def test_a_hold_that_ran_out_and_whose_seat_nobody_took_is_honoured(
    office: Office, session: GroupSession, now: datetime
) -> None:
    token, held = hold_seat(jobcenter=office.jobcenter, session=session, now=now)
    run_out(held)

    booked = book_held(jobcenter=office.jobcenter, token=token, person=person(), now=now)
    assert (booked.session_id, oversold()) == (session.pk, [])


def test_another_date_for_the_same_draft_lets_the_first_seat_go_only_when_it_has_the_new_one(
    office: Office, now: datetime
) -> None:
    first, full, third = (make_session(office, NINE + days * DAY, now, seats=1) for days in range(3))
    fill(full, now)
    token, held = hold_seat(jobcenter=office.jobcenter, session=first, now=now)

    with pytest.raises(SessionFull):
        hold_another_seat(jobcenter=office.jobcenter, held=held, session=full, now=now)
    assert (held.session_id, numbers(first)) == (first.pk, [1])

    hold_another_seat(jobcenter=office.jobcenter, held=held, session=third, now=now)
    hold_another_seat(jobcenter=office.jobcenter, held=held, session=third, now=now)
    assert (numbers(first), numbers(third), held.starts_at) == ([], [1], third.starts_at)
    assert book_held(jobcenter=office.jobcenter, token=token, person=person(), now=now).session_id == third.pk


def test_a_seat_can_be_kept_longer_and_dies_with_the_hygiene(
    office: Office, session: GroupSession, now: datetime
) -> None:
    _token, held = hold_seat(jobcenter=office.jobcenter, session=session, now=now)
    longer = extend_hold(jobcenter=office.jobcenter, held=held, now=now)
    assert Seat.objects.get().expires_at == longer.expires_at > held.expires_at

    run_out(held)
    assert (expire_holds(), numbers(session), Hold.objects.count()) == (1, [], 1)
    with pytest.raises(SlotTaken):
        extend_hold(jobcenter=office.jobcenter, held=held, now=now)
    Hold.objects.all().delete()
    with pytest.raises(HoldGone):
        hold_another_seat(jobcenter=office.jobcenter, held=held, session=session, now=now)


def test_lead_time_horizon_and_the_limit_of_open_bookings_hold_for_groups_too(office: Office, now: datetime) -> None:
    soon, far = make_session(office, now + HOUR, now), make_session(office, NINE + 23 * DAY, now)
    fine = [make_session(office, NINE + days * DAY, now) for days in range(3)]

    for session, reason in ((soon, Refusal.TOO_SOON), (far, Refusal.TOO_FAR_AHEAD)):
        with pytest.raises(Refused) as refusal:
            hold_seat(jobcenter=office.jobcenter, session=session, now=now)
        assert refusal.value.reason is reason
    assert len(free_of(office, now)) == 3

    who = person(email="j@post.example")
    seat_for(fine[0], now, who)
    seat_for(fine[1], now, who)
    token, _ = hold_seat(jobcenter=office.jobcenter, session=fine[2], now=now)
    for attempt in (
        lambda: book_held(jobcenter=office.jobcenter, token=token, person=who, now=now),
        lambda: seat_for(fine[2], now, who),
    ):
        with pytest.raises(Refused) as refusal:
            attempt()
        assert refusal.value.reason is Refusal.TOO_MANY_OPEN_BOOKINGS

    member = audit.By(audit.ActorKind.SYSTEM)
    book_seat(jobcenter=office.jobcenter, session=far, person=who, now=now, by=member)


# --- And gives it back ------------------------------------------------------------------------------------------------


def test_cancelling_frees_the_seat_and_taking_it_back_takes_one_again(office: Office, now: datetime) -> None:
    session = make_session(office, NINE, now, seats=1)
    appointment = seat_for(session, now, person(email="j@post.example"))
    cancel(jobcenter=office.jobcenter, appointment=appointment, by=audit.CUSTOMER, now=now)
    assert (numbers(session), oversold(), kinds_to_come(appointment)) == ([], [], ["cancelled"])

    undo_cancel(jobcenter=office.jobcenter, appointment=reloaded(appointment), by=audit.CUSTOMER, now=now)
    assert (numbers(session), oversold(), reloaded(appointment).status) == ([1], [], Status.BOOKED)
    assert kinds_to_come(appointment) == ["confirmation"]


def test_a_cancellation_is_not_taken_back_when_the_date_is_full_by_then(office: Office, now: datetime) -> None:
    session, other = make_session(office, NINE, now, seats=1), make_session(office, NINE + DAY, now)
    appointment = seat_for(session, now)
    cancel(jobcenter=office.jobcenter, appointment=appointment, by=audit.CUSTOMER, now=now)
    seat_for(session, now)

    with pytest.raises(SessionFull) as refusal:
        undo_cancel(jobcenter=office.jobcenter, appointment=reloaded(appointment), by=audit.CUSTOMER, now=now)
    assert [one.session for one in refusal.value.dates] == [other]
    with pytest.raises(UndoTooLate):
        undo_cancel(jobcenter=office.jobcenter, appointment=reloaded(appointment), by=audit.CUSTOMER, now=now + HOUR)
    assert (reloaded(appointment).status, oversold()) == (Status.CANCELLED, [])


def test_another_date_takes_the_new_seat_and_gives_the_old_one_back(office: Office, now: datetime) -> None:
    first, second = make_session(office, NINE, now), make_session(office, NINE + 3 * DAY, now, calendar=1)
    appointment = seat_for(first, now, person(email="j@post.example"))

    for _pressed_twice in range(2):
        change_date(jobcenter=office.jobcenter, appointment=appointment, session=second, by=audit.CUSTOMER, now=now)

    moved = reloaded(appointment)
    assert (moved.session_id, moved.calendar_id, moved.starts_at, moved.ends_at) == (
        second.pk,
        second.calendar_id,
        second.starts_at,
        second.ends_at,
    )
    assert (moved.previous_starts_at, moved.reschedules, moved.revision) == (NINE, 1, 2)
    assert (numbers(first), len(numbers(second)), oversold()) == ([], 1, [])
    assert kinds_to_come(moved) == ["changed", "reminder"]
    assert [entry.action for entry in audit.history(moved.subject)] == ["booked", "moved"]


def test_who_said_they_would_be_late_said_it_of_the_old_date(office: Office, now: datetime) -> None:
    first, second = make_session(office, NINE, now), make_session(office, NINE + HOUR, now, calendar=1)
    appointment = seat_for(first, now)
    shortly_before = NINE - HOUR
    tell_lateness(appointment=appointment, minutes=20, by=audit.CUSTOMER, now=shortly_before)
    assert lateness_of(reloaded(appointment)) == 20

    change_date(
        jobcenter=office.jobcenter, appointment=appointment, session=second, by=audit.SYSTEM, now=shortly_before
    )

    moved = reloaded(appointment)
    assert (moved.starts_at, lateness_of(moved), moved.late_told_at) == (second.starts_at, None, None)


def test_a_full_date_leaves_the_old_seat_where_it_is(office: Office, now: datetime) -> None:
    first, full = make_session(office, NINE, now), make_session(office, NINE + 3 * DAY, now, seats=1)
    fill(full, now)
    appointment = seat_for(first, now)

    with pytest.raises(SessionFull):
        change_date(jobcenter=office.jobcenter, appointment=appointment, session=full, by=audit.CUSTOMER, now=now)

    assert (reloaded(appointment).session_id, len(numbers(first)), oversold()) == (first.pk, 1, [])


def test_the_rules_for_moving_hold_for_a_persons_own_wish_alone(office: Office, now: datetime) -> None:
    sessions = [make_session(office, NINE + days * DAY, now) for days in range(4)]
    appointment = seat_for(sessions[0], now)

    with pytest.raises(Refused) as refusal:
        change_date(
            jobcenter=office.jobcenter,
            appointment=appointment,
            session=sessions[1],
            by=audit.CUSTOMER,
            now=NINE - 23 * HOUR,
        )
    assert refusal.value.reason is Refusal.TOO_LATE_TO_RESCHEDULE
    for session in (sessions[1], sessions[2]):
        moved = change_date(
            jobcenter=office.jobcenter,
            appointment=appointment,
            session=session,
            by=audit.CUSTOMER,
            now=NINE - 23 * HOUR,
            is_offered=True,
        )
    assert (moved.session_id, moved.reschedules) == (sessions[2].pk, 0)


def test_a_seat_is_not_moved_to_a_bare_time(office: Office, session: GroupSession, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        reschedule(
            jobcenter=office.jobcenter,
            appointment=seat_for(session, now),
            starts_at=NINE + DAY,
            by=audit.CUSTOMER,
            now=now,
        )
