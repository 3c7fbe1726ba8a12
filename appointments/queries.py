# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads that more than one caller needs, all of the current Jobcenter."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import F, Max, Prefetch, Q, QuerySet

from appointments.core.lifecycle import Status
from appointments.core.modes import PartyRole
from appointments.models import (
    Appointment,
    Calendar,
    Catchment,
    Hold,
    Location,
    Occupancy,
    OccupancyState,
    OpeningException,
    OpeningRule,
    Service,
    ServiceCalendar,
)
from jobcenter_portal.kernel.crypto import fingerprint
from jobcenter_portal.kernel.wall_clock import local_day, midnight
from jobcenter_portal.tenancy.briefly import briefly
from jobcenter_portal.tenancy.models import CalendarChoice, TenantSettings


def database_now() -> datetime:
    """The database's clock. Holds end by it, so that two web nodes with different clocks agree."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment


def services() -> list[Service]:
    """What people can come for, in the office's order."""
    return list(Service.objects.filter(is_active=True).order_by("position", "id"))


def service_by_slug(slug: str) -> Service | None:
    """As it was within the last second."""

    def read() -> Service | None:
        found: Service | None = Service.objects.filter(slug=slug, is_active=True).first()
        return found

    return briefly("service", slug, read=read)


def services_by_ids(ids: Sequence[int]) -> tuple[Service, ...]:
    """In the order of `ids`; one that is gone is left out."""
    found = {service.pk: service for service in Service.objects.filter(pk__in=ids)}
    return tuple(found[pk] for pk in ids if pk in found)


def locations() -> list[Location]:
    return list(Location.objects.order_by("position", "id"))


def locations_of(service: Service) -> list[Location]:
    """Where a service is offered: some calendar that offers it has hours there."""
    calendars = ServiceCalendar.objects.filter(service=service, role=PartyRole.LEAD).values("calendar_id")
    places = OpeningRule.objects.filter(calendar_id__in=calendars).values("location_id")
    return list(Location.objects.filter(pk__in=places).order_by("position", "id"))


def serves(location: Location, municipality_id: int, day: date) -> bool:
    """Whether a site is responsible for a municipality on a day."""
    rows = Catchment.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day),
        Q(valid_until__isnull=True) | Q(valid_until__gte=day),
        location=location,
        municipality_id=municipality_id,
    )
    return bool(rows.exists())


def hold_by_token(token: str) -> Hold | None:
    """The hold a browser carries the token of, with its time if that is still kept, or None."""
    found: Hold | None = (
        Hold.objects.filter(token_hash=fingerprint(token))
        .select_related("service", "location")
        .prefetch_related(Prefetch("occupancies", queryset=Occupancy.objects.all()))
        .first()
    )
    return found


def appointment_by_id(pk: int) -> Appointment | None:
    found: Appointment | None = _with_relations().filter(pk=pk).first()
    return found


def appointments_by_id(ids: Collection[int]) -> list[Appointment]:
    """Those that exist, each with what a message about it says: person, Anliegen and place.

    Anliegen and places are few and hold texts in eight languages, so each is read once and not with every appointment.
    """
    return list(
        Appointment.objects.filter(pk__in=ids).select_related("customer").prefetch_related("service", "location")
    )


def appointment_by_public_id(public_id: str) -> Appointment | None:
    found: Appointment | None = _with_relations().filter(public_id=public_id).first()
    return found


def appointments_of_day(location: Location, moment: datetime, settings: TenantSettings) -> list[Appointment]:
    """All appointments at a location on the local day of `moment`, by time."""
    day = local_day(moment, settings.zone)
    start, end = midnight(day, settings.zone), midnight(day + timedelta(days=1), settings.zone)
    return list(
        _with_relations().filter(location=location, starts_at__gte=start, starts_at__lt=end).order_by("starts_at", "id")
    )


def open_requests() -> QuerySet[Appointment]:
    """Requests that wait for the office's answer; only those have a deadline for it."""
    waiting: QuerySet[Appointment] = Appointment.objects.filter(answer_by__isnull=False, status=Status.REQUESTED.value)
    return waiting


def open_bookings(customer_ids: Iterable[int], now: datetime) -> int:
    """How many appointments these customers still have ahead of them."""
    open_statuses = [status for status in Status if status.is_open]
    count: int = Appointment.objects.filter(
        customer_id__in=list(customer_ids), status__in=open_statuses, ends_at__gt=now
    ).count()
    return count


def in_turn(calendar_ids: Iterable[int], starts_at: datetime, settings: TenantSettings) -> list[int]:
    """The calendars in the order in which they should be asked, by the Jobcenter's choice.

    Least loaded: whoever has the fewest stretches on that local day. Round robin: whoever's turn was longest ago, which
    the newest stretch of each tells.
    """
    ids = list(calendar_ids)
    taken = Occupancy.objects.filter(
        calendar_id__in=ids,
        state__in=[OccupancyState.BOOKED, OccupancyState.HELD, OccupancyState.SESSION],
    )
    if settings.calendar_choice == CalendarChoice.ROUND_ROBIN:
        last = dict(taken.values_list("calendar_id").annotate(Max("id")))
        return sorted(ids, key=lambda pk: (last.get(pk, 0), pk))
    day = local_day(starts_at, settings.zone)
    start, end = midnight(day, settings.zone), midnight(day + timedelta(days=1), settings.zone)
    of_day = taken.filter(start_tick__gte=int(start.timestamp()) // 300, start_tick__lt=int(end.timestamp()) // 300)
    load = Counter(of_day.values_list("calendar_id", flat=True))
    return sorted(ids, key=lambda pk: (load[pk], pk))


def lock_schedules(calendar_ids: Iterable[int]) -> None:
    """For whoever changes hours, absences or closures: bookings of these calendars wait from here to the commit.

    In a transaction, before the change and before looking for what it affects. Bookings that searched before find out
    by the raised version. FOR UPDATE, because the FOR KEY SHARE of a booking does not wait for a plain UPDATE.
    """
    ids = sorted(calendar_ids)
    list(Calendar.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
    Calendar.objects.filter(pk__in=ids).update(schedule_version=F("schedule_version") + 1)


def calendars_at(location: Location) -> list[int]:
    """Ids of all calendars that have hours at a location, or had."""
    rules = OpeningRule.objects.filter(location=location).values_list("calendar_id", flat=True)
    others = OpeningException.objects.filter(location=location, calendar__isnull=False)
    return sorted({*rules, *others.values_list("calendar_id", flat=True)})


def _with_relations() -> QuerySet[Appointment]:
    related: QuerySet[Appointment] = Appointment.objects.select_related("service", "location", "customer", "calendar")
    return related
