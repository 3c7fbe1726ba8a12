# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Throws offices: every rule that an office can have, in small numbers, around awkward weeks.

Hypothesis draws the seed. Its own strategies vary one office a little most of the time, and among so many rules that
each can close everything, most of their offices had nothing to offer.
"""

from collections.abc import Iterator
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from appointments.core.modes import Mode, PartyRole
from tests.appointments.engine.offices import (
    DAYS,
    MONDAYS,
    NO_LIMIT,
    TAKEN,
    Days,
    Drawn,
    Lane,
    Minutes,
    Rule,
    Wish,
    Work,
)

T = TypeVar("T")


class Dice(Random):
    """A chance that can be thrown again from its seed."""

    def rarely(self) -> bool:
        return self.random() < 1 / 8

    def mostly(self, usual: T, *others: T) -> T:
        return self.choice((usual,) * 5 * len(others) + others)

    def upto(self, number: int) -> range:
        return range(self.randint(0, number))


offices = st.integers(0, 2**64 - 1).map(lambda seed: throw(Dice(seed)))


def throw(dice: Dice) -> Drawn:
    """Everybody has hours on some of the days; each rarer rule is there now and then, so that most offices have
    something to offer and none is simple."""
    count = dice.randint(1, 4)
    services = (_work(dice), _work(dice))
    emergencies = services[0].is_emergency
    everyday = [(weekday, (480, 1080), NO_LIMIT) for weekday in range(1, 7)]
    odd = [(dice.randint(1, 7), _minutes(dice), _valid(dice)) for _ in range(2)]
    return Drawn(
        monday=dice.choice(MONDAYS),
        now_minute=dice.choice((0, 7 * 60, 7 * 60 + 1, 9 * 60 + 22, 30 * 60)),
        services=services,
        lanes=tuple(_lane(dice, number) for number in range(count)),
        rules=tuple(
            Rule(number, weekday, _minutes(dice), is_emergency=emergencies and number < 2)
            for number in range(count)
            for weekday in dice.choice(((1, 2, 3, 4, 5), (1, 2, 3, 4, 5), (1, 2, 5, 6, 7)))
        )
        + tuple(_rule(dice, count, is_emergency=emergencies) for _ in dice.upto(4)),
        exceptions=tuple(
            (dice.choice((None, *range(count))), dice.randrange(DAYS), None if dice.rarely() else _minutes(dice))
            for _ in dice.upto(3)
        ),
        site_hours=tuple(dice.choice(([], everyday, everyday)) + (odd if dice.rarely() else [])),
        site_valid=_valid(dice) if dice.rarely() else NO_LIMIT,
        closures=tuple(_closure(dice) for _ in dice.upto(2)),
        catchments=tuple((dice.mostly(True, False), _valid(dice)) for _ in dice.upto(3)),
        settings=(
            ("grid_minutes", dice.choice((15, 5, 20, 30))),
            ("min_lead_hours", dice.mostly(0, 2, 48)),
            ("horizon_days", dice.mostly(DAYS, 2)),
            ("day_release_minute", dice.mostly(0, 7 * 60)),
            ("emergency_days_before", dice.choice((7, 1, 0))),
            ("emergency_release_minute", dice.choice((0, 7 * 60))),
            ("max_open_bookings", 1000),
            ("reoffer_max_minutes", 60),  # or resting time would be shown at once
        ),
        wish=Wish(
            mode=dice.mostly(Mode.IN_PERSON, Mode.PHONE),
            both_services=dice.rarely(),
            language="ar" if dice.rarely() else "",
            only=0 if dice.rarely() else None,
            from_town=dice.rarely(),
            for_staff=dice.rarely(),
            sees_resting=dice.rarely(),
        ),
    )


def _work(dice: Dice) -> Work:
    return Work(
        duration=dice.choice((5, 12, 15, 30, 30, 45, 60, 85)),
        before=dice.choice((0, 0, 5, 7, 15)),
        after=dice.choice((0, 0, 3, 10)),
        grid=dice.choice((None, None, 5, 12, 20, 45)),
        lead=dice.mostly(None, 0, 30),
        horizon=dice.mostly(None, 0, 3),
        hours=dice.mostly((None, None), (None, 660), (490, 700), (1000, None)),
        modes=dice.mostly(15, 3, 1),
        mediator=dice.choice((0, 15)),
        is_emergency=dice.rarely(),
    )


def _lane(dice: Dice, number: int) -> Lane:
    """The first two can lead; others may be a second person, a room or somebody who interprets."""
    roles = {(service, PartyRole.LEAD) for service in (0, 1) if not dice.rarely()} if number < 2 else set()
    if number and dice.rarely():
        roles.add((0, PartyRole.SECOND))
    if number > 1:
        roles.add((dice.randint(0, 1), dice.choice((PartyRole.LEAD, PartyRole.ROOM, PartyRole.SECOND))))
    absences = [(start := dice.randrange(DAYS * 1440), start + dice.randint(1, 1500)) for _ in dice.upto(2)]
    return Lane(
        roles=tuple(sorted(roles)),
        languages=dice.choice(((), (), ("ar",), ("ar", "fa"))) if number else (),
        max_per_day=dice.choice((None, None, None, 1, 2, 3)),
        absences=tuple(absences),
        taken=tuple(_taken(dice)),
    )


def _taken(dice: Dice) -> Iterator[tuple[int, int, str]]:
    """Mostly on mornings of working days, where something else wants to be too; now and then at night."""
    at = dice.randint(0, 3) * 1440 + dice.choice((480, 480, 0))
    for _ in dice.upto(10):
        at += dice.choice((0, 5, 15, 30, 45, 480, 1200))
        length = dice.choice((5, 10, 30, 45, 90))
        yield at, length, dice.choice(TAKEN)
        at += length


def _rule(dice: Dice, calendars: int, *, is_emergency: bool) -> Rule:
    valid = _valid(dice)
    return Rule(
        calendar=dice.randrange(calendars),
        weekday=dice.randint(1, 7),
        minutes=_minutes(dice),
        valid=valid,
        every_weeks=1 if valid[0] is None else dice.choice((1, 2, 3)),
        modes=dice.mostly(15, 1, 2),
        is_emergency=is_emergency and not dice.rarely(),
        elsewhere=dice.rarely(),
    )


def _closure(dice: Dice) -> tuple[bool, int, int, tuple[tuple[int, Minutes], ...]]:
    first = dice.randrange(DAYS)
    last = first + dice.choice((0, 0, 2))
    windows = tuple((dice.randint(first, last), _minutes(dice)) for _ in dice.upto(2))
    return dice.choice((True, False)), first, last, windows


def _minutes(dice: Dice) -> Minutes:
    usual = (dice.choice((0, 120, 480, 480, 540)), dice.choice((180, 720, 720, 960, 1440)))
    on_five = (dice.randrange(288) * 5, dice.randrange(288) * 5)
    off_five = (dice.randint(470, 500), dice.randint(600, 800))
    pair = dice.choice((usual, usual, on_five, off_five))
    start = min(*pair, 1435)
    return start, max(*pair, start + 5)


def _valid(dice: Dice) -> Days:
    return dice.choice((NO_LIMIT, (dice.randint(-20, 6), None), (None, dice.randint(0, DAYS)), (-20, DAYS), (1, 4)))
