# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Free times for an appointment that exists: a list of some days, the way to the days beside it, and the form."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.http import Http404, HttpRequest

from appointments.changing import wishes_of
from appointments.desk.forms import REACH, DayForm, MoveForm
from appointments.models import Appointment
from appointments.service import Slot, find_slots
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.forms import TimeOption, choices_by_day

_DAYS: Final = 5
"""How many days of free times one page offers."""


def first_day(request: HttpRequest, now: datetime) -> date:
    """The day that the address asks for, today at the earliest."""
    today = local_day(now, tenant_of(request).settings.zone)
    form = DayForm(request.GET, today=today)
    if not form.is_valid():
        raise Http404
    wanted: date = form.cleaned_data["tag"]
    return max(wanted, today)


def free_times(request: HttpRequest, found: Appointment, first: date, now: datetime) -> list[Slot]:
    """What could take its place: the same way to meet, as long, with whoever it needs."""
    settings = tenant_of(request).settings
    return find_slots(
        service=found.service,
        location=found.location,
        settings=settings,
        now=now,
        wishes=wishes_of(found, settings),
        first_day=first,
        days=_DAYS,
        for_staff=True,
    ).slots()


def times_form(data: Any, found: Appointment, slots: Iterable[Slot], now: datetime) -> MoveForm:
    options = [
        TimeOption(slot.starts_at.isoformat(), slot.starts_at) for slot in slots if slot.starts_at != found.starts_at
    ]
    return MoveForm(data, now=now, choices=choices_by_day(options), initial={"revision": found.revision})


def days_around(request: HttpRequest, first: date, form: MoveForm, now: datetime) -> dict[str, Any]:
    """Context of `desk/times.html`: which days these are, and the first days of the pages before and after."""
    today = local_day(now, tenant_of(request).settings.zone)
    later = first + timedelta(days=_DAYS)
    return {
        "first": first,
        "last": later - timedelta(days=1),
        "has_times": bool(form.fields["time"].choices),  # type: ignore[attr-defined]
        "earlier": max(first - timedelta(days=_DAYS), today) if first > today else None,
        "later": later if later - today <= REACH else None,
    }
