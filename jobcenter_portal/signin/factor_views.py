# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The second factor on screen: type the code, set the app up, write the recovery codes down."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from jobcenter_portal.accounts.permissions import PUBLIC, Actor, Permission, SignInNeeded, open_to_all, requires
from jobcenter_portal.signin import second_factor, session
from jobcenter_portal.signin.destination import destination
from jobcenter_portal.signin.pending import Pending, pending
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.forms import PortalForm, render_form

_READ_OR_POST = ["GET", "HEAD", "POST"]
_WRONG = _("Dieser Code stimmt nicht. Jeder Code gilt eine halbe Minute und nur einmal.")
_TOO_MANY = _("Das waren zu viele Versuche. Bitte warten Sie fünf Minuten.")


class CodeForm(PortalForm):
    code = forms.CharField(
        label=_("Code aus der App"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "dir": "ltr", "spellcheck": "false"}
        ),
        error_messages={
            "required": _("Geben Sie den Code ein, den die App gerade zeigt."),
            "max_length": _("Der Code ist zu lang."),
        },
    )


@require_http_methods(_READ_OR_POST)
@open_to_all("whoever the directory recognised shows here that they have their telephone too")
def prove(request: HttpRequest, jobcenter: str) -> HttpResponse:
    now = timezone.now()
    waiting = pending(request, now=now)
    if waiting is None:
        raise SignInNeeded
    if not second_factor.is_set_up(waiting.membership.pk):
        return _see(_address(request, "set-up-factor"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    form.fields["code"].help_text = _("Sechs Ziffern. Ohne Telefon: einer Ihrer Ersatzcodes.")
    if form.is_valid():
        try:
            second_factor.prove(waiting.membership.pk, form.cleaned_data["code"], now=now)
        except (second_factor.WrongCode, second_factor.TooManyTries) as refused:
            form.add_error("code", _why(refused))
        else:
            return _signed_in(request, waiting, waiting.after)
    return render_form(request, "signin/second_factor.html", form)


@require_http_methods(_READ_OR_POST)
@open_to_all("whoever the directory recognised sets their second factor up before anything opens")
def set_up(request: HttpRequest, jobcenter: str) -> HttpResponse:
    now, tenant = timezone.now(), tenant_of(request)
    waiting = pending(request, now=now)
    if waiting is None:
        raise SignInNeeded
    member = waiting.membership
    shown = second_factor.enrolment_of(member.pk, account=member.display_name, issuer=tenant.name)
    if shown is None:
        return _see(_address(request, "second-factor"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            second_factor.confirm(member.pk, form.cleaned_data["code"], now=now)
        except (second_factor.WrongCode, second_factor.TooManyTries) as refused:
            form.add_error("code", _why(refused))
        else:
            codes = _address(request, "recovery-codes")
            return _signed_in(request, waiting, f"{codes}?{urlencode({'next': waiting.after})}")
    return render_form(request, "signin/set_up.html", form, {"enrolment": shown})


@require_http_methods(_READ_OR_POST)
@requires(Permission.ENTER_DESK)
def recovery_codes(request: HttpRequest, jobcenter: str) -> HttpResponse:
    """Shown again until their owner says that they are written down: a page that is lost must not cost the codes."""
    actor: Actor = getattr(request, "actor", PUBLIC)
    member = actor.membership_id or 0
    after = destination(request.POST.get("next") or request.GET.get("next", ""), tenant_of(request))
    if request.method == "POST":
        second_factor.codes_written_down(member)
        return _see(after)
    context: dict[str, Any] = {
        "codes": second_factor.codes_to_write_down(member),
        "left": second_factor.recovery_codes_left(member),
        "next": after,
    }
    return render_form(request, "signin/recovery_codes.html", PortalForm(), context)


def _signed_in(request: HttpRequest, waiting: Pending, after: str) -> HttpResponse:
    session.sign_in(request, waiting.membership, now=timezone.now(), provider=waiting.provider)
    return _see(after)


def _why(refused: Exception) -> Any:
    return _TOO_MANY if isinstance(refused, second_factor.TooManyTries) else _WRONG


def _address(request: HttpRequest, name: str) -> str:
    return reverse(f"signin:{name}", kwargs={"jobcenter": tenant_of(request).slug})


def _see(address: str) -> HttpResponse:
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
