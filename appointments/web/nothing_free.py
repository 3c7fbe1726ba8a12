# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""When nothing is free: how far we looked, when new times come, and every other way to the same.

An empty calendar was read as "booked out until December". So the page says in words what is true, and costs its few
queries only then.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from appointments.availability import NO_WISHES, Slot, Wishes, booking_window, find_slots, first_free
from appointments.models import Location, Service
from appointments.offers import has_mediator
from appointments.web.present import NothingFree, Other, day_line, near_moment, url
from appointments.web.speech import MODE_LABELS, language_name
from appointments.web.wishes import MODE_NAMES, Plan, Query
from jobcenter_portal.tenancy.briefly import briefly
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from jobcenter_portal.web import dates
from jobcenter_portal.web.languages import isolated

_LOOK_FURTHER: Final = 14
"""Days beyond the last one in which the next times to be released are looked for."""


def nothing_free(plan: Plan, location: Location, *, now: datetime) -> NothingFree:
    """For the page on which somebody looks for a first time: with all other ways."""
    settings, service = plan.jobcenter.settings, plan.service
    said = _looked_until(plan, location, now=now)
    return NothingFree(
        title=_title(service),
        sentences=(*said, *_when_again(service, location, settings, plan.wishes, now=now), *_at_once(plan)),
        others=(*_elsewhere(plan, location, now=now), *_otherwise(plan, location, now=now)),
        wait_url=_wait_url(plan, location),
    )


def nothing_else_free(
    jobcenter: Jobcenter, service: Service, location: Location, *, wishes: Wishes = NO_WISHES, now: datetime
) -> NothingFree:
    """For who has a time already and looks for another one of the same."""
    settings = jobcenter.settings
    last_day = booking_window(settings, service).last_day(now, settings.zone)
    return NothingFree(
        title=_title(service),
        sentences=(
            _("Wir haben bis %(day)s gesucht.") % {"day": day_line(last_day)},
            *_when_again(service, location, settings, wishes, now=now),
        ),
    )


def free_elsewhere(plan: Plan, location: Location, *, now: datetime) -> bool:
    """Whether one of the other places has a time for exactly this."""
    return any(other.when for other in _elsewhere(plan, location, now=now))


def _title(service: Service) -> str:
    return _("Zurzeit ist kein Notfalltermin frei.") if service.is_emergency else _("Zurzeit ist keine Zeit frei.")


def _looked_until(plan: Plan, location: Location, *, now: datetime) -> tuple[str, ...]:
    """Whose calendar we looked into and how far."""
    if plan.wishes.municipality and not any(one.location == location for one in plan.places):
        return (_("Für Ihren Wohnort ist dieser Standort nicht zuständig."),)
    until = {"day": day_line(plan.last_day)}
    if plan.caseworker is not None and plan.whom is not None:
        names = {"name": isolated(plan.caseworker.name), "deputy": isolated(plan.whom.name), **until}
        if plan.query.is_deputy:
            return (_("Weder %(name)s noch die Vertretung, %(deputy)s, hat bis %(day)s eine freie Zeit.") % names,)
        return (_("%(name)s hat bis %(day)s keine freie Zeit.") % names,)
    if plan.service.is_emergency:
        return ()
    language = plan.wishes.mediator_language
    if language and has_mediator(language, location):
        spoken = {"language": language_name(language), **until}
        return (
            _("Wir haben bis %(day)s gesucht. Eine Person, die dolmetscht (%(language)s), ist da nicht frei.") % spoken,
            _("Rufen Sie uns an: Vielleicht kann jemand am Telefon dolmetschen."),
        )
    return (_("Wir haben bis %(day)s gesucht.") % until,)


def _when_again(
    service: Service, location: Location, settings: TenantSettings, wishes: Wishes, *, now: datetime
) -> tuple[str, ...]:
    """The day on which the next times are released: that of the first one behind the last day, if we see any."""
    window = booking_window(settings, service)
    first_day = window.last_day(now, settings.zone) + timedelta(days=1)

    def look_further() -> list[Slot]:
        return find_slots(
            service=service,
            location=location,
            settings=settings,
            now=now,
            wishes=wishes,
            first_day=first_day,
            days=_LOOK_FURTHER,
            for_staff=True,
        ).slots(1)

    # Nobody can book these yet, and in a rush everybody is told the same.
    beyond = briefly("next release", service.pk, location.pk, *wishes.plain, first_day, read=look_further)
    again = _("Auch wenn jemand absagt, wird eine Zeit frei. Schauen Sie wieder herein oder rufen Sie uns an.")
    also = () if service.is_emergency else (again,)
    if not beyond:
        return also
    day = dates.local(beyond[0].starts_at).date()
    released = window.released_at(day - timedelta(days=window.horizon_days), settings.zone)
    when = {"day": day_line(dates.local(released).date()), "time": dates.clock_time(released)}
    if window.release_minute:
        return (_("Neue Zeiten gibt es am %(day)s ab %(time)s Uhr.") % when, *also)
    return (_("Neue Zeiten gibt es ab %(day)s.") % when, *also)


def _at_once(plan: Plan) -> tuple[str, ...]:
    """Emergencies cannot wait for new times; where people are seen without an appointment, nobody has to."""
    call = (_("Können Sie nicht warten? Rufen Sie uns bitte an."),) if plan.service.is_emergency else ()
    if not plan.jobcenter.settings.walk_in:
        return call
    come = _("Sie können auch ohne Termin kommen, solange wir geöffnet haben. Bringen Sie etwas Zeit zum Warten mit.")
    return (*call, come)


def _elsewhere(plan: Plan, location: Location, *, now: datetime) -> tuple[Other, ...]:
    """The other places in the office's order, each with its first free time."""
    others = [one for one in plan.locations if one != location]
    if not others:
        return ()
    found = first_free(
        service=plan.service, locations=others, settings=plan.jobcenter.settings, now=now, wishes=plan.wishes
    )
    return tuple(
        Other(
            isolated(one.name),
            _times_url(plan, one, plan.query),
            near_moment(found[one.pk].starts_at) if one.pk in found else "",
        )
        for one in others
    )


def _otherwise(plan: Plan, location: Location, *, now: datetime) -> tuple[Other, ...]:
    """The same at this place in another way, and without somebody who interprets: only where a time is free."""
    ways = []
    for name, mode in MODE_NAMES.items():
        if mode in plan.modes and mode is not plan.wishes.mode:
            wishes = replace(plan.wishes, mode=mode)
            ways.append((str(MODE_LABELS[mode]), wishes, replace(plan.query, mode=name)))
    if plan.wishes.mediator_language:
        wishes = replace(plan.wishes, mediator_language="")
        ways.append((_("Ohne Dolmetschen"), wishes, replace(plan.query, language="")))
    found = []
    for title, wishes, query in ways:
        slots = first_free(
            service=plan.service, locations=[location], settings=plan.jobcenter.settings, now=now, wishes=wishes
        )
        if slots:
            found.append(Other(title, _times_url(plan, location, query), near_moment(slots[location.pk].starts_at)))
    return tuple(found)


def _times_url(plan: Plan, location: Location, query: Query) -> str:
    address = url("times", plan.jobcenter, service=plan.service.slug, location=location.slug)
    return replace(query, place="").on(address)


def _wait_url(plan: Plan, location: Location) -> str:
    """Where to leave a wish for an earlier time; the list knows services and places, no caseworkers."""
    if not plan.jobcenter.settings.waiting_list or plan.service.is_emergency or plan.caseworker is not None:
        return ""
    said = {"service": plan.service.slug, "location": location.slug, "art": plan.query.mode}
    return f"{url('wait', plan.jobcenter)}?{urlencode({name: value for name, value in said.items() if value})}"
