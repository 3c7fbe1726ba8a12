# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is expected at a location on a day, with all that the counter needs when nothing else can be asked."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Max, Min, Q

from appointments import queries
from appointments.core.lifecycle import Status
from appointments.core.modes import Mode
from appointments.emergency_list import words
from appointments.emergency_list.times import Open, next_day
from appointments.models import (
    Appointment,
    CalendarKind,
    Closure,
    Concern,
    Location,
    Occupancy,
    OccupancyState,
    OpeningRule,
)
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.kernel import phone
from jobcenter_portal.kernel.wall_clock import local_day, midnight
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings

_TO_CALL: Final = (ContactChannel.PHONE, ContactChannel.SMS)
"""The number for calls first; who gave one for messages alone can be called there too when nothing else is left."""


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """One person's appointment in words. No repr: it would be somebody's name in a log."""

    begins: str
    ends: str
    name: str
    concern: str
    mode: str
    with_whom: str
    room: str
    language: str
    mediator: str
    status: str
    phone: str
    ticket: str


@dataclass(frozen=True, slots=True, repr=False)
class DayList:
    """One location's day as it was `at` (aware)."""

    jobcenter: str
    location: str
    slug: str
    day: date
    at: datetime
    has_phones: bool
    rows: tuple[Row, ...]


def day_list(*, jobcenter: Jobcenter, location: Location, day: date, now: datetime) -> DayList:
    """Four queries, however many come."""
    settings = jobcenter.settings
    appointments = queries.appointments_of_day(location, midnight(day, settings.zone), settings)
    lanes, more = _lanes(appointments), _further(appointments)
    numbers = _numbers(appointments) if settings.emergency_phones else {}
    return DayList(
        jobcenter=jobcenter.name,
        location=location.name,
        slug=location.slug,
        day=day,
        at=now,
        has_phones=settings.emergency_phones,
        rows=tuple(
            _row(one, settings, lanes.get(one.pk, []), more.get(one.pk, []), numbers.get(one.customer_id, ""))
            for one in appointments
        ),
    )


def days_to_write(location: Location, settings: TenantSettings, *, now: datetime) -> tuple[date, date]:
    """Today and the next day on which people come."""
    today = local_day(now, settings.zone)
    closed = list(
        Closure.objects.filter(Q(location=location) | Q(location__isnull=True), last_day__gt=today).values_list(
            "first_day", "last_day"
        )
    )
    tomorrow = midnight(today + timedelta(days=1), settings.zone)
    coming = Appointment.objects.filter(location=location, starts_at__gte=tomorrow).exclude(status=Status.CANCELLED)
    first: datetime | None = coming.aggregate(first=Min("starts_at"))["first"]
    return today, next_day(
        today,
        is_closed=lambda day: any(begin <= day <= end for begin, end in closed),
        booked=None if first is None else local_day(first, settings.zone),
    )


def open_on(location: Location, day: date) -> Open | None:
    """The widest hours of any calendar there on that weekday; nobody has to be exact about when a list is renewed."""
    rules = OpeningRule.objects.filter(location=location, weekday=day.isoweekday())
    found = rules.aggregate(start=Min("start_minute"), end=Max("end_minute"))
    return None if found["start"] is None else Open(found["start"], found["end"])


def _row(
    appointment: Appointment,
    settings: TenantSettings,
    lanes: Sequence[tuple[str, str]],
    more: Sequence[str],
    number: str,
) -> Row:
    begins, ends = (moment.astimezone(settings.zone) for moment in (appointment.starts_at, appointment.ends_at))
    lead = [str(appointment.calendar.name)] if appointment.calendar is not None else []
    staff = [name for kind, name in lanes if kind not in (CalendarKind.ROOM, CalendarKind.MEDIATOR)]
    interprets = [name for kind, name in lanes if kind == CalendarKind.MEDIATOR]
    wanted = [words.language(appointment.mediator_language)] if appointment.mediator_language else []
    return Row(
        begins=f"{begins:%H:%M}",
        ends=f"{ends:%H:%M}",
        name=str(appointment.customer.name),
        concern=", ".join([appointment.service.title(words.LANGUAGE), *more]),
        mode=words.MODES[Mode(appointment.mode)],
        with_whom=", ".join(dict.fromkeys([*lead, *staff])),
        room=", ".join(name for kind, name in lanes if kind == CalendarKind.ROOM),
        language=words.language(appointment.language),
        mediator=": ".join([*wanted, ", ".join(interprets)] if interprets else wanted),
        status=_status(appointment),
        phone=number,
        ticket="" if appointment.ticket_no is None else str(appointment.ticket_no),
    )


def _status(appointment: Appointment) -> str:
    status = words.STATUS[appointment.status_now]
    if appointment.late_minutes and appointment.status_now is Status.BOOKED:
        return f"{status}, kommt etwa {appointment.late_minutes} Minuten später"
    return status


def _lanes(appointments: Sequence[Appointment]) -> Mapping[int, list[tuple[str, str]]]:
    """By appointment: kind and name of every calendar whose time it takes."""
    taken = Occupancy.objects.filter(
        appointment_id__in=[one.pk for one in appointments], state__in=[OccupancyState.BOOKED, OccupancyState.PAST]
    )
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for pk, kind, name in taken.order_by("id").values_list("appointment_id", "calendar__kind", "calendar__name"):
        found[pk].append((kind, name))
    return found


def _further(appointments: Sequence[Appointment]) -> Mapping[int, list[str]]:
    rows = Concern.objects.filter(appointment_id__in=[one.pk for one in appointments]).select_related("service")
    found: dict[int, list[str]] = defaultdict(list)
    for row in rows.order_by("position"):
        found[row.appointment_id].append(row.service.title(words.LANGUAGE))
    return found


def _numbers(appointments: Sequence[Appointment]) -> Mapping[int, str]:
    """By person, the number to call them on."""
    points = ContactPoint.objects.filter(
        customer_id__in=[one.customer_id for one in appointments], channel__in=_TO_CALL
    )
    preferred = sorted(points, key=lambda point: _TO_CALL.index(ContactChannel(point.channel)), reverse=True)
    return {point.customer_id: phone.readable(point.address) for point in preferred}
