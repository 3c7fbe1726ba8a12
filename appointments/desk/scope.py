# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far somebody's work reaches: all of the Jobcenter, or the places named for them.

What lies beyond is not there for them: its id gets the 404 of an id that nobody knows, its rows are on no list and in
no number. Permissions say what somebody may do, this module says where; a page of the desk asks both. Whoever reaches
everywhere costs no query more; whoever does not is asked for once in a request, whatever the page shows.
"""

from functools import cached_property
from typing import Any, Final, TypeVar

from django.db.models import BigIntegerField, Exists, Func, Model, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest

from appointments import queries
from appointments.models import (
    Appointment,
    Calendar,
    GroupSession,
    Location,
    MembershipLocation,
    OpeningException,
    OpeningRule,
    WaitingEntry,
    WaitingOffer,
)
from appointments.seats import session_by_public_id
from jobcenter_portal.accounts.permissions import PUBLIC, Actor
from notifications.service import Visible

_Row = TypeVar("_Row", bound=Model)
_KEPT: Final = "_scope_of_actor"


class _Number(Func):
    """The id behind a prefix of a message's subject; NULL for subjects of any other kind."""

    template = "substring(%(expressions)s from '^%(prefix)s:([0-9]{1,18})$')::bigint"
    output_field = BigIntegerField()


class Scope:
    """One actor's reach in the current Jobcenter. Every method leaves all as it is for whoever reaches everywhere."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    @property
    def is_everything(self) -> bool:
        return self._actor.every_location

    @cached_property
    def places(self) -> list[Location]:
        """The places in the office's order; none where nobody has named any."""
        if self.is_everything:
            return queries.locations()
        named = MembershipLocation.objects.filter(membership_id=self._actor.membership_id).values("location_id")
        return list(Location.objects.filter(pk__in=named).order_by("position", "id"))

    @cached_property
    def _ids(self) -> frozenset[int]:
        return frozenset(place.pk for place in self.places)

    def covers(self, location_id: int) -> bool:
        return self.is_everything or location_id in self._ids

    def at(self, rows: QuerySet[_Row]) -> QuerySet[_Row]:
        """Only what is at these places, of rows that have a location."""
        return rows if self.is_everything else rows.filter(location_id__in=self._ids)

    def calendars(self, rows: QuerySet[Calendar]) -> QuerySet[Calendar]:
        """One's own, and those of everybody who has hours at these places, or had."""
        if self.is_everything:
            return rows
        hours = (OpeningRule, OpeningException)
        here = (Exists(self.at(model.objects.filter(calendar_id=OuterRef("pk")))) for model in hours)
        rules, exceptions = here
        return rows.filter(Q(membership_id=self._actor.membership_id) | rules | exceptions)

    def is_own(self, calendar: Calendar) -> bool:
        return calendar.membership_id is not None and calendar.membership_id == self._actor.membership_id

    def people(self, customer: str) -> Q:
        """Who has or had an appointment at these places, or waits for one; `customer` names the column of their id."""
        if self.is_everything:
            return Q()
        theirs = (model.objects.filter(customer_id=OuterRef(customer)) for model in (Appointment, WaitingEntry))
        appointments, waiting = (Exists(self.at(rows)) for rows in theirs)
        return Q(appointments | waiting)

    @property
    def visible(self) -> Visible | None:
        """Which messages may be seen: those about people at these places. None: all of the Jobcenter's."""
        return None if self.is_everything else self._about

    def _about(self, subject: str) -> Q:
        """What is about the Jobcenter as such, or about somebody who was deleted, only those see who see everything."""
        found = Q(pk__in=[])
        for prefix, rows in self._subjects().items():
            found |= Q(Exists(rows.filter(pk=_Number(OuterRef(subject), prefix=prefix))))
        return found

    def _subjects(self) -> dict[str, QuerySet[Any]]:
        return {
            "appointment": self.at(Appointment.objects.all()),
            "waiting": self.at(WaitingEntry.objects.all()),
            "waiting-offer": self.at(WaitingOffer.objects.all()),
        }

    def sees(self, subject: str) -> bool:
        """Whether a single message is about somebody at these places."""
        if self.is_everything:
            return True
        prefix, _colon, number = subject.partition(":")
        rows = self._subjects().get(prefix)
        return rows is not None and number.isdecimal() and rows.filter(pk=int(number)).exists()


def scope_of(request: HttpRequest) -> Scope:
    """Of whoever is signed in; asked for once in a request."""
    kept: Scope | None = getattr(request, _KEPT, None)
    if kept is None:
        kept = Scope(getattr(request, "actor", PUBLIC))
        setattr(request, _KEPT, kept)
    return kept


def place_or_404(request: HttpRequest, slug: str) -> Location:
    """An unknown place, another Jobcenter's and one that is not theirs look alike."""
    found = next((place for place in scope_of(request).places if place.slug == slug), None)
    if found is None:
        raise Http404
    return found


def appointment_or_404(request: HttpRequest, public_id: str) -> Appointment:
    """An unknown id, another Jobcenter's and one of a place that is not theirs look alike."""
    found = queries.appointment_by_public_id(public_id)
    if found is None or not scope_of(request).covers(found.location_id):
        raise Http404
    return found


def session_or_404(request: HttpRequest, public_id: str) -> GroupSession:
    """Likewise."""
    found = session_by_public_id(public_id)
    if found is None or not scope_of(request).covers(found.location_id):
        raise Http404
    return found
