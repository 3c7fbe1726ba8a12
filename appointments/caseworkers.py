# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One's own caseworker, where everybody has one: found by the letters that stand on their letters.

The letters are typed once. From then on a ticket names the caseworker in addresses: a keyed hash over calendar and
letters, so nobody reads the letters in a history or makes a ticket for a colleague without typing theirs, and new
letters end the tickets of the old ones.
"""

import hmac
from typing import Final

from appointments.models import Calendar
from jobcenter_portal.tenancy.sealed import blind_index
from jobcenter_portal.web.throttle import Limit

LETTER_CODES: Final = Limit("letter-codes", attempts=20, seconds=600)
"""The letters are few; whoever has a letter types them wrong once or twice."""
_PURPOSE: Final = "own-caseworker"
_HASH_LENGTH: Final = 32
_LONGEST_TYPED: Final = 40


def has_codes() -> bool:
    """Whether this Jobcenter prints letters on its letters at all."""
    return bool(Calendar.objects.exclude(booking_code="").exists())


def known_by_letters() -> list[int]:
    """The ids of all caseworkers whom somebody's letters name."""
    return list(Calendar.objects.exclude(booking_code="").values_list("pk", flat=True))


def calendar_of_code(typed: str) -> Calendar | None:
    """Whose letters these are; case, blanks and hyphens do not matter. None for letters that nobody has."""
    wanted = _letters(typed) if len(typed) <= _LONGEST_TYPED else ""
    for calendar in Calendar.objects.exclude(booking_code="").select_related("deputy"):
        if wanted and _letters(calendar.booking_code) == wanted:
            found: Calendar = calendar
            return found
    return None


def ticket_of(calendar: Calendar) -> str:
    """What stands for this caseworker in addresses. Only for who has typed the letters."""
    return f"{calendar.pk}-{_seal(calendar)}"


def calendar_of_ticket(ticket: str) -> Calendar | None:
    """The caseworker a ticket names, with the deputy; None for what we never made or what is no longer true."""
    number, _, seal = ticket.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < _LONGEST_TYPED // 3):
        return None
    calendars = Calendar.objects.exclude(booking_code="").select_related("deputy")
    found: Calendar | None = calendars.filter(pk=int(number)).first()
    return found if found and hmac.compare_digest(_seal(found).encode(), seal.encode()) else None


def _seal(calendar: Calendar) -> str:
    value = f"{calendar.pk}:{_letters(calendar.booking_code)}"
    return blind_index(value, tenant_id=calendar.tenant_id, purpose=_PURPOSE).hex()[:_HASH_LENGTH]


def _letters(code: str) -> str:
    return "".join(sign for sign in code.upper() if sign.isalnum())
