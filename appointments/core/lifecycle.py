# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The life of an appointment: its states, who may do what in which, and how each step is taken back.

The table is data, so that the desk can ask it which buttons to show and the tests can walk all of it. A status says
what happened, nothing more: who cancelled and whether somebody was late are fields of the appointment.
"""

from collections.abc import Mapping
from enum import StrEnum, unique
from types import MappingProxyType


@unique
class Kind(StrEnum):
    """How an appointment came about. Set once: no verb changes it, so that a booking cannot turn into a summons."""

    BOOKING = "booking"
    REQUEST = "request"
    GROUP = "group"
    WALK_IN = "walk_in"


@unique
class Status(StrEnum):
    REQUESTED = "requested"
    BOOKED = "booked"
    CHECKED_IN = "checked_in"
    IN_SERVICE = "in_service"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"

    @property
    def is_open(self) -> bool:
        """Still to come; what the limit of open bookings per person counts."""
        return self in (Status.REQUESTED, Status.BOOKED)

    @property
    def is_final(self) -> bool:
        """Only `UNDO`, or a late arrival, leads on from here."""
        return self in (Status.FULFILLED, Status.CANCELLED, Status.NO_SHOW)


@unique
class Actor(StrEnum):
    """On whose behalf. The system itself moves nothing: it records what people did and never decides."""

    CUSTOMER = "customer"
    OFFICE = "office"
    SYSTEM = "system"


@unique
class Verb(StrEnum):
    BOOK = "book"
    """Grant a request."""
    RESCHEDULE = "reschedule"
    CHECK_IN = "check_in"
    """The person is here; after `no_show`, here after all."""
    START = "start"
    FULFIL = "fulfil"
    RECORD_NO_SHOW = "record_no_show"
    CANCEL = "cancel"
    UNDO = "undo"
    """Take back the last step."""


class NotAllowed(Exception):
    """The verb is not possible in this status, or not for this actor. Carries all three, no personal data."""

    def __init__(self, status: Status, verb: Verb, by: Actor) -> None:
        super().__init__(f"{verb} is not possible for {by} while the appointment is {status}.")
        self.status = status
        self.verb = verb
        self.by = by


INITIAL_STATUS: Mapping[Kind, Status] = MappingProxyType(
    {
        Kind.BOOKING: Status.BOOKED,
        Kind.REQUEST: Status.REQUESTED,
        Kind.GROUP: Status.BOOKED,
        Kind.WALK_IN: Status.CHECKED_IN,
    }
)
"""The status in which an appointment of each kind is created."""

TRANSITIONS: Mapping[tuple[Status, Verb], Status] = MappingProxyType(
    {
        (Status.REQUESTED, Verb.BOOK): Status.BOOKED,
        (Status.REQUESTED, Verb.CANCEL): Status.CANCELLED,
        (Status.BOOKED, Verb.RESCHEDULE): Status.BOOKED,
        (Status.BOOKED, Verb.CANCEL): Status.CANCELLED,
        (Status.BOOKED, Verb.CHECK_IN): Status.CHECKED_IN,
        (Status.BOOKED, Verb.START): Status.IN_SERVICE,
        (Status.BOOKED, Verb.FULFIL): Status.FULFILLED,
        (Status.BOOKED, Verb.RECORD_NO_SHOW): Status.NO_SHOW,
        (Status.CHECKED_IN, Verb.START): Status.IN_SERVICE,
        (Status.CHECKED_IN, Verb.FULFIL): Status.FULFILLED,
        (Status.CHECKED_IN, Verb.CANCEL): Status.CANCELLED,
        (Status.IN_SERVICE, Verb.FULFIL): Status.FULFILLED,
        (Status.NO_SHOW, Verb.CHECK_IN): Status.CHECKED_IN,
    }
)
"""What leads where. A caseworker in a hurry may start or fulfil without checking in first."""

UNDO_TARGETS: Mapping[Status, tuple[Status, ...]] = MappingProxyType(
    {
        Status.CHECKED_IN: (Status.BOOKED, Status.NO_SHOW),
        Status.IN_SERVICE: (Status.CHECKED_IN, Status.BOOKED),
        Status.FULFILLED: (Status.CHECKED_IN, Status.IN_SERVICE, Status.BOOKED),
        Status.NO_SHOW: (Status.BOOKED,),
        Status.CANCELLED: (Status.BOOKED, Status.REQUESTED, Status.CHECKED_IN),
    }
)
"""Where undoing may lead; the first is meant when the history is not asked. A granted request is not undone: the person
has been told, so it is cancelled."""

_CUSTOMER_MAY = frozenset(
    {
        (Status.REQUESTED, Verb.CANCEL),
        (Status.BOOKED, Verb.CANCEL),
        (Status.BOOKED, Verb.RESCHEDULE),
        (Status.CANCELLED, Verb.UNDO),
    }
)


def next_status(status: Status, verb: Verb, *, by: Actor = Actor.OFFICE, previous: Status | None = None) -> Status:
    """The status after `verb`, or `NotAllowed`.

    `by` defaults to the office, which may do all that is in the tables. For `UNDO`, `previous` is the status before the
    last step, from the appointment's history: without it an undone cancellation of a request would come back as
    booked, granted by nobody. Whether the time of a cancelled appointment is still free is the booking's question.
    """
    if verb is Verb.UNDO:
        targets = UNDO_TARGETS.get(status, ())
        target = previous if previous in targets else None
        if previous is None and targets:
            target = targets[0]
    else:
        target = TRANSITIONS.get((status, verb))
    if target is None or not _is_for(by, status, verb):
        raise NotAllowed(status, verb, by)
    return target


def possible_verbs(status: Status, *, by: Actor = Actor.OFFICE) -> frozenset[Verb]:
    """What `by` can do now, so that a page shows no button that would be refused."""
    verbs = {verb for state, verb in TRANSITIONS if state is status}
    if status in UNDO_TARGETS:
        verbs.add(Verb.UNDO)
    return frozenset(verb for verb in verbs if _is_for(by, status, verb))


def _is_for(by: Actor, status: Status, verb: Verb) -> bool:
    return by is Actor.OFFICE or (by is Actor.CUSTOMER and (status, verb) in _CUSTOMER_MAY)
