# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`/demo/`: what the demo is, and the outbox in which its messages end."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.demo.guard import demo_only
from jobcenter_portal.demo.outbox_files import CaughtMessage, message_names, read_message
from jobcenter_portal.demo.people import places_of_all_tenants
from jobcenter_portal.web import dates

demo_only()

SHOWN: Final = 60
_TITLE: Final = 80


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the list."""

    kind: str
    reference: str
    received_at: datetime
    to: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str
    change_url: str = ""


@require_safe
@open_to_all("the demo explains itself to everybody; its people are invented")
def start(request: HttpRequest) -> HttpResponse:
    context = {"places": places_of_all_tenants(), "outbox_url": reverse("demo:outbox")}
    return render(request, "demo/start.html", context)


@require_safe
@open_to_all("the demo's messages go to invented people and stay on this machine")
def outbox(request: HttpRequest) -> HttpResponse:
    names = message_names(_folder())
    lines = [_line(name, read_message(_folder(), name)) for name in names[:SHOWN]]
    context = {"messages": lines, "shown": len(lines), "total": len(names), "demo_url": reverse("demo:start")}
    return render(request, "demo/outbox.html", context)


@require_safe
@open_to_all("as the outbox")
def message(request: HttpRequest, key: str) -> HttpResponse:
    """One message. Its HTML is shown as source: under our strict policy its own styles would not be applied."""
    names = {_key(name): name for name in message_names(_folder())}
    if key not in names:
        raise Http404
    found = read_message(_folder(), names[key])
    facts = [
        Fact(_("An"), found.to),
        Fact(_("Von"), found.sender),
        Fact(_("Eingegangen"), dates.invariant_line(found.received_at)),
    ]
    context = {
        "message": found,
        "facts": facts,
        "calendar": (found.ics or b"").decode(errors="replace"),
        "outbox_url": reverse("demo:outbox"),
    }
    return render(request, "demo/message.html", context)


def _folder() -> Path:
    return Path(settings.DEMO_OUTBOX_DIR)


def _key(name: str) -> str:
    """A file name as part of an address."""
    return name.replace(".", "_")


def _line(name: str, caught: CaughtMessage) -> Line:
    text = " ".join(caught.text.split())
    return Line(
        kind=caught.kind.value,
        reference=caught.reference,
        received_at=caught.received_at,
        to=caught.to,
        title=caught.subject or (text[:_TITLE] + "…" if len(text) > _TITLE else text),
        url=reverse("demo:message", kwargs={"key": _key(name)}),
    )
