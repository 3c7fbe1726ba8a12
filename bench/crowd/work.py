# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a client does: bare inserts, bookings where nobody is in the way, and everything at once where everybody is."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Final, TypeVar

from django.db import OperationalError, connection
from django.db.models import Model, QuerySet

from appointments.booking import book, book_held
from appointments.changing import UndoTooLate, cancel, reschedule, undo_cancel
from appointments.core.lifecycle import NotAllowed, Status
from appointments.holding import HoldGone, expire_holds, extend_hold, hold, hold_again
from appointments.models import Appointment, GroupSession, Hold, Location, Occupancy, Seat, Service
from appointments.seats import book_seat, hold_seat
from appointments.taking import Refused, Request, SlotTaken
from appointments.writing import Person
from bench.crowd.clients import Client, Work
from bench.crowd.house import EIGHT, NOW
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.audit import service as audit

M = TypeVar("M", bound=Model)
QUARTER: Final = timedelta(minutes=15)
WARM_UP: Final = 8
TIMES: Final = 32
"""Quarters of the one day on which there is anything to be had."""
LONG_AGO: Final = datetime(2020, 1, 1, tzinfo=NOW.tzinfo)
REFUSALS: Final = (SlotTaken, Refused, HoldGone, NotAllowed, UndoTooLate, OperationalError)


def bare_inserts(seconds: float) -> Work:
    """One durable row of a bare table after the other: what the server can do for so many clients at most."""

    def work(client: Client) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            client.attempt("insert", lambda: _insert(client.number), ())

    return work


def _insert(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_bare (client, filling) VALUES (%s, 'a row of ordinary length')", [number])


def whole_bookings(seconds: float) -> Work:
    """Appointment, person, time, trail and messages, one booking after the other, each client in its own calendar."""

    def work(client: Client) -> None:
        end = time.monotonic() + seconds
        _book_in_turn(client, EIGHT, lambda: time.monotonic() < end)

    return work


def some_bookings(client: Client) -> None:
    """To warm up: a connection prepares a statement at its fifth use, a process loads what it needs at the first."""
    _book_in_turn(client, EIGHT - timedelta(hours=8), lambda: len(client.ms) < WARM_UP)


def _book_in_turn(client: Client, first: datetime, goes_on: Callable[[], bool]) -> None:
    service, location = Service.objects.get(slug=f"anliegen-{client.number}"), Location.objects.get()
    while goes_on():
        number = len(client.ms)
        act = _booking(client, service, location, first + 2 * number * QUARTER, number=number)
        client.attempt("book", act, ())


def contend(attempts: int) -> Work:
    """So many attempts of all kinds on one day of a small office."""

    def work(client: Client) -> None:
        visitor = Visitor(client)
        while client.outcomes.total() < attempts:
            visitor.does_something()

    return work


def _run_out(held: Hold) -> None:
    Occupancy.objects.filter(hold=held).update(expires_at=LONG_AGO)
    Seat.objects.filter(hold=held).update(expires_at=LONG_AGO)


def _person(client: Client, number: int) -> Person:
    address = f"p{number}.{client.number}@post.example"
    return Person(f"Person {number}", "de", {ContactChannel.EMAIL: address})


def _booking(
    client: Client, service: Service, location: Location, starts_at: datetime, *, number: int
) -> Callable[[], Appointment]:
    return lambda: book(
        jobcenter=client.jobcenter,
        service=service,
        location=location,
        starts_at=starts_at,
        person=_person(client, number),
        now=NOW,
    )


class Visitor:
    """Somebody who wants everything: books, holds, confirms, forgets, moves, swaps, calls off, changes their mind."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.dice = Random(client.number)
        self.location = Location.objects.get()
        self.services = list(Service.objects.filter(is_group=False).order_by("slug"))
        self.session = GroupSession.objects.select_related("service", "location", "calendar").get()
        self.tokens: list[str] = []
        self.deeds: dict[Callable[[], None], int] = {
            self.books: 30,
            self.holds: 20,
            self.confirms: 16,
            self.forgets: 4,
            self.chooses_again: 3,
            self.extends: 2,
            self.moves: 8,
            self.swaps: 4,
            self.calls_off: 24,
            self.takes_back: 3,
            self.joins_the_group: 6,
            self.holds_a_seat: 3,
            self.sweeps: 1,
        }

    def does_something(self) -> None:
        deed = self.dice.choices(list(self.deeds), list(self.deeds.values()))[0]
        deed()

    def books(self) -> None:
        act = _booking(self.client, self._service(), self.location, self._time(), number=self._number())
        self._attempt("book", act)

    def holds(self) -> None:
        request = Request(self.client.jobcenter, self._service(), self.location, self._time(), NOW)
        found = self._attempt("hold", lambda: hold(request)[0])
        self.tokens += [found] if isinstance(found, str) else []

    def confirms(self) -> None:
        if self.tokens:
            token = self.tokens.pop(self.dice.randrange(len(self.tokens)))
            who = _person(self.client, self._number())
            self._attempt(
                "confirm", lambda: book_held(jobcenter=self.client.jobcenter, token=token, person=who, now=NOW)
            )

    def forgets(self) -> None:
        """Some hold of anybody runs out; who confirms it meanwhile or later may still be lucky."""
        held = self._any(Hold.objects.all())
        if held is not None:
            self._attempt("run out", lambda: _run_out(held))

    def chooses_again(self) -> None:
        held = self._any(Hold.objects.filter(session__isnull=True).select_related("service", "location"))
        if held is not None:
            at = self._time()
            self._attempt(
                "choose again",
                lambda: hold_again(jobcenter=self.client.jobcenter, held=held, starts_at=at, now=NOW) or held,
            )

    def extends(self) -> None:
        held = self._any(Hold.objects.filter(session__isnull=True).select_related("service", "location"))
        if held is not None:
            self._attempt("extend", lambda: extend_hold(jobcenter=self.client.jobcenter, held=held, now=NOW))

    def moves(self) -> None:
        if (mine := self._appointment(Status.BOOKED)) is not None:
            self._move("move", mine, self._time())

    def swaps(self) -> None:
        """Two appointments change places, seen from both sides: somebody else may be doing the other half."""
        pair = self._booked().order_by("?")[:2]
        if len(pair) > 1:
            first, second = pair
            self._move("swap", first, second.starts_at)
            self._move("swap", second, first.starts_at)

    def calls_off(self) -> None:
        anybody = self._any(Appointment.objects.filter(status=Status.BOOKED))
        if anybody is not None:
            self._attempt(
                "cancel",
                lambda: cancel(jobcenter=self.client.jobcenter, appointment=anybody, by=audit.CUSTOMER, now=NOW),
            )

    def takes_back(self) -> None:
        if (mine := self._appointment(Status.CANCELLED)) is not None:
            self._attempt(
                "undo",
                lambda: undo_cancel(jobcenter=self.client.jobcenter, appointment=mine, by=audit.CUSTOMER, now=NOW),
            )

    def joins_the_group(self) -> None:
        who = _person(self.client, self._number())
        self._attempt(
            "seat", lambda: book_seat(jobcenter=self.client.jobcenter, session=self.session, person=who, now=NOW)
        )

    def holds_a_seat(self) -> None:
        found = self._attempt(
            "hold seat", lambda: hold_seat(jobcenter=self.client.jobcenter, session=self.session, now=NOW)[0]
        )
        self.tokens += [found] if isinstance(found, str) else []

    def sweeps(self) -> None:
        self._attempt("sweep", expire_holds)

    def _move(self, kind: str, appointment: Appointment, starts_at: datetime) -> None:
        self._attempt(
            kind,
            lambda: reschedule(
                jobcenter=self.client.jobcenter,
                appointment=appointment,
                starts_at=starts_at,
                by=audit.CUSTOMER,
                now=NOW,
            ),
        )

    def _attempt(self, kind: str, act: Callable[[], object]) -> object:
        return self.client.attempt(kind, act, REFUSALS)

    def _booked(self) -> QuerySet[Appointment]:
        return Appointment.objects.filter(status=Status.BOOKED, session__isnull=True).select_related(
            "service", "location"
        )

    def _appointment(self, status: Status) -> Appointment | None:
        """One of anybody: so that two may reach for the same appointment."""
        known = Appointment.objects.filter(status=status, session__isnull=True).select_related("service", "location")
        return self._any(known if status is Status.BOOKED else known.order_by("-cancelled_at")[:50])

    def _any(self, rows: QuerySet[M]) -> M | None:
        found = list(rows[:200])
        return self.dice.choice(found) if found else None

    def _service(self) -> Service:
        return self.dice.choice(self.services)

    def _time(self) -> datetime:
        return EIGHT + self.dice.randrange(TIMES) * QUARTER

    def _number(self) -> int:
        return self.client.outcomes.total()
