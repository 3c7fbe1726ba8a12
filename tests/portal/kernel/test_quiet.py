# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from jobcenter_portal.kernel.quiet import QuietHours

BERLIN = ZoneInfo("Europe/Berlin")


def berlin(text: str) -> datetime:
    return datetime.strptime(text, "%d.%m.%Y %H:%M").replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("instant", "before", "after"),
    [
        ("18.02.2026 20:00", "18.02.2026 19:59", "19.02.2026 08:00"),
        ("19.02.2026 03:00", "18.02.2026 19:59", "19.02.2026 08:00"),
        ("31.12.2026 23:30", "31.12.2026 19:59", "02.01.2027 08:00"),  # New Year is a holiday
        ("28.02.2028 23:00", "28.02.2028 19:59", "29.02.2028 08:00"),
        ("29.03.2026 02:30", "28.03.2026 19:59", "30.03.2026 08:00"),  # skipped, and a Sunday
        ("04.06.2026 12:00", "03.06.2026 19:59", "05.06.2026 08:00"),  # Corpus Christi
    ],
)
def test_around_a_quiet_moment_there_is_a_last_minute_before_and_a_first_one_after(
    instant: str, before: str, after: str
) -> None:
    quiet = QuietHours(rest_days=True)

    assert quiet.are_at(berlin(instant), BERLIN)
    assert quiet.last_allowed_before(berlin(instant), BERLIN) == berlin(before)
    assert quiet.first_allowed_after(berlin(instant), BERLIN) == berlin(after)


@pytest.mark.parametrize(("start", "end"), [(time(8), time(20)), (time(8), time(8))])
def test_quiet_hours_last_over_midnight(start: time, end: time) -> None:
    with pytest.raises(ValueError, match="over midnight"):
        QuietHours(start, end)
