# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can be done for everybody whom a change concerns, found by the same search that lists free times.

It runs when the change is written and the time of everybody concerned is released, in a transaction that a preview
rolls back: what is proposed is free in the world after the change. No two proposals share time, whichever of them is
chosen for whom. A new time is never earlier than the old one: who misses the message must not miss the appointment.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Final

from appointments.availability import FreeTimes, Wishes, booking_window, find_slots
from appointments.core.impact import Schedule, Stretch
from appointments.core.lifecycle import Status
from appointments.core.modes import Mode, PartyRole
from appointments.core.parties import parties
from appointments.core.slots import tick_at_or_after, tick_at_or_before
from appointments.models import (
    Appointment,
    Calendar,
    Concern,
    Location,
    Occupancy,
    Service,
    ServiceCalendar,
)
from appointments.models.occupancy import ACTIVE, Wanted
from appointments.schedule_changes.choices import Case, Choice, Way
from appointments.schedule_changes.finding import Concerned
from appointments.schedule_changes.kinds import Change
from appointments.taking import Request
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.models import BookingMode, Jobcenter

SOON: Final = timedelta(days=14)
"""A new time within these days is proposed; instead of a later one people choose for themselves."""
_PARTIES_TRIED: Final = 50
_ONE_TICK: Final = timedelta(minutes=5)


class Planner:
    """Finds ways for one case after the other and remembers what it has given away."""

    def __init__(
        self, jobcenter: Jobcenter, change: Change, cases: Sequence[Concerned], after: Schedule, now: datetime
    ) -> None:
        self._jobcenter, self._settings = jobcenter, jobcenter.settings
        self._change, self._after, self._now = change, after, now
        self._free: dict[object, FreeTimes] = {}
        self._starts: dict[object, list[datetime]] = {}
        self._used_up: dict[object, set[datetime]] = {}
        self._given: set[tuple[int, int]] = set()
        self._days_given: set[tuple[int, date]] = set()
        self._load: Counter[int] = Counter()
        self._is_personal = self._settings.booking_mode == BookingMode.PERSONAL_CASEWORKER
        self._concerns = _concerns_of(cases)
        self._first = min((local_day(case.starts_at, self._settings.zone) for case in cases), default=None)
        self._last = max((local_day(case.starts_at, self._settings.zone) for case in cases), default=None)
        self._new_location = Location.objects.filter(pk=change.new_location_id).first()

    def plan(self, cases: Sequence[Concerned], reachable: Collection[int]) -> list[Case]:
        """The ways of each case. `reachable` are the customers whom a message can reach."""
        same_time = {case.key: self._same_time(case) for case in cases}
        other_time = {case.key: self._other_time(case) for case in cases}
        return [
            Case(case, self._in_order(case, [*same_time[case.key], *other_time[case.key]], reachable)) for case in cases
        ]

    def is_open_to(self, case: Concerned, choice: Choice) -> bool:
        """Whether this way exists for a case at all: what is sent may have been typed."""
        if choice.way in (Way.DEPUTY, Way.MOVE):
            keeps_time = choice.starts_at == case.starts_at
            may_move = case.appointment is not None and case.appointment.status_now is not Status.CHECKED_IN
            return bool(choice.party) and (keeps_time if choice.way is Way.DEPUTY else may_move and not keeps_time)
        if choice.way is Way.RELOCATE:
            return self.fits_new_site(case)
        return choice.way in self._without_time(case)

    def is_free(self, case: Concerned, choice: Choice) -> bool:
        """Whether the engine offers this time of these calendars."""
        if choice.starts_at is None or not choice.party:
            return False
        if case.appointment is None:
            return len(choice.party) == 1 and choice.party[0] in self._able_to_lead(case)
        roles = self._search(self.request(case.appointment, choice.starts_at)).calendars_by_role(choice.starts_at)
        return len(roles) == len(choice.party) == len(set(choice.party)) and all(
            calendar_id in role for calendar_id, role in zip(choice.party, roles, strict=True)
        )

    def is_limited(self, case: Concerned, choice: Choice) -> bool:
        """Whether a calendar of the party has a limit per day."""
        if case.appointment is None:
            return True
        found = self._search(self.request(case.appointment, choice.starts_at or case.starts_at))
        return not found.limited.isdisjoint(choice.party)

    def request(self, appointment: Appointment, starts_at: datetime) -> Request:
        """What the appointment wants at a time, at the place where it will be."""
        wishes = Wishes(
            mode=Mode(appointment.mode),
            more_services=self._concerns.get(appointment.pk, ()),
            mediator_language=appointment.mediator_language,
        )
        location = self._new_location or appointment.location
        return Request(
            self._jobcenter, appointment.service, location, starts_at, self._now, for_staff=True, wishes=wishes
        )

    def stretch_of_session(self, case: Concerned, calendar_id: int) -> Wanted:
        """The time that a session takes, of another calendar."""
        period = _period_of(case)
        return Wanted(calendar_id, period.lower, period.upper, local_day(period.lower, self._settings.zone))

    def fits_new_site(self, case: Concerned) -> bool:
        """Whether everybody who takes part has the same hours at the new location."""
        place = self._new_location
        if place is None:
            return False
        return not any(self._after.obstacles(_stretch_at(case, pk, place.pk)) for pk in case.calendars)

    # --- Ways -------------------------------------------------------------------------------------------------------
    def _same_time(self, case: Concerned) -> list[Choice]:
        if self._new_location is not None:
            return [Choice(Way.RELOCATE)] if self.fits_new_site(case) else []
        if case.session is not None and case.appointment is None:
            deputy = self._deputy_of_session(case)
            return [Choice(Way.DEPUTY, case.starts_at, (deputy,))] if deputy is not None else []
        appointment = _appointment(case)
        request = self.request(appointment, case.starts_at)
        party = self._party(case, self._search(request), request, lead=None)
        return [Choice(Way.DEPUTY, case.starts_at, party)] if party else []

    def _other_time(self, case: Concerned) -> list[Choice]:
        if case.appointment is None or case.appointment.status_now is Status.CHECKED_IN:
            return []
        appointment = case.appointment
        request = self.request(appointment, case.starts_at)
        key, free = _key(request), self._search(request)
        starts, used_up = self._starts[key], self._used_up[key]
        lead = appointment.calendar_id if self._is_personal else None
        earliest = booking_window(self._settings, appointment.service).earliest(self._now)
        for start in starts[bisect_right(starts, max(case.starts_at, earliest - _ONE_TICK)) :]:
            if start in used_up:
                continue
            party = self._party(case, free, self.request(appointment, start), lead=lead)
            if party:
                return [Choice(Way.MOVE, start, party)]
            if lead is None:
                used_up.add(start)
        return []

    def _in_order(self, case: Concerned, found: list[Choice], reachable: Collection[int]) -> tuple[Choice, ...]:
        """All ways that are open, the proposed one first."""
        rest = [Choice(way) for way in self._without_time(case)]
        if case.starts_at <= self._now:
            first = Choice(Way.KEEP)
        else:
            is_reachable = any(one.customer_id in reachable for one in case.people)
            first = self._proposed(case, [*found, *rest], is_reachable=is_reachable)
        return (first, *(one for one in [*found, *rest] if one != first))

    def _without_time(self, case: Concerned) -> list[Way]:
        """What has begun can be let be: whoever is there talks to the person. A request becomes no offer of its own."""
        begun = case.starts_at <= self._now
        ways = [] if case.appointment is None or case.appointment.status_now is Status.REQUESTED else [Way.OFFER]
        if case.appointment is not None or not begun:
            ways.append(Way.CANCEL)
        if begun or self._change.lets_stand:
            ways.append(Way.KEEP)
        return ways

    def _proposed(self, case: Concerned, found: list[Choice], *, is_reachable: bool) -> Choice:
        """Same time before another one; to those whom no message reaches any time is better than none."""
        by_way = {choice.way: choice for choice in found}
        for way in (Way.RELOCATE, Way.DEPUTY):
            if way in by_way:
                return by_way[way]
        move = by_way.get(Way.MOVE)
        if (
            move is not None
            and move.starts_at is not None
            and (not is_reachable or move.starts_at - case.starts_at <= SOON)
        ):
            return move
        return by_way[Way.OFFER] if is_reachable and Way.OFFER in by_way else Choice(Way.CANCEL)

    # --- Search -----------------------------------------------------------------------------------------------------
    def _search(self, request: Request) -> FreeTimes:
        """One query for all appointments of a kind, over all days that may matter."""
        key = _key(request)
        if key not in self._free:
            window = booking_window(self._settings, request.service)
            first = self._first or local_day(self._now, self._settings.zone)
            last = max(self._last or first, window.last_day(self._now, self._settings.zone))
            self._free[key] = find_slots(
                service=request.service,
                location=request.location,
                settings=self._settings,
                now=self._now,
                wishes=request.wishes,
                first_day=first,
                days=(last - first).days + 1,
                for_staff=True,
            )
            self._starts[key] = [slot.starts_at for slot in self._free[key].slots()]
            self._used_up[key] = set()
        return self._free[key]

    def _party(self, case: Concerned, free: FreeTimes, request: Request, *, lead: int | None) -> tuple[int, ...]:
        """Who could come then: those of before if they can, else the deputy, else who has been given the least."""
        roles = free.calendars_by_role(request.starts_at)
        if not roles:
            return ()
        first = case.appointment.calendar.deputy_id if case.appointment and case.appointment.calendar else None
        ordered: list[Sequence[int]] = [
            sorted(role, key=lambda pk: (pk not in case.calendars, pk != first, self._load[pk], pk)) for role in roles
        ]
        if lead is not None:
            ordered[0] = [pk for pk in ordered[0] if pk == lead]
        for party in islice(parties(ordered), _PARTIES_TRIED):
            wanted = [request.stretch(pk) for pk in party]
            if self._give(wanted, free.limited):
                return party
        return ()

    def _give(self, wanted: Iterable[Wanted], limited: Collection[int]) -> bool:
        """Set a party's time aside, if nobody else of this plan has it; of a day with a limit, one place only."""
        wanted = list(wanted)
        ticks = {(one.calendar_id, tick) for one in wanted for tick in _ticks(one.starts_at, one.ends_at)}
        days = {(one.calendar_id, one.day) for one in wanted if one.calendar_id in limited}
        if self._given & ticks or self._days_given & days:
            return False
        self._given |= ticks
        self._days_given |= days
        self._load.update(one.calendar_id for one in wanted)
        return True

    def _deputy_of_session(self, case: Concerned) -> int | None:
        for pk in self._able_to_lead(case):
            if self._give([self.stretch_of_session(case, pk)], ()):
                return pk
        return None

    def _able_to_lead(self, case: Concerned) -> list[int]:
        """Who else offers a session's service, has hours there then, and nothing else to do; the deputy first."""
        session = case.session
        if session is None:
            return []
        able = ServiceCalendar.objects.filter(service=session.service, role=PartyRole.LEAD)
        busy = Occupancy.objects.filter(ACTIVE, period__overlap=_period_of(case)).values("calendar_id")
        ids = able.exclude(calendar_id=session.calendar_id).exclude(calendar_id__in=busy)
        return [
            pk
            for pk in sorted(
                ids.values_list("calendar_id", flat=True), key=lambda pk: (pk != session.calendar.deputy_id, pk)
            )
            if not self._after.obstacles(_stretch_at(case, pk, session.location_id))
        ]


def deputies_of_sessions(cases: Iterable[Concerned]) -> set[int]:
    """Calendars whose schedule is needed to find a deputy for a session."""
    services = {case.session.service_id for case in cases if case.session is not None}
    able = ServiceCalendar.objects.filter(service_id__in=services, role=PartyRole.LEAD)
    return set(able.values_list("calendar_id", flat=True))


def names_of(cases: Iterable[Case]) -> Mapping[int, str]:
    """What the calendars in the proposals are called."""
    ids = {pk for case in cases for choice in case.choices for pk in choice.party}
    return dict(Calendar.objects.filter(pk__in=ids).values_list("pk", "name"))


def _period_of(case: Concerned) -> Any:
    """All that a session takes of its calendar, buffers included."""
    return Occupancy.objects.filter(session_id=case.subject.pk).latest("id").period


def _key(request: Request) -> object:
    """Appointments of one key are offered the same times."""
    wishes = request.wishes
    more = tuple(one.pk for one in wishes.more_services)
    return request.service.pk, more, request.location.pk, int(wishes.mode), wishes.mediator_language


def _stretch_at(case: Concerned, calendar_id: int, location_id: int) -> Stretch:
    subject = case.subject
    if isinstance(subject, Appointment):
        leads = subject.calendar_id == calendar_id and subject.service.is_emergency
        return Stretch(calendar_id, location_id, subject.starts_at, subject.ends_at, Mode(subject.mode), leads)
    mode = subject.service.possible_modes[0]
    return Stretch(calendar_id, location_id, subject.starts_at, subject.ends_at, mode)


def _appointment(case: Concerned) -> Appointment:
    assert case.appointment is not None  # noqa: S101 -- sessions have gone another way
    return case.appointment


def _ticks(starts_at: datetime, ends_at: datetime) -> range:
    return range(tick_at_or_before(starts_at), tick_at_or_after(ends_at))


def _concerns_of(cases: Sequence[Concerned]) -> dict[int, tuple[Service, ...]]:
    """The further services of each appointment, in one query."""
    ids = [case.appointment.pk for case in cases if case.appointment is not None]
    found: dict[int, tuple[Service, ...]] = {}
    for concern in Concern.objects.filter(appointment_id__in=ids).select_related("service").order_by("position"):
        found[concern.appointment_id] = (*found.get(concern.appointment_id, ()), concern.service)
    return found
