# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is said above free times, where there is anything to say: whose they are, how long they come, what they mean."""

from django.utils.translation import gettext as _

from appointments.availability import booking_window
from appointments.core.modes import Mode
from appointments.models import Location
from appointments.offers import SIGN_LANGUAGE, has_mediator
from appointments.web.present import day_line
from appointments.web.speech import language_name
from appointments.web.wishes import Plan
from jobcenter_portal.tenancy.models import BookingMode
from jobcenter_portal.web import dates
from jobcenter_portal.web.languages import current_language, isolated


def notes_on(plan: Plan, location: Location, *, are_times_free: bool) -> tuple[str, ...]:
    """In the order in which people need them. Without times, when new ones come is said in their place."""
    return (
        *_about_requests(plan),
        *_about_people(plan),
        *(_about_emergencies(plan) if are_times_free else ()),
        *_about_mode(plan.wishes.mode),
        *_about_interpreting(plan, location),
        *(served_when(plan, location) or _served_elsewhere(plan)),
    )


def town_note(plan: Plan) -> str:
    """Where it is not simply one house that serves the person's town."""
    if plan.town is None:
        return ""
    town = {"town": isolated(plan.town.name)}
    if plan.is_served_elsewhere:
        return (
            _("Dieses Anliegen gibt es nicht am Standort für %(town)s. Sie können zu diesen Standorten kommen.") % town
        )
    if len(plan.places) > 1:
        return _("Für %(town)s wechselt der zuständige Standort. Es kommt auf den Tag Ihres Termins an.") % town
    return ""


def served_when(plan: Plan, location: Location) -> list[str]:
    """From and until when this place serves the person's town, where that changes within the days to book."""
    lines = []
    for row in plan.catchments:
        if row.location_id != location.pk or plan.town is None:
            continue
        names = {"town": isolated(plan.town.name)}
        if row.valid_until and row.valid_until < plan.last_day:
            until = {**names, "day": day_line(row.valid_until)}
            lines.append(_("Für %(town)s zuständig bis %(day)s") % until)
        if row.valid_from and plan.changes_within(row.valid_from):
            since = {**names, "day": day_line(row.valid_from)}
            lines.append(_("Für %(town)s zuständig ab %(day)s") % since)
    return lines


def _served_elsewhere(plan: Plan) -> tuple[str, ...]:
    return (town_note(plan),) if plan.is_served_elsewhere else ()


def release_line(plan: Plan) -> str:
    """Until when emergencies are given, and when the next ones come."""
    window = booking_window(plan.jobcenter.settings, plan.service)
    time = {"time": f"{window.release_minute // 60:02}:{window.release_minute % 60:02}"}
    if window.horizon_days == 0:
        return _("Nur für heute. Neue Zeiten gibt es an jedem Öffnungstag ab %(time)s Uhr.") % time
    until = {**time, "day": day_line(plan.last_day)}
    return _("Nur bis %(day)s. Neue Zeiten gibt es an jedem Öffnungstag ab %(time)s Uhr.") % until


def _about_requests(plan: Plan) -> tuple[str, ...]:
    """Emergencies are booked at once everywhere: nobody could wait for the answer."""
    if plan.jobcenter.settings.booking_mode != BookingMode.REQUEST or plan.service.is_emergency:
        return ()
    return (_("Sie fragen eine Zeit an. Ein Termin wird es erst, wenn wir zusagen."),)


def _about_people(plan: Plan) -> tuple[str, ...]:
    if plan.caseworker is None or plan.whom is None or not plan.query.is_deputy:
        return ()
    names = {"name": isolated(plan.caseworker.name), "deputy": isolated(plan.whom.name)}
    said = _("%(name)s hat zurzeit keine freie Zeit. Diese Zeiten sind bei der Vertretung: %(deputy)s.") % names
    return (said,)


def _about_emergencies(plan: Plan) -> tuple[str, ...]:
    return (release_line(plan),) if plan.service.is_emergency else ()


def _about_mode(mode: Mode) -> tuple[str, ...]:
    said = {
        Mode.IN_PERSON: "",
        Mode.PHONE: _("Wir rufen Sie zu dieser Zeit an. Sie müssen nicht kommen."),
        Mode.VIDEO: _("Wir sprechen per Video. Den Zugang bekommen Sie vorher von uns. Sie müssen nicht kommen."),
        Mode.OUTREACH: _("Wir kommen zu Ihnen. Wohin, besprechen wir vorher mit Ihnen am Telefon."),
    }[mode]
    return (said,) if said else ()


def _about_interpreting(plan: Plan, location: Location) -> tuple[str, ...]:
    language = plan.wishes.mediator_language
    if not language:
        return ()
    spoken = {"language": language_name(language)}
    if language == SIGN_LANGUAGE:
        lines = [_("Wir bestellen jemanden, der in Gebärdensprache dolmetscht. Das kostet Sie nichts.")]
    elif has_mediator(language, location):
        lines = [_("Jemand ist dabei und dolmetscht: %(language)s.") % spoken]
    else:
        lines = [_("Für %(language)s ist hier niemand im Haus. Wir holen jemanden am Telefon dazu.") % spoken]
    if minutes := sum(one.mediator_minutes for one in plan.need.services):
        more = {"time": dates.duration_in_words(minutes, current_language())}
        lines.append(_("Dafür planen wir %(time)s mehr ein.") % more)
    return tuple(lines)
