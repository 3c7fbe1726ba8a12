# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Dates of a group, prepared for pages: when, what about, where, and how many seats there still are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from appointments.models import GroupSession
from appointments.seats import GroupDate
from appointments.web.present import Row, length_line, moment_line, place_line, url
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.forms import DescribedChoice, PortalForm
from jobcenter_portal.web.languages import current_language, isolated

_COUNTED = 5
"""So many free seats and fewer are said exactly; a larger number would only be out of date sooner."""


@dataclass(frozen=True, slots=True)
class DateRow:
    """A date of the group. `wait_url` is there for full ones, where people can wait for a seat."""

    value: str
    starts_at: datetime
    when: str
    """Day and time in words."""
    about: str
    """Its own title and length, and below them the place."""
    seats: str
    wait_url: str = ""


class DateForm(PortalForm):
    """One of several dates; whether a seat is left, the booking decides, not the form."""

    session = forms.CharField(
        label=gettext_lazy("Termin"),
        max_length=40,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "max_length"), gettext_lazy("Wählen Sie einen Termin.")),
    )

    def offer(self, rows: Iterable[DateRow]) -> None:
        """Show these dates as radio buttons."""
        self.fields["session"].widget.choices = [
            (row.value, DescribedChoice(row.when, f"{row.about}\n{row.seats}")) for row in rows
        ]


def date_rows(jobcenter: Jobcenter, found: Iterable[GroupDate]) -> list[DateRow]:
    return [
        DateRow(
            value=one.session.public_id,
            starts_at=one.session.starts_at,
            when=moment_line(one.session.starts_at),
            about=about(one.session),
            seats=seats_line(one.free),
            wait_url="" if one.free or not jobcenter.settings.waiting_list else wait_url(jobcenter, one.session),
        )
        for one in found
    ]


def group_rows(session: GroupSession, change_url: str | Promise = "") -> tuple[Row, ...]:
    """What a person should know about a seat in a group, for summaries of holds and appointments."""
    title = session.title(current_language().code)
    kind = isolated(title) if title else _("zusammen mit anderen Menschen")
    return (
        Row(_("Gruppentermin"), kind, str(change_url)),
        Row(_("Dauer"), _length(session)),
        Row(_("Ort"), place_line(session.location), str(change_url)),
    )


def about(session: GroupSession) -> str:
    """The German address has a line of its own: between Arabic words it would fall apart at its numbers."""
    title = session.title(current_language().code)
    what = f"{isolated(title)} · {_length(session)}" if title else _length(session)
    return f"{what}\n{place_line(session.location)}"


def seats_line(free: int) -> str:
    """``noch 5 Plätze``; of many seats only that there are some."""
    if not free:
        return _("ausgebucht")
    if free > _COUNTED:
        return _("Plätze frei")
    return ngettext("noch %(number)s Platz", "noch %(number)s Plätze", free) % {"number": free}


def wait_url(jobcenter: Jobcenter, session: GroupSession) -> str:
    return f"{url('wait', jobcenter)}?termin={session.public_id}"


def date_taken(
    request: HttpRequest,
    jobcenter: Jobcenter,
    nearest: Sequence[GroupDate],
    *,
    action: str,
    all_dates_url: str,
    is_draft_kept: bool = False,
    keeps_old_date: bool = False,
    refusal: str = "",
) -> HttpResponse:
    """Somebody else has got the last seat, or the rules say no by now: the other dates, each one click away."""
    context = {
        "rows": date_rows(jobcenter, nearest),
        "action": action,
        "all_dates_url": all_dates_url,
        "is_draft_kept": is_draft_kept,
        "keeps_old_date": keeps_old_date,
        "refusal": refusal,
    }
    return render(request, "booking/date_taken.html", context, status=HTTPStatus.CONFLICT)


def _length(session: GroupSession) -> str:
    minutes = int((session.ends_at - session.starts_at).total_seconds()) // 60
    return length_line(minutes)
