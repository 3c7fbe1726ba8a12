# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What tests of reminders begin with: the local clock, nights that are quiet, and an appointment that is booked."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from appointments.core.reminder_times import Manner, PlannedReminder, plan
from jobcenter_portal.kernel.quiet import QuietHours

BERLIN = ZoneInfo("Europe/Berlin")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NIGHT = QuietHours()
NIGHT_AND_REST = QuietHours(rest_days=True)


def booked(
    starts_at: datetime, rules: list[str], quiet: QuietHours | None = None, *, at: datetime = LONG_AGO
) -> list[PlannedReminder]:
    """The reminders of an appointment that is booked `at`."""
    return plan(starts_at, rules, Manner(quiet), BERLIN, told_at=at, now=at)
