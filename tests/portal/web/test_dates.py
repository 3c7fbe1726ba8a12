# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Dates in eight languages, letter by letter."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from jobcenter_portal.web import dates
from jobcenter_portal.web.languages import LANGUAGES, language_by_code

MONDAY = datetime(2026, 12, 14, 7, 30, tzinfo=UTC)

LONG = {
    "de": "Montag, 14. Dezember 2026",
    "de-simple": "Montag, 14. Dezember 2026",
    "en": "Monday, 14 December 2026",
    "uk": "понеділок, 14 грудня 2026\N{NARROW NO-BREAK SPACE}р.",
    "ru": "понедельник, 14 декабря 2026\N{NARROW NO-BREAK SPACE}г.",
    "ar": "الاثنين، 14 ديسمبر 2026",
    "fa": "دوشنبه 14 دسامبر 2026",
    "tr": "14 Aralık 2026 Pazartesi",
}
MINUTES = {
    "de": ("1 Minute", "45 Minuten"),
    "de-simple": ("1 Minute", "45 Minuten"),
    "en": ("1 minute", "45 minutes"),
    "uk": ("1 хвилина", "45 хвилин"),
    "ru": ("1 минута", "45 минут"),
    "ar": ("دقيقة", "45 دقيقة"),
    "fa": ("1 دقیقه", "45 دقیقه"),
    "tr": ("1 dakika", "45 dakika"),
}


def test_each_language_writes_the_date_in_its_own_case_and_order() -> None:
    assert {language.code: dates.long_date(MONDAY, language) for language in LANGUAGES} == LONG


def test_text_messages_name_the_day_in_few_signs() -> None:
    assert {language.code: dates.short_date(MONDAY, language) for language in LANGUAGES} == {
        "de": "Mo 14.12.",
        "de-simple": "Mo 14.12.",
        "en": "Mon 14.12.",
        "uk": "14.12",
        "ru": "14.12",
        "ar": "14.12",
        "fa": "14.12",
        "tr": "Pzt 14.12.",
    }


def test_each_language_counts_minutes_in_its_own_plural() -> None:
    written = {
        language.code: (dates.duration_in_words(1, language), dates.duration_in_words(45, language))
        for language in LANGUAGES
    }
    assert written == MINUTES


@pytest.mark.parametrize(
    ("moment", "line"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "So 29.03.2026, 01:59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "So 29.03.2026, 03:00"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "So 25.10.2026, 02:30"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "So 25.10.2026, 02:30"),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "Fr 01.01.2027, 00:00"),
    ],
)
def test_times_are_those_of_the_office_on_both_changes_of_the_clock(moment: datetime, line: str) -> None:
    assert dates.invariant_line(moment) == line


def test_the_day_is_the_day_at_the_office_not_in_greenwich() -> None:
    assert dates.long_date(datetime(2026, 12, 13, 23, 30, tzinfo=UTC), language_by_code("de")) == LONG["de"]


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        dates.invariant_line(datetime(2026, 12, 14, 8, 30))  # noqa: DTZ001 -- this is what must not come


def rendered(source: str, language: str = "de") -> str:
    context = Context({"start": MONDAY, "end": datetime(2026, 12, 14, 8, 15, tzinfo=UTC), "day": date(2026, 12, 14)})
    with translation.override(language):
        return Template("{% load portal_dates %}" + source).render(context)


def test_an_appointment_is_dated_in_the_persons_language_and_as_on_letters() -> None:
    assert rendered("{% appointment_date start %}", "ar") == (
        '<time class="appointment-date" datetime="2026-12-14T08:30+01:00"><span>الاثنين، 14 ديسمبر 2026</span> '
        '<bdi dir="ltr">Mo 14.12.2026, 08:30</bdi></time>'
    )


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("{% day_date day 'en' %}", '<time datetime="2026-12-14">Monday, 14 December 2026</time>'),
        ("{% time_range start end %}", '<bdi dir="ltr">08:30–09:15</bdi>'),
        ("{% clock_time start %}", '<time datetime="2026-12-14T08:30+01:00"><bdi dir="ltr">08:30</bdi></time>'),
        (
            "{% short_moment start %}",
            '<time datetime="2026-12-14T08:30+01:00"><bdi dir="ltr">Mo 14.12.2026, 08:30</bdi></time>',
        ),
        ("{% duration 30 'uk' %}", "30 хвилин"),
    ],
)
def test_shorter_forms_for_headings_and_lists(source: str, html: str) -> None:
    assert rendered(source) == html
