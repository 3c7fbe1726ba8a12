# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""All messages of a Jobcenter: what did not arrive first, and what can be done about a single one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from appointments.desk.frame import by_of, frame, looked
from appointments.desk.message_filter import GROUPS, Filter, FilterForm, messages_of, messages_url
from appointments.desk.message_rows import AGAIN, ARRIVED, TAKE_BACK, rows
from appointments.desk.present import name_of
from appointments.desk.scope import appointment_or_404, scope_of
from appointments.links import appointment_of_key, typed_code
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web import dates
from jobcenter_portal.web.errors import error_page
from jobcenter_portal.web.forms import PortalForm, render_form
from notifications import service as notifications
from notifications.service import Group, State, Visible

_MOST: Final = 1000
_FILTER_LENGTH: Final = 300
_DONE: Final[Mapping[str, Promise]] = {
    AGAIN: _("Die Nachricht wird noch einmal gesendet."),
    TAKE_BACK: _("Die Nachricht ist zurückgenommen. Sie geht nicht hinaus."),
    ARRIVED: _("Eingetragen: Die Nachricht ist angekommen."),
}
_REFUSED: Final[Mapping[type[Exception], tuple[Promise, Promise]]] = {
    notifications.SeenTooLongAgo: (
        _("Die Nachricht hat sich gerade geändert"),
        _("Ihr Knopf hat nichts bewirkt. Die Liste zeigt jetzt den neuen Stand."),
    ),
    notifications.StillOnItsWay: (
        _("Diese Nachricht ist schon unterwegs"),
        _("Sie geht gerade hinaus oder wartet darauf. Noch eine wäre doppelt."),
    ),
    notifications.NoLongerTrue: (
        _("Diese Nachricht stimmt nicht mehr"),
        _("Der Termin oder die Adresse hat sich geändert. Deshalb wird sie nicht noch einmal gesendet."),
    ),
    notifications.OfNoMoreUse: (
        _("Dafür ist es zu spät"),
        _("Die Nachricht würde der Person nicht mehr nützen. Rufen Sie sie an, wenn es wichtig ist."),
    ),
    notifications.AddressSuppressed: (
        _("An diese Adresse senden wir nichts mehr"),
        _("Fragen Sie die Person nach einer anderen, oder sagen Sie unter „Kontakt klären“, dass sie doch stimmt."),
    ),
}


class FindForm(PortalForm):
    """A code as the person reads it out. It opens an appointment, so it is sent in a body and never in an address."""

    code = forms.CharField(
        label=_("Code des Termins"), max_length=60, error_messages={"required": _("Geben Sie den Code ein.")}
    )


class StepForm(PortalForm):
    """A button of the list: the step, the state that the person saw, and the filter to come back to."""

    step = forms.ChoiceField(choices=[(step, step) for step in _DONE])
    seen = forms.TypedChoiceField(choices=[(state.value, state.value) for state in State], coerce=State)
    filter = forms.CharField(required=False, max_length=_FILTER_LENGTH)


@dataclass(frozen=True, slots=True)
class Tab:
    """A group of the list and the way to it. `number` is "" where nobody counts."""

    text: Promise
    number: str
    url: str
    is_current: bool


@require_safe
@requires(Permission.MANAGE_MESSAGES)
def messages(request: HttpRequest, jobcenter: str) -> HttpResponse:
    now = timezone.now()
    form = FilterForm(request.GET)
    if not form.is_valid():
        kept = {"filter_form": form, "group": form.data.get("gruppe", "")}
        return render_form(
            request, "desk/messages.html", form, {**_page(request, Filter(), now, is_shown=False), **kept}
        )
    return _list(request, form.filter(), now, done=_DONE.get(request.GET.get("getan", "")))


@require_POST
@requires(Permission.MANAGE_MESSAGES)
def find(request: HttpRequest, jobcenter: str) -> HttpResponse:
    """From a code to the messages of its appointment."""
    form = FindForm(request.POST)
    found = appointment_of_key(typed_code(form.cleaned_data["code"])) if form.is_valid() else None
    if found is not None and scope_of(request).covers(found.location_id):
        return HttpResponseRedirect(messages_of(found, jobcenter), status=HTTPStatus.SEE_OTHER)
    if form.is_valid():
        form.add_error("code", _("Zu diesem Code gibt es hier keinen Termin. Bitte prüfen Sie ihn."))
    context = {**_page(request, Filter(), timezone.now(), is_shown=False), "find_form": form}
    return render_form(request, "desk/messages.html", form, context)


@require_POST
@requires(Permission.MANAGE_MESSAGES)
def decide(request: HttpRequest, jobcenter: str, message: str) -> HttpResponse:
    """One button. What cannot be done any more shows the list as it is now, with the reason."""
    now, form = timezone.now(), StepForm(request.POST)
    if not form.is_valid():
        return error_page(request, HTTPStatus.UNPROCESSABLE_ENTITY)
    chosen = FilterForm(QueryDict(form.cleaned_data["filter"]))
    shown = chosen.filter() if chosen.is_valid() else Filter()
    step = form.cleaned_data["step"]
    try:
        if not scope_of(request).sees(notifications.subject_of(message)):
            raise Http404
        _decide(message, step, form.cleaned_data["seen"], by_of(request), now)
    except notifications.UnknownMessage:
        raise Http404 from None
    except tuple(_REFUSED) as refused:
        return _list(request, shown, now, refused=_REFUSED[type(refused)])
    return _to_list(jobcenter, shown, done=step)


def _decide(message: str, step: str, seen: State, by: audit.By, now: datetime) -> None:
    if step == AGAIN:
        notifications.send_again(message, seen=seen, by=by, now=now)
    elif step == TAKE_BACK:
        notifications.take_back(message, seen=seen, by=by, now=now)
    else:
        notifications.say_it_arrived(message, by=by, now=now)


def _to_list(jobcenter: str, shown: Filter, *, done: str = "") -> HttpResponse:
    return HttpResponseRedirect(messages_url(jobcenter, shown, done=done), status=HTTPStatus.SEE_OTHER)


def _list(
    request: HttpRequest,
    shown: Filter,
    now: datetime,
    *,
    done: Promise | None = None,
    refused: tuple[Promise, Promise] | None = None,
) -> HttpResponse:
    context = {**_page(request, shown, now), "done": done, "refused": refused}
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    return render(request, "desk/messages.html", context, status=status)


def _page(request: HttpRequest, shown: Filter, now: datetime, *, is_shown: bool = True) -> dict[str, Any]:
    """What the template needs. Without `is_shown` only the filter: what was typed has to be put right first."""
    tenant = tenant_of(request)
    about = appointment_or_404(request, shown.appointment) if shown.appointment else None
    context = {
        **frame(request, page_url=messages_url(tenant.slug, shown)),
        "is_shown": is_shown,
        "about": f"{name_of(about)}, {dates.invariant_line(about.starts_at)}" if about else "",
        "tabs": _tabs(tenant.slug, shown, scope_of(request).visible),
        "filter": shown.query(),
        "filter_form": FilterForm(QueryDict(shown.query())),
        "find_form": FindForm(),
        "list_url": messages_url(tenant.slug, Filter()),
        "find_url": reverse("desk:find-messages", kwargs={"jobcenter": tenant.slug}),
        "is_narrowed": shown.of_group(Group.PROBLEMS) != Filter(appointment=shown.appointment),
        "group": GROUPS[shown.group][0],
    }
    if not is_shown:
        return context
    subjects = (about.subject,) if about else ()
    looked(request, *(subjects or ("messages",)), now=now)
    wanted = shown.wanted(tenant.settings.zone, subjects, scope_of(request).visible)
    page = notifications.message_page(wanted, behind=shown.behind, now=now)
    return {
        **context,
        "rows": rows(page.messages, tenant.slug, now=now),
        "first_url": messages_url(tenant.slug, shown.of_group(shown.group)) if shown.behind else "",
        "next_url": messages_url(tenant.slug, shown.further(page.following)) if page.following else "",
    }


def _tabs(jobcenter: str, shown: Filter, visible: Visible | None) -> list[Tab]:
    """The groups, with their numbers where the filter narrows nothing."""
    numbers = notifications.message_counts(visible) if shown.of_group(Group.PROBLEMS) == Filter() else {}
    return [
        Tab(
            text=text,
            number=_number(numbers.get(group)),
            url=messages_url(jobcenter, shown.of_group(group)),
            is_current=group is shown.group,
        )
        for group, (_name, text) in GROUPS.items()
    ]


def _number(found: int | None) -> str:
    if found is None:
        return ""
    return str(found) if found <= _MOST else f"> {_MOST}"
