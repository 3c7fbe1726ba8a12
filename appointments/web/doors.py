# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a key to its appointment, and the limits on guessing short codes."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from appointments.links import CODE_LENGTH, appointment_of_key, typed_code
from appointments.models import Appointment
from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.web.errors import error_page
from jobcenter_portal.web.throttle import CannotCount, Limit, is_allowed

TYPED_CODES: Final = Limit("typed-codes", attempts=20, seconds=600)
"""A person mistypes a few times; a whole waiting room may share one address."""
WRONG_CODES: Final = Limit("wrong-codes", attempts=60, seconds=600)
"""Addresses with a short code that opens nothing."""


class TooManyGuesses(Exception):
    """This network has tried too many codes for now."""


def opened_by_key(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For views whose address carries a key: open to all, and closed for a while to those who guess."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except TooManyGuesses:
            return error_page(request, HTTPStatus.TOO_MANY_REQUESTS)

    declared: Callable[..., HttpResponse] = open_to_all("the key in the address is the permission")(guarded)
    return declared


def appointment_or_404(request: HttpRequest, key: str) -> Appointment:
    """The current Jobcenter's appointment. Raises Http404 for every key that opens nothing, TooManyGuesses."""
    appointment = appointment_of_key(key)
    if appointment is None:
        # The long token has 256 bits and needs no limit; guessing it is hopeless.
        if len(typed_code(key)) == CODE_LENGTH:
            count_wrong_code(request, now=timezone.now())
        raise Http404
    return appointment


def count_wrong_code(request: HttpRequest, *, now: datetime) -> None:
    """Raises TooManyGuesses. Without Redis links go on working: 84 random bits are not guessed over a network."""
    try:
        if not is_allowed(request, WRONG_CODES, now=now):
            raise TooManyGuesses
    except CannotCount:
        return
