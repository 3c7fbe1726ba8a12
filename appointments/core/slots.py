# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which times are free: the one computation behind every offered time and every booking.

Listing and booking both ask `offer`, so what is offered can be booked. Time is counted in ticks of five minutes since
1970 and one calendar's time is one large integer, a bit per tick; sixty days of a caseworker are a handful of integer
operations instead of a walk over thousands of ranges. The rules of time:

* The appointment itself lies inside opening time (touching ranges are one) and meets no absence, block or closure.
* Its buffers may reach into closed time and absences, but not into taken time. Taken time contains the buffers of what
  is booked there, so buffers add up: the follow-up of one and the preparation of the next are both work.
* Starts lie on a grid that counts from the start of the (merged) opening range.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from sys import byteorder
from typing import Any

from appointments.core.parties import Pool, together

TICK = 300
"""Seconds per tick. Instants in ticks are `epoch seconds // TICK`; every zone in use is whole ticks away from UTC."""

Ticks = tuple[int, int]
"""A half-open range of ticks."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(seconds=TICK)
_DAY_BYTES = 36
_LENGTH_BITS = 9
_LENGTH = (1 << _LENGTH_BITS) - 1
_BIT = tuple(1 << bit for bit in range(8))


@dataclass(frozen=True, slots=True)
class ServiceShape:
    """How much time one appointment of a service takes, in ticks, and on which grid it may start.

    Raises ValueError for a length or grid below one tick or a negative buffer.
    """

    duration_ticks: int
    before_ticks: int
    after_ticks: int
    grid_ticks: int

    def __post_init__(self) -> None:
        if self.duration_ticks < 1 or self.grid_ticks < 1 or self.before_ticks < 0 or self.after_ticks < 0:
            raise ValueError("An appointment and its grid are at least a tick, its buffers not negative.")

    @property
    def footprint_ticks(self) -> int:
        """Length of the Occupancy: the appointment with both buffers."""
        return self.before_ticks + self.duration_ticks + self.after_ticks


@dataclass(frozen=True, slots=True)
class CalendarLoad:
    """What one calendar's time looks like around a search window, all in ticks, all ranges half-open.

    All of it must reach beyond the window: `before_ticks` to the left, duration and `after_ticks` to the right. `open`
    ranges start where opening really starts, since the grid counts from there. `taken` ranges never overlap (the
    database sees to it; overlapping ones would be computed wrongly) and include the buffers of what is booked.
    `blocked` is absences and the like and may overlap. With `max_per_day`, `midnights` holds the start of each local
    day that the window touches, sorted, and of the one before, and `taken` covers those days: as many occupancies as
    `max_per_day` close a day for more that would start on it, preparation included. Raises ValueError for `max_per_day`
    without `midnights`.
    """

    calendar_id: int
    open: Sequence[Ticks]
    taken: Sequence[Ticks] = ()
    blocked: Sequence[Ticks] = ()
    max_per_day: int | None = None
    midnights: Sequence[int] = ()

    def __post_init__(self) -> None:
        if self.max_per_day is not None and not self.midnights:
            raise ValueError("A limit per day needs to know where the days begin.")


class OpenTime(tuple[Ticks, ...]):
    """Opening time that a search keeps: equal only to itself, so that looking something up by it costs no hashing."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other


class PackedTicks(Sequence[Ticks]):
    """Ranges that never overlap, a number each: how far from `low` it starts, in the last nine bits how long it is.

    Kept as the database sends them, big-endian integers of four bytes, and equal when these are: what such bytes come
    to is the same in every search until somebody books, and is looked up by them.
    """

    __slots__ = ("_low", "_packed")

    def __init__(self, packed: bytes, low: int) -> None:
        self._packed, self._low = packed, low

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PackedTicks) and (self._low, self._packed) == (other._low, other._packed)

    def __hash__(self) -> int:
        return hash((self._low, self._packed))

    def __len__(self) -> int:
        return len(self._packed) // 4

    def __getitem__(self, index: Any) -> Any:
        return list(self)[index]

    def __iter__(self) -> Iterator[Ticks]:
        for number in self._numbers():
            start = self._low + (number >> _LENGTH_BITS)
            yield start, start + (number & _LENGTH)

    def starts_from(self, bounds: Sequence[int]) -> list[int]:
        """How many ranges start from each of the sorted bounds on, before the next one if there is one."""
        numbers = sorted(self._numbers())  # they mostly are: the index they come from is in this order
        cuts = [bisect_left(numbers, (bound - self._low) << _LENGTH_BITS) for bound in bounds]
        return [end - start for start, end in pairwise([*cuts, len(numbers)])]

    def bitmap(self, origin: int, size: int) -> int:
        """The ranges as bits from `origin` on, as `_disjoint_bitmap` gives them.

        Laid out straight from the numbers: full calendars have thousands, and a tuple for each was half of the search.
        """
        numbers = self._numbers()
        reach = max((max(numbers, default=0) >> _LENGTH_BITS) + _LENGTH, size)
        starts, ends = bytearray(reach // 8 + 1), bytearray(reach // 8 + 1)
        for number in numbers:
            start = number >> _LENGTH_BITS
            end = start + (number & _LENGTH)
            starts[start >> 3] |= _BIT[start & 7]
            ends[end >> 3] |= _BIT[end & 7]
        whole = int.from_bytes(ends, "little") - int.from_bytes(starts, "little")
        shift = origin - self._low
        return (whole >> shift if shift >= 0 else whole << -shift) & ((1 << size) - 1)

    def _numbers(self) -> "array[int]":
        numbers = array("i", self._packed)
        if byteorder == "little":
            numbers.byteswap()
        return numbers


class Offer(Mapping[int, tuple[tuple[int, ...], ...]]):
    """The free starts of a search, in order: each start tick once, with the ids of the calendars free at it by role.

    Mostly there is one role, the one who leads. Who is free is worked out when asked for: a page lists hundreds of
    times and needs no names, a booking needs one.
    """

    __slots__ = ("_pools", "_union", "_window_start")

    def __init__(self, window_start: int, pools: Sequence[Pool]) -> None:
        self._window_start = window_start
        self._pools = pools
        self._union = together(pools)

    def __getitem__(self, start_tick: int) -> tuple[tuple[int, ...], ...]:
        position = start_tick - self._window_start
        if position < 0 or not self._union >> position & 1:
            raise KeyError(start_tick)
        return tuple(
            tuple(calendar_id for calendar_id, bitmap in pool.items() if bitmap >> position & 1) for pool in self._pools
        )

    def __iter__(self) -> Iterator[int]:
        return iter(self.starts())

    def __len__(self) -> int:
        return self._union.bit_count()

    def starts(self) -> list[int]:
        """All start ticks, ascending."""
        return [tick for piece in self.pieces() for tick in starts_in(*piece)]

    def pieces(self) -> list[tuple[bytes, int]]:
        """The same as bits, a day's length each, with the tick that the first bit stands for; empty ones left out.

        Most days stay as they are from one search to the next: what a piece comes to is worth keeping.
        """
        packed = self._union.to_bytes((self._union.bit_length() + 7) // 8, "little")
        cuts = ((packed[at : at + _DAY_BYTES], self._window_start + at * 8) for at in range(0, len(packed), _DAY_BYTES))
        return [piece for piece in cuts if any(piece[0])]


def offer(roles: Sequence[Iterable[CalendarLoad]], shape: ServiceShape, window: Ticks, earliest_tick: int) -> Offer:
    """Every start in `window`, not before `earliest_tick`, at which each role has a free calendar of its own.

    Each calendar comes once in a role; its ids keep that order in the answer. A booking asks with a window of one day
    (or one tick) and the same rules apply. Instants become ticks by `tick_at_or_after` and `tick_at_or_before`.
    """
    # The lead time is cut off at the end, not from the window: it moves on with the clock, and the opening bitmaps that
    # are kept between searches would be of no use five minutes later.
    too_early = max(earliest_tick - window[0], 0)
    return Offer(
        window[0],
        [
            {load.calendar_id: free_starts(load, shape, window) >> too_early << too_early for load in loads}
            for loads in roles
        ],
    )


def free_starts(load: CalendarLoad, shape: ServiceShape, window: Ticks) -> int:
    """The free starts of one calendar as a bitmap: bit i means that an appointment may start at `window[0] + i`.

    Bitmaps of several calendars over one window combine by `&` (caseworker and room) and `|` (either caseworker).
    """
    first, last = window
    if first >= last:
        return 0
    origin = first - shape.before_ticks
    size = last - origin + shape.duration_ticks + shape.after_ticks
    ranges = load.open if isinstance(load.open, OpenTime) else tuple(load.open)
    taken = load.taken if isinstance(load.taken, PackedTicks) else tuple(load.taken)
    fits = _opening_starts(ranges, shape.grid_ticks, shape.duration_ticks, origin, size)
    if load.blocked:
        # An appointment meets a block in which it begins, and one that begins before it ends.
        met = [(start - shape.duration_ticks + 1, end) for start, end in load.blocked]
        fits &= ~_overlapping_bitmap(met, origin, size)
    free = (fits & (_room(taken, shape.footprint_ticks, origin, size) << shape.before_ticks)) >> shape.before_ticks
    if load.max_per_day is not None and len(taken) >= load.max_per_day:
        window_of_origin = (origin, last - shape.before_ticks)
        free &= ~_full_days(taken, load.max_per_day, tuple(load.midnights), window_of_origin)
    return free & ((1 << last - first) - 1)


def bits(bitmap: int) -> list[int]:
    """The positions of the set bits, ascending."""
    text = bin(bitmap)[:1:-1]  # lowest bit first; finding characters is the fastest loop that Python has
    positions = []
    position = text.find("1")
    while position >= 0:
        positions.append(position)
        position = text.find("1", position + 1)
    return positions


@lru_cache(maxsize=4096)
def starts_in(packed: bytes, first_tick: int) -> list[int]:
    """Kept, since most days stay as they are from one search to the next."""
    return [first_tick + position for position in bits(int.from_bytes(packed, "little"))]


def tick_at_or_after(instant: datetime) -> int:
    """The first tick not before `instant`: for earliest starts, and for starts of open and ends of taken ranges."""
    return -((_EPOCH - instant) // _TICK)


def tick_at_or_before(instant: datetime) -> int:
    """The last tick not after `instant`: for ends of open and starts of taken or blocked ranges."""
    return (instant - _EPOCH) // _TICK


def instant_of(tick: int) -> datetime:
    """The UTC instant at which `tick` begins."""
    return datetime.fromtimestamp(tick * TICK, UTC)


def merged_ranges(ranges: Iterable[Ticks]) -> list[Ticks]:
    """The same time as few sorted ranges; touching ones become one, empty ones vanish."""
    merged: list[Ticks] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        elif start < end:
            merged.append((start, end))
    return merged


def _runs(bitmap: int, length: int) -> int:
    """The positions from which `length` bits in a row are set, by doubling: log2(length) shifts."""
    known = 1
    while known * 2 <= length:
        bitmap &= bitmap >> known
        known *= 2
    return bitmap & bitmap >> (length - known)


def _disjoint_bitmap(ranges: Iterable[Ticks], origin: int, size: int) -> int:
    """Ranges that never overlap, as bits: the sum of 2**end less the sum of 2**start.

    One subtraction for all of them. Setting each range by an OR copies the whole integer each time, which dominated
    the search on full calendars.
    """
    if isinstance(ranges, PackedTicks):
        return ranges.bitmap(origin, size)
    starts, ends = bytearray(size // 8 + 1), bytearray(size // 8 + 1)
    for range_start, range_end in ranges:
        start, end = range_start - origin, range_end - origin
        if start < 0 or end > size:
            start, end = max(start, 0), min(end, size)
            if start >= end:
                continue
        starts[start >> 3] |= _BIT[start & 7]
        ends[end >> 3] |= _BIT[end & 7]
    return int.from_bytes(ends, "little") - int.from_bytes(starts, "little")


def _overlapping_bitmap(ranges: Iterable[Ticks], origin: int, size: int) -> int:
    bitmap = 0
    for range_start, range_end in ranges:
        start, end = max(range_start - origin, 0), min(range_end - origin, size)
        if start < end:
            bitmap |= (1 << end) - (1 << start)
    return bitmap


@lru_cache(maxsize=512)
def _opening_starts(ranges: tuple[Ticks, ...], grid_ticks: int, duration_ticks: int, origin: int, size: int) -> int:
    """The starts that fit into open ticks, on the grid that counts from where each merged range begins.

    Kept, because the calendars of a site mostly share their hours and many searches share a day: about 10 MB at most.
    """
    by_phase: dict[int, list[Ticks]] = {}
    for start, end in merged_ranges(ranges):
        by_phase.setdefault((start - origin) % grid_ticks, []).append((start, end))
    opening = grid = 0
    for phase, group in by_phase.items():
        bitmap = _disjoint_bitmap(group, origin, size)
        opening |= bitmap
        grid |= bitmap & _every(grid_ticks, size) << phase
    return _runs(opening, duration_ticks) & grid


@lru_cache(maxsize=4096)
def _room(taken: Sequence[Ticks], footprint_ticks: int, origin: int, size: int) -> int:
    """Where an appointment with its buffers meets nothing that is taken.

    Kept by the content of `taken`, since searches outnumber bookings by far: about 15 MB at most.
    """
    return _runs(((1 << size) - 1) ^ _disjoint_bitmap(taken, origin, size), footprint_ticks)


@lru_cache(maxsize=128)
def _every(step: int, size: int) -> int:
    """Bits 0, step, 2 * step and so on, up to at least `size`."""
    repeats = size // step + 1
    return ((1 << repeats * step) - 1) // ((1 << step) - 1)


@lru_cache(maxsize=2048)
def _full_days(taken: Sequence[Ticks], limit: int, midnights: tuple[int, ...], window: Ticks) -> int:
    """The part of the window on days on which `limit` occupancies or more start, as bits from the window's start."""
    if isinstance(taken, PackedTicks):
        counts = taken.starts_from(midnights)
    else:
        counted = Counter(bisect_right(midnights, start) - 1 for start, _ in taken)
        counts = [counted[day] for day in range(len(midnights))]
    days = pairwise([*midnights, window[1]])
    full = [day for day, count in zip(days, counts, strict=True) if count >= limit]
    return _overlapping_bitmap(full, window[0], window[1] - window[0])
