# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people may do when: lead time, horizon, deadlines and limits, as answers that a page can put into words.

Every limit is exact: "24 hours before" still holds at the very second, because a person who reads it on a page must
not be refused by a rounding. Lead times and deadlines are elapsed time; the horizon counts days on the local calendar.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, unique
from zoneinfo import ZoneInfo

from jobcenter_portal.kernel.wall_clock import MINUTES_PER_DAY, first_instant, local_day, midnight


@unique
class Refusal(Enum):
    """Why something is not possible. Each value has one sentence on the screen, chosen by the page."""

    TOO_SOON = "too_soon"
    TOO_FAR_AHEAD = "too_far_ahead"
    TOO_MANY_OPEN_BOOKINGS = "too_many_open_bookings"
    TOO_MANY_RESCHEDULES = "too_many_reschedules"
    TOO_LATE_TO_RESCHEDULE = "too_late_to_reschedule"
    NOT_RESPONSIBLE = "not_responsible"
    """The location does not serve the municipality that the person lives in, on that day."""


@unique
class Cancellation(Enum):
    """How a cancellation counts at a given moment.

    A person can always say that they will not come: a deadline that silences people only makes them stay away.
    """

    IN_TIME = "in_time"
    LATE_NOTICE = "late_notice"
    """After the deadline: recorded as late, for the office to know; what is offered then the lead time decides."""
    OVER = "over"
    """The appointment has ended; there is nothing left to cancel."""

    @property
    def is_possible(self) -> bool:
        return self is not Cancellation.OVER

    @property
    def is_in_time(self) -> bool:
        """Whether the deadline was kept; only a word for the office, since the time is free either way."""
        return self is Cancellation.IN_TIME


@dataclass(frozen=True, slots=True)
class BookingWindow:
    """How soon and how far ahead appointments can be booked.

    Each new last day is released at `release_minute` of the local day, not at midnight: emergency times have a horizon
    of 0 days and come at seven o'clock. Raises ValueError for a negative lead time or horizon or a minute outside the
    day; a horizon of 0 days is "today only".
    """

    min_lead: timedelta
    horizon_days: int
    release_minute: int = 0

    def __post_init__(self) -> None:
        if self.min_lead < timedelta(0) or self.horizon_days < 0:
            raise ValueError("Lead time and horizon are not negative.")
        if not 0 <= self.release_minute < MINUTES_PER_DAY:
            raise ValueError("Times are released at a minute of the day.")

    def earliest(self, now: datetime) -> datetime:
        """The first instant at which an appointment may start."""
        return now + self.min_lead

    def last_day(self, now: datetime, zone: ZoneInfo) -> date:
        """The last local day with appointments to book; before a release it is one day earlier."""
        today = local_day(now, zone)
        is_released = now >= self.released_at(today, zone)
        return today + timedelta(days=self.horizon_days - (not is_released))

    def released_at(self, day: date, zone: ZoneInfo) -> datetime:
        """When new times come on a local day."""
        return first_instant(day, time(self.release_minute // 60, self.release_minute % 60), zone)

    def end(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The instant at which the last day ends; appointments start before it."""
        return midnight(self.last_day(now, zone) + timedelta(days=1), zone)

    def refusal(self, starts_at: datetime, now: datetime, zone: ZoneInfo) -> Refusal | None:
        """Why an appointment may not start then, or None."""
        if starts_at < self.earliest(now):
            return Refusal.TOO_SOON
        if starts_at >= self.end(now, zone):
            return Refusal.TOO_FAR_AHEAD
        return None


def may_book_another(open_bookings: int, max_open_bookings: int) -> Refusal | None:
    """Whether a person with `open_bookings` (see `Status.is_open`) may book one more; None means yes."""
    return Refusal.TOO_MANY_OPEN_BOOKINGS if open_bookings >= max_open_bookings else None


def may_reschedule(
    *, starts_at: datetime, reschedules: int, max_reschedules: int, cancel_until: timedelta, now: datetime
) -> Refusal | None:
    """Whether a person may move the appointment themselves; None means yes.

    `reschedules` counts the moves by the person so far, `cancel_until` is the elapsed time before the start up to which
    plans may change. The new time is a booking like any other and is asked of `BookingWindow.refusal`. A passed
    deadline comes first: a further move is then of no use to the person, whatever the count.
    """
    if now > starts_at - cancel_until:
        return Refusal.TOO_LATE_TO_RESCHEDULE
    if reschedules >= max_reschedules:
        return Refusal.TOO_MANY_RESCHEDULES
    return None


def may_cancel(*, starts_at: datetime, ends_at: datetime, cancel_until: timedelta, now: datetime) -> Cancellation:
    """How a cancellation at `now` counts; possible until the appointment ends."""
    if now >= ends_at:
        return Cancellation.OVER
    return Cancellation.IN_TIME if now <= starts_at - cancel_until else Cancellation.LATE_NOTICE
