# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an office changes about its time, and how each change is written down.

A change only says what shall be true from then on. What it does to appointments is found by looking at the schedule
before and after it (`finding`), so a new kind of change needs no rule of its own about whom it affects.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from django.db.models import Q

from appointments.core.modes import Mode
from appointments.core.opening import Minutes
from appointments.core.rule_checks import RuleDraft
from appointments.models import (
    Absence,
    Calendar,
    Catchment,
    Closure,
    ClosureWindow,
    Location,
    LocationHours,
    Occupancy,
    OpeningException,
    OpeningRule,
)
from appointments.models.occupancy import ACTIVE
from appointments.queries import calendars_at
from jobcenter_portal.kernel.wall_clock import local_day, midnight
from jobcenter_portal.tenancy.context import current_tenant

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """The time in which a change can affect anybody; without an end it goes on for ever."""

    since: datetime
    until: datetime | None = None


class Change(ABC):
    """One change of an office's time. `lets_stand`: appointments may stay all the same, if the office wants them to."""

    action: ClassVar[str]
    lets_stand: ClassVar[bool] = False

    @property
    @abstractmethod
    def subject(self) -> str:
        """Whose trail names the change."""

    @abstractmethod
    def span(self, zone: ZoneInfo) -> Span: ...

    @abstractmethod
    def calendars(self) -> list[int]:
        """Ids of the calendars whose time changes."""

    @abstractmethod
    def write(self) -> None:
        """Make it true. In a transaction, with the calendars locked."""

    @property
    def new_location_id(self) -> int | None:
        """Where appointments go together with their calendars."""
        return None


@dataclass(frozen=True, slots=True)
class CalendarChange(Change):
    calendar_id: int

    @property
    def subject(self) -> str:
        return f"calendar:{self.calendar_id}"

    def calendars(self) -> list[int]:
        return [self.calendar_id]


@dataclass(frozen=True, slots=True)
class Away(CalendarChange):
    """Somebody is not there. Why is nobody's business here."""

    action: ClassVar[str] = "absence_entered"
    starts_at: datetime
    ends_at: datetime

    def span(self, zone: ZoneInfo) -> Span:  # noqa: ARG002 -- other changes are days
        return Span(self.starts_at, self.ends_at)

    def write(self) -> None:
        Absence.objects.create(
            tenant_id=current_tenant().pk, calendar_id=self.calendar_id, starts_at=self.starts_at, ends_at=self.ends_at
        )


@dataclass(frozen=True, slots=True)
class BackAgain(CalendarChange):
    """An absence is taken back."""

    action: ClassVar[str] = "absence_removed"
    absence_id: int
    starts_at: datetime
    ends_at: datetime

    def span(self, zone: ZoneInfo) -> Span:  # noqa: ARG002 -- other changes are days
        return Span(self.starts_at, self.ends_at)

    def write(self) -> None:
        Absence.objects.filter(pk=self.absence_id, calendar_id=self.calendar_id).delete()


@dataclass(frozen=True, slots=True)
class DayHours(CalendarChange):
    """Other hours of a calendar at a location on one date: none means closed, None back to the weekly rules."""

    action: ClassVar[str] = "day_hours_changed"
    lets_stand: ClassVar[bool] = True
    location_id: int
    day: date
    ranges: tuple[Minutes, ...] | None

    def span(self, zone: ZoneInfo) -> Span:
        return Span(midnight(self.day, zone), midnight(self.day + _DAY, zone))

    def write(self) -> None:
        here = {"calendar_id": self.calendar_id, "location_id": self.location_id, "day": self.day}
        OpeningException.objects.filter(**here).delete()
        if self.ranges is None:
            return
        rows = self.ranges or ((None, None),)
        OpeningException.objects.bulk_create(
            OpeningException(tenant_id=current_tenant().pk, start_minute=start, end_minute=end, **here)
            for start, end in rows
        )


@dataclass(frozen=True, slots=True)
class WeeklyHours(CalendarChange):
    """The weekly rules of a calendar from a day on, all of them. What is not among them ends the day before.

    A rule that is among them and stands already is left alone, with the week it counts from.
    """

    action: ClassVar[str] = "weekly_hours_changed"
    lets_stand: ClassVar[bool] = True
    from_day: date
    rules: tuple[RuleDraft, ...]

    def span(self, zone: ZoneInfo) -> Span:
        return Span(midnight(self.from_day, zone))

    def write(self) -> None:
        wanted = list(self.rules)
        for rule in to_come(self.calendar_id, self.from_day):
            draft = draft_of(rule)
            if draft in wanted:
                wanted.remove(draft)
            else:
                _end_before(rule, self.from_day)
        OpeningRule.objects.bulk_create(_row(self.calendar_id, draft, self.from_day) for draft in wanted)


@dataclass(frozen=True, slots=True)
class SiteChange(Change):
    location_id: int | None
    """None is the whole Jobcenter."""

    @property
    def subject(self) -> str:
        return f"location:{self.location_id}" if self.location_id else "jobcenter"

    def calendars(self) -> list[int]:
        """All who have hours there, and all whom somebody comes to see there, whatever the hours say by now."""
        if self.location_id is None:
            return list(Calendar.objects.order_by("pk").values_list("pk", flat=True))
        at_site = Q(appointment__location_id=self.location_id) | Q(session__location_id=self.location_id)
        taken = Occupancy.objects.filter(ACTIVE).filter(at_site | Q(hold__location_id=self.location_id))
        return sorted({*calendars_at(Location(pk=self.location_id)), *taken.values_list("calendar_id", flat=True)})


@dataclass(frozen=True, slots=True)
class Closed(SiteChange):
    """Days on which a site is closed, with hours in which emergencies are served all the same."""

    action: ClassVar[str] = "closure_entered"
    first_day: date
    last_day: date
    reasons: dict[str, str]
    windows: tuple[tuple[date, Minutes], ...] = ()

    def span(self, zone: ZoneInfo) -> Span:
        return Span(midnight(self.first_day, zone), midnight(self.last_day + _DAY, zone))

    def write(self) -> None:
        tenant_id = current_tenant().pk
        closure = Closure.objects.create(
            tenant_id=tenant_id,
            location_id=self.location_id,
            first_day=self.first_day,
            last_day=self.last_day,
            reasons=self.reasons,
        )
        ClosureWindow.objects.bulk_create(
            ClosureWindow(tenant_id=tenant_id, closure=closure, day=day, start_minute=start, end_minute=end)
            for day, (start, end) in self.windows
        )


@dataclass(frozen=True, slots=True)
class OpenAgain(SiteChange):
    """A closure is taken back, its emergency hours with it."""

    action: ClassVar[str] = "closure_removed"
    lets_stand: ClassVar[bool] = True
    closure_id: int
    first_day: date
    last_day: date

    def span(self, zone: ZoneInfo) -> Span:
        return Span(midnight(self.first_day, zone), midnight(self.last_day + _DAY, zone))

    def write(self) -> None:
        Closure.objects.filter(pk=self.closure_id).delete()


@dataclass(frozen=True, slots=True)
class SiteHours(SiteChange):
    """The weekly hours of a site from a day on; without any the site sets no bound."""

    action: ClassVar[str] = "site_hours_changed"
    lets_stand: ClassVar[bool] = True
    location_id: int
    from_day: date
    hours: tuple[tuple[int, Minutes], ...] = field(default=())

    def span(self, zone: ZoneInfo) -> Span:
        return Span(midnight(self.from_day, zone))

    def write(self) -> None:
        wanted = list(self.hours)
        for row in LocationHours.objects.filter(_holds_from(self.from_day), location_id=self.location_id):
            known = (row.weekday, (row.start_minute, row.end_minute))
            if known in wanted and (row.valid_from is None or row.valid_from <= self.from_day) and not row.valid_until:
                wanted.remove(known)
            else:
                _end_before(row, self.from_day)
        LocationHours.objects.bulk_create(
            LocationHours(
                tenant_id=current_tenant().pk,
                location_id=self.location_id,
                weekday=weekday,
                start_minute=start,
                end_minute=end,
                valid_from=self.from_day,
            )
            for weekday, (start, end) in wanted
        )


@dataclass(frozen=True, slots=True)
class Moved(SiteChange):
    """A site is given up from a day on; with `to_id` everybody who works there goes to another one."""

    action: ClassVar[str] = "site_moved"
    location_id: int
    from_day: date
    to_id: int | None = None

    @property
    def new_location_id(self) -> int | None:
        return self.to_id

    def span(self, zone: ZoneInfo) -> Span:
        return Span(midnight(self.from_day, zone))

    def write(self) -> None:
        Location.objects.filter(pk=self.location_id).update(valid_until=self.from_day - _DAY)
        if self.to_id is None:
            return
        here = {"location_id": self.location_id}
        for rule in OpeningRule.objects.filter(_holds_from(self.from_day), **here):
            _row(rule.calendar_id, draft_of(rule, location_id=self.to_id), self.from_day).save(force_insert=True)
            _end_before(rule, self.from_day)
        OpeningException.objects.filter(**here, calendar__isnull=False, day__gte=self.from_day).update(
            location_id=self.to_id
        )
        for served in Catchment.objects.filter(_holds_from(self.from_day), **here):
            Catchment.objects.create(
                tenant_id=served.tenant_id,
                municipality_id=served.municipality_id,
                location_id=self.to_id,
                valid_from=max(served.valid_from or self.from_day, self.from_day),
                valid_until=served.valid_until,
            )
            _end_before(served, self.from_day)


def to_come(calendar_id: int, day: date) -> list[OpeningRule]:
    """The rules of a calendar that hold on a day or later."""
    rules = OpeningRule.objects.filter(_holds_from(day), calendar_id=calendar_id)
    return list(rules.order_by("weekday", "start_minute", "id"))


def draft_of(rule: OpeningRule, *, location_id: int | None = None) -> RuleDraft:
    return RuleDraft(
        location_id=location_id or rule.location_id,
        weekday=rule.weekday,
        start_minute=rule.start_minute,
        end_minute=rule.end_minute,
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
        every_weeks=rule.every_weeks,
        modes=Mode(rule.modes),
        is_emergency=rule.is_emergency,
    )


def today_of(now: datetime, zone: ZoneInfo) -> Span:
    """From now to the end of the local day: somebody went home ill."""
    return Span(now, midnight(local_day(now, zone) + _DAY, zone))


def _holds_from(day: date) -> Q:
    return Q(valid_until__isnull=True) | Q(valid_until__gte=day)


def _end_before(row: OpeningRule | LocationHours | Catchment, day: date) -> None:
    """What has held before goes on until the day before; what never began is gone."""
    if row.valid_from is not None and row.valid_from >= day:
        row.delete()
        return
    row.valid_until = day - _DAY
    row.save(update_fields=["valid_until"])


def _row(calendar_id: int, draft: RuleDraft, from_day: date) -> OpeningRule:
    return OpeningRule(
        tenant_id=current_tenant().pk,
        calendar_id=calendar_id,
        location_id=draft.location_id,
        weekday=draft.weekday,
        start_minute=draft.start_minute,
        end_minute=draft.end_minute,
        valid_from=_first_day(draft, from_day),
        valid_until=draft.valid_until,
        every_weeks=draft.every_weeks,
        modes=int(draft.modes),
        is_emergency=draft.is_emergency,
    )


def _first_day(draft: RuleDraft, from_day: date) -> date:
    """Not before the change, and in a week in which the rule holds: the weeks are counted from it."""
    if draft.valid_from is None or draft.every_weeks == 1:
        return max(draft.valid_from or from_day, from_day)
    if draft.valid_from >= from_day:
        return draft.valid_from
    anchor = draft.valid_from - draft.valid_from.weekday() * _DAY
    weeks = (from_day - from_day.weekday() * _DAY - anchor).days // 7
    monday = anchor + timedelta(weeks=-(-weeks // draft.every_weeks) * draft.every_weeks)
    return max(monday, from_day)
