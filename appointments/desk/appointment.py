# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page of one appointment. Looking at it is written down: the one thing that a GET of the desk changes."""

from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from appointments.core.lifecycle import Kind, Status
from appointments.desk import file, words
from appointments.desk.contact_task_view import notes
from appointments.desk.frame import appointment_url, day_of, day_url, frame, looked
from appointments.desk.message_filter import messages_of
from appointments.desk.present import name_of
from appointments.desk.scope import appointment_or_404
from appointments.desk.waiting_view import waits_line
from appointments.models import Appointment
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.tenancy.middleware import tenant_of

DONE: Final[dict[str, Promise]] = {
    "abgesagt": _("Der Termin ist abgesagt."),
    "verschoben": _("Der Termin ist verschoben."),
    "zurueckgenommen": _("Die Absage ist zurückgenommen. Der Termin gilt wieder."),
    "wieder-offen": _("Die Anfrage wartet wieder auf eine Antwort."),
    "postadresse": _("Die Postadresse ist gespeichert. Was noch zu sagen ist, geht dorthin."),
    "postadresse-weg": _("Die Postadresse ist gelöscht. Dorthin geht nichts mehr."),
}
"""What was just done, by the value of `getan` in the address; every other value says nothing."""


@require_safe
@requires(Permission.SEE_APPOINTMENT)
def appointment(request: HttpRequest, jobcenter: str, public_id: str) -> HttpResponse:
    now = timezone.now()
    found = appointment_or_404(request, public_id)
    looked(request, found.subject, now=now)
    return page(request, found, now, done=DONE.get(request.GET.get("getan", "")))


def _post_url(request: HttpRequest, found: Appointment) -> str:
    """Where their postal address is written down; only whom this house would write to, or once did."""
    tenant = tenant_of(request)
    has_one = any(point.channel == ContactChannel.LETTER for point in file.points_of(found))
    return appointment_url(tenant.slug, found, "postal-address") if has_one or tenant.settings.letters_enabled else ""


def page(
    request: HttpRequest,
    found: Appointment,
    now: datetime,
    *,
    done: Promise | None = None,
    refused: tuple[str, str] | None = None,
) -> HttpResponse:
    """Draw the page; `refused` (title, text) says why a change was not made and makes it a 409."""
    jobcenter = tenant_of(request).slug
    status_text, badge_kind = words.STATUS[found.status_now]
    context = {
        **frame(request, page_url=appointment_url(jobcenter, found), current=found.location.slug),
        "appointment": found,
        "name": name_of(found),
        "status_text": status_text,
        "badge_kind": badge_kind,
        "facts": file.facts(found),
        "contact_facts": file.contact_facts(file.points_of(found)),
        "history": file.history(found),
        "messages": file.messages(found, now=now),
        "possible": file.possible(found, now=now),
        "back_url": day_url(jobcenter, found.location.slug, day_of(request, found)),
        "cancel_url": appointment_url(jobcenter, found, "cancel"),
        "move_url": appointment_url(jobcenter, found, "move"),
        "undo_url": appointment_url(jobcenter, found, "undo-cancel"),
        "answer_url": appointment_url(jobcenter, found, "request") if found.status_now is Status.REQUESTED else "",
        "ticket_url": appointment_url(jobcenter, found, "ticket") if found.kind == Kind.WALK_IN else "",
        "post_url": _post_url(request, found),
        "contact_note": notes([found.customer_id], jobcenter).get(found.customer_id),
        "messages_of_it_url": messages_of(found, jobcenter),
        "waits": waits_line(found, now=now),
        "done": done,
        "refused": refused,
    }
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    return render(request, "desk/appointment.html", context, status=status)
