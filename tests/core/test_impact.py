# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which appointments a change affects: examples of each kind, and a second answer counted minute by minute."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from appointments.core.impact import Hours, Obstacle, Schedule, Site, Stretch, newly_obstructed
from appointments.core.modes import ALL_MODES, Mode
from appointments.core.opening import OpeningRule
from appointments.core.slots import tick_at_or_after
from jobcenter_portal.kernel.holidays import is_hessian_holiday

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = date(2026, 11, 24)
NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
KIM, LEE, HAUS = 1, 2, 10

MORNINGS = [Hours(OpeningRule(weekday, 480, 720), ALL_MODES) for weekday in range(1, 6)]
OFFICE = Schedule(BERLIN, {(KIM, HAUS): MORNINGS, (LEE, HAUS): MORNINGS}, {}, {HAUS: Site()})


def stretch(starts_at: datetime = NINE, calendar: int = KIM, **more: object) -> Stretch:
    return Stretch(calendar, HAUS, starts_at, starts_at + HALF_HOUR, **more)  # type: ignore[arg-type]


def affected(after: Schedule, *stretches: Stretch, before: Schedule = OFFICE) -> dict[int, frozenset[Obstacle]]:
    return newly_obstructed(enumerate(stretches), before, after)


def only(obstacle: Obstacle) -> dict[int, frozenset[Obstacle]]:
    return {0: frozenset({obstacle})}


def absent(since: datetime, until: datetime) -> Schedule:
    return replace(OFFICE, absences={KIM: [(tick_at_or_after(since), tick_at_or_after(until))]})


def test_an_absence_affects_what_it_meets_and_nothing_that_it_touches() -> None:
    gone = absent(NINE, NINE + HALF_HOUR)
    assert affected(gone, stretch(), stretch(NINE + HALF_HOUR), stretch(NINE - HALF_HOUR), stretch(calendar=LEE)) == (
        only(Obstacle.ABSENT)
    )


def test_shortened_hours_affect_what_no_longer_lies_wholly_inside() -> None:
    short = replace(OFFICE, hours={(KIM, HAUS): [Hours(OpeningRule(2, 480, 9 * 60 + 15), ALL_MODES)]})
    assert affected(short, stretch(), stretch(NINE - HALF_HOUR)) == only(Obstacle.OUTSIDE_HOURS)


def test_other_hours_on_one_date_count_instead_of_the_rules() -> None:
    closed = replace(OFFICE, exceptions={(KIM, HAUS): {TUESDAY: []}})
    assert affected(closed, stretch(), stretch(NINE + timedelta(days=1))) == only(Obstacle.OUTSIDE_HOURS)


def test_the_hours_of_the_site_bound_every_calendar() -> None:
    late = replace(OFFICE, sites={HAUS: Site(hours=[OpeningRule(2, 570, 960)])})
    assert affected(late, stretch(), stretch(NINE + HALF_HOUR)) == only(Obstacle.OUTSIDE_HOURS)


def test_a_closure_affects_all_but_emergencies_in_their_window() -> None:
    emergency = [Hours(OpeningRule(2, 480, 720), ALL_MODES, is_emergency=True)]
    office = replace(OFFICE, hours={(KIM, HAUS): [*MORNINGS, *emergency]})
    closed = replace(office, sites={HAUS: Site(closures=[(TUESDAY, TUESDAY)], windows={TUESDAY: [(540, 600)]})})
    found = affected(
        closed,
        stretch(),
        stretch(is_emergency=True),
        stretch(NINE + 2 * HALF_HOUR, is_emergency=True),
        before=office,
    )
    assert found == {0: frozenset({Obstacle.CLOSED}), 2: frozenset({Obstacle.OUTSIDE_HOURS})}


def test_a_site_that_is_given_up_affects_every_day_after_its_last() -> None:
    gone = replace(OFFICE, sites={HAUS: Site(valid_until=TUESDAY)})
    assert affected(gone, stretch(NINE + timedelta(days=1)), stretch()) == only(Obstacle.CLOSED)


def test_hours_for_the_telephone_alone_affect_those_who_would_come() -> None:
    by_phone = replace(OFFICE, hours={(KIM, HAUS): [replace(one, modes=Mode.PHONE) for one in MORNINGS]})
    assert affected(by_phone, stretch(), stretch(mode=Mode.PHONE)) == only(Obstacle.OUTSIDE_HOURS)


def test_who_was_let_stand_outside_the_hours_is_not_reported_again_but_when_somebody_falls_ill() -> None:
    evening = stretch(NINE + timedelta(hours=9))
    assert affected(replace(OFFICE, hours={}), evening) == {}
    assert affected(absent(NINE, NINE + timedelta(hours=12)), evening) == only(Obstacle.ABSENT)


# --- Against counting -------------------------------------------------------------------------------------------------
DAYS = [date(2026, 3, 27) + timedelta(days=offset) for offset in range(8)]
"""Around a change of the clock, with Good Friday among them: 03.04.2026."""
minutes = st.integers(0, 287).map(lambda tick: tick * 5)
ranges = st.tuples(minutes, st.integers(1, 120)).map(lambda pair: (pair[0], min(pair[0] + pair[1] * 5, 1440)))
moments = st.integers(0, 8 * 288 - 1).map(
    lambda tick: datetime(2026, 3, 26, 23, tzinfo=UTC) + tick * timedelta(minutes=5)
)
some_rules = st.lists(st.tuples(st.integers(1, 7), ranges), max_size=8)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    own = [
        Hours(OpeningRule(weekday, *of), draw(st.sampled_from([Mode.PHONE, ALL_MODES])))
        for weekday, of in draw(some_rules)
    ]
    site = Site(
        hours=[OpeningRule(weekday, *of) for weekday, of in draw(some_rules)],
        exceptions=draw(st.dictionaries(st.sampled_from(DAYS), st.lists(ranges, max_size=2), max_size=2)),
        closures=[(day, day) for day in draw(st.lists(st.sampled_from(DAYS), max_size=2))],
    )
    exceptions = draw(st.dictionaries(st.sampled_from(DAYS), st.lists(ranges, max_size=2), max_size=2))
    gone = draw(st.lists(st.tuples(moments, st.integers(1, 400)), max_size=2))
    absences = [(tick_at_or_after(since), tick_at_or_after(since) + length) for since, length in gone]
    return Schedule(BERLIN, {(KIM, HAUS): own}, {(KIM, HAUS): exceptions}, {HAUS: site}, {KIM: absences})


def stands(schedule: Schedule, one: Stretch, obstacle: Obstacle) -> bool:
    """Whether nothing of one kind is in the way, each five minutes looked up for itself on the local clock."""
    moment = one.starts_at
    while moment < one.ends_at:
        if not _stands_at(schedule, one, moment.astimezone(BERLIN), moment, obstacle):
            return False
        moment += timedelta(minutes=5)
    return True


def _stands_at(schedule: Schedule, one: Stretch, wall: datetime, moment: datetime, obstacle: Obstacle) -> bool:
    day, minute = wall.date(), wall.hour * 60 + wall.minute
    site, place = schedule.sites[HAUS], (KIM, HAUS)
    if obstacle is Obstacle.ABSENT:
        tick = tick_at_or_after(moment)
        return not any(since <= tick < until for since, until in schedule.absences[KIM])
    if obstacle is Obstacle.CLOSED:
        return not is_hessian_holiday(day) and all(day != first for first, _last in site.closures)
    own = [
        (h.rule.start_minute, h.rule.end_minute)
        for h in schedule.hours[place]
        if h.modes & one.mode and h.rule.weekday == day.isoweekday()
    ]
    bound = [(r.start_minute, r.end_minute) for r in site.hours if r.weekday == day.isoweekday()]
    own = list(schedule.exceptions[place].get(day, own))
    bound = list(site.exceptions.get(day, bound if site.hours else [(0, 1440)]))
    return all(any(start <= minute < end for start, end in of) for of in (own, bound))


@settings(max_examples=300, deadline=None)
@given(
    schedule=schedules(),
    starts_at=moments,
    length=st.integers(1, 12),
    mode=st.sampled_from([Mode.PHONE, Mode.IN_PERSON]),
)
def test_obstacles_agree_with_looking_at_the_clock(
    schedule: Schedule, starts_at: datetime, length: int, mode: Mode
) -> None:
    one = Stretch(KIM, HAUS, starts_at, starts_at + length * timedelta(minutes=5), mode)
    expected = {obstacle for obstacle in Obstacle if not stands(schedule, one, obstacle)}
    assert schedule.obstacles(one) == expected


@settings(max_examples=100, deadline=None)
@given(before=schedules(), after=schedules(), starts=st.lists(moments, max_size=6))
def test_what_is_not_reported_stands_as_well_as_before(
    before: Schedule, after: Schedule, starts: list[datetime]
) -> None:
    stretches = dict(enumerate(stretch(moment) for moment in starts))
    found = newly_obstructed(stretches.items(), before, after)
    for key, one in stretches.items():
        was, is_now = before.obstacles(one), after.obstacles(one)
        assert (key in found) == bool(is_now - was)
        assert found.get(key, frozenset()) <= is_now
