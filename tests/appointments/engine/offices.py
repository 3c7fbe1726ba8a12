# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""An office with every rule that an office can have, as plain data that can be read; `opened` writes its rows.

Calendars, services and days are named by their position. `dice` throws such offices.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from appointments.availability import Wishes
from appointments.core.modes import Mode, PartyRole
from appointments.models import (
    Absence,
    Calendar,
    Catchment,
    Closure,
    ClosureWindow,
    GroupSession,
    Hold,
    Location,
    LocationHours,
    Municipality,
    Occupancy,
    OccupancyState,
    OpeningException,
    OpeningRule,
    Service,
    ServiceCalendar,
)
from jobcenter_portal.kernel.crypto import fingerprint
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from tests.appointments.factories import make_service

BERLIN: Final = ZoneInfo("Europe/Berlin")
MONDAYS: Final = (
    date(2026, 3, 23),  # ends with the night of the change, and Good Friday comes after it
    date(2026, 10, 19),  # the same in autumn
    date(2026, 12, 21),  # Christmas
    date(2026, 11, 23),  # nothing special
)
LONG_AGO: Final = datetime(2020, 1, 1, tzinfo=BERLIN)
LONG_AFTER: Final = datetime(2099, 1, 1, tzinfo=BERLIN)
DAYS: Final = 9
"""From the Monday on; things happen within them."""

TAKEN: Final = ("booked", "booked", "held", "dead", "session", "rests", "rested", "released")

Days = tuple[int | None, int | None]
Minutes = tuple[int, int]

NO_LIMIT: Final[Days] = (None, None)


@dataclass(frozen=True)
class Rule:
    calendar: int
    weekday: int
    minutes: Minutes
    valid: Days = (None, None)
    every_weeks: int = 1
    modes: int = 15
    is_emergency: bool = False
    elsewhere: bool = False


@dataclass(frozen=True)
class Lane:
    """A calendar: in which services it plays which roles, and what is taken there."""

    roles: tuple[tuple[int, PartyRole], ...]
    languages: tuple[str, ...] = ()
    max_per_day: int | None = None
    absences: tuple[Minutes, ...] = ()
    taken: tuple[tuple[int, int, str], ...] = ()
    """First minute since the Monday, length, and what it is; in order of time, not overlapping."""


@dataclass(frozen=True)
class Work:
    duration: int = 30
    before: int = 0
    after: int = 0
    grid: int | None = None
    lead: int | None = None
    horizon: int | None = None
    hours: tuple[int | None, int | None] = (None, None)
    modes: int = 15
    mediator: int = 0
    is_emergency: bool = False


@dataclass(frozen=True)
class Wish:
    mode: Mode = Mode.IN_PERSON
    both_services: bool = False
    language: str = ""
    only: int | None = None
    from_town: bool = False
    for_staff: bool = False
    sees_resting: bool = False


@dataclass(frozen=True)
class Drawn:
    monday: date
    now_minute: int
    services: tuple[Work, Work]
    lanes: tuple[Lane, ...]
    rules: tuple[Rule, ...]
    exceptions: tuple[tuple[int | None, int, Minutes | None], ...] = ()
    """Calendar or the site, day, minutes or closed."""
    site_hours: tuple[tuple[int, Minutes, Days], ...] = ()
    site_valid: Days = (None, None)
    closures: tuple[tuple[bool, int, int, tuple[tuple[int, Minutes], ...]], ...] = ()
    """Whether only the site is closed, first and last day, and windows on days of them."""
    catchments: tuple[tuple[bool, Days], ...] = ()
    settings: tuple[tuple[str, int], ...] = ()
    wish: Wish = Wish()

    @property
    def now(self) -> datetime:
        return self.minute(self.now_minute)

    def day(self, number: int) -> date:
        return self.monday + timedelta(days=number)

    def day_or_none(self, number: int | None) -> date | None:
        return None if number is None else self.day(number)

    def minute(self, number: int) -> datetime:
        """So many minutes of elapsed time after the Monday began."""
        start = datetime.combine(self.monday, time(), BERLIN)
        return datetime.fromtimestamp(start.timestamp() + number * 60, BERLIN)


@dataclass(frozen=True)
class Standing:
    """An office that stands in the database."""

    jobcenter: Jobcenter
    location: Location
    services: tuple[Service, ...]
    calendars: tuple[Calendar, ...]
    wishes: Wishes
    now: datetime


@contextmanager
def opened(drawn: Drawn, jobcenter: Jobcenter) -> Iterator[Standing]:
    """The office with all its rows, gone again afterwards."""
    with transaction.atomic():
        TenantSettings.objects.update(**dict(drawn.settings))
        yield _write(drawn, Jobcenter.objects.get(pk=jobcenter.pk))
        transaction.set_rollback(True)


def _write(drawn: Drawn, jobcenter: Jobcenter) -> Standing:
    first, last = drawn.site_valid
    here, elsewhere = (
        Location.objects.create(tenant=jobcenter, slug=slug, name=slug, street="Weg 1", town="36037 Fulda", **valid)
        for slug, valid in (
            ("hier", {"valid_from": drawn.day_or_none(first), "valid_until": drawn.day_or_none(last)}),
            ("dort", {}),
        )
    )
    services = tuple(_service(jobcenter, number, work) for number, work in enumerate(drawn.services))
    calendars = tuple(
        Calendar.objects.bulk_create(
            Calendar(
                tenant=jobcenter,
                name=f"Zimmer {number}",
                kind="mediator" if lane.languages else "caseworker",
                languages=list(lane.languages),
                max_per_day=lane.max_per_day,
            )
            for number, lane in enumerate(drawn.lanes)
        )
    )
    ServiceCalendar.objects.bulk_create(
        ServiceCalendar(tenant=jobcenter, service=services[service], calendar=calendar, role=role)
        for lane, calendar in zip(drawn.lanes, calendars, strict=True)
        for service, role in lane.roles
    )
    _write_hours(drawn, jobcenter, here, elsewhere, calendars)
    town = _write_catchments(drawn, jobcenter, here, elsewhere)
    for lane, calendar in zip(drawn.lanes, calendars, strict=True):
        _write_taken(drawn, lane, calendar, here, services[0])
    wish = drawn.wish
    wishes = Wishes(
        mode=wish.mode,
        more_services=services[1:] if wish.both_services else (),
        mediator_language=wish.language,
        only_calendar=None if wish.only is None else calendars[wish.only % len(calendars)].pk,
        municipality=town.pk if wish.from_town else None,
    )
    return Standing(jobcenter, here, services, calendars, wishes, drawn.now)


def _service(jobcenter: Jobcenter, number: int, work: Work) -> Service:
    return make_service(
        jobcenter,
        slug=f"anliegen-{number}",
        duration_minutes=work.duration,
        before_minutes=work.before,
        after_minutes=work.after,
        grid_minutes=work.grid,
        min_lead_hours=work.lead,
        horizon_days=work.horizon,
        earliest_minute=work.hours[0],
        latest_minute=work.hours[1],
        modes=work.modes,
        mediator_minutes=work.mediator,
        is_emergency=work.is_emergency,
    )


def _write_hours(
    drawn: Drawn, jobcenter: Jobcenter, here: Location, elsewhere: Location, calendars: tuple[Calendar, ...]
) -> None:
    OpeningRule.objects.bulk_create(
        OpeningRule(
            tenant=jobcenter,
            calendar=calendars[rule.calendar],
            location=elsewhere if rule.elsewhere else here,
            weekday=rule.weekday,
            start_minute=rule.minutes[0],
            end_minute=rule.minutes[1],
            valid_from=drawn.day_or_none(rule.valid[0]),
            valid_until=drawn.day_or_none(rule.valid[1]),
            every_weeks=rule.every_weeks,
            modes=rule.modes,
            is_emergency=rule.is_emergency,
        )
        for rule in drawn.rules
    )
    OpeningException.objects.bulk_create(
        OpeningException(
            tenant=jobcenter,
            calendar=None if calendar is None else calendars[calendar],
            location=here,
            day=drawn.day(day),
            start_minute=minutes and minutes[0],
            end_minute=minutes and minutes[1],
        )
        for calendar, day, minutes in drawn.exceptions
    )
    LocationHours.objects.bulk_create(
        LocationHours(
            tenant=jobcenter,
            location=here,
            weekday=weekday,
            start_minute=start,
            end_minute=end,
            valid_from=drawn.day_or_none(valid[0]),
            valid_until=drawn.day_or_none(valid[1]),
        )
        for weekday, (start, end), valid in drawn.site_hours
    )
    for is_local, first, last, windows in drawn.closures:
        closure = Closure.objects.create(
            tenant=jobcenter,
            location=here if is_local else None,
            first_day=drawn.day(first),
            last_day=drawn.day(last),
            reasons={"de": "Umzug"},
        )
        ClosureWindow.objects.bulk_create(
            ClosureWindow(tenant=jobcenter, closure=closure, day=drawn.day(day), start_minute=start, end_minute=end)
            for day, (start, end) in windows
        )


def _write_catchments(drawn: Drawn, jobcenter: Jobcenter, here: Location, elsewhere: Location) -> Municipality:
    town: Municipality = Municipality.objects.create(tenant=jobcenter, slug="nauheim", name="Nauheim")
    Catchment.objects.bulk_create(
        Catchment(
            tenant=jobcenter,
            municipality=town,
            location=here if is_here else elsewhere,
            valid_from=drawn.day_or_none(first),
            valid_until=drawn.day_or_none(last),
        )
        for is_here, (first, last) in drawn.catchments
    )
    return town


def _write_taken(drawn: Drawn, lane: Lane, calendar: Calendar, here: Location, service: Service) -> None:
    tenant = calendar.tenant
    Absence.objects.bulk_create(
        Absence(tenant=tenant, calendar=calendar, starts_at=drawn.minute(start), ends_at=drawn.minute(end))
        for start, end in lane.absences
    )
    numbers: dict[date, int] = {}
    rows = []
    for start, length, what in lane.taken:
        period = (drawn.minute(start), drawn.minute(start + length))
        row = Occupancy(tenant=tenant, calendar=calendar, period=period, state=OccupancyState.BOOKED)
        if what in ("rests", "rested", "released"):
            row.state = OccupancyState.RELEASED
            row.reoffer_at = {"rests": LONG_AFTER, "rested": LONG_AGO}.get(what)
        elif lane.max_per_day is not None:
            row.day = period[0].date()
            row.day_no = numbers[row.day] = numbers.get(row.day, 0) + 1
        if what in ("held", "dead"):
            row.state = OccupancyState.HELD
            row.expires_at = LONG_AFTER if what == "held" else LONG_AGO
            row.hold = Hold.objects.create(
                tenant=tenant,
                token_hash=fingerprint(f"{calendar.pk}-{start}"),
                service=service,
                location=here,
                starts_at=period[0],
                expires_at=row.expires_at,
                draft_until=LONG_AFTER,
            )
        if what == "session":
            row.state = OccupancyState.SESSION
            row.session = GroupSession.objects.create(
                tenant=tenant,
                service=service,
                location=here,
                calendar=calendar,
                starts_at=period[0],
                ends_at=period[1],
                seats=8,
            )
        rows.append(row)
    Occupancy.objects.bulk_create(rows)
