# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which days are open and how many minutes of each, by location: what the demand of a Jobcenter is a share of."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain, takewhile

from appointments.models import CalendarKind
from jobcenter_portal.demo.seed.data import LaneData, LocationData
from jobcenter_portal.demo.seed.office import Office, closed_days
from jobcenter_portal.kernel.holidays import is_hessian_holiday

_DAY = timedelta(days=1)
_PAST_DAYS = 1
_NEAR_DAYS = 2
_LEAST_SHARE = 0.15
_FARTHEST = 60


def shares(office: Office) -> Iterator[tuple[date, float]]:
    """Each day that gets appointments and the share of its opening time that they shall take.

    The open day before, today, two open days ahead as the Jobcenter's data say; from there on it fades.
    """
    demand = office.data.demand
    for day in _open_days(office, step=-1, count=_PAST_DAYS):
        yield day, demand.past
    if _is_open(office, office.today):
        yield office.today, demand.past
    fading = takewhile(lambda share: share >= _LEAST_SHARE, (demand.near * demand.fade**n for n in range(1, _FARTHEST)))
    ahead = [*chain([demand.near] * _NEAR_DAYS, fading)]
    yield from zip(_open_days(office, step=1, count=len(ahead)), ahead, strict=False)


def open_minutes(office: Office, location: LocationData, day: date) -> int:
    """Minutes in which calendars are open there on that day, all together, without absences."""
    if _is_closed(office, location, day):
        return 0
    offset = (day - office.today).days
    lanes = [lane for lane in office.data.lanes if lane.kind in (CalendarKind.CASEWORKER, CalendarKind.COUNTER)]
    return sum(_lane_minutes(lane, location, offset, day) for lane in lanes)


def _lane_minutes(lane: LaneData, location: LocationData, offset: int, day: date) -> int:
    ranges = [
        (rule.start_minute, rule.end_minute)
        for rule in lane.at.get(location.slug, ())
        if rule.weekday == day.isoweekday() and not rule.is_emergency and rule.every_weeks == 1
    ]
    away = [one.minutes for one in lane.absences if one.from_today[0] <= offset <= one.from_today[1]]
    taken = sum(max(0, min(end, until) - max(start, since)) for start, end in ranges for since, until in away)
    return sum(end - start for start, end in ranges) - taken


def _open_days(office: Office, *, step: int, count: int) -> list[date]:
    days = (office.today + offset * step * _DAY for offset in range(1, _FARTHEST))
    return [day for day in days if _is_open(office, day)][:count]


def _is_open(office: Office, day: date) -> bool:
    return any(open_minutes(office, location, day) for location in office.data.locations)


def _is_closed(office: Office, location: LocationData, day: date) -> bool:
    offset = (day - office.today).days
    if is_hessian_holiday(day) or (
        location.from_today and not location.from_today[0] <= offset <= location.from_today[1]
    ):
        return True
    return any(
        first <= day <= last
        for closure in office.data.closures
        if closure.location in (None, location.slug)
        for first, last in closed_days(closure, office.today)
    )
