# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Template tags for dates: ``{% load portal_dates %}``.

The language is that of the page; each tag takes another code as its last argument.
"""

from datetime import date, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobcenter_portal.web import dates, weeks
from jobcenter_portal.web.languages import Language, current_language, language_by_code

register = template.Library()


@register.simple_tag
def appointment_date(moment: datetime, language: str | None = None) -> SafeString:
    """The date in the person's language, and below it the line that also stands on the office's letters."""
    return format_html(
        '<time class="appointment-date" datetime="{}"><span>{}</span> <bdi dir="ltr">{}</bdi></time>',
        dates.local(moment).isoformat(timespec="minutes"),
        dates.long_date(moment, _language(language)),
        dates.invariant_line(moment),
    )


@register.simple_tag
def day_date(day: date, language: str | None = None) -> SafeString:
    """A day in words, for headings and legends."""
    words = dates.long_date(day, _language(language))
    calendar_day = dates.local(day).date() if isinstance(day, datetime) else day
    return format_html('<time datetime="{}">{}</time>', calendar_day.isoformat(), words)


@register.simple_tag
def short_moment(moment: datetime) -> SafeString:
    """One line for lists: ``Mo 14.12.2026, 08:30``."""
    return _left_to_right(dates.local(moment).isoformat(timespec="minutes"), dates.invariant_line(moment))


@register.simple_tag
def clock_time(moment: datetime) -> SafeString:
    return _left_to_right(dates.local(moment).isoformat(timespec="minutes"), dates.clock_time(moment))


@register.simple_tag
def time_range(start: datetime, end: datetime) -> SafeString:
    return format_html('<bdi dir="ltr">{}</bdi>', dates.clock_range(start, end))


@register.simple_tag
def duration(minutes: int, language: str | None = None) -> str:
    return dates.duration_in_words(minutes, _language(language))


@register.filter
def office_hours(text: str) -> str:
    """What an office wrote about its hours, in the language of the page where it can be understood.

    A line must not end between the two times of a range: at the start of the next the second looks like one of its own.
    Nor is „Uhr“ left over for a line.
    """
    said = weeks.office_hours(text, current_language())
    return said.replace("–", "\u2060–\u2060").replace(" Uhr", "\N{NO-BREAK SPACE}Uhr")


def _left_to_right(machine: str, human: str) -> SafeString:
    return format_html('<time datetime="{}"><bdi dir="ltr">{}</bdi></time>', machine, human)


def _language(code: str | None) -> Language:
    return language_by_code(code) if code else current_language()
