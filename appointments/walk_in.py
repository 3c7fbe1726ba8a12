# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""People who come without an appointment: a number at the door, and whoever is free calls the next one.

They wait for anybody, so they take no planned time and have no calendar until somebody calls them. They get no
messages: they are here.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from appointments.attendance import ChangedMeanwhile
from appointments.core.lifecycle import Kind, NotAllowed, Status, Verb, next_status
from appointments.core.modes import Mode
from appointments.core.opening import Minutes
from appointments.core.slots import merged_ranges
from appointments.models import Appointment, Calendar, Location, LocationHours, OpeningRule, Service, ServiceCalendar
from appointments.taking import Request
from appointments.writing import Person, actor, by_idempotency_key, lock, record, write_appointment
from jobcenter_portal.audit import service as audit
from jobcenter_portal.kernel.crypto import fingerprint
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.models import Jobcenter


class NoWalkIns(Exception):
    """This Jobcenter sees nobody without an appointment."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who came, as far as they want to say: a name is for calling them, and nobody has to give one."""

    name: str = ""
    language: str = "de"

    def __repr__(self) -> str:
        return "Visitor(...)"  # never into a log or an exception


def register_walk_in(
    *,
    jobcenter: Jobcenter,
    location: Location,
    service: Service,
    by: audit.By,
    now: datetime,
    visitor: Visitor | None = None,
    idempotency_key: str | None = None,
) -> Appointment:
    """Write down somebody who has come, with the next number of this location and day.

    Numbers are drawn one after the other behind the location's lock, so two front desks at once get two, and none is
    left out; the unique key would refuse a double one in any case. Raises NoWalkIns.
    """
    if not jobcenter.settings.walk_in:
        raise NoWalkIns
    who = visitor or Visitor()
    key = fingerprint(idempotency_key) if idempotency_key else None
    with transaction.atomic():
        Location.objects.select_for_update(no_key=True).get(pk=location.pk)
        if key and (before := by_idempotency_key(key)):
            return before
        request = Request(jobcenter, service, location, now, now, for_staff=True)
        person = Person(who.name, who.language)
        arrived = write_appointment(request, kind=Kind.WALK_IN, calendar_id=None, person=person, key=key)
        arrived.ticket_day = local_day(now, jobcenter.settings.zone)
        arrived.ticket_no = _next_number(location, arrived.ticket_day)
        arrived.save(update_fields=["ticket_day", "ticket_no"])
        record(arrived, by, "walked_in", now)
    return arrived


def waiting_walk_ins(location: Location, day: date) -> list[Appointment]:
    """Who waits without an appointment, in the order of their numbers."""
    return list(_waiting(location, day).select_related("service", "location", "customer", "calendar"))


def call_next(
    *, jobcenter: Jobcenter, location: Location, calendar: Calendar, by: audit.By, now: datetime
) -> Appointment | None:
    """The lowest number that waits goes to this calendar; None when nobody waits.

    Two who call at the same moment get two people: each skips whom the other is calling.
    """
    with transaction.atomic():
        waiting = _waiting(location, local_day(now, jobcenter.settings.zone))
        first: Appointment | None = waiting.select_for_update(skip_locked=True).first()
        return _start(first, calendar, by, now) if first else None


def call(
    *, appointment: Appointment, calendar: Calendar, by: audit.By, now: datetime, seen: Status | None = None
) -> Appointment:
    """This one person goes to this calendar, whatever their number. Raises ChangedMeanwhile, NotAllowed."""
    with transaction.atomic():
        return _start(_locked(appointment, seen), calendar, by, now)


def record_left(*, appointment: Appointment, by: audit.By, now: datetime, seen: Status | None = None) -> Appointment:
    """They did not want to wait any longer. A fact, and their own choice. Raises ChangedMeanwhile, NotAllowed."""
    with transaction.atomic():
        locked = _locked(appointment, seen)
        locked.change_status(next_status(locked.status_now, Verb.CANCEL, by=actor(by)), now)
        locked.cancelled_by, locked.cancelled_at = audit.ActorKind.CUSTOMER.value, now
        locked.save(update_fields=[*Appointment.STATUS_FIELDS, "cancelled_by", "cancelled_at"])
        record(locked, by, "left", now)
    return locked


def record_back(*, appointment: Appointment, by: audit.By, now: datetime, seen: Status | None = None) -> Appointment:
    """They are here after all, with the number they had. Raises ChangedMeanwhile, NotAllowed."""
    with transaction.atomic():
        locked = _locked(appointment, seen)
        if locked.kind != Kind.WALK_IN or locked.status_now is not Status.CANCELLED:
            raise NotAllowed(locked.status_now, Verb.UNDO, actor(by))
        locked.change_status(next_status(locked.status_now, Verb.UNDO, previous=Status.CHECKED_IN), now)
        locked.cancelled_by, locked.cancelled_at = "", None
        locked.save(update_fields=[*Appointment.STATUS_FIELDS, "cancelled_by", "cancelled_at"])
        record(locked, by, "came_back", now)
    return locked


def services_at(location: Location) -> list[Service]:
    """What people can come for here: whatever some calendar with hours at this location offers, groups aside."""
    here = OpeningRule.objects.filter(location=location).values("calendar_id")
    offered = ServiceCalendar.objects.filter(calendar_id__in=here).values("service_id")
    return list(Service.objects.filter(pk__in=offered, is_active=True, is_group=False).order_by("position", "id"))


def site_hours(today: date) -> list[tuple[Location, dict[int, tuple[Minutes, ...]]]]:
    """Each site's weekly hours as they are now, by weekday from 1: the site's own, else whenever anybody is there."""
    is_valid = (Q(valid_from=None) | Q(valid_from__lte=today)) & (Q(valid_until=None) | Q(valid_until__gte=today))
    of_site = _by_weekday(LocationHours.objects.filter(is_valid))
    regular = OpeningRule.objects.filter(is_valid, is_emergency=False, every_weeks=1)
    of_people = _by_weekday(rule for rule in regular if rule.modes & Mode.IN_PERSON)
    places = Location.objects.filter(is_valid).order_by("position", "id")
    return [(place, of_site.get(place.pk) or of_people.get(place.pk, {})) for place in places]


def _by_weekday(rows: Iterable[LocationHours | OpeningRule]) -> dict[int, dict[int, tuple[Minutes, ...]]]:
    found: dict[int, dict[int, list[Minutes]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[row.location_id][row.weekday].append((row.start_minute, row.end_minute))
    return {place: {day: tuple(merged_ranges(ranges)) for day, ranges in week.items()} for place, week in found.items()}


def _waiting(location: Location, day: date) -> QuerySet[Appointment]:
    waiting: QuerySet[Appointment] = Appointment.objects.filter(
        location=location, ticket_day=day, kind=Kind.WALK_IN.value, status=Status.CHECKED_IN.value
    ).order_by("ticket_no")
    return waiting


def _next_number(location: Location, day: date) -> int:
    drawn = Appointment.objects.filter(location=location, ticket_day=day).aggregate(last=Max("ticket_no"))
    return int(drawn["last"] or 0) + 1


def _locked(appointment: Appointment, seen: Status | None) -> Appointment:
    locked = lock(appointment)
    if seen is not None and locked.status_now is not seen:
        raise ChangedMeanwhile
    return locked


def _start(locked: Appointment, calendar: Calendar, by: audit.By, now: datetime) -> Appointment:
    locked.change_status(next_status(locked.status_now, Verb.START, by=actor(by)), now)
    locked.calendar = calendar
    locked.save(update_fields=[*Appointment.STATUS_FIELDS, "calendar"])
    record(locked, by, f"attendance:{Verb.START}", now, status=Status.IN_SERVICE.value)
    return locked
