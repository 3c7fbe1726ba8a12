# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes a Jobcenter's master data: settings, sites, services, people who work there, hours, absences, closures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.text import slugify

from appointments.models import (
    Absence,
    Calendar,
    Catchment,
    Closure,
    ClosureWindow,
    Location,
    LocationHours,
    Municipality,
    OpeningRule,
    ReminderRule,
    Service,
    ServiceCalendar,
)
from appointments.staff_places import reach_places
from jobcenter_portal.accounts.models import Membership, User
from jobcenter_portal.audit import service as audit
from jobcenter_portal.demo.seed.data import (
    AbsenceData,
    CatchmentData,
    ClosureData,
    Days,
    JobcenterData,
    LaneData,
    LocationData,
    StaffData,
)
from jobcenter_portal.demo.seed.ways import tell_the_way
from jobcenter_portal.kernel.holidays import easter_sunday
from jobcenter_portal.kernel.wall_clock import epoch_second, local_day
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings

_DAY = timedelta(days=1)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue", "ß": "ss"})
_Row = TypeVar("_Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Office:
    """A Jobcenter that has been written down, as far as bookings need it. Runs inside its tenant's context."""

    jobcenter: Jobcenter
    data: JobcenterData
    today: date
    locations: dict[str, Location]
    services: dict[str, Service]
    memberships: dict[str, Membership]

    @property
    def settings(self) -> TenantSettings:
        return self.jobcenter.settings

    def services_at(self, location: str) -> list[Service]:
        """What some calendar offers there in ordinary hours: neither emergencies nor groups."""
        offered = {slug for lane in self.data.lanes if location in lane.at for slug in lane.services}
        return [
            service
            for slug, service in self.services.items()
            if slug in offered and not (service.is_emergency or service.is_group)
        ]


def build(jobcenter: Jobcenter, data: JobcenterData, now: datetime) -> Office:
    """Write everything but appointments. In the tenant's context; the caller holds the transaction."""
    settings = _saved(TenantSettings(tenant=jobcenter, **data.settings))
    today = local_day(now, settings.zone)
    locations = {
        one.slug: _saved(_location(jobcenter, one, position, today)) for position, one in enumerate(data.locations)
    }
    office = Office(jobcenter, data, today, locations, _services(jobcenter, data), {})
    for rule in data.reminders:
        of = office.services[rule["service"]] if "service" in rule else None
        _saved(ReminderRule(tenant=jobcenter, **{**rule, "service": of}))
    for closure in data.closures:
        _close(office, closure)
    for location in data.locations:
        _bound(office, location)
    for member in data.staff:
        _employ(office, member, now)
    for counter in data.counters:
        _open(office, counter, Calendar(tenant=jobcenter, name=counter.name))
    _appoint_deputies(office)
    for catchment in data.catchments:
        _serve(office, catchment)
    return office


def closed_days(closure: ClosureData, today: date) -> Iterator[tuple[date, date]]:
    """When it is closed, in the running year and the ones beside it: the demo is watched over New Year as well."""
    if closure.from_today is not None:
        yield _dates(closure.from_today, today)
        return
    for year in (today.year - 1, today.year, today.year + 1):
        if closure.after_easter is not None:
            day = easter_sunday(year) + timedelta(days=closure.after_easter)
            yield day, day
        elif closure.each_year is not None:
            first, last = (date.fromisoformat(f"{year}-{text}") for text in closure.each_year)
            yield first, last if last >= first else last.replace(year=year + 1)


def _services(jobcenter: Jobcenter, data: JobcenterData) -> dict[str, Service]:
    return {
        one.slug: _saved(
            Service(
                tenant=jobcenter,
                slug=one.slug,
                titles=one.title,
                hints=one.hint,
                documents=one.documents,
                duration_minutes=one.minutes,
                before_minutes=one.before,
                after_minutes=one.after,
                position=position,
                grid_minutes=one.grid,
                min_lead_hours=one.lead_hours,
                horizon_days=one.horizon,
                earliest_minute=one.hours[0] if one.hours else None,
                latest_minute=one.hours[1] if one.hours else None,
                modes=int(one.modes),
                mediator_minutes=one.mediator,
                is_emergency=one.is_emergency,
                is_group=one.is_group,
            )
        )
        for position, one in enumerate(data.services)
    }


def _close(office: Office, closure: ClosureData) -> None:
    location = office.locations[closure.location] if closure.location else None
    for first, last in closed_days(closure, office.today):
        row = _saved(
            Closure(tenant=office.jobcenter, location=location, first_day=first, last_day=last, reasons=closure.reason)
        )
        if closure.emergency is not None:
            text, start, end = closure.emergency
            day = date.fromisoformat(f"{first.year}-{text}")
            _saved(ClosureWindow(tenant=office.jobcenter, closure=row, day=day, start_minute=start, end_minute=end))


def _bound(office: Office, location: LocationData) -> None:
    """The hours on the door: no calendar is open outside them."""
    for hours in location.hours:
        _saved(
            LocationHours(
                tenant=office.jobcenter,
                location=office.locations[location.slug],
                weekday=hours.weekday,
                start_minute=hours.start_minute,
                end_minute=hours.end_minute,
            )
        )


def _appoint_deputies(office: Office) -> None:
    by_name = {calendar.name: calendar for calendar in Calendar.objects.all()}
    for lane in office.data.lanes:
        if lane.deputy:
            calendar = by_name[lane.name]
            calendar.deputy = by_name[lane.deputy]
            calendar.save(update_fields=["deputy"])


def _serve(office: Office, one: CatchmentData) -> None:
    """A municipality and one of the sites that serve it, by day."""
    slug = slugify(one.municipality.translate(_UMLAUTS))
    town = Municipality.objects.filter(slug=slug).first() or _saved(
        Municipality(tenant=office.jobcenter, slug=slug, name=one.municipality, postcodes=list(one.postcodes))
    )
    first, last = (
        None if offset is None else office.today + offset * _DAY for offset in (one.from_today, one.until_today)
    )
    place = office.locations[one.location]
    _saved(Catchment(tenant=office.jobcenter, municipality=town, location=place, valid_from=first, valid_until=last))


def _employ(office: Office, member: StaffData, now: datetime) -> None:
    user = User(username=f"{office.data.slug}.{member.key}")
    user.set_unusable_password()  # the demo's sign-in asks for none, and nothing else lets these people in
    _saved(user)
    membership = _saved(Membership(tenant=office.jobcenter, user=user, role=member.role, display_name=member.name))
    office.memberships[member.key] = membership
    if member.places:
        reach_places(member=membership, slugs=member.places, by=audit.SYSTEM, now=now)
    if member.lane:
        _open(office, member.lane, Calendar(tenant=office.jobcenter, name=member.name, membership=membership))


def _open(office: Office, lane: LaneData, calendar: Calendar) -> None:
    """Save a calendar with what it offers, where and when."""
    calendar.max_per_day = lane.max_per_day
    calendar.kind, calendar.languages, calendar.booking_code = lane.kind, list(lane.languages), lane.code
    _saved(calendar)
    for slug, role in lane.roles:
        _saved(
            ServiceCalendar(tenant=office.jobcenter, service=office.services[slug], calendar=calendar, role=int(role))
        )
    validity = {one.slug: one.from_today for one in office.data.locations}
    for slug, rules in lane.at.items():
        days = validity[slug]
        first, last = _dates(days, office.today) if days else (None, None)
        for rule in rules:
            anchor = office.today if rule.every_weeks > 1 else None
            _saved(
                OpeningRule(
                    tenant=office.jobcenter,
                    calendar=calendar,
                    location=office.locations[slug],
                    weekday=rule.weekday,
                    start_minute=rule.start_minute,
                    end_minute=rule.end_minute,
                    valid_from=first or anchor,
                    valid_until=last,
                    every_weeks=rule.every_weeks,
                    is_emergency=rule.is_emergency,
                )
            )
    for absence in lane.absences:
        for starts_at, ends_at in absence_times(absence, office.today, office.settings.zone):
            _saved(Absence(tenant=office.jobcenter, calendar=calendar, starts_at=starts_at, ends_at=ends_at))


def absence_times(absence: AbsenceData, today: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """One stretch for each day, in UTC."""
    first, last = _dates(absence.from_today, today)
    for offset in range((last - first).days + 1):
        start, end = (epoch_second(first + offset * _DAY, minute, zone) for minute in absence.minutes)
        yield datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)


def _validity(days: Days | None, today: date) -> dict[str, date]:
    """The first and last day of a site that exists for some time only."""
    return dict(zip(("valid_from", "valid_until"), _dates(days, today), strict=True)) if days else {}


def _dates(days: Days, today: date) -> tuple[date, date]:
    return today + days[0] * _DAY, today + days[1] * _DAY


def _location(jobcenter: Jobcenter, one: LocationData, position: int, today: date) -> Location:
    location = Location(
        tenant=jobcenter,
        slug=one.slug,
        name=one.name,
        street=one.street,
        town=one.town,
        position=position,
        **_validity(one.from_today, today),
    )
    tell_the_way(location, jobcenter.slug)
    return location


def _saved(row: _Row) -> _Row:
    """Save after the validators of its fields; what concerns several rows the database judges."""
    row.clean_fields(exclude=[field.name for field in row._meta.fields if field.null or field.is_relation])
    row.save(force_insert=True)
    return row
