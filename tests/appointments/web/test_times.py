# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of free times: whole days, few at once, and never a day without a time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from appointments.models import Absence, OpeningRule
from appointments.web.times import times_page
from tests.appointments.factories import Office
from tests.appointments.web.conftest import EIGHT
from tests.appointments.web.visitor import Visitor, text_of, values_of

MONDAY = date(2026, 11, 23)


def day(offset: int) -> date:
    return MONDAY + timedelta(days=offset)


def pages_of(office: Office) -> list[tuple[date | None, list[date], date | None]]:
    """All pages from the first on: where the one before begins, the days shown, where the next begins."""
    found, first_day = [], None
    while True:
        page = times_page(
            service=office.service,
            location=office.location,
            settings=office.jobcenter.settings,
            now=EIGHT,
            first_day=first_day,
        )
        shown = sorted({slot.starts_at.date() for slot in page.slots})
        found.append((page.earlier, shown, page.later))
        if page.later is None:
            return found
        first_day = page.later


def test_pages_follow_each_other_without_gap_and_lead_back(office: Office) -> None:
    OpeningRule.objects.update(end_minute=10 * 60)  # 7 times a day; with the lead time none is left on Monday
    pages = pages_of(office)
    assert [shown for _, shown, _ in pages[:3]] == [
        [day(1), day(2), day(3)],
        [day(4), day(7), day(8)],
        [day(9), day(10), day(11)],
    ]
    assert [earlier for earlier, _, _ in pages] == [None, *(shown[0] for _, shown, _ in pages[:-1])]


def test_a_page_stays_short_and_a_long_day_stays_whole(office: Office) -> None:
    first, second, *_ = pages_of(office)
    assert (first[1], second[1]) == ([day(0), day(1)], [day(2)])  # 7 and 15 fit, 15 and 15 do not
    OpeningRule.objects.update(end_minute=20 * 60)
    assert [shown for _, shown, _ in pages_of(office)[:2]] == [[day(0)], [day(1)]]


def test_one_last_time_does_not_stand_on_a_page_alone(office: Office) -> None:
    OpeningRule.objects.update(end_minute=20 * 60)  # 47 times a day
    Absence.objects.create(
        tenant=office.jobcenter,
        calendar=office.calendars[0],
        starts_at=EIGHT,
        ends_at=datetime(2026, 11, 23, 18, 30, tzinfo=UTC),
    )
    assert [shown for _, shown, _ in pages_of(office)[:2]] == [[day(0), day(1)], [day(2)]]


def test_the_links_lead_on_and_back_and_name_only_days_with_times(visitor: Visitor, office: Office) -> None:
    Absence.objects.create(
        tenant=office.jobcenter,
        calendar=office.calendars[0],
        starts_at=datetime(2026, 11, 25, tzinfo=UTC),
        ends_at=datetime(2026, 11, 27, tzinfo=UTC),
    )
    html = visitor.get("buchen/beratung/haus/?ab=2026-11-24").content.decode()
    assert 'href="/fulda/de/buchen/beratung/haus/?ab=2026-11-23" rel="prev"' in html
    assert 'href="/fulda/de/buchen/beratung/haus/?ab=2026-11-27" rel="next"' in html
    assert "2026-11-25" not in html


@pytest.mark.parametrize("first_day", ["gestern", "2026-13-01", "0001-01-01", ""])
def test_a_day_that_is_none_shows_the_earliest_times(visitor: Visitor, first_day: str) -> None:
    earliest = values_of(visitor.get("buchen/beratung/haus/"), "time")
    assert values_of(visitor.get(f"buchen/beratung/haus/?ab={first_day}"), "time") == earliest


def test_after_the_last_day_the_last_times_are_shown(visitor: Visitor) -> None:
    last = values_of(visitor.get("buchen/beratung/haus/?ab=9999-12-31"), "time")
    assert {value[:8] for value in last} == {"20261214"}


def test_when_nothing_is_free_the_page_says_until_when_and_gives_the_telephone(
    visitor: Visitor, office: Office
) -> None:
    Absence.objects.create(
        tenant=office.jobcenter, calendar=office.calendars[0], starts_at=EIGHT, ends_at=EIGHT + timedelta(days=99)
    )
    page = visitor.get("buchen/beratung/haus/")
    words = text_of(page)
    assert "Wir haben bis Montag, 14. Dezember 2026 gesucht." in words
    assert ("0661 0000-0" in words, values_of(page, "time")) == (True, [])
