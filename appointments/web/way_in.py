# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The pages that people see who have to wait a moment before a time is kept for them (appointments/way_in.py)."""

from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.way_in import network_index
from jobcenter_portal.web import puzzle, waiting_tickets
from jobcenter_portal.web.errors import Explanation, error_page

__all__ = ["MANY_OF_NETWORK", "full_page", "network_index", "work_page"]

MANY_OF_NETWORK: Final = _(
    "Aus Ihrem WLAN oder Handy-Netz kamen gerade sehr viele Anfragen. "
    "Bitte warten Sie eine Stunde oder rufen Sie uns an."
)
"""Beside a form, which keeps what was typed."""

_NETWORK_FULL: Final = Explanation(
    _("Gerade geht es hier nicht weiter"),
    _(
        "Aus Ihrem WLAN oder Handy-Netz werden im Moment sehr viele Termine gebucht. "
        "Bitte versuchen Sie es in einigen Minuten noch einmal oder rufen Sie uns an."
    ),
)
_CHOICES: Final = frozenset({"time", "session"})
_NOT_SENT_AGAIN: Final = frozenset({"csrfmiddlewaretoken", puzzle.FIELD, waiting_tickets.FIELD})


def work_page(request: HttpRequest) -> HttpResponse:
    """Goes on by itself once the machine has worked; without script a button goes on after some seconds.

    What was sent is sent again from here, so nobody chooses or types anything twice.
    """
    now = timezone.now()
    ticket = waiting_tickets.read_ticket(request.POST.get(waiting_tickets.FIELD, ""))
    came_too_early = ticket is not None and now < ticket.ripe_at
    if not came_too_early:
        ticket = _new_ticket(request, now)
    context: dict[str, Any] = {
        "action": request.get_full_path(),
        "sent": [
            (name, value) for name, values in request.POST.lists() if name not in _NOT_SENT_AGAIN for value in values
        ],
        "ticket": ticket,
        "seconds": ticket.seconds_left(now) if ticket else 0,
        "came_too_early": came_too_early,
        "is_for_a_time": bool(_CHOICES & request.POST.keys()),
        "puzzle": puzzle.make_puzzle(now=now),
    }
    return render(request, "booking/way_in.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)


def full_page(request: HttpRequest) -> HttpResponse:
    return error_page(request, HTTPStatus.TOO_MANY_REQUESTS, _NETWORK_FULL)


def _new_ticket(request: HttpRequest, now: datetime) -> waiting_tickets.Ticket | None:
    try:
        return waiting_tickets.make_ticket(request, now=now)
    except waiting_tickets.QueueFull:
        return None
