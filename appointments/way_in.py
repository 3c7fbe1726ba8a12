# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How times are kept from being hoarded without keeping anybody from booking.

In quiet times nobody notices it. Under attack, or where very many times are kept from one network, a machine works for
some seconds before a time is kept or a code is sent; without script, a person waits for as long. Nobody is refused for
where they come from but by MOST_OF_A_NETWORK, and everybody is told the telephone number.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.http import HttpRequest

from appointments.holding import BOOKED, release_hold
from appointments.models import Hold
from appointments.proving import CODES, codes_from
from jobcenter_portal.tenancy.briefly import briefly
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.counting import count_plainly, how_many
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.tenancy.models import Jobcenter, Puzzle
from jobcenter_portal.tenancy.sealed import blind_index
from jobcenter_portal.tenancy.tallies import add_refusal
from jobcenter_portal.tenancy.unusual import is_unusual, note
from jobcenter_portal.web import puzzle, waiting_tickets
from jobcenter_portal.web.throttle import network_of

HOLDS: Final = "holds"
"""What is unusual when there are unusually many of them: times that are kept, by anybody."""
UNQUESTIONED: Final = 30
"""Times that one network may keep at once before its machines have to work: an integration course with a laptop for
everybody, or a shelter's one connection. Each browser keeps one at most."""
UNQUESTIONED_BOOKINGS: Final = 60
"""Times that one network may book in an hour before its machines have to work for each: a large office has so many from
all networks together. Without it whoever hoards would simply book, which makes room for the next time at once."""
WAITS: Final = "waits"
"""The same of places on the waiting list: each is said to an address that nobody has proven."""
PLACES_OF_NETWORK: Final = "wait-network"
"""Under which name tries to get one are counted for each network."""
UNQUESTIONED_PLACES: Final = 10
"""Places on the waiting list that one network may ask for in an hour before its machines have to work for each."""
UNQUESTIONED_CODES: Final = 10
"""Codes that one network may ask for in an hour before its machines have to work for each."""
MOST_OF_A_NETWORK: Final = 120
"""Behind one address of a mobile network are thousands. Yet a large office has sixty bookings in an hour, from all
networks together: so many times kept from one of them at the same moment are no people any more."""
_FULL: Final = "holds-network"
_HOUR: Final = timedelta(hours=1)
_TAKEN: Final = """
SELECT (SELECT count(*) FROM appointments_hold
 WHERE tenant_id = %s AND network = %s AND expires_at > statement_timestamp()),
 (SELECT count(*) FROM tenancy_counted WHERE tenant_id = %s AND what = %s AND who = %s AND at > %s)"""
SOLUTION_HEADER: Final = "X-Altcha-Solution"
"""Where programs put what pages send in a form."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Times that a network keeps at this moment, and those that it booked within an hour."""

    kept: int
    booked: int


class WorkNeeded(Exception):
    """First a machine has to work, or a person to wait."""


class NetworkFull(Exception):
    """Too many times are kept from this network already."""


def need_way_in(request: HttpRequest, *, now: datetime) -> None:
    """Before a time is kept. Raises WorkNeeded, NetworkFull."""
    taken = taken_by(network_index(request), now=now)
    if taken.kept >= MOST_OF_A_NETWORK:
        add_refusal(_FULL, now=now)
        raise NetworkFull
    is_much = taken.kept >= UNQUESTIONED or taken.booked >= UNQUESTIONED_BOOKINGS
    if is_much or is_guarded(tenant_of(request), HOLDS, now=now):
        _need_work(request, HOLDS, now)


def need_work_for_codes(request: HttpRequest, *, now: datetime) -> None:
    """Before a code is sent. Raises WorkNeeded."""
    if is_work_expected(request, CODES, now=now):
        _need_work(request, CODES, now)


def need_work_to_wait(request: HttpRequest, *, now: datetime) -> None:
    """Before somebody is set on the waiting list. Raises WorkNeeded."""
    asked = how_many(PLACES_OF_NETWORK, network_index(request), since=now - _HOUR)
    if asked >= UNQUESTIONED_PLACES or is_guarded(tenant_of(request), WAITS, now=now):
        _need_work(request, WAITS, now)


def is_work_expected(request: HttpRequest, what: str, *, now: datetime) -> bool:
    """Whether it would be of use if the machine began to work while the person still reads."""
    if is_guarded(tenant_of(request), what, now=now):
        return True
    return what == CODES and codes_from(network_index(request), now=now) >= UNQUESTIONED_CODES


def keep_within_network(held: Hold, network: bytes, *, now: datetime) -> None:
    """A time is kept from this network. Raises NetworkFull when others came first; then the time is let go again."""
    Hold.objects.filter(pk=held.pk).update(network=network)
    note(HOLDS, now=now)
    # Counted again with this one among them: fifty at the same moment have each seen room for one.
    if taken_by(network, now=now).kept > MOST_OF_A_NETWORK:
        release_hold(held=held)
        add_refusal(_FULL, now=now)
        raise NetworkFull


def note_booked_at_once(network: bytes, *, now: datetime) -> None:
    """Somebody took a time without keeping it first, as programs may."""
    count_plainly(BOOKED, network, now=now)
    note(HOLDS, now=now)


def taken_by(network: bytes, *, now: datetime) -> Taken:
    with connection.cursor() as cursor:
        tenant_id = current_tenant().pk
        cursor.execute(_TAKEN, [tenant_id, network, tenant_id, BOOKED, network, now - _HOUR])
        return Taken(*cursor.fetchone())


def is_guarded(jobcenter: Jobcenter, what: str, *, now: datetime) -> bool:
    """Whether machines have to work here at the moment: as the office says, else while unusually much is going on."""
    match jobcenter.settings.puzzle:
        case Puzzle.ALWAYS:
            return True
        case Puzzle.NEVER:
            return False
    return briefly("is-unusual", what, read=lambda: is_unusual(what, now=now))


def network_index(request: HttpRequest) -> bytes:
    """Where somebody comes from, as a keyed hash that differs from Jobcenter to Jobcenter."""
    return blind_index(str(network_of(request)), tenant_id=tenant_of(request).pk, purpose="network")


def _need_work(request: HttpRequest, what: str, now: datetime) -> None:
    """Raises WorkNeeded, unless a solution or a ticket came along that nobody has used before."""
    solution = request.headers.get(SOLUTION_HEADER, "") or request.POST.get(puzzle.FIELD, "")
    if puzzle.is_solved(solution, now=now):
        return
    ticket = waiting_tickets.read_ticket(request.POST.get(waiting_tickets.FIELD, ""))
    if ticket is not None and waiting_tickets.opens(ticket, now=now):
        return
    if is_unusual(what, now=now):
        note(what, now=now)  # who goes on knocking keeps the door guarded
    add_refusal(f"work-{what}", now=now)
    raise WorkNeeded
