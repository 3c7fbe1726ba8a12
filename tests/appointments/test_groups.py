# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Group sessions: open, hold, book, move, give back, change and call off; what happens, and what when it cannot."""

from datetime import datetime, timedelta

import pytest

from appointments.availability import find_slots
from appointments.booking import book_held
from appointments.changing import UndoTooLate, cancel, reschedule, undo_cancel
from appointments.core.lifecycle import Kind, NotAllowed, Status
from appointments.core.policy import Refusal
from appointments.groups import (
    CannotTakePlace,
    Obstacle,
    SeatsInUse,
    SessionOver,
    cancel_session,
    change_date,
    change_seats,
)
from appointments.holding import HoldGone, expire_holds, extend_hold, keep_draft
from appointments.models import (
    Absence,
    Appointment,
    GroupSession,
    Hold,
    Occupancy,
    OccupancyState,
    Seat,
    ServiceCalendar,
)
from appointments.queries import hold_by_token
from appointments.seats import SessionFull, book_seat, dates, hold_another_seat, hold_seat
from appointments.taking import Refused, SlotTaken
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Message
from tests.appointments.factories import Office, make_appointment, make_service, person
from tests.appointments.sessions import (
    NINE,
    fill,
    make_group_office,
    make_session,
    numbers,
    oversold,
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


def free_of(office: Office, now: datetime) -> list[tuple[int, int, int]]:
    """Booked, held and free of each date."""
    found = dates(service=office.service, settings=office.jobcenter.settings, now=now)
    return [(one.booked, one.held, one.free) for one in found]


def kinds_to_come(appointment: Appointment) -> list[str]:
    planned = Message.objects.filter(subject=appointment.subject, state="planned").order_by("id")
    return [message.kind for message in planned]


# --- The office opens a date ------------------------------------------------------------------------------------------


def test_a_session_takes_its_calendars_time_once_however_many_people_come(office: Office, now: datetime) -> None:
    session = make_session(office, NINE, now, seats=8)
    fill(session, now)

    (taken,) = Occupancy.objects.all()
    assert (taken.state, taken.session_id, taken.period.lower, taken.period.upper) == (
        OccupancyState.SESSION,
        session.pk,
        NINE,
        NINE + HOUR,
    )
    assert (numbers(session), oversold()) == ([1, 2, 3, 4, 5, 6, 7, 8], [])
    assert [entry.action for entry in audit.history(f"session:{session.pk}")] == ["session_created"]


def test_a_session_is_refused_with_the_reason_when_it_cannot_be_held(office: Office, now: datetime) -> None:
    lane, other = office.calendars
    make_session(office, NINE, now)
    Absence.objects.create(tenant=office.jobcenter, calendar=lane, starts_at=NINE + 2 * HOUR, ends_at=NINE + 9 * HOUR)
    ServiceCalendar.objects.filter(calendar=other).delete()

    def obstacle(starts_at: datetime, calendar: int = 0) -> Obstacle:
        with pytest.raises(CannotTakePlace) as refusal:
            make_session(office, starts_at, now, calendar=calendar)
        return refusal.value.obstacle

    half_an_hour = timedelta(minutes=30)
    assert {
        "overlaps another": obstacle(NINE + half_an_hour),
        "begins before the doors open": obstacle(NINE - HOUR - half_an_hour),
        "ends after they close": obstacle(NINE + DAY + 2 * HOUR + half_an_hour),
        "on a Sunday": obstacle(NINE + 5 * DAY),
        "at Christmas": obstacle(NINE + 31 * DAY),
        "while the caseworker is away": obstacle(NINE + 2 * HOUR),
        "yesterday": obstacle(NINE - 5 * DAY),
        "by somebody who does not do this": obstacle(NINE + DAY, calendar=1),
    } == {
        "overlaps another": Obstacle.TAKEN,
        "begins before the doors open": Obstacle.CLOSED,
        "ends after they close": Obstacle.CLOSED,
        "on a Sunday": Obstacle.CLOSED,
        "at Christmas": Obstacle.CLOSED,
        "while the caseworker is away": Obstacle.ABSENT,
        "yesterday": Obstacle.PAST,
        "by somebody who does not do this": Obstacle.NOT_OFFERED,
    }
    assert GroupSession.objects.count() == 1


def test_a_session_that_touches_another_and_ends_with_the_hours_is_held(office: Office, now: datetime) -> None:
    make_session(office, NINE, now)
    make_session(office, NINE + HOUR, now)
    make_session(office, NINE + 2 * HOUR, now)

    assert GroupSession.objects.count() == 3


def test_the_preparation_of_a_session_counts_as_taken(fulda: Jobcenter, now: datetime) -> None:
    office = make_group_office(fulda)
    office.service.before_minutes = 30
    office.service.save()
    make_session(office, NINE, now)

    with pytest.raises(CannotTakePlace):
        make_session(office, NINE + HOUR, now)
    make_session(office, NINE + HOUR + timedelta(minutes=30), now)


def test_an_appointment_and_a_session_exclude_each_other(fulda: Jobcenter, now: datetime) -> None:
    office = make_group_office(fulda)
    advice = make_service(fulda)
    ServiceCalendar.objects.create(tenant=fulda, service=advice, calendar=office.calendars[0])
    alone = Office(fulda, office.location, advice, office.calendars)
    make_session(office, NINE, now)

    with pytest.raises(SlotTaken):
        make_appointment(alone, NINE + timedelta(minutes=30), now)
    make_appointment(alone, NINE + HOUR, now)
    with pytest.raises(CannotTakePlace):
        make_session(office, NINE + HOUR, now)


def test_a_group_service_has_no_times_of_its_own(office: Office, now: datetime) -> None:
    free = find_slots(service=office.service, location=office.location, settings=office.jobcenter.settings, now=now)

    assert free.slots() == []
    with pytest.raises(SlotTaken):
        make_appointment(office, NINE, now)


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


# --- The office changes a date ----------------------------------------------------------------------------------------


def test_seats_are_never_fewer_than_people_have(office: Office, session: GroupSession, now: datetime) -> None:
    fill(session, now, leaving=3)
    _token, held = hold_seat(jobcenter=office.jobcenter, session=session, now=now)

    with pytest.raises(SeatsInUse) as refusal:
        change_seats(session=session, seat_count=5, by=audit.SYSTEM, now=now)
    assert (refusal.value.booked, refusal.value.held, refusal.value.fewest) == (5, 1, 6)

    run_out(held)
    change_seats(session=session, seat_count=5, by=audit.SYSTEM, now=now)
    assert (numbers(session), oversold()) == ([1, 2, 3, 4, 5], [])
    with pytest.raises(SessionFull):
        seat_for(session, now)
    change_seats(session=session, seat_count=6, by=audit.SYSTEM, now=now)
    seat_for(session, now)
    assert (numbers(session), oversold()) == ([1, 2, 3, 4, 5, 6], [])


def test_calling_a_date_off_cancels_everybody_and_tells_everybody_once(
    office: Office, session: GroupSession, now: datetime
) -> None:
    told = seat_for(session, now, person("Erste", email="eins@post.example", phone="+4915228817386"))
    without_address = seat_for(session, now, person("Zweite"))
    gone_before = seat_for(session, now, person("Dritte", email="drei@post.example"))
    cancel(jobcenter=office.jobcenter, appointment=gone_before, by=audit.CUSTOMER, now=now)
    token, _held = hold_seat(jobcenter=office.jobcenter, session=session, now=now)

    counts = [cancel_session(jobcenter=office.jobcenter, session=session, by=audit.SYSTEM, now=now) for _ in range(2)]

    assert counts == [2, 0]
    assert [(reloaded(one).status, reloaded(one).cancelled_by) for one in (told, without_address, gone_before)] == [
        ("cancelled", "system"),
        ("cancelled", "system"),
        ("cancelled", "customer"),
    ]
    assert [kinds_to_come(one) for one in (told, without_address, gone_before)] == [
        ["cancelled", "cancelled"],
        [],
        ["cancelled"],
    ]
    assert (numbers(session), Occupancy.objects.get().state, dates_of(office, now)) == (
        [],
        OccupancyState.RELEASED,
        [],
    )
    with pytest.raises(SessionFull):
        book_held(jobcenter=office.jobcenter, token=token, person=person(), now=now)
    with pytest.raises(SessionFull):
        seat_for(session, now)
    make_session(office, NINE, now)


def test_a_date_that_has_begun_or_was_called_off_is_not_changed_any_more(
    office: Office, session: GroupSession, now: datetime
) -> None:
    for attempt in (
        lambda: cancel_session(jobcenter=office.jobcenter, session=session, by=audit.SYSTEM, now=NINE),
        lambda: change_seats(session=session, seat_count=9, by=audit.SYSTEM, now=NINE),
    ):
        with pytest.raises(SessionOver):
            attempt()
    cancel_session(jobcenter=office.jobcenter, session=session, by=audit.SYSTEM, now=now)
    with pytest.raises(SessionOver):
        change_seats(session=session, seat_count=9, by=audit.SYSTEM, now=now)


def test_a_place_in_a_cancelled_date_is_not_taken_back(office: Office, session: GroupSession, now: datetime) -> None:
    appointment = seat_for(session, now)
    cancel(jobcenter=office.jobcenter, appointment=appointment, by=audit.CUSTOMER, now=now)
    cancel_session(jobcenter=office.jobcenter, session=session, by=audit.SYSTEM, now=now)

    with pytest.raises(SessionFull):
        undo_cancel(jobcenter=office.jobcenter, appointment=reloaded(appointment), by=audit.CUSTOMER, now=now)
    assert (reloaded(appointment).status, oversold()) == (Status.CANCELLED, [])


def reloaded(appointment: Appointment) -> Appointment:
    found: Appointment = Appointment.objects.get(pk=appointment.pk)
    return found


def dates_of(office: Office, now: datetime) -> list[object]:
    return list(dates(service=office.service, settings=office.jobcenter.settings, now=now))
