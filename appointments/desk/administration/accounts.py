# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Accounts with providers: the list, one of them, trying it, and its place in the order."""

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.desk.administration import accounts_words
from appointments.desk.administration.accounts_view import facts, instead, sections, test_addresses, url_of
from appointments.desk.frame import by_of, frame
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.web import dates
from jobcenter_portal.web.forms import PortalForm
from notifications.service import Channel, accounts

_READ_OR_POST: Final = ["GET", "HEAD", "POST"]
_DONE: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "hoch": _("Die Reihenfolge ist geändert."),
        "runter": _("Die Reihenfolge ist geändert."),
        "entfernt": _("Das Konto ist entfernt, mit allen Angaben."),
        "proben": _("Die Adressen für Proben sind gespeichert."),
        "weg": _("Dieses Konto gibt es nicht mehr."),
    }
)
_DONE_WITH_ONE: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "neu": _("Das Konto ist gespeichert. Probieren Sie es aus, und schalten Sie es dann ein."),
        "gleich": _("Das Konto ist gespeichert und eingeschaltet."),
        "geaendert": _("Die Änderung ist gespeichert. Was gewartet hat, geht gleich hinaus."),
        "an": _("Das Konto ist eingeschaltet. Es steht in der Reihenfolge an letzter Stelle."),
        "aus": _("Das Konto ist ausgeschaltet. Über dieses Konto geht nichts mehr hinaus."),
    }
)
_STEPS: Final[Mapping[str, Callable[..., None]]] = MappingProxyType(
    {"hoch": accounts.move_up, "runter": accounts.move_down, "an": accounts.switch_on, "aus": accounts.switch_off}
)


class StepForm(PortalForm):
    """A button beside an account."""

    step = forms.ChoiceField(choices=[(step, step) for step in _STEPS])


@require_safe
@requires(Permission.MANAGE_ACCOUNTS)
def overview(request: HttpRequest, jobcenter: str) -> HttpResponse:
    context = {
        **frame(request, page_url=request.path),
        "sections": sections(accounts.channels(now=timezone.now()), jobcenter),
        "test_addresses": test_addresses(TenantSettings.objects.get(), jobcenter),
        "done": _DONE.get(request.GET.get("getan", "")),
        "back_url": url_of("settings", jobcenter),
    }
    return render(request, "desk/administration/accounts.html", context)


@require_safe
@requires(Permission.MANAGE_ACCOUNTS)
def account(request: HttpRequest, jobcenter: str, account: str) -> HttpResponse:
    found = account_or_404(account)
    return account_page(request, found, done=_DONE_WITH_ONE.get(request.GET.get("getan", "")))


@require_POST
@requires(Permission.MANAGE_ACCOUNTS)
def step(request: HttpRequest, jobcenter: str, account: str) -> HttpResponse:
    """On, off, up, down: the place is seen on the list, whether it is used on its own page."""
    form = StepForm(request.POST)
    if not form.is_valid():
        raise Http404
    chosen = form.cleaned_data["step"]
    try:
        _STEPS[chosen](key=account, by=by_of(request), now=timezone.now())
    except accounts.UnknownAccount:
        return _to_list(jobcenter, "weg")
    if chosen in _DONE_WITH_ONE:
        return to_account(jobcenter, account, chosen)
    return _to_list(jobcenter, chosen)


@require_POST
@requires(Permission.MANAGE_ACCOUNTS)
def attempt(request: HttpRequest, jobcenter: str, account: str) -> HttpResponse:
    """Send a test message and wait for the answer; the account's page shows it, however often that is looked at."""
    try:
        accounts.try_account(key=account, jobcenter=tenant_of(request), by=by_of(request), now=timezone.now())
    except accounts.UnknownAccount:
        return _to_list(jobcenter, "weg")
    except (accounts.NoTestAddress, accounts.TooManyTries, accounts.BudgetUsed, accounts.CannotBeTried) as refused:
        found = account_or_404(account)
        return account_page(request, found, refused=_refusal(refused), status=HTTPStatus.CONFLICT)
    return HttpResponseRedirect(f"{url_of('account', jobcenter, account)}#probe", status=HTTPStatus.SEE_OTHER)


@require_http_methods(_READ_OR_POST)
@requires(Permission.MANAGE_ACCOUNTS)
def remove(request: HttpRequest, jobcenter: str, account: str) -> HttpResponse:
    now = timezone.now()
    found = account_or_404(account)
    try:
        if request.method == "POST":
            accounts.remove_account(key=account, by=by_of(request), now=now)
            return _to_list(jobcenter, "entfernt")
        accounts.require_removable(account, now=now)
    except accounts.UnknownAccount:
        return _to_list(jobcenter, "weg")
    except (accounts.StillInUse, accounts.StillNeeded) as kept:
        status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
        return _remove_page(request, found, kept_because=_why_kept(kept), status=status)
    return _remove_page(request, found)


def account_or_404(key: str) -> accounts.AccountView:
    """An unknown key and another Jobcenter's look alike."""
    try:
        return accounts.account(key, now=timezone.now())
    except accounts.UnknownAccount:
        raise Http404 from None


def to_account(jobcenter: str, key: str, done: str) -> HttpResponse:
    address = f"{url_of('account', jobcenter, key)}?getan={done}"
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


def account_page(
    request: HttpRequest,
    found: accounts.AccountView,
    *,
    done: Promise | None = None,
    refused: tuple[str, str] | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    jobcenter = tenant_of(request).slug
    kind, text = accounts_words.badge(found.condition)
    tried = accounts.last_try(found.key)
    names = ("change-account", "try-account", "account-step", "remove-account")
    context = {
        **frame(request, page_url=url_of("account", jobcenter, found.key)),
        "account": found,
        "facts": facts(found),
        "badge_kind": kind,
        "badge_text": text,
        "note": accounts_words.note(found.condition, found.rests_until, found.code),
        "instead": instead(found, timezone.now()),
        "tried": accounts_words.said(tried) if tried else None,
        "can_be_tried": found.channel in {Channel.EMAIL, Channel.SMS} and found.provider is not None,
        "urls": {name.replace("-", "_"): url_of(name, jobcenter, found.key) for name in names},
        "back_url": url_of("accounts", jobcenter),
        "test_addresses_url": url_of("test-addresses", jobcenter),
        "done": done,
        "refused": refused,
    }
    return render(request, "desk/administration/account.html", context, status=status)


def _to_list(jobcenter: str, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{url_of('accounts', jobcenter)}?getan={done}", status=HTTPStatus.SEE_OTHER)


def _refusal(refused: Exception) -> tuple[str, str]:
    """Title and text."""
    match refused:
        case accounts.NoTestAddress():
            return (
                gettext("Es gibt noch keine Handynummer für Proben."),
                gettext("Tragen Sie unter „Wohin Proben gehen“ eine Handynummer Ihres Hauses ein."),
            )
        case accounts.TooManyTries(again_at=again_at):
            return (
                gettext("Das waren genug Proben für den Moment."),
                gettext("Die nächste geht um %(time)s Uhr.") % {"time": dates.clock_time(again_at)},
            )
        case accounts.BudgetUsed(until=until):
            return (
                gettext("Alle SMS, die im Moment erlaubt sind, sind verschickt."),
                gettext("Die nächste kann am %(when)s Uhr hinaus.") % {"when": _moment(until)},
            )
        case _:
            return gettext("Dieses Konto lässt sich nicht ausprobieren."), ""


def _why_kept(kept: accounts.StillInUse | accounts.StillNeeded) -> list[str]:
    if isinstance(kept, accounts.StillInUse):
        return [gettext("Das Konto ist eingeschaltet. Schalten Sie es zuerst aus.")]
    reasons = []
    if kept.unsettled:
        reasons.append(
            gettext(
                "Über dieses Konto sind noch Nachrichten unterwegs, oder es ist unklar, ob sie ankamen: %(number)s."
            )
            % {"number": kept.unsettled}
        )
    if kept.until is not None:
        reasons.append(
            gettext("Bis %(when)s Uhr kann der Anbieter noch melden, dass eine Nachricht nicht ankam.")
            % {"when": _moment(kept.until)}
        )
    return reasons


def _moment(at: datetime) -> str:
    return dates.invariant_line(at)


def _remove_page(
    request: HttpRequest,
    found: accounts.AccountView,
    *,
    kept_because: list[str] | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    jobcenter = tenant_of(request).slug
    page_url = url_of("remove-account", jobcenter, found.key)
    context: dict[str, Any] = {
        **frame(request, page_url=page_url),
        "account": found,
        "kept_because": kept_because or [],
        "form_url": page_url,
        "back_url": url_of("account", jobcenter, found.key),
    }
    return render(request, "desk/administration/account_remove.html", context, status=status)
