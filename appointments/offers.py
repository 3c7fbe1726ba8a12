# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where a wish can be had at all: which sites, which caseworkers, which concerns together. Free times come later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from appointments.core.modes import Mode, PartyRole
from appointments.models import Calendar, CalendarKind, Catchment, Location, OpeningRule, Service, ServiceCalendar
from jobcenter_portal.tenancy.briefly import briefly
from jobcenter_portal.tenancy.models import Jobcenter

SIGN_LANGUAGE: Final = "sgn"
"""Can be asked for everywhere, whatever else a Jobcenter offers: it is a right, and the office pays (§ 19 SGB X)."""
_GERMAN: Final = frozenset({"de", "de-simple"})
"""Nobody needs an interpreter for it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A site that offers what is wanted. `is_bounded`: it serves named municipalities only."""

    location: Location
    is_bounded: bool
    has_mediators: bool
    """Whether the Jobcenter has people who interpret, at this site or another."""


def places(
    services: Sequence[Service], *, first: date, last: date, mode: Mode | None = None, only_calendar: int | None = None
) -> list[Place]:
    """Sites at which one calendar leads all these concerns and has hours for them between two days. One query.

    Without a mode, hours for any of them count. Whether anything is free there, only a search knows. As it was within
    the last second.
    """
    asked = ([service.pk for service in services], first, last, mode, only_calendar)
    return briefly("places", *asked, read=lambda: _places(services, first, last, mode, only_calendar))


def _places(
    services: Sequence[Service], first: date, last: date, mode: Mode | None, only_calendar: int | None
) -> list[Place]:
    rules = OpeningRule.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=first),
        calendar_id__in=_leading(services, only_calendar).values("calendar_id"),
        is_emergency=services[0].is_emergency,
    )
    if mode is not None:
        rules = rules.annotate(agreed=F("modes").bitand(int(mode))).filter(agreed__gt=0)
    sites = Location.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=first),
        Q(valid_from__isnull=True) | Q(valid_from__lte=last),
        pk__in=rules.values("location_id"),
    ).annotate(
        is_bounded=Exists(Catchment.objects.filter(location=OuterRef("pk"))),
        has_mediators=Exists(Calendar.objects.filter(kind=CalendarKind.MEDIATOR)),
    )
    return [Place(site, site.is_bounded, site.has_mediators) for site in sites.order_by("position", "id")]


def led_by(*calendar_ids: int) -> list[Service]:
    """What one caseworker, or one of several, can be met for, in the office's order, and emergencies of the house."""
    leading = ServiceCalendar.objects.filter(role=PartyRole.LEAD)
    theirs, anybodys = leading.filter(calendar_id__in=calendar_ids).values("service_id"), leading.values("service_id")
    wanted = Q(pk__in=theirs) | Q(is_emergency=True, pk__in=anybodys)
    return list(Service.objects.filter(wanted, is_active=True).order_by("position", "id"))


def companions(service: Service, *, only_calendar: int | None = None) -> list[Service]:
    """The concerns that somebody handles together with this one, meeting people in some way that fits both."""
    if service.is_emergency or service.is_group:
        return []
    leaders = _leading([service], only_calendar).values("calendar_id")
    known = ServiceCalendar.objects.filter(calendar_id__in=leaders, role=PartyRole.LEAD).values("service_id")
    others = Service.objects.filter(pk__in=known, is_active=True, is_emergency=False, is_group=False)
    return [one for one in others.exclude(pk=service.pk).order_by("position", "id") if one.modes & service.modes]


def go_together(services: Sequence[Service], *, only_calendar: int | None = None) -> bool:
    """Whether one caseworker handles all of these in one talk, and there is a way to meet that fits them all."""
    return bool(common_modes(services)) and _leading(services, only_calendar).exists()


def common_modes(services: Sequence[Service]) -> tuple[Mode, ...]:
    """The ways to meet for all these concerns at once."""
    return tuple(mode for mode in Mode if all(one.modes & mode for one in services))


def depends_on_town(places: Sequence[Place]) -> bool:
    """Where people live is asked only where it makes a difference."""
    return sum(place.is_bounded for place in places) > 1


def spoken_languages(jobcenter: Jobcenter) -> list[str]:
    """What people can ask for: the Jobcenter's own languages, what else its mediators speak, and signs."""
    return list(dict.fromkeys([*_own_languages(jobcenter), *_interpreted_languages(), SIGN_LANGUAGE]))


def is_spoken(jobcenter: Jobcenter, language: str) -> bool:
    """Whether this language can be asked for. The Jobcenter's own languages cost no query."""
    own = (SIGN_LANGUAGE, *_own_languages(jobcenter))
    return language in own or language in _interpreted_languages()


def has_mediator(language: str, location: Location) -> bool:
    """Whether a site has somebody for this language: then one of them must be free; elsewhere one is phoned."""
    mediators = Calendar.objects.filter(kind=CalendarKind.MEDIATOR, languages__contains=[language])
    return bool(OpeningRule.objects.filter(location=location, calendar__in=mediators).exists())


def _own_languages(jobcenter: Jobcenter) -> list[str]:
    return [language for language in jobcenter.settings.languages if language not in _GERMAN]


def _interpreted_languages() -> list[str]:
    """What the Jobcenter's own mediators speak, each once: codes, or names the portal has no code for."""
    spoken = Calendar.objects.filter(kind=CalendarKind.MEDIATOR).values_list("languages", flat=True)
    return sorted({language for languages in spoken for language in languages} - {SIGN_LANGUAGE})


def _leading(services: Sequence[Service], only_calendar: int | None) -> QuerySet[ServiceCalendar]:
    """The calendars that lead every one of these services, as rows with `calendar_id`."""
    leading = ServiceCalendar.objects.filter(service__in=[one.pk for one in services], role=PartyRole.LEAD)
    if only_calendar is not None:
        leading = leading.filter(calendar_id=only_calendar)
    # A Jobcenter names a pair of service and calendar once per role, so counting the rows counts the services.
    found: QuerySet[ServiceCalendar] = (
        leading.values("calendar_id").annotate(known=Count("service_id")).filter(known=len(services))
    )
    return found
