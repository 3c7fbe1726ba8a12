# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What all forms of the portal share, and the widget for days and times."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final, Self

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobcenter_portal.web import dates
from jobcenter_portal.web.languages import current_language

UNPROCESSABLE: Final = 422


class PortalForm(forms.Form):
    """Base of all forms.

    Browsers' own bubbles are switched off: they are not translated, vanish again and are skipped by some screen
    readers. The server answers with an error summary instead.
    """

    use_required_attribute = False

    def error_links(self) -> list[tuple[str, str]]:
        """Pairs of address and text for the error summary, in the order of the fields."""
        links = [("#main", str(error)) for error in self.non_field_errors()]
        for bound in self:
            links += [(f"#{_first_control(bound)}", str(error)) for error in bound.errors]
        return links


def _first_control(bound: forms.BoundField) -> str:
    """A group of radio buttons has no control of its own name; its first option has."""
    if isinstance(bound.field.widget, forms.RadioSelect) and bound.subwidgets:
        return bound.subwidgets[0].id_for_label
    return bound.auto_id


def render_form(
    request: HttpRequest,
    template: str,
    form: forms.BaseForm,
    context: Mapping[str, Any] | None = None,
    *,
    status: int | None = None,
) -> HttpResponse:
    """Show a page with a form: 200 when it is fresh, 422 when the person's input could not be taken."""
    if status is None:
        status = UNPROCESSABLE if form.is_bound and form.errors else HttpResponse.status_code
    return render(request, template, {**(context or {}), "form": form}, status=status)


@dataclass(frozen=True, slots=True)
class TimeOption:
    """A time on offer: ``value`` is what the form sends, ``start`` an aware instant."""

    value: str
    start: datetime


ChoicesByDay = list[tuple[str, list[tuple[str, SafeString]]]]


class RadiosWithMore(forms.RadioSelect):
    """Radio buttons of which some are in sight and each named group of others opens by touch.

    A group whose option is chosen stands open, so that nobody loses sight of what they chose.
    """

    template_name = "web/forms/widgets/radios_with_more.html"


class TimesByDay(forms.RadioSelect):
    """Radio buttons in one group per day, so that a screen reader says the date with each time.

    Native radio buttons keep the arrow keys working and need no script.
    """

    template_name = "web/forms/widgets/times_by_day.html"
    use_fieldset = False


def choices_by_day(options: Iterable[TimeOption]) -> ChoicesByDay:
    """Choices for `TimesByDay` in the page's language, days and times in order."""
    language = current_language()
    ordered = sorted(options, key=lambda option: option.start)
    return [
        (
            dates.long_date(day, language),
            [(option.value, _time_label(option.start)) for option in of_day],
        )
        for day, of_day in groupby(ordered, key=lambda option: dates.local(option.start).date())
    ]


def _time_label(start: datetime) -> SafeString:
    return format_html(
        '<time datetime="{}"><bdi dir="ltr">{}</bdi></time>',
        dates.local(start).isoformat(timespec="minutes"),
        dates.clock_time(start),
    )


class DescribedChoice(str):
    """A choice's text with a line of explanation below it: ``DescribedChoice("Beratung", hint="30 Minuten")``."""

    __slots__ = ("hint",)
    hint: str | Promise

    def __new__(cls, text: str, hint: str | Promise = "") -> Self:
        choice = super().__new__(cls, text)
        choice.hint = hint
        return choice
