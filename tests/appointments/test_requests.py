# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A person asks, the office answers: granted, another time, or declined; nothing runs out by itself."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from appointments.attendance import ChangedMeanwhile
from appointments.booking import book, book_held
from appointments.changing import cancel, reschedule, undo_cancel
from appointments.core.answers import DeclineReason
from appointments.core.lifecycle import Kind, NotAllowed, Status
from appointments.holding import hold
from appointments.models import Appointment, Occupancy, OccupancyState
from appointments.requests import (
    WishIsOver,
    answer_with_other_time,
    decline_request,
    grant_request,
    waiting_requests,
)
from appointments.service import find_slots
from appointments.taking import Request, SlotTaken
from jobcenter_portal.accounts.models import ContactPoint
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.kinds import MessageRef, kind_of
from notifications.models import Message
from notifications.service import Channel
from notifications.texts.rendering import render_email
from tests.appointments.factories import Office, make_appointment, make_office, make_service, person
from tests.factories import make_jobcenter

MONDAY_NINE = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
"""09:00 in the office, a week after `now`."""
STAFF = audit.staff(1)
ALICE = person("Alice Ämter", email="alice@post.example", phone="+4915228817386")


@pytest.fixture
def asking(db: None) -> Iterator[Jobcenter]:
    """A Jobcenter where people ask for a time; the test runs inside its context."""
    jobcenter = make_jobcenter("kreis", booking_mode="request", request_answer_hours=48)
    with tenant_context(jobcenter):
        yield jobcenter


@pytest.fixture
def office(asking: Jobcenter) -> Office:
    return make_office(asking)


@pytest.fixture
def request_(office: Office, now: datetime) -> Appointment:
    return make_appointment(office, MONDAY_NINE, now, ALICE)


def told(appointment: Appointment) -> list[tuple[str, str, str]]:
    """Kind, channel and state of every message, the newest revision's last."""
    messages = Message.objects.filter(subject=appointment.subject).order_by("revision", "kind", "channel", "id")
    return [(one.kind, one.channel, one.state) for one in messages]


def taken() -> list[datetime]:
    """Starts of all booked time."""
    booked = Occupancy.objects.filter(state=OccupancyState.BOOKED).order_by("start_tick")
    return [one.period.lower for one in booked]


def test_a_request_keeps_its_time_has_a_deadline_and_is_not_called_an_appointment(
    request_: Appointment, now: datetime
) -> None:
    assert (request_.kind, request_.status, request_.answer_by) == (
        Kind.REQUEST,
        Status.REQUESTED,
        now + timedelta(hours=48),
    )
    assert taken() == [MONDAY_NINE]
    assert told(request_) == [("requested", "email", "planned")]
    assert [one.action for one in audit.history(request_.subject)] == ["requested"]


def test_a_held_time_becomes_a_request_too(office: Office, now: datetime) -> None:
    token, _held = hold(Request(office.jobcenter, office.service, office.location, MONDAY_NINE, now))
    asked = book_held(jobcenter=office.jobcenter, token=token, person=ALICE, now=now)
    assert (asked.status, asked.answer_by) == (Status.REQUESTED, now + timedelta(hours=48))


def test_what_the_office_enters_and_what_cannot_wait_is_booked_at_once(office: Office, now: datetime) -> None:
    by_office = book(
        jobcenter=office.jobcenter,
        service=office.service,
        location=office.location,
        starts_at=MONDAY_NINE,
        person=person(),
        now=now,
        by=STAFF,
    )
    assert (by_office.kind, by_office.status, by_office.answer_by) == (Kind.BOOKING, Status.BOOKED, None)


def test_granting_makes_it_an_appointment_with_confirmation_and_reminders(
    office: Office, request_: Appointment, now: datetime
) -> None:
    granted = grant_request(jobcenter=office.jobcenter, appointment=request_, by=STAFF, now=now, seen=1)
    assert (granted.kind, granted.status, granted.answer_by, granted.starts_at, granted.revision) == (
        Kind.REQUEST,
        Status.BOOKED,
        None,
        MONDAY_NINE,
        2,
    )
    assert taken() == [MONDAY_NINE]
    assert told(granted) == [
        ("requested", "email", "superseded"),
        ("confirmation", "email", "planned"),
        ("reminder", "email", "planned"),
        ("reminder", "sms", "planned"),
    ]
    assert [one.action for one in audit.history(granted.subject)] == ["requested", "granted"]


def test_granting_never_depends_on_what_others_took_meanwhile(
    office: Office, request_: Appointment, now: datetime
) -> None:
    """The only calendar is taken by the request itself: nobody else gets the time, and it can always be granted."""
    with pytest.raises(SlotTaken):
        make_appointment(office, MONDAY_NINE, now, person("Bert"))
    assert grant_request(jobcenter=office.jobcenter, appointment=request_, by=STAFF, now=now).status == Status.BOOKED


def test_another_time_is_taken_the_wished_one_is_free_at_once_and_no_move_is_used_up(
    office: Office, request_: Appointment, now: datetime
) -> None:
    other = MONDAY_NINE + timedelta(hours=1)
    answered = answer_with_other_time(
        jobcenter=office.jobcenter, appointment=request_, starts_at=other, by=STAFF, now=now, seen=1
    )
    assert (answered.status, answered.starts_at, answered.ends_at, answered.previous_starts_at) == (
        Status.BOOKED,
        other,
        other + timedelta(minutes=30),
        MONDAY_NINE,
    )
    assert (answered.answer_by, answered.reschedules) == (None, 0)
    assert taken() == [other]
    free = find_slots(service=office.service, location=office.location, settings=office.jobcenter.settings, now=now)
    assert MONDAY_NINE in {slot.starts_at for slot in free.slots()}
    assert told(answered) == [
        ("requested", "email", "superseded"),
        ("other_time", "email", "planned"),
        ("other_time", "sms", "planned"),
        ("reminder", "email", "planned"),
        ("reminder", "sms", "planned"),
    ]


def test_the_person_can_move_or_cancel_what_the_office_gave(
    office: Office, request_: Appointment, now: datetime
) -> None:
    other = MONDAY_NINE + timedelta(hours=1)
    answer_with_other_time(jobcenter=office.jobcenter, appointment=request_, starts_at=other, by=STAFF, now=now)
    moved = reschedule(
        jobcenter=office.jobcenter,
        appointment=request_,
        starts_at=other + timedelta(hours=1),
        by=audit.CUSTOMER,
        now=now,
    )
    assert (moved.status, moved.reschedules, moved.starts_at) == (Status.BOOKED, 1, other + timedelta(hours=1))
    gone = cancel(jobcenter=office.jobcenter, appointment=moved, by=audit.CUSTOMER, now=now)
    assert (gone.status, told(gone)[-2:]) == (
        Status.CANCELLED,
        [("cancelled", "email", "planned"), ("cancelled", "sms", "planned")],
    )


def test_another_time_that_is_gone_leaves_the_request_as_it_was(
    office: Office, request_: Appointment, now: datetime
) -> None:
    other = MONDAY_NINE + timedelta(hours=1)
    make_appointment(office, other, now, person("Bert"))
    with pytest.raises(SlotTaken) as lost:
        answer_with_other_time(jobcenter=office.jobcenter, appointment=request_, starts_at=other, by=STAFF, now=now)
    assert len(lost.value.nearest) == 3
    request_.refresh_from_db()
    assert (request_.status, request_.starts_at, request_.revision) == (Status.REQUESTED, MONDAY_NINE, 1)
    assert taken() == [MONDAY_NINE, other]


@pytest.mark.parametrize("reason", list(DeclineReason))
def test_declining_frees_the_time_says_why_and_tells_the_person_on_every_channel(
    office: Office, request_: Appointment, now: datetime, reason: DeclineReason
) -> None:
    declined = decline_request(
        jobcenter=office.jobcenter, appointment=request_, reason=reason, by=STAFF, now=now, seen=1
    )
    assert (declined.status, declined.cancelled_by, declined.decline_reason, declined.answer_by) == (
        Status.CANCELLED,
        "staff",
        reason.value,
        None,
    )
    assert (taken(), declined.late_notice) == ([], False)
    assert told(declined) == [
        ("requested", "email", "superseded"),
        ("declined", "email", "planned"),
        ("declined", "sms", "planned"),
    ]
    last = audit.history(declined.subject)[-1]
    assert (last.action, last.membership_id, last.detail) == ("declined", 1, {"reason": reason.value})


def test_a_declined_request_can_be_taken_up_again_and_waits_for_an_answer(
    office: Office, request_: Appointment, now: datetime
) -> None:
    declined = decline_request(
        jobcenter=office.jobcenter, appointment=request_, reason=DeclineReason.CALL, by=STAFF, now=now
    )
    later = now + timedelta(minutes=10)
    again = undo_cancel(jobcenter=office.jobcenter, appointment=declined, by=STAFF, now=later)
    assert (again.status, again.decline_reason, again.answer_by) == (
        Status.REQUESTED,
        "",
        later + timedelta(hours=48),
    )
    assert (taken(), told(again)[-1]) == ([MONDAY_NINE], ("requested", "email", "planned"))


@pytest.mark.parametrize("before", [timedelta(hours=100), timedelta(hours=1)])
def test_the_person_can_take_the_request_back_at_any_time_and_is_never_late(
    office: Office, request_: Appointment, before: timedelta
) -> None:
    gone = cancel(jobcenter=office.jobcenter, appointment=request_, by=audit.CUSTOMER, now=MONDAY_NINE - before)
    assert (gone.status, gone.cancelled_by, gone.late_notice, gone.answer_by) == (
        Status.CANCELLED,
        "customer",
        False,
        None,
    )
    assert told(gone) == [
        ("requested", "email", "superseded"),
        ("withdrawn", "email", "planned"),
        ("withdrawn", "sms", "planned"),
    ]


def test_an_office_that_calls_off_a_whole_day_does_not_say_that_the_person_took_it_back(
    office: Office, request_: Appointment, now: datetime
) -> None:
    gone = cancel(jobcenter=office.jobcenter, appointment=request_, by=STAFF, now=now)
    assert told(gone)[1:] == [("declined", "email", "planned"), ("declined", "sms", "planned")]


def test_a_request_is_not_moved_by_the_person_but_taken_back_and_asked_anew(
    office: Office, request_: Appointment, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        reschedule(
            jobcenter=office.jobcenter,
            appointment=request_,
            starts_at=MONDAY_NINE + timedelta(hours=1),
            by=audit.CUSTOMER,
            now=now,
        )
    assert taken() == [MONDAY_NINE]


def _free_later(office: Office, now: datetime) -> datetime:
    free = find_slots(service=office.service, location=office.location, settings=office.jobcenter.settings, now=now)
    return next(slot.starts_at for slot in free.slots() if slot.starts_at > MONDAY_NINE + timedelta(hours=1))


ANSWERS: dict[str, Callable[[Office, Appointment, datetime, int | None], Appointment]] = {
    "grant": lambda office, asked, now, seen: grant_request(
        jobcenter=office.jobcenter, appointment=asked, by=STAFF, now=now, seen=seen
    ),
    "other time": lambda office, asked, now, seen: answer_with_other_time(
        jobcenter=office.jobcenter,
        appointment=asked,
        starts_at=_free_later(office, now),
        by=STAFF,
        now=now,
        seen=seen,
    ),
    "decline": lambda office, asked, now, seen: decline_request(
        jobcenter=office.jobcenter, appointment=asked, reason=DeclineReason.CALL, by=STAFF, now=now, seen=seen
    ),
}


@pytest.mark.parametrize("answer", list(ANSWERS.values()), ids=list(ANSWERS))
@pytest.mark.parametrize("first", list(ANSWERS.values()), ids=list(ANSWERS))
def test_two_colleagues_answer_and_the_second_is_told(
    office: Office,
    request_: Appointment,
    now: datetime,
    first: Callable[[Office, Appointment, datetime, int | None], Appointment],
    answer: Callable[[Office, Appointment, datetime, int | None], Appointment],
) -> None:
    done = first(office, request_, now, 1)
    before = told(done)
    with pytest.raises(ChangedMeanwhile):
        answer(office, request_, now, 1)
    with pytest.raises(NotAllowed):
        answer(office, request_, now, None)
    assert (told(done), Appointment.objects.get().revision) == (before, 2)


@pytest.mark.parametrize("answer", list(ANSWERS.values()), ids=list(ANSWERS))
def test_the_person_took_it_back_while_the_office_was_answering(
    office: Office,
    request_: Appointment,
    now: datetime,
    answer: Callable[[Office, Appointment, datetime, int | None], Appointment],
) -> None:
    cancel(jobcenter=office.jobcenter, appointment=request_, by=audit.CUSTOMER, now=now)
    with pytest.raises(NotAllowed):
        answer(office, request_, now, None)
    assert (taken(), Appointment.objects.get().cancelled_by) == ([], "customer")


def test_an_unanswered_request_stays_and_leads_the_list(office: Office, request_: Appointment, now: datetime) -> None:
    second = make_appointment(office, MONDAY_NINE + timedelta(hours=1), now + timedelta(hours=3), person("Bert"))
    make_service(office.jobcenter, slug="anderes")
    long_after = MONDAY_NINE + timedelta(days=30)
    assert waiting_requests(limit=10) == [request_, second]
    assert waiting_requests(limit=1) == [request_]
    request_.refresh_from_db()
    assert request_.status == Status.REQUESTED

    with pytest.raises(WishIsOver):
        grant_request(jobcenter=office.jobcenter, appointment=request_, by=STAFF, now=long_after)
    declined = decline_request(
        jobcenter=office.jobcenter, appointment=request_, reason=DeclineReason.CALL, by=STAFF, now=long_after
    )
    owed = Message.objects.filter(subject=declined.subject, kind="declined")
    assert {(one.channel, one.not_after) for one in owed} == {
        ("email", long_after + timedelta(days=7)),
        ("sms", long_after + timedelta(days=7)),
    }
    assert waiting_requests(limit=10) == [second]


def test_requests_of_another_jobcenter_are_not_seen(request_: Appointment, wiesbaden: Jobcenter, now: datetime) -> None:
    with tenant_context(wiesbaden):
        assert waiting_requests(limit=10) == []


def written(kind: str, appointment: Appointment, now: datetime) -> tuple[str, bool] | None:
    """The e-mail's text as it would leave at `now`, and whether a calendar entry goes with it."""
    point = ContactPoint.objects.get(customer_id=appointment.customer_id, channel="email")
    ref = MessageRef(appointment.subject, appointment.revision, "now", Channel.EMAIL, "de", bytes(point.address_index))
    envelope = kind_of(kind).compose(ref, now=now)
    if envelope is None:
        return None
    mail = render_email(kind, "de", envelope.values, sender="Kreis")
    return f"{mail.subject}\n{mail.text}", envelope.calendar is not None


def test_the_acknowledgement_names_the_deadline_has_no_calendar_entry_and_ends_with_the_answer(
    office: Office, request_: Appointment, now: datetime
) -> None:
    said = written("requested", request_, now)
    assert said is not None
    assert "Wir antworten bis Mittwoch, 25. November 2026, 08:00 Uhr." in said[0]
    assert said[1] is False
    granted = grant_request(jobcenter=office.jobcenter, appointment=request_, by=STAFF, now=now)
    confirmed = written("confirmation", granted, now)
    assert (written("requested", granted, now), confirmed and confirmed[1]) == (None, True)


def test_the_refusal_gives_its_reason_and_leaves_even_after_the_wished_time(
    office: Office, request_: Appointment
) -> None:
    late = MONDAY_NINE + timedelta(days=1)
    declined = decline_request(
        jobcenter=office.jobcenter, appointment=request_, reason=DeclineReason.PAPERS, by=STAFF, now=late
    )
    said = written("declined", declined, late)
    assert said is not None
    assert "Für das Gespräch fehlen noch Unterlagen." in said[0]
    assert "Es entsteht Ihnen kein Nachteil." in said[0]
    assert said[1] is False


def test_the_other_time_is_told_beside_the_wished_one(office: Office, request_: Appointment, now: datetime) -> None:
    other = MONDAY_NINE + timedelta(hours=1)
    answered = answer_with_other_time(
        jobcenter=office.jobcenter, appointment=request_, starts_at=other, by=STAFF, now=now
    )
    said = written("other_time", answered, now)
    assert said is not None
    assert "Wann: Montag, 30. November 2026, 10:00 Uhr" in said[0]
    assert ("Nicht mehr: Mo 30.11., 09:00 Uhr" in said[0], said[1]) == (True, True)
