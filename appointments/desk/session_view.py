# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Dates of groups, prepared for the desk: the list of a location, one date with its people, and who would be told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.core.lifecycle import Status, Verb, possible_verbs
from appointments.desk import file, present, words
from appointments.desk.file import Fact
from appointments.groups import participants
from appointments.models import Appointment, Calendar, GroupSession, Location, OpeningRule, Service, ServiceCalendar
from appointments.seats import GroupDate, with_seats
from jobcenter_portal.accounts.models import ContactPoint
from jobcenter_portal.kernel.wall_clock import midnight
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.web import dates
from jobcenter_portal.web.languages import current_language


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A line of the list."""

    url: str
    starts_at: datetime
    title: str
    calendar: str
    seats: str
    """How many, and what became of them; empty for a date that was called off."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in the group. `seen` is the status that the buttons answer to."""

    public_id: str
    name: str
    language: str
    seen: str
    status: str | Promise
    badge_kind: str
    buttons: tuple[present.Button, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody whose appointment would be cancelled, and where the message goes; nowhere: somebody has to call."""

    name: str
    addresses: tuple[str, ...]


def session_url(jobcenter: str, session: GroupSession, name: str = "session") -> str:
    return reverse(f"desk:{name}", kwargs={"jobcenter": jobcenter, "session": session.public_id})


def sessions_url(jobcenter: str, location: Location) -> str:
    return reverse("desk:sessions", kwargs={"jobcenter": jobcenter, "location": location.slug})


def group_services() -> list[Service]:
    return list(Service.objects.filter(is_group=True, is_active=True).order_by("position", "id"))


def calendars_for_groups(location: Location) -> list[Calendar]:
    """Who could hold a session here: calendars with hours at the location that offer a group service."""
    here = OpeningRule.objects.filter(location=location).values("calendar_id")
    able = ServiceCalendar.objects.filter(service__is_group=True).values("calendar_id")
    return list(Calendar.objects.filter(pk__in=here).filter(pk__in=able).order_by("name", "id"))


def session_rows(jobcenter: str, location: Location, first: date, settings: TenantSettings) -> list[SessionRow]:
    """The dates from a local day on, those that were called off too."""
    sessions = GroupSession.objects.filter(location=location, starts_at__gte=midnight(first, settings.zone))
    return [_row(jobcenter, one) for one in with_seats(sessions)]


def sessions_of_day(jobcenter: str, location: Location, day: date, settings: TenantSettings) -> list[SessionRow]:
    """The dates of a day that take place, also those that nobody has booked: their calendar's time is taken."""
    begin, end = midnight(day, settings.zone), midnight(day + timedelta(days=1), settings.zone)
    sessions = GroupSession.objects.filter(location=location, starts_at__gte=begin, starts_at__lt=end)
    return [_row(jobcenter, one) for one in with_seats(sessions.filter(cancelled_at__isnull=True))]


def title_of(session: GroupSession) -> str:
    """``Gruppeninformation: Bewerben mit dem Handy``"""
    code = current_language().code
    return ": ".join(part for part in (session.service.title(code), session.title(code)) if part)


def facts(one: GroupDate) -> list[Fact]:
    session, language = one.session, current_language()
    span = dates.clock_range(session.starts_at, session.ends_at)
    return [
        Fact(_("Termin"), f"{dates.long_date(dates.local(session.starts_at).date(), language)}, {span}"),
        Fact(_("Anliegen"), title_of(session)),
        Fact(_("Ort"), f"{session.location.name}, {session.location.address}"),
        Fact(_("Bei"), session.calendar.name),
        Fact(_("Plätze"), seats_line(one)),
    ]


def seats_line(one: GroupDate) -> str:
    """``15, davon 9 gebucht, 1 wird gerade gebucht, 5 frei``"""
    parts = [_("%(number)s gebucht") % {"number": one.booked}]
    if one.held:
        held = ngettext("%(number)s wird gerade gebucht", "%(number)s werden gerade gebucht", one.held)
        parts.append(held % {"number": one.held})
    parts.append(_("%(number)s frei") % {"number": one.free})
    return _("%(seats)s, davon %(parts)s") % {"seats": one.session.seats, "parts": ", ".join(parts)}


def person_rows(people: Iterable[Appointment], *, is_future: bool) -> list[PersonRow]:
    """By name, so that a list on paper can be read out; those who cancelled come last."""
    rows = [
        PersonRow(
            public_id=one.public_id,
            name=one.customer.name,
            language=present.language_name(one.language),
            seen=one.status,
            status=words.STATUS[one.status_now][0],
            badge_kind=words.STATUS[one.status_now][1],
            buttons=() if is_future else present.buttons(one),
        )
        for one in people
    ]
    return sorted(rows, key=lambda row: (row.seen == Status.CANCELLED, row.name.casefold()))


def told(session: GroupSession, settings: TenantSettings, now: datetime) -> list[Told]:
    """Everybody whose appointment goes when the date is called off."""
    people = [one for one in participants(session) if Verb.CANCEL in possible_verbs(one.status_now)]
    points: dict[int, list[ContactPoint]] = {}
    customers = [one.customer_id for one in people]
    for point in ContactPoint.objects.filter(customer_id__in=customers).order_by("customer_id", "channel"):
        points.setdefault(point.customer_id, []).append(point)
    return [
        Told(one.customer.name, tuple(file.told_on(points.get(one.customer_id, []), settings, one, now)))
        for one in people
    ]


def _row(jobcenter: str, one: GroupDate) -> SessionRow:
    return SessionRow(
        url=session_url(jobcenter, one.session),
        starts_at=one.session.starts_at,
        title=title_of(one.session),
        calendar=one.session.calendar.name,
        seats="" if one.session.cancelled_at else seats_line(one),
    )
