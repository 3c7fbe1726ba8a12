# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What somebody wants beyond a service: the fields that say so, and what they come to at this Jobcenter.

The pages ask these questions one after the other (web/wishes.py); a program answers all of them at once and is told
which answer does not fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from appointments import offers, queries
from appointments.availability import Wishes, booking_window
from appointments.caseworkers import calendar_of_ticket
from appointments.catchments import catchments_of, municipality_by_slug
from appointments.core.modes import Mode
from appointments.models import Location, Service
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.rest.fields import OneOf, StrictSerializer, TextField
from jobcenter_portal.tenancy.models import BookingMode, Jobcenter

SLUG_LENGTH: Final = 80
MOST_CONCERNS: Final = 8
_LANGUAGE_LENGTH: Final = 12
_TICKET_LENGTH: Final = 64


@dataclass(frozen=True, slots=True)
class Said:
    """The fields of a request that tell wishes, not checked yet; empty is not said."""

    mode: str = ""
    more_services: Sequence[str] = ()
    mediator_language: str = ""
    municipality: str = ""
    caseworker: str = ""
    deputy: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A service with wishes that fit it, and the locations where they can be had."""

    service: Service
    wishes: Wishes
    places: tuple[Location, ...]

    def place(self, slug: str) -> Location:
        """A place that does not offer what is wanted is as unknown as none. Raises ValidationError."""
        for place in self.places:
            if place.slug == slug:
                return place
        raise fault("location", "unknown", "What is wanted is not offered at such a location.")


class WishFields(StrictSerializer):
    """Wishes; most people have none."""

    mode = OneOf([], required=False, help_text="How to meet. In person, where the service is offered so.")
    mediator_language = TextField(
        required=False, max_length=_LANGUAGE_LENGTH, help_text="Somebody shall interpret: the language's code."
    )
    municipality = TextField(
        required=False, max_length=SLUG_LENGTH, help_text="Where the person lives, where locations serve towns."
    )
    caseworker = TextField(
        required=False, max_length=_TICKET_LENGTH, help_text="One's own caseworker, as POST caseworkers/ told."
    )
    deputy = serializers.BooleanField(required=False, help_text="The caseworker's deputy instead.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields: dict[str, serializers.Field[Any, Any, Any, Any]] = super().get_fields()
        fields["mode"].choices = [name_of_mode(mode) for mode in Mode]  # type: ignore[attr-defined]
        return fields

    def choice(self, attrs: dict[str, Any], service: Service, more: Sequence[str]) -> Choice:
        """What the wishes come to. Raises ValidationError."""
        said = Said(
            mode=attrs.get("mode", ""),
            more_services=more,
            mediator_language=attrs.get("mediator_language", ""),
            municipality=attrs.get("municipality", ""),
            caseworker=attrs.get("caseworker", ""),
            deputy=attrs.get("deputy", False),
        )
        return choice_of(self.context["jobcenter"], service, said, self.context["now"])


def name_of_mode(mode: Mode) -> str:
    """`phone` and so on, as bodies and answers write it."""
    return str(mode.name).lower()


def service_of(slug: str, *, field: str = "service") -> Service:
    """Raises ValidationError."""
    service = queries.service_by_slug(slug)
    if service is None:
        raise fault(field, "unknown", "There is no such service.")
    return service


def choice_of(jobcenter: Jobcenter, service: Service, said: Said, now: datetime) -> Choice:
    """Check what was said about a service. Raises ValidationError."""
    settings = jobcenter.settings
    whom = None if service.is_emergency else _whom(jobcenter, said)
    services = (service, *_more(jobcenter, service, said, whom))
    mode = _mode(said.mode, services)
    if said.mediator_language and not offers.is_spoken(jobcenter, said.mediator_language):
        raise fault("mediator_language", "not_offered", "Nobody can be found for this language.")
    today = local_day(now, settings.zone)
    last_day = booking_window(settings, service).last_day(now, settings.zone)
    everywhere = offers.places(services, first=today, last=last_day, mode=mode, only_calendar=whom)
    places, municipality = [place.location for place in everywhere], None
    # Where people live matters only where it decides who is responsible.
    if offers.depends_on_town(everywhere):
        town = municipality_by_slug(said.municipality)
        if town is None:
            code = "unknown" if said.municipality else "required"
            raise fault("municipality", code, "Needed here: each location serves its own municipalities.")
        serving = {row.location_id for row in catchments_of(town, today, last_day)} & {place.pk for place in places}
        if serving:
            places, municipality = [place for place in places if place.pk in serving], town.pk
    wishes = Wishes(mode, tuple(services[1:]), said.mediator_language, whom, municipality)
    return Choice(service, wishes, tuple(places))


def fault(field: str, code: str, words: str) -> ValidationError:
    return ValidationError({field: [ErrorDetail(words, code=code)]})


def _whom(jobcenter: Jobcenter, said: Said) -> int | None:
    """One's own caseworker or the deputy. That somebody must be named is the use case's rule."""
    if not said.caseworker:
        return None
    found = calendar_of_ticket(said.caseworker)
    if found is None or jobcenter.settings.booking_mode != BookingMode.PERSONAL_CASEWORKER:
        raise fault("caseworker", "unknown", "There is no such caseworker (any more).")
    whom: int | None = found.deputy_id if said.deputy else found.pk
    if whom is None:
        raise fault("deputy", "not_offered", "Nobody stands in for this caseworker.")
    return whom


def _more(jobcenter: Jobcenter, service: Service, said: Said, whom: int | None) -> tuple[Service, ...]:
    slugs = said.more_services
    if not slugs:
        return ()
    if len(slugs) >= jobcenter.settings.max_concerns:
        raise fault("more_services", "too_many", "This Jobcenter takes fewer concerns at once.")
    if len({service.slug, *slugs}) <= len(slugs):
        raise fault("more_services", "repeated", "Each concern once, please.")
    possible = {one.slug: one for one in offers.companions(service, only_calendar=whom)}
    more = tuple(possible[slug] for slug in slugs if slug in possible)
    if len(more) < len(slugs) or not offers.go_together((service, *more), only_calendar=whom):
        raise fault("more_services", "not_together", "Nobody handles all of these in one talk.")
    return more


def _mode(name: str, services: Sequence[Service]) -> Mode:
    """The mode that is named, else in person where that is offered, else the first that is."""
    fitting = [mode for mode in offers.common_modes(services) if name in ("", name_of_mode(mode))]
    if not fitting:
        raise fault("mode", "not_offered", "The service is not offered in this way.")
    return fitting[0]
