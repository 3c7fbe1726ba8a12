# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses that messages do not reach: the list, and one of them to be put right with the person."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from appointments.contact import EMAIL_LENGTH, Unfit, email_of, mobile_of, postal_of
from appointments.contact_tasks import TaskIsClosed, open_tasks
from appointments.desk.contact_task_view import facts, sentence, task_rows, task_url
from appointments.desk.frame import actor_of, by_of, frame, looked
from appointments.desk.scope import scope_of
from appointments.models import ContactTask, TaskEnd
from appointments.settling import NothingToChange, appointment_for, settle_task
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.accounts.permissions import Permission, can, requires
from jobcenter_portal.kernel.postal import MOST_LINES
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.forms import PortalForm, render_form

SHOWN: Final = 100
_READ_OR_POST: Final = ["GET", "HEAD", "POST"]
_NEW: Final = "neu"
_ENDS: Final[Mapping[str, TaskEnd]] = {
    _NEW: TaskEnd.CORRECTED,
    "entfernen": TaskEnd.REMOVED,
    "stimmt": TaskEnd.CONFIRMED,
    "erledigt": TaskEnd.DONE,
}
_DONE: Final[Mapping[str, Promise]] = {
    _NEW: _("Die neue Adresse ist gespeichert. Was noch zu sagen ist, geht dorthin."),
    "entfernen": _("Die Adresse ist entfernt. Dorthin geht nichts mehr."),
    "stimmt": _("Gut. Wir senden wieder an diese Adresse."),
    "erledigt": _("Erledigt."),
    "weg": _("Das hat schon jemand geklärt."),
}


_LABELS: Final = {
    ContactChannel.EMAIL: _("Neue E-Mail-Adresse"),
    ContactChannel.LETTER: _("Neue Postadresse"),
}
_READ: Final = {ContactChannel.EMAIL: email_of, ContactChannel.LETTER: postal_of}


class SettleForm(PortalForm):
    """What came of asking: another address, or one of the buttons."""

    step = forms.ChoiceField(choices=[(step, step) for step in _ENDS], widget=forms.HiddenInput, initial=_NEW)
    address = forms.CharField(max_length=EMAIL_LENGTH)

    def __init__(self, data: Any, channel: ContactChannel) -> None:
        super().__init__(data)
        self._channel = channel
        field = self.fields["address"]
        field.required = data is None or data.get("step") == _NEW
        field.error_messages["required"] = self._fault()
        field.label = _LABELS.get(channel, _("Neue Handynummer"))
        as_typed = {"autocomplete": "off", "dir": "ltr", "spellcheck": "false"}
        if channel == ContactChannel.LETTER:
            field.help_text = _("Wie auf dem Umschlag: Name, Straße und Hausnummer, Postleitzahl und Ort.")
            field.widget = forms.Textarea(attrs={**as_typed, "rows": MOST_LINES})
        else:
            is_email = channel == ContactChannel.EMAIL
            field.widget = forms.TextInput(attrs={**as_typed, "inputmode": "email" if is_email else "tel"})

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("step") == _NEW and "address" in self.cleaned_data:
            read = _READ.get(self._channel, mobile_of)
            try:
                self.cleaned_data["address"] = read(self.cleaned_data["address"])
            except Unfit:
                self.add_error("address", self._fault())
        return self.cleaned_data

    def _fault(self) -> str:
        if self._channel == ContactChannel.EMAIL:
            return gettext("Geben Sie die E-Mail-Adresse so ein: name@beispiel.de.")
        if self._channel == ContactChannel.LETTER:
            return gettext(
                "Geben Sie zwei bis fünf kurze Zeilen ein: oben den Namen, unten Postleitzahl und Ort: 36037 Fulda."
            )
        return gettext("Geben Sie eine deutsche Handynummer ein, zum Beispiel 0151 23456789.")


@require_safe
@requires(Permission.SETTLE_CONTACTS)
def tasks(request: HttpRequest, jobcenter: str) -> HttpResponse:
    now, reach = timezone.now(), scope_of(request)
    found = list(open_tasks().filter(reach.people("customer_id"))[: SHOWN + 1])
    looked(request, "contact-tasks", now=now)
    context = {
        **frame(request, page_url=request.path),
        "rows": task_rows(found[:SHOWN], jobcenter, reach, now=now),
        "has_more": len(found) > SHOWN,
        "done": _DONE.get(request.GET.get("getan", "")),
    }
    return render(request, "desk/contact_tasks.html", context)


@require_http_methods(_READ_OR_POST)
@requires(Permission.SETTLE_CONTACTS)
def task(request: HttpRequest, jobcenter: str, task: str) -> HttpResponse:
    """One address. A POST says what came of asking; a colleague may have been faster."""
    now, theirs = timezone.now(), scope_of(request).people("customer_id")
    found: ContactTask | None = open_tasks().filter(theirs, public_id=task).first()
    if found is None:
        if ContactTask.objects.filter(theirs, public_id=task).exists():
            return _to_list(jobcenter, "weg")
        raise Http404
    form = SettleForm(request.POST if request.method == "POST" else None, ContactChannel(found.channel))
    if not form.is_valid():
        return _page(request, found, form, now)
    step = form.cleaned_data["step"]
    try:
        settle_task(
            jobcenter=tenant_of(request),
            task=found,
            as_=_ENDS[step],
            address=form.cleaned_data["address"],
            by=by_of(request),
            now=now,
        )
    except TaskIsClosed:
        return _to_list(jobcenter, "weg")
    except NothingToChange:
        raise Http404 from None
    return _to_list(jobcenter, step)


def _page(request: HttpRequest, found: ContactTask, form: SettleForm, now: datetime) -> HttpResponse:
    jobcenter = tenant_of(request).slug
    looked(request, f"customer:{found.customer_id}", now=now)
    appointment = appointment_for(found, now=now)
    is_here = appointment is not None and scope_of(request).covers(appointment.location_id)
    may_open = is_here and can(actor_of(request), Permission.SEE_APPOINTMENT)
    context = {
        **frame(request, page_url=task_url(jobcenter, found)),
        "name": found.customer.name,
        "sentence": sentence(found),
        "facts": facts(found, appointment if is_here else None),
        "appointment_url": reverse(
            "desk:appointment", kwargs={"jobcenter": jobcenter, "public_id": appointment.public_id}
        )
        if appointment and may_open
        else "",
        "may_change": appointment is not None,
        "form_url": task_url(jobcenter, found),
        "back_url": reverse("desk:contact-tasks", kwargs={"jobcenter": jobcenter}),
    }
    return render_form(request, "desk/contact_task.html", form, context)


def _to_list(jobcenter: str, done: str) -> HttpResponse:
    address = reverse("desk:contact-tasks", kwargs={"jobcenter": jobcenter})
    return HttpResponseRedirect(f"{address}?getan={done}", status=HTTPStatus.SEE_OTHER)
