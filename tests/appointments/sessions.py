# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A group service of a small office, its dates, and the truth about their seats as the tables have it."""

from datetime import UTC, datetime

from django.db import connection

from appointments.groups import create_session
from appointments.models import Appointment, GroupSession, Hold, Seat
from appointments.seats import GroupDate, book_seat, dates
from appointments.writing import Person
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Message
from tests.appointments.factories import Office, make_office, person

NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
"""Tuesday, 09:00 in Fulda."""
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def make_group_office(jobcenter: Jobcenter, *, calendars: int = 1) -> Office:
    """An office whose service is an information in a group, one hour long."""
    titles = {"de": "Gruppeninformation", "en": "Information in a group"}
    return make_office(jobcenter, calendars=calendars, slug="gruppe", titles=titles, duration_minutes=60, is_group=True)


def make_session(
    office: Office, starts_at: datetime, now: datetime, *, seats: int = 8, calendar: int = 0, title: str = ""
) -> GroupSession:
    return create_session(
        jobcenter=office.jobcenter,
        service=office.service,
        location=office.location,
        calendar=office.calendars[calendar],
        starts_at=starts_at,
        seat_count=seats,
        titles={"de": title} if title else {},
        by=audit.SYSTEM,
        now=now,
    )


def seat_for(session: GroupSession, now: datetime, who: Person | None = None) -> Appointment:
    """Somebody books a seat."""
    return book_seat(jobcenter=session.tenant, session=session, person=who or person(), now=now)


def fill(session: GroupSession, now: datetime, *, leaving: int = 0) -> list[Appointment]:
    """Book all seats but some."""
    return [seat_for(session, now, person(f"Person {n}")) for n in range(session.seats - leaving)]


def run_out(held: Hold) -> None:
    """Holds end by the database's clock, so a test moves their end and not the clock."""
    held.seats.update(expires_at=LONG_AGO)
    Hold.objects.filter(pk=held.pk).update(expires_at=LONG_AGO)


def numbers(session: GroupSession) -> list[int]:
    """The seats that are taken, held ones included."""
    return sorted(Seat.objects.filter(session=session, state__in=[1, 2]).values_list("seat_no", flat=True))


def oversold() -> list[tuple[int, str]]:
    """Every way in which seats and people could disagree, each as (session, what); none of them may ever be found."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, 'more seats than there are' FROM appointments_groupsession s JOIN appointments_seat t"
            " ON t.session_id = s.id AND t.state IN (1, 2) GROUP BY s.id HAVING count(*) > s.seats"
            " UNION ALL SELECT t.session_id, 'a number beyond the last' FROM appointments_seat t"
            " JOIN appointments_groupsession s ON s.id = t.session_id WHERE t.state IN (1, 2) AND t.seat_no > s.seats"
            " UNION ALL SELECT t.session_id, 'a number twice' FROM appointments_seat t WHERE t.state IN (1, 2)"
            " GROUP BY t.session_id, t.seat_no HAVING count(*) > 1"
            " UNION ALL SELECT a.session_id, 'a person without a seat, or with two' FROM appointments_appointment a"
            " LEFT JOIN appointments_seat t ON t.appointment_id = a.id AND t.state = 1 AND t.session_id = a.session_id"
            " WHERE a.session_id IS NOT NULL AND a.status <> 'cancelled' GROUP BY a.id, a.session_id"
            " HAVING count(t.id) <> 1"
            " UNION ALL SELECT t.session_id, 'a seat for nobody' FROM appointments_seat t"
            " JOIN appointments_appointment a ON a.id = t.appointment_id"
            " WHERE t.state = 1 AND (a.status = 'cancelled' OR a.session_id <> t.session_id)"
        )
        found: list[tuple[int, str]] = cursor.fetchall()
        return found


def free_of(office: Office, now: datetime) -> list[tuple[int, int, int]]:
    """Booked, held and free of each date."""
    return [(one.booked, one.held, one.free) for one in dates_of(office, now)]


def dates_of(office: Office, now: datetime) -> list[GroupDate]:
    return dates(service=office.service, settings=office.jobcenter.settings, now=now)


def kinds_to_come(appointment: Appointment) -> list[str]:
    """What will be told about it."""
    planned = Message.objects.filter(subject=appointment.subject, state="planned").order_by("id")
    return [message.kind for message in planned]


def reloaded(appointment: Appointment) -> Appointment:
    found: Appointment = Appointment.objects.get(pk=appointment.pk)
    return found
