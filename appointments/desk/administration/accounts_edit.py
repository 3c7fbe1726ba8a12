# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writing an account's settings down: choosing a provider, a new account, changing one, and where tests go."""

from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from appointments.desk.administration import accounts_words
from appointments.desk.administration.accounts import account_or_404, to_account
from appointments.desk.administration.accounts_forms import AccountForm, TestAddressesForm, readable_mobile
from appointments.desk.administration.accounts_view import url_of
from appointments.desk.frame import by_of, frame
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.web.forms import render_form
from notifications.service import Channel, accounts

_READ_OR_POST: Final = ["GET", "HEAD", "POST"]


@require_safe
@requires(Permission.MANAGE_ACCOUNTS)
def choose_provider(request: HttpRequest, jobcenter: str) -> HttpResponse:
    try:
        channel = Channel(request.GET.get("weg", Channel.EMAIL))
    except ValueError:
        raise Http404 from None
    new_url = url_of("new-account", jobcenter)
    found = [(str(one.label), f"{new_url}?anbieter={one.key}") for one in accounts.providers(channel)]
    if not found:
        raise Http404
    context = {
        **frame(request, page_url=request.get_full_path()),
        "channel": accounts_words.CHANNELS[channel],
        "providers": found,
        "back_url": url_of("accounts", jobcenter),
    }
    return render(request, "desk/administration/account_providers.html", context)


@require_http_methods(_READ_OR_POST)
@requires(Permission.MANAGE_ACCOUNTS)
def new(request: HttpRequest, jobcenter: str) -> HttpResponse:
    is_sent = request.method == "POST"
    provider = _provider_or_404((request.POST if is_sent else request.GET).get("anbieter", ""))
    form = AccountForm(request.POST if is_sent else None, provider)
    if not form.is_valid():
        return _new_page(request, provider, form)
    is_enabled = form.cleaned_data["gleich"]
    try:
        key = accounts.add_account(
            driver=provider.key,
            name=form.cleaned_data["name"],
            settings=form.settings(),
            max_per_s=form.cleaned_data["je_sekunde"],
            is_enabled=is_enabled,
            by=by_of(request),
            now=timezone.now(),
        )
    except accounts.BadConfig as error:
        form.refuse(error)
        return _new_page(request, provider, form)
    return to_account(jobcenter, key, "gleich" if is_enabled else "neu")


@require_http_methods(_READ_OR_POST)
@requires(Permission.MANAGE_ACCOUNTS)
def change(request: HttpRequest, jobcenter: str, account: str) -> HttpResponse:
    found = account_or_404(account)
    if found.provider is None:
        raise Http404
    form = AccountForm(request.POST if request.method == "POST" else None, found.provider, found)
    if not form.is_valid():
        return _change_page(request, found, form)
    try:
        accounts.change_account(
            key=account,
            name=form.cleaned_data["name"],
            settings=form.settings(),
            forget=form.forget(),
            max_per_s=form.cleaned_data["je_sekunde"],
            seen=form.seen(),
            by=by_of(request),
            now=timezone.now(),
        )
    except accounts.UnknownAccount:
        raise Http404 from None
    except accounts.ChangedMeanwhile:
        return _conflict_page(request, form, account_or_404(account))
    except accounts.SecretsNeededAgain as needed:
        form.ask_again(needed.fields)
        return _change_page(request, found, form)
    except accounts.BadConfig as error:
        form.refuse(error)
        return _change_page(request, found, form)
    return to_account(jobcenter, account, "geaendert")


@require_http_methods(_READ_OR_POST)
@requires(Permission.MANAGE_ACCOUNTS)
def test_addresses(request: HttpRequest, jobcenter: str) -> HttpResponse:
    office = TenantSettings.objects.get()
    initial = {"email": office.office_address, "handy": readable_mobile(office.test_mobile)}
    form = TestAddressesForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        accounts.set_test_addresses(
            email=form.cleaned_data["email"],
            mobile=form.cleaned_data["handy"],
            by=by_of(request),
            now=timezone.now(),
        )
        return HttpResponseRedirect(f"{url_of('accounts', jobcenter)}?getan=proben", status=HTTPStatus.SEE_OTHER)
    here = url_of("test-addresses", jobcenter)
    context = _context(request, here, gettext("Wohin Proben gehen"), url_of("accounts", jobcenter))
    return render_form(request, "desk/administration/account_form.html", form, context)


def _provider_or_404(key: str) -> accounts.Provider:
    try:
        found = accounts.provider(key)
    except accounts.UnknownDriver:
        raise Http404 from None
    if found not in accounts.providers(found.channel):
        raise Http404
    return found


def _new_page(request: HttpRequest, provider: accounts.Provider, form: AccountForm) -> HttpResponse:
    jobcenter = tenant_of(request).slug
    title = gettext("Neues Konto: %(provider)s") % {"provider": provider.label}
    back = f"{url_of('account-providers', jobcenter)}?weg={provider.channel.value}"
    context = _context(request, url_of("new-account", jobcenter), title, back)
    page_url = f"{url_of('new-account', jobcenter)}?anbieter={provider.key}"
    return render_form(
        request,
        "desk/administration/account_form.html",
        form,
        {**context, "page_url": page_url, "secrets_lost": _secrets_lost(form)},
    )


def _change_page(
    request: HttpRequest, found: accounts.AccountView, form: AccountForm, *, status: int | None = None, **more: Any
) -> HttpResponse:
    jobcenter = tenant_of(request).slug
    title = gettext("%(name)s ändern") % {"name": found.name}
    here = url_of("change-account", jobcenter, found.key)
    context = _context(request, here, title, url_of("account", jobcenter, found.key))
    context |= {"secrets_lost": _secrets_lost(form), **more}
    return render_form(request, "desk/administration/account_form.html", form, context, status=status)


def _conflict_page(request: HttpRequest, form: AccountForm, now_stored: accounts.AccountView) -> HttpResponse:
    """Everything that was typed, what is stored now where that differs, and the next answer counts."""
    differences = list(form.differences(now_stored))
    typed = {**request.POST.dict(), "stand": now_stored.changed_at.isoformat()}
    assert now_stored.provider is not None  # noqa: S101 -- an account keeps its provider
    again = AccountForm(typed, now_stored.provider, now_stored)
    return _change_page(
        request, now_stored, again, status=HTTPStatus.CONFLICT, is_conflict=True, differences=differences
    )


def _secrets_lost(form: AccountForm) -> bool:
    return form.is_bound and form.took_secrets()


def _context(request: HttpRequest, here: str, title: str, back_url: str) -> dict[str, Any]:
    return {
        **frame(request, page_url=here),
        "title": title,
        "form_url": here,
        "back_url": back_url,
    }
