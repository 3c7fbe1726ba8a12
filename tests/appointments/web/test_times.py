# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of free times: whole days, few at once, and never a day without a time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.translation import override

from appointments.models import Absence, OpeningRule
from appointments.web.present import times_view
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


# --- Halves of the day ------------------------------------------------------------------------------------------------


@pytest.fixture
def until_three(office: Office) -> Office:
    OpeningRule.objects.update(end_minute=15 * 60)
    return office


def hours_of(page: object) -> set[int]:
    """Wall-clock hours in Fulda, an hour before those of the values in November."""
    return {int(value[9:11]) + 1 for value in values_of(page, "time")}


@pytest.mark.usefixtures("until_three")
def test_who_wants_mornings_sees_mornings_on_every_page_and_can_have_all_day_again(visitor: Visitor) -> None:
    all_day = visitor.get("buchen/beratung/haus/")
    mornings = visitor.get("buchen/beratung/haus/?zeit=vormittag")
    afternoons = visitor.get("buchen/beratung/haus/?zeit=nachmittag")
    assert [hours_of(page) for page in (all_day, mornings, afternoons)] == [
        {10, 11, 12, 13, 14},  # the first day, after the lead time
        {8, 9, 10, 11},
        {12, 13, 14},
    ]
    html = mornings.content.decode()
    assert 'href="/fulda/de/buchen/beratung/haus/?ab=2026-11-25&amp;zeit=vormittag" rel="next"' in html
    assert 'href="/fulda/de/buchen/beratung/haus/?zeit=vormittag" aria-current="true">Vormittags</a>' in html
    assert 'href="/fulda/de/buchen/beratung/haus/">Ganzer Tag</a>' in html


@pytest.mark.usefixtures("until_three")
def test_the_half_of_the_day_stays_beside_other_wishes_and_after_a_mistake(visitor: Visitor) -> None:
    address = "buchen/beratung/haus/?sprache=sgn&zeit=nachmittag"
    html = visitor.get(address).content.decode()
    assert 'href="/fulda/de/buchen/beratung/haus/?sprache=sgn&amp;zeit=vormittag"' in html
    assert hours_of(visitor.post(address)) == {12, 13, 14}


def test_where_a_half_has_nothing_all_of_the_day_is_shown_and_why(visitor: Visitor, office: Office) -> None:
    page = visitor.get("buchen/beratung/haus/?zeit=nachmittag")
    assert "Nachmittags ist zurzeit nichts frei. Sie sehen alle freien Zeiten." in text_of(page)
    assert hours_of(page) == {8, 9, 10, 11}
    assert "Tageszeit" not in page.content.decode()  # there is nothing to choose


@pytest.mark.parametrize("part", ["", "abends", "vormittag,nachmittag"])
@pytest.mark.usefixtures("until_three")
def test_a_half_that_is_none_shows_all_of_the_day(visitor: Visitor, part: str) -> None:
    everything = values_of(visitor.get("buchen/beratung/haus/"), "time")
    assert values_of(visitor.get(f"buchen/beratung/haus/?zeit={part}"), "time") == everything


def test_on_later_pages_the_first_free_day_is_named_in_words_and_found_again(visitor: Visitor) -> None:
    """The page that begins with it says so itself, by its first line."""
    first, later = (visitor.get(f"buchen/beratung/haus/{query}") for query in ("", "?ab=2026-12-01"))
    said = "Der erste freie Tag ist Montag, 23. November 2026."
    assert [said in text_of(page) for page in (first, later)] == [False, True]
    link = 'href="/fulda/de/buchen/beratung/haus/">Ansehen</a>'
    assert [link in page.content.decode() for page in (first, later)] == [False, True]


@pytest.mark.usefixtures("until_three")
def test_another_time_and_moving_know_halves_of_the_day_too(visitor: Visitor) -> None:
    hold = visitor.holds(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    assert hours_of(visitor.get(f"{hold}zeit/?zeit=nachmittag")) == {12, 13, 14}
    own = visitor.books(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    assert hours_of(visitor.get(f"{own}verschieben/?zeit=nachmittag")) == {12, 13, 14}


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_a_date_that_ends_with_a_point_gets_no_second_one(office: Office, language: str) -> None:
    page = times_page(
        service=office.service,
        location=office.location,
        settings=office.jobcenter.settings,
        now=EIGHT,
        first_day=date(2026, 11, 30),
    )
    with override(language):
        view = times_view(page, "/", rows=(), back_url="/", nothing_free=None)
    assert (view.first.endswith("."), ".." in view.first, "2026" in view.first) == (True, False, True)
