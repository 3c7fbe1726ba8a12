# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What somebody wants beyond a service, as it stands in the query of addresses: read, checked, asked for when missing.

Nothing is remembered between pages: an address says it all, so the back button, a bookmark and two tabs just work.
Nothing in it says who somebody is. What is wrong or does not fit counts as not said, and is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum, unique
from typing import Final, Self
from urllib.parse import urlencode

from appointments import offers
from appointments.availability import NO_WISHES, Need, Wishes, booking_window
from appointments.caseworkers import calendar_of_ticket
from appointments.catchments import catchments_of, municipality_by_slug
from appointments.core.modes import Mode
from appointments.models import Calendar, Catchment, Location, Municipality, Service
from appointments.offers import Place
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.models import BookingMode, Jobcenter

MODE_NAMES: Final = {
    "vor-ort": Mode.IN_PERSON,
    "telefon": Mode.PHONE,
    "video": Mode.VIDEO,
    "besuch": Mode.OUTREACH,
}
_NAME_OF_MODE: Final = {mode: name for name, mode in MODE_NAMES.items()}
_LONGEST: Final = 80
"""Characters read of each part: more than any of ours has."""
_YES: Final = "1"


@unique
class Question(StrEnum):
    """What may have to be asked between the service and the time; the values stand in addresses (`?frage=art`)."""

    CASEWORKER = "ansprechperson"
    CONCERNS = "dazu"
    MODE = "art"
    LANGUAGE = "sprache"
    TOWN = "wohnort"
    PLACE = "standort"


@dataclass(frozen=True, slots=True)
class Query:
    """The query of an address, in its own words and not checked yet."""

    mode: str = ""
    more: tuple[str, ...] = ()
    language: str = ""
    town: str = ""
    place: str = ""
    ticket: str = ""
    is_deputy: bool = False

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Self:
        def said(name: Question | str) -> str:
            return data.get(str(name), "")[:_LONGEST]

        more = data.get(str(Question.CONCERNS), "")[: _LONGEST * 4]
        return cls(
            mode=said(Question.MODE),
            more=tuple(slug for slug in more.split(",") if slug),
            language=said(Question.LANGUAGE),
            town=said(Question.TOWN),
            place=said(Question.PLACE),
            ticket=said("bei"),
            is_deputy=said("vertretung") == _YES,
        )

    @classmethod
    def saying(cls, wishes: Wishes, *, town: str = "", ticket: str = "") -> Self:
        """The query that asks for the same again."""
        return cls(
            mode=_NAME_OF_MODE[wishes.mode],
            more=tuple(one.slug for one in wishes.more_services),
            language=wishes.mediator_language,
            town=town,
            ticket=ticket,
        )

    def on(self, address: str, *, ask: Question | None = None) -> str:
        """The address with this query; with `ask` the question is put again, whatever is known."""
        said = {
            Question.MODE: self.mode,
            Question.CONCERNS: ",".join(self.more),
            Question.LANGUAGE: self.language,
            Question.TOWN: self.town,
            Question.PLACE: self.place,
            "bei": self.ticket,
            "vertretung": _YES if self.is_deputy else "",
            "frage": ask or "",
        }
        query = urlencode({str(name): str(value) for name, value in said.items() if value}, safe=",")
        return f"{address}?{query}" if query else address


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody wants, as far as the address says it rightly, and where it can be had.

    `places` are those that serve the person's municipality, where that matters, `everywhere` all that offer the rest.
    `missing` is the next question, PLACE where only the place is open; None when everything is said.
    """

    jobcenter: Jobcenter
    service: Service
    query: Query
    wishes: Wishes
    modes: tuple[Mode, ...]
    places: tuple[Place, ...]
    everywhere: tuple[Place, ...]
    today: date
    last_day: date
    missing: Question | None
    caseworker: Calendar | None = None
    town: Municipality | None = None
    catchments: tuple[Catchment, ...] = ()

    @property
    def need(self) -> Need:
        return Need(self.service, self.wishes)

    @property
    def place(self) -> Location | None:
        """Where, if that is settled: the one place there is, or the one that was chosen before."""
        found = [one.location for one in self.places if one.location.slug == self.query.place]
        return self.places[0].location if len(self.places) == 1 else next(iter(found), None)

    @property
    def locations(self) -> list[Location]:
        return [place.location for place in self.places]

    def offered_at(self, slug: str) -> Location | None:
        """The place an address names, if what is wanted can be had there, whoever it serves."""
        return next((one.location for one in self.everywhere if one.location.slug == slug), None)

    def changes_within(self, day: date) -> bool:
        """Whether a change on this day matters for the days that can be booked."""
        return self.today < day <= self.last_day

    @property
    def whom(self) -> Calendar | None:
        """Who is met: one's own caseworker or their deputy."""
        return self.caseworker.deputy if self.caseworker and self.query.is_deputy else self.caseworker

    @property
    def interprets(self) -> bool:
        """Whether this Jobcenter finds people who interpret for this; signs it owes to everybody everywhere."""
        return self.service.mediator_minutes > 0 or any(place.has_mediators for place in self.everywhere)

    @property
    def is_served_elsewhere(self) -> bool:
        """None of the sites with this service is that of the person's town; so all of them are open to everybody."""
        return self.town is not None and self.wishes.municipality is None


def is_personal(jobcenter: Jobcenter) -> bool:
    return jobcenter.settings.booking_mode == BookingMode.PERSONAL_CASEWORKER


def plan_of(jobcenter: Jobcenter, service: Service, query: Query, now: datetime) -> Plan:
    """Check what an address says about a service. One query mostly; more only for what was really said."""
    settings = jobcenter.settings
    is_theirs_alone = is_personal(jobcenter) and not service.is_emergency
    caseworker = calendar_of_ticket(query.ticket) if is_theirs_alone else None
    whom = caseworker.deputy_id if caseworker and query.is_deputy else caseworker.pk if caseworker else None
    more = _more(jobcenter, service, query, whom)
    services = (service, *(more or ()))
    modes = offers.common_modes(services)
    mode = modes[0] if len(modes) == 1 else _wanted_mode(query, modes)
    window = booking_window(settings, service)
    today, last_day = local_day(now, settings.zone), window.last_day(now, settings.zone)
    known_mode = mode if mode in modes else None
    everywhere = offers.places(services, first=today, last=last_day, mode=known_mode, only_calendar=whom)
    town, catchments, places = _served(query, everywhere, today, last_day)
    knows_language = not query.language or offers.is_spoken(jobcenter, query.language)
    wishes = Wishes(
        mode=known_mode or NO_WISHES.mode,
        more_services=more or (),
        mediator_language=query.language if knows_language else "",
        only_calendar=whom,
        municipality=town.pk if town and catchments else None,
    )
    checks = (
        (Question.CASEWORKER, is_theirs_alone and whom is None),
        (Question.CONCERNS, more is None),
        (Question.MODE, known_mode is None),
        (Question.LANGUAGE, not knows_language),
        (Question.TOWN, town is None and offers.depends_on_town(everywhere)),
        (Question.PLACE, True),
    )
    plan = Plan(
        jobcenter=jobcenter,
        service=service,
        query=query,
        wishes=wishes,
        modes=modes,
        places=tuple(places),
        everywhere=tuple(everywhere),
        today=today,
        last_day=last_day,
        missing=next(question for question, is_missing in checks if is_missing),
        caseworker=caseworker,
        town=town,
        catchments=tuple(catchments),
    )
    return replace(plan, missing=None) if plan.missing is Question.PLACE and plan.place else plan


def _wanted_mode(query: Query, modes: tuple[Mode, ...]) -> Mode | None:
    """Who says nothing comes to the office, or else is called: one question less, and other ways are a touch away."""
    if not query.mode:
        return next((mode for mode in (Mode.IN_PERSON, Mode.PHONE) if mode in modes), None)
    return MODE_NAMES.get(query.mode)


def _more(jobcenter: Jobcenter, service: Service, query: Query, whom: int | None) -> tuple[Service, ...] | None:
    """The further concerns of the same talk; None when they are too many, unknown, or do not go together."""
    slugs = query.more
    if not slugs:
        return ()
    if len(slugs) >= jobcenter.settings.max_concerns or len({service.slug, *slugs}) <= len(slugs):
        return None
    possible = {one.slug: one for one in offers.companions(service, only_calendar=whom)}
    if not possible.keys() >= set(slugs):
        return None
    more = tuple(possible[slug] for slug in slugs)
    return more if offers.go_together((service, *more), only_calendar=whom) else None


def _served(
    query: Query, everywhere: list[Place], today: date, last_day: date
) -> tuple[Municipality | None, list[Catchment], list[Place]]:
    """The town that was named, which of the sites serve it when, and these sites; all of them where none does."""
    town = municipality_by_slug(query.town) if query.town and offers.depends_on_town(everywhere) else None
    if town is None:
        return None, [], everywhere
    here = {place.location.pk for place in everywhere}
    serving = [row for row in catchments_of(town, today, last_day) if row.location_id in here]
    if not serving:
        return town, [], everywhere
    # Who serves the town first stands first: where it changes, the order of the days counts, not the office's.
    turn = {row.location_id: number for number, row in reversed(list(enumerate(serving)))}
    serve = [place for place in everywhere if place.location.pk in turn]
    return town, serving, sorted(serve, key=lambda place: turn[place.location.pk])
