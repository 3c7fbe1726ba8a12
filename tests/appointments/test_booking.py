# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Book, move, cancel, undo: what happens, and what happens when it cannot."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from appointments.booking import book, book_held
from appointments.changing import UndoTooLate, cancel, reschedule, undo_cancel
from appointments.core.lifecycle import NotAllowed, Status
from appointments.core.policy import Refusal
from appointments.holding import HoldGone, NotBookableOnline, expire_holds, extend_hold, hold, hold_again, keep_draft
from appointments.models import Appointment, Hold, Occupancy, OccupancyState
from appointments.queries import hold_by_token
from appointments.taking import Refused, Request, SlotTaken
from jobcenter_portal.accounts.models import ContactPoint, Customer
from jobcenter_portal.audit import service as audit
from jobcenter_portal.kernel.phone import NotAGermanMobile
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import Office, make_appointment, make_office, person
from tests.factories import make_jobcenter

NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HALF_PAST = NINE + timedelta(minutes=30)
QUARTERS = timedelta(minutes=15)


@pytest.fixture
def office(fulda: Jobcenter) -> Office:
    return make_office(fulda)


def taken() -> list[tuple[datetime, int]]:
    rows = Occupancy.objects.exclude(state=OccupancyState.RELEASED).order_by("start_tick")
    return [(row.period.lower, row.state) for row in rows]


def run_out(held: Hold) -> None:
    """Holds end by the database's clock, so a test moves their end and not the clock."""
    past = datetime(2020, 1, 1, tzinfo=UTC)
    held.occupancies.update(expires_at=past)
    Hold.objects.filter(pk=held.pk).update(expires_at=past)


def test_a_held_time_becomes_an_appointment(office: Office, now: datetime) -> None:
    token, _held = hold(Request(office.jobcenter, office.service, office.location, NINE, now))
    appointment = book_held(jobcenter=office.jobcenter, token=token, person=person(email="j@post.example"), now=now)

    assert (appointment.starts_at, appointment.ends_at, appointment.status) == (NINE, HALF_PAST, Status.BOOKED)
    assert appointment.customer.name == "Jürgen Größer"
    assert taken() == [(NINE, OccupancyState.BOOKED)]
    assert Hold.objects.count() == 0
    assert [entry.action for entry in audit.history(appointment.subject)] == ["booked"]


def test_booking_twice_with_the_same_hold_books_once(office: Office, now: datetime) -> None:
    token, _ = hold(Request(office.jobcenter, office.service, office.location, NINE, now))
    first = book_held(jobcenter=office.jobcenter, token=token, person=person(), now=now)
    second = book_held(jobcenter=office.jobcenter, token=token, person=person(), now=now)

    assert (first.pk, Appointment.objects.count(), Customer.objects.count()) == (second.pk, 1, 1)


def test_a_token_that_nobody_holds_opens_nothing(office: Office, now: datetime) -> None:
    with pytest.raises(HoldGone):
        book_held(jobcenter=office.jobcenter, token="never-given", person=person(), now=now)


def test_a_held_time_is_not_offered_to_others_and_they_hear_of_the_nearest(office: Office, now: datetime) -> None:
    hold(Request(office.jobcenter, office.service, office.location, NINE, now))

    with pytest.raises(SlotTaken) as refusal:
        hold(Request(office.jobcenter, office.service, office.location, NINE, now))

    assert [slot.starts_at for slot in refusal.value.nearest] == [
        NINE - 3 * QUARTERS,
        NINE - 2 * QUARTERS,
        NINE + 2 * QUARTERS,
    ]


def test_a_hold_that_ran_out_gives_its_time_to_the_next_and_keeps_the_draft(office: Office, now: datetime) -> None:
    token, held = hold(Request(office.jobcenter, office.service, office.location, NINE, now))
    keep_draft(held=held, draft_json='{"name": "Jürgen"}')
    run_out(held)
    winner = make_appointment(office, NINE, now)

    with pytest.raises(SlotTaken):
        book_held(jobcenter=office.jobcenter, token=token, person=person(), now=now)

    again = hold_by_token(token)
    assert again is not None
    assert (again.draft_json, list(again.occupancies.all())) == ('{"name": "Jürgen"}', [])
    hold_again(jobcenter=office.jobcenter, held=again, starts_at=HALF_PAST, now=now)
    second = book_held(jobcenter=office.jobcenter, token=token, person=person(), now=now)
    assert {winner.starts_at, second.starts_at} == {NINE, HALF_PAST}


def test_a_hold_that_ran_out_and_whose_time_nobody_took_is_honoured(office: Office, now: datetime) -> None:
    token, held = hold(Request(office.jobcenter, office.service, office.location, NINE, now))
    run_out(held)

    assert book_held(jobcenter=office.jobcenter, token=token, person=person(), now=now).starts_at == NINE


def test_a_hold_can_be_extended_ten_times_and_then_stays_as_it_is(office: Office, now: datetime) -> None:
    _, held = hold(Request(office.jobcenter, office.service, office.location, NINE, now))
    ends = [extend_hold(jobcenter=office.jobcenter, held=held, now=now).expires_at for _ in range(11)]

    assert ends == sorted(ends)
    assert ends[-1] == ends[-2]
    assert Hold.objects.get().extensions == 10


def test_holding_choosing_again_and_extending_stand_in_the_trail(office: Office, now: datetime) -> None:
    _token, held = hold(Request(office.jobcenter, office.service, office.location, NINE, now))
    hold_again(jobcenter=office.jobcenter, held=held, starts_at=HALF_PAST, now=now)
    extend_hold(jobcenter=office.jobcenter, held=held, now=now)

    trail = [(entry.action, entry.actor_kind, entry.at) for entry in audit.history(f"hold:{held.pk}")]
    assert trail == [("held", "customer", now), ("held", "customer", now), ("hold_extended", "customer", now)]


def test_hygiene_removes_dead_time_at_once_and_drafts_after_their_grace(office: Office, now: datetime) -> None:
    token, held = hold(Request(office.jobcenter, office.service, office.location, NINE, now))
    assert expire_holds() == 0
    run_out(held)
    assert expire_holds() == 1
    assert hold_by_token(token) is not None
    Hold.objects.update(draft_until=datetime(2020, 1, 1, tzinfo=UTC))
    assert expire_holds() == 1
    assert hold_by_token(token) is None


def test_hygiene_takes_the_time_of_a_stale_draft_along_and_leaves_living_holds_alone(
    office: Office, now: datetime
) -> None:
    _token, stale = hold(Request(office.jobcenter, office.service, office.location, NINE, now))
    hold(Request(office.jobcenter, office.service, office.location, HALF_PAST, now))
    Hold.objects.filter(pk=stale.pk).update(draft_until=datetime(2020, 1, 1, tzinfo=UTC))

    expire_holds()
    assert (Hold.objects.count(), taken()) == (1, [(HALF_PAST, OccupancyState.HELD)])


def test_a_person_books_at_most_as_often_as_the_jobcenter_allows(office: Office, now: datetime) -> None:
    same = person(email="Same@Post.example")
    for offset in range(2):
        make_appointment(office, NINE + offset * timedelta(hours=1), now, same)

    with pytest.raises(Refused) as refusal:
        make_appointment(office, NINE + timedelta(hours=2), now, person(email="same@post.example"))
    assert refusal.value.reason is Refusal.TOO_MANY_OPEN_BOOKINGS
    make_appointment(office, NINE + timedelta(hours=2), now, person(email="other@post.example"))
    assert Appointment.objects.count() == 3


def test_a_time_before_the_lead_or_after_the_horizon_is_refused_in_words(office: Office, now: datetime) -> None:
    for starts_at, reason in (
        (now + timedelta(hours=1), Refusal.TOO_SOON),
        (NINE + timedelta(days=60), Refusal.TOO_FAR_AHEAD),
    ):
        with pytest.raises(Refused) as refusal:
            make_appointment(office, starts_at, now)
        assert refusal.value.reason is reason


def test_a_time_off_the_grid_or_outside_the_hours_is_taken(office: Office, now: datetime) -> None:
    for starts_at in (NINE + timedelta(minutes=5), NINE + timedelta(seconds=1), NINE + timedelta(hours=9)):
        with pytest.raises(SlotTaken):
            make_appointment(office, starts_at, now)
    assert taken() == []


def test_where_everybody_has_a_caseworker_nothing_is_written_without_naming_one(db: None, now: datetime) -> None:
    jobcenter = make_jobcenter("kreis", booking_mode="personal_caseworker")
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
        with pytest.raises(NotBookableOnline):
            hold(Request(jobcenter, office.service, office.location, NINE, now))
        with pytest.raises(NotBookableOnline):
            make_appointment(office, NINE, now)
        assert (Hold.objects.count(), Appointment.objects.count(), taken()) == (0, 0, [])


def test_moving_takes_the_new_time_and_frees_the_old(office: Office, now: datetime) -> None:
    appointment = make_appointment(office, NINE, now, person(email="j@post.example"))
    moved = reschedule(
        jobcenter=office.jobcenter, appointment=appointment, starts_at=HALF_PAST, by=audit.CUSTOMER, now=now
    )

    assert (moved.starts_at, moved.previous_starts_at, moved.revision, moved.reschedules) == (HALF_PAST, NINE, 2, 1)
    assert taken() == [(HALF_PAST, OccupancyState.BOOKED)]
    make_appointment(office, NINE, now)


def test_moving_to_a_taken_time_changes_nothing(office: Office, now: datetime) -> None:
    appointment = make_appointment(office, NINE, now)
    make_appointment(office, HALF_PAST, now)

    with pytest.raises(SlotTaken):
        reschedule(jobcenter=office.jobcenter, appointment=appointment, starts_at=HALF_PAST, by=audit.CUSTOMER, now=now)
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.revision) == (NINE, 1)
    assert taken() == [(NINE, OccupancyState.BOOKED), (HALF_PAST, OccupancyState.BOOKED)]


def test_a_person_moves_only_as_often_and_as_late_as_allowed_but_staff_may(office: Office, now: datetime) -> None:
    appointment = make_appointment(office, NINE, now)
    late = NINE - timedelta(hours=23)
    later = NINE + timedelta(days=1)

    with pytest.raises(Refused) as refusal:
        reschedule(jobcenter=office.jobcenter, appointment=appointment, starts_at=later, by=audit.CUSTOMER, now=late)
    assert refusal.value.reason is Refusal.TOO_LATE_TO_RESCHEDULE
    moved = reschedule(
        jobcenter=office.jobcenter, appointment=appointment, starts_at=later, by=audit.staff(1), now=late
    )
    assert (moved.starts_at, moved.reschedules) == (later, 0)


def test_cancelling_frees_the_time_and_can_be_taken_back_for_half_an_hour(office: Office, now: datetime) -> None:
    appointment = make_appointment(office, NINE, now)
    cancelled = cancel(jobcenter=office.jobcenter, appointment=appointment, by=audit.CUSTOMER, now=now)
    again = cancel(jobcenter=office.jobcenter, appointment=appointment, by=audit.CUSTOMER, now=now)

    assert (cancelled.status, cancelled.cancelled_by, cancelled.late_notice) == (Status.CANCELLED, "customer", False)
    assert (again.revision, taken()) == (2, [])
    back = undo_cancel(
        jobcenter=office.jobcenter, appointment=cancelled, by=audit.CUSTOMER, now=now + timedelta(minutes=30)
    )
    assert (back.status, back.cancelled_by, taken()) == (Status.BOOKED, "", [(NINE, OccupancyState.BOOKED)])
    assert [entry.action for entry in audit.history(appointment.subject)] == [
        "booked",
        "cancelled",
        "cancellation_undone",
    ]


def test_a_cancellation_cannot_be_taken_back_late_or_when_the_time_is_gone(office: Office, now: datetime) -> None:
    first = make_appointment(office, NINE, now)
    cancelled = cancel(jobcenter=office.jobcenter, appointment=first, by=audit.CUSTOMER, now=now)
    with pytest.raises(UndoTooLate):
        undo_cancel(
            jobcenter=office.jobcenter, appointment=cancelled, by=audit.CUSTOMER, now=now + timedelta(minutes=31)
        )
    make_appointment(office, NINE, now)
    with pytest.raises(SlotTaken):
        undo_cancel(jobcenter=office.jobcenter, appointment=cancelled, by=audit.CUSTOMER, now=now)
    assert Appointment.objects.get(pk=first.pk).status == Status.CANCELLED


def test_what_the_office_cancelled_a_person_cannot_take_back(office: Office, now: datetime) -> None:
    appointment = make_appointment(office, NINE, now)
    cancelled = cancel(jobcenter=office.jobcenter, appointment=appointment, by=audit.staff(1), now=now)

    with pytest.raises(NotAllowed):
        undo_cancel(jobcenter=office.jobcenter, appointment=cancelled, by=audit.CUSTOMER, now=now)
    assert taken() == []


def test_after_the_deadline_one_can_still_say_so(office: Office, now: datetime) -> None:
    appointment = make_appointment(office, NINE, now)
    late = cancel(jobcenter=office.jobcenter, appointment=appointment, by=audit.CUSTOMER, now=NINE - timedelta(hours=1))

    assert (late.status, late.late_notice) == (Status.CANCELLED, True)


def test_what_is_over_cannot_be_cancelled(office: Office, now: datetime) -> None:
    appointment = make_appointment(office, NINE, now)

    with pytest.raises(NotAllowed):
        cancel(jobcenter=office.jobcenter, appointment=appointment, by=audit.CUSTOMER, now=HALF_PAST)


def test_the_least_loaded_calendar_is_chosen(fulda: Jobcenter, now: datetime) -> None:
    office = make_office(fulda, calendars=2)
    lanes = [make_appointment(office, NINE + n * timedelta(minutes=30), now).calendar_id or 0 for n in range(4)]

    assert sorted(lanes) == sorted([calendar.pk for calendar in office.calendars] * 2)


def test_the_database_itself_refuses_what_overlaps(office: Office, now: datetime) -> None:
    make_appointment(office, NINE, now)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO appointments_occupancy (tenant_id, calendar_id, period, state)"
            " SELECT tenant_id, calendar_id, period, state FROM appointments_occupancy"
            " ON CONFLICT DO NOTHING RETURNING id"
        )
        assert cursor.fetchall() == []


def test_no_name_and_no_address_lies_readable_in_any_table(office: Office, now: datetime) -> None:
    who = person("Zażółć Gęślą", email="geheim@canary.example", phone="+4915228817386")
    _token, held = hold(Request(office.jobcenter, office.service, office.location, HALF_PAST, now))
    keep_draft(held=held, draft_json='{"name": "Zażółć Gęślą", "email": "geheim@canary.example"}')
    make_appointment(office, NINE, now, who)

    dump: list[str] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 -- names of our own tables
            dump += [row for (row,) in cursor.fetchall()]
    text = "\n".join(dump)
    hexed = {canary: canary.encode().hex() for canary in ("Zażółć", "geheim@canary.example", "+4915228817386")}
    assert len(dump) > 20
    found = {canary: (canary in text, code in text) for canary, code in hexed.items()}
    assert found == dict.fromkeys(hexed, (False, False))
    assert ContactPoint.objects.get(channel="email").address == "geheim@canary.example"


@pytest.mark.parametrize("number", ["+48512345678", "0661 123456", "0190 123456", "110", "+1 202 555 0101"])
def test_no_other_number_than_a_german_mobile_is_ever_written_down(office: Office, now: datetime, number: str) -> None:
    with pytest.raises(NotAGermanMobile):
        make_appointment(office, NINE, now, person(phone=number))
    assert (Appointment.objects.count(), ContactPoint.objects.count(), taken()) == (0, 0, [])


def test_booking_needs_neither_mail_nor_phone(office: Office, now: datetime) -> None:
    appointment = make_appointment(office, NINE, now, person())

    assert ContactPoint.objects.count() == 0
    assert Appointment.objects.get().code_hash is not None
    assert appointment.starts_at == NINE


def test_the_same_idempotency_key_returns_the_same_appointment(office: Office, now: datetime) -> None:
    def attempt() -> Any:
        return book(
            jobcenter=office.jobcenter,
            service=office.service,
            location=office.location,
            starts_at=NINE,
            person=person(),
            now=now,
            idempotency_key="a-key-from-the-client",
        )

    assert attempt().pk == attempt().pk
