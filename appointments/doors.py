# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a key to its appointment, and the limits on guessing short codes: one count for pages and interface."""

from datetime import datetime
from typing import Final

from django.http import Http404, HttpRequest
from django.utils import timezone

from appointments.links import CODE_LENGTH, appointment_of_key, typed_code
from appointments.models import Appointment
from jobcenter_portal.web.throttle import CannotCount, Limit, is_allowed

TYPED_CODES: Final = Limit("typed-codes", attempts=20, seconds=600)
"""A person mistypes a few times; a whole waiting room may share one address."""
WRONG_CODES: Final = Limit("wrong-codes", attempts=60, seconds=600)
"""Addresses with a short code that opens nothing."""


class TooManyGuesses(Exception):
    """This network has tried too many codes for now."""


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
