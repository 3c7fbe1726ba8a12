# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""An appointment kept on the person's own device: its card, the page that shows kept cards, and what the browser needs.

Nothing is kept unless somebody presses the button for it, since people share phones (docs/adr/0024). Then the device
holds the card alone: no name, no concern, no page from which anything could be changed.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from appointments.core.lifecycle import Status
from appointments.core.modes import Mode
from appointments.links import keys_of, readable_code
from appointments.models import Appointment
from appointments.web.doors import appointment_or_404, opened_by_key
from appointments.web.present import Row, place_line, url
from appointments.web.speech import MODE_LABELS
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.languages import current_language, isolated
from notifications.service import PushText, push_key, push_text

_KEPT_AFTER: Final = timedelta(hours=2)
"""Somebody who waits for their turn still needs the code; by the evening the device has forgotten it."""
_WORKER: Final = Path(settings.BASE_DIR) / "jobcenter_portal" / "web" / "assets" / "scripts" / "worker.js"
_WHITE: Final = "#ffffff"


@dataclass(frozen=True, slots=True)
class DeviceView:
    """The part of an appointment's page with the buttons of this device. An empty `push_key`: no push here."""

    scope: str
    worker_url: str
    card_url: str
    kept_url: str
    push_url: str
    push_key: str
    push_text: PushText
    push_device: str
    """Digest of the one device that is knocked at: a page can tell whether it runs on that one."""


@dataclass(frozen=True, slots=True)
class CardView:
    starts_at: datetime
    ends_at: datetime
    rows: tuple[Row, ...]
    documents: tuple[str, ...]
    code: str
    as_of: datetime
    own_url: str
    card_url: str


def device_view(appointment: Appointment, tenant: Jobcenter, key: str, *, now: datetime) -> DeviceView | None:
    """None for what is no appointment (any more): there is nothing to keep."""
    if not _can_be_kept(appointment, now):
        return None
    public_key = push_key() if tenant.settings.push_enabled else ""
    return DeviceView(
        scope=_scope(tenant),
        worker_url=reverse("device-worker", kwargs={"jobcenter": tenant.slug}),
        card_url=url("card", tenant, key=keys_of(appointment).code),
        kept_url=url("kept", tenant),
        push_url=url("push", tenant, key=key) if public_key else "",
        push_key=public_key,
        push_text=push_text(current_language().code),
        push_device=_device_of(appointment) if public_key else "",
    )


@opened_by_key
@require_safe
def card(request: HttpRequest, jobcenter: str, language: str, key: str) -> HttpResponse:
    """What a device keeps. Gone when the appointment is: then devices delete what they have."""
    now = timezone.now()
    tenant = tenant_of(request)
    appointment = appointment_or_404(request, key)
    if not _can_be_kept(appointment, now):
        return HttpResponse(status=HTTPStatus.GONE)
    context = {
        "page": _card_view(appointment, tenant, now),
        "language_links": (),
    }  # no other language without a network
    # Until when a device may keep it; for browsers' own caches the answer is no-store like every page.
    until = http_date((appointment.ends_at + _KEPT_AFTER).timestamp())
    answer = render(request, "booking/kept_card.html", context)
    answer.headers["Expires"] = until
    return answer


@open_to_all("an empty page: what it shows comes from the device it is opened on")
@require_safe
def kept(request: HttpRequest, jobcenter: str, language: str) -> HttpResponse:
    """The appointments kept on this device, with and without a network."""
    tenant = tenant_of(request)
    context = {"scope": _scope(tenant), "code_url": url("my-appointment", tenant)}
    return render(request, "booking/kept.html", context)


@open_to_all("the same program for everybody")
@require_safe
def worker(request: HttpRequest, jobcenter: str) -> HttpResponse:
    """Served below the Jobcenter's address and not with the other scripts: a worker rules what lies below its own."""
    return HttpResponse(_worker_program(), content_type="text/javascript; charset=utf-8")


@open_to_all("name and colour of a public office")
@require_safe
def manifest(request: HttpRequest, jobcenter: str, language: str) -> HttpResponse:
    """How the portal looks on a home screen; the short name is discreet, since others see that screen too."""
    tenant, page_language = tenant_of(request), current_language()
    return JsonResponse(
        {
            "id": _scope(tenant),
            "name": tenant.name,
            "short_name": _("Termin"),
            "lang": page_language.code,
            "dir": page_language.direction,
            "start_url": url("start", tenant),
            "scope": _scope(tenant),
            "display": "standalone",
            "theme_color": tenant.settings.colour or _WHITE,
            "background_color": _WHITE,
            "icons": [
                {"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
                {"src": static("icon-192.png"), "sizes": "192x192", "type": "image/png"},
                {"src": static("icon-512.png"), "sizes": "512x512", "type": "image/png"},
                {
                    "src": static("icon-maskable-512.png"),
                    "sizes": "512x512",
                    "type": "image/png",
                    "purpose": "maskable",
                },
            ],
        },
        content_type="application/manifest+json",
    )


def device_digest(endpoint: str) -> str:
    """The same as a page reckons of its own endpoint (device.js)."""
    return hashlib.sha256(endpoint.encode()).hexdigest()


def _can_be_kept(appointment: Appointment, now: datetime) -> bool:
    return appointment.status_now is Status.BOOKED and now < appointment.ends_at


def _card_view(appointment: Appointment, tenant: Jobcenter, now: datetime) -> CardView:
    # One key, whichever opened the page: by a mail's link and an SMS's it would lie on the device twice.
    key = keys_of(appointment).code
    return CardView(
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        rows=_place_rows(appointment),
        documents=tuple(appointment.service.documents_to_bring(current_language().code)),
        code=readable_code(keys_of(appointment).code),
        as_of=now,
        own_url=url("appointment", tenant, key=key),
        card_url=url("card", tenant, key=key),
    )


def _place_rows(appointment: Appointment) -> tuple[Row, ...]:
    """Where to go; on the telephone nobody shall travel to a house because its name stands there."""
    location, mode = appointment.location, Mode(appointment.mode)
    if mode is not Mode.IN_PERSON:
        return (Row(_("Gespräch"), str(MODE_LABELS[mode])), Row(_("Zuständig"), isolated(location.name)))
    rows = [Row(_("Ort"), place_line(location))]
    if entrance := location.way_in(current_language().code):
        rows.append(Row(_("Eingang"), isolated(entrance)))
    return tuple(rows)


def _device_of(appointment: Appointment) -> str:
    point = ContactPoint.objects.filter(customer_id=appointment.customer_id, channel=ContactChannel.PUSH).first()
    return device_digest(point.address) if point else ""


def _scope(tenant: Jobcenter) -> str:
    return reverse("choose-language", kwargs={"jobcenter": tenant.slug})


@lru_cache(maxsize=1)
def _worker_program() -> bytes:
    return _WORKER.read_bytes()
