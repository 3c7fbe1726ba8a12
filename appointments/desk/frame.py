# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What all desk pages share: who works here, the way to the other pages, and the one 404."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse

from appointments import queries
from appointments.contact_tasks import open_tasks
from appointments.desk.scope import scope_of
from appointments.models import Appointment
from jobcenter_portal.accounts.permissions import PUBLIC, Actor, Permission, can
from jobcenter_portal.audit import service as audit
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.tenancy.models import BookingMode
from notifications import service as notifications


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = getattr(request, "actor", PUBLIC)
    return actor


def by_of(request: HttpRequest) -> audit.By:
    """Who acts, for verbs and the audit trail. Only for views that need a permission."""
    membership_id = actor_of(request).membership_id
    if membership_id is None:
        raise Http404
    return audit.staff(membership_id)


def looked(request: HttpRequest, *subjects: str, now: datetime) -> None:
    """Write down that whoever is signed in sees these people, or a list of people under the name of the list."""
    audit.viewed(*subjects, by=by_of(request), at=now)


def frame(request: HttpRequest, *, page_url: str, current: str = "") -> dict[str, Any]:
    """Context of `desk/frame.html`. `page_url` can be fetched: the language switch comes back to it."""
    jobcenter = tenant_of(request).slug
    sees_days = can(actor_of(request), Permission.SEE_DAY)
    places = scope_of(request).places if sees_days else []
    return {
        "reaches_all": scope_of(request).is_everything,
        "locations": [
            {"name": place.name, "url": day_url(jobcenter, place.slug), "is_current": place.slug == current}
            for place in places
        ],
        **_requests(request),
        **_messages(request),
        **_letters(request),
        **_schedules(request),
        **_watching(request),
        **_settings(request),
        "page_url": page_url,
        "sign_out_url": reverse("signin:sign-out", kwargs={"jobcenter": jobcenter}),
        "language_url": reverse("signin:language", kwargs={"jobcenter": jobcenter}),
    }


def _schedules(request: HttpRequest) -> dict[str, Any]:
    if not can(actor_of(request), Permission.MANAGE_OWN_SCHEDULE):
        return {}
    return {"schedules_url": reverse("desk:schedules", kwargs={"jobcenter": tenant_of(request).slug})}


def _watching(request: HttpRequest) -> dict[str, Any]:
    """The ways of the day on which nothing works, and of whoever watches over data protection."""
    actor, here = actor_of(request), {"jobcenter": tenant_of(request).slug}
    return {
        **({"outage_url": reverse("desk:outage", kwargs=here)} if can(actor, Permission.SEE_OUTAGE_LISTS) else {}),
        **({"trail_url": reverse("desk:trail", kwargs=here)} if can(actor, Permission.SEE_TRAIL) else {}),
    }


def _settings(request: HttpRequest) -> dict[str, Any]:
    if not can(actor_of(request), Permission.SEE_SETTINGS):
        return {}
    return {"settings_url": reverse("desk:settings", kwargs={"jobcenter": tenant_of(request).slug})}


def _messages(request: HttpRequest) -> dict[str, Any]:
    """The way to all messages, and to the addresses that somebody should ask about while there are some."""
    actor, here = actor_of(request), {"jobcenter": tenant_of(request).slug}
    ways: dict[str, Any] = {}
    if can(actor, Permission.MANAGE_MESSAGES):
        ways["messages_url"] = reverse("desk:messages", kwargs=here)
    if can(actor, Permission.SETTLE_CONTACTS):
        ways["tasks_number"] = open_tasks().filter(scope_of(request).people("customer_id")).count()
        ways["tasks_url"] = reverse("desk:contact-tasks", kwargs=here) if ways["tasks_number"] else ""
    return ways


def _letters(request: HttpRequest) -> dict[str, Any]:
    """How many letters wait for paper: where the house sends letters, or while some are left from that time."""
    if not can(actor_of(request), Permission.PRINT_LETTERS):
        return {}
    jobcenter, number = tenant_of(request), notifications.waiting_letters(visible=scope_of(request).visible)
    if not number and not jobcenter.settings.letters_enabled:
        return {}
    return {"letters_url": reverse("desk:letters", kwargs={"jobcenter": jobcenter.slug}), "letters_number": number}


def _requests(request: HttpRequest) -> dict[str, Any]:
    """How many requests wait, for those who answer them: where people ask, or while some are left from that time."""
    if not can(actor_of(request), Permission.CHANGE_APPOINTMENT):
        return {}
    jobcenter = tenant_of(request)
    number = scope_of(request).at(queries.open_requests()).count()
    if not number and jobcenter.settings.booking_mode != BookingMode.REQUEST:
        return {}
    return {
        "requests_url": reverse("desk:requests", kwargs={"jobcenter": jobcenter.slug}),
        "requests_number": number,
    }


def day_url(jobcenter: str, location: str, day: date | None = None, calendar_id: int | None = None) -> str:
    """The list of a day; without one that of today, whenever the address is opened."""
    query: dict[str, object] = {}
    if day is not None:
        query["tag"] = day.isoformat()
    if calendar_id is not None:
        query["kalender"] = calendar_id
    address = reverse("desk:day", kwargs={"jobcenter": jobcenter, "location": location})
    return f"{address}?{urlencode(query)}" if query else address


def day_of(request: HttpRequest, appointment: Appointment) -> date:
    """The local day of an appointment."""
    return local_day(appointment.starts_at, tenant_of(request).settings.zone)


def appointment_url(jobcenter: str, appointment: Appointment, name: str = "appointment") -> str:
    return reverse(f"desk:{name}", kwargs={"jobcenter": jobcenter, "public_id": appointment.public_id})
