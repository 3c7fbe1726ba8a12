# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The way through a Jobcenter's own directory: out by a press, back by an address that is good once."""

from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

import structlog
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.signin import directory, oidc, second_factor, session
from jobcenter_portal.signin.destination import destination
from jobcenter_portal.signin.models import IdentityProvider
from jobcenter_portal.signin.pending import wait_for_factor
from jobcenter_portal.tenancy.counting import use_once
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.errors import Explanation, error_page

log = structlog.get_logger(__name__)
_KEY: Final = "_asked"
_MOST_TABS: Final = 5
_LASTS_S: Final = 600

_AWAY: Final = Explanation(
    _("Das Verzeichnis Ihres Jobcenters antwortet nicht"),
    _("Bitte versuchen Sie es in einigen Minuten noch einmal, oder fragen Sie die IT Ihres Jobcenters."),
)
_NOT_RECOGNISED: Final = Explanation(
    _("Die Anmeldung hat nicht geklappt"),
    _("Bitte beginnen Sie noch einmal auf der Anmeldeseite. Das kann auch helfen, wenn sie lange offen war."),
)
_NO_ROLE: Final = Explanation(
    _("Sie haben hier keine Rolle"),
    _("Ihr Konto ist in keiner Gruppe, die in diesem Jobcenter arbeitet. Bitte wenden Sie sich an die IT."),
)
_NO_GROUPS: Final = Explanation(
    _("Das Verzeichnis hat Ihre Gruppen nicht mitgeschickt"),
    _("Ihre Rolle bleibt, wie sie war. Bitte sagen Sie der IT, dass Sie in zu vielen Gruppen sind."),
)
_UNREACHABLE: Final = (oidc.Why.UNREACHABLE, oidc.Why.MISCONFIGURED, oidc.Why.STRANGE_ANSWER)


@require_POST
@open_to_all("whoever wants in is sent to their own directory")
def begin(request: HttpRequest, jobcenter: str) -> HttpResponse:
    """A page that leads on by itself: a redirect out of a form would have to be allowed for every form (CSP)."""
    provider = IdentityProvider.objects.filter(key=request.POST.get("provider", ""), is_enabled=True).first()
    if provider is None:
        return error_page(request, HTTPStatus.UNPROCESSABLE_ENTITY)
    question = oidc.Question.new()
    asked = _directory(provider)
    try:
        endpoints = oidc.discover(asked)
    except oidc.NotRecognised as refused:
        return _refused(request, refused.why)
    after = destination(request.POST.get("next", ""), tenant_of(request))
    open_ones = dict(list(request.session.get(_KEY, {}).items())[1 - _MOST_TABS :])
    moment = int(timezone.now().timestamp())
    open_ones[question.state] = [question.nonce, question.verifier, provider.key, after, moment]
    request.session[_KEY] = open_ones
    address = oidc.where_to_ask(asked, endpoints, question, back=_back(request), again=False)
    return render(request, "signin/onward.html", {"address": address, "provider": provider})


@require_safe
@open_to_all("the directory sends people back here; what they bring is checked")
def come_back(request: HttpRequest, jobcenter: str) -> HttpResponse:
    now = timezone.now()
    try:
        provider, claims, after = _answer(request, now)
        member = directory.admit(claims, provider, now=now)
    except oidc.NotRecognised as refused:
        return _refused(request, refused.why)
    except directory.GroupsNotSent:
        log.info("sign-in refused", why="groups_not_sent")
        return error_page(request, HTTPStatus.FORBIDDEN, _NO_GROUPS)
    if member is None:
        log.info("sign-in refused", why="no_role")
        return error_page(request, HTTPStatus.FORBIDDEN, _NO_ROLE)
    if directory.has_second_factor(claims, provider):
        session.sign_in(request, member, now=now, provider=provider.key)
        return HttpResponseRedirect(after, status=HTTPStatus.SEE_OTHER)
    wait_for_factor(request, member, provider=provider.key, after=after, now=now)
    step = "second-factor"
    if not second_factor.is_set_up(member.pk):
        second_factor.begin(member.pk)
        step = "set-up-factor"
    address = reverse(f"signin:{step}", kwargs={"jobcenter": tenant_of(request).slug})
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


def _answer(request: HttpRequest, now: datetime) -> tuple[IdentityProvider, Any, str]:
    """What came back fits what this browser asked, within ten minutes and for the first time. Raises NotRecognised."""
    open_ones = request.session.get(_KEY, {})
    state = request.GET.get("state", "")
    if state not in open_ones:
        raise oidc.NotRecognised(oidc.Why.DENIED)
    nonce, verifier, key, after, asked_at = open_ones.pop(state)
    request.session[_KEY] = open_ones
    question = oidc.Question(state, nonce, verifier)
    provider = IdentityProvider.objects.filter(key=key, is_enabled=True).first()
    if provider is None or not 0 <= now.timestamp() - asked_at < _LASTS_S or not _is_first(state):
        raise oidc.NotRecognised(oidc.Why.NOT_RECENT)
    # RFC 9207: an answer that names another issuer was meant for somebody else's question.
    if request.GET.get("iss", provider.issuer) != provider.issuer or not request.GET.get("code"):
        raise oidc.NotRecognised(oidc.Why.DENIED)
    asked = _directory(provider)
    claims = oidc.claims_for(
        request.GET["code"],
        question,
        directory=asked,
        endpoints=oidc.discover(asked),
        back=_back(request),
        now=now,
    )
    return provider, claims, after


def goodbye(provider_key: str, request: HttpRequest) -> str:
    """Where the directory itself is left, if it says so; empty where it does not or does not answer."""
    provider = IdentityProvider.objects.filter(key=provider_key, is_enabled=True).first()
    if provider is None:
        return ""
    try:
        endpoints = oidc.discover(_directory(provider))
    except oidc.NotRecognised:
        return ""
    door = reverse("signin:sign-in", kwargs={"jobcenter": tenant_of(request).slug})
    return oidc.where_to_leave(_directory(provider), endpoints, back=request.build_absolute_uri(door))


def _is_first(state: str) -> bool:
    """Two requests with the same answer at the same moment read the same session; the database knows one first."""
    with transaction.atomic():
        return use_once(sha256(state.encode()).digest(), until=timezone.now() + timedelta(seconds=_LASTS_S))


def _directory(provider: IdentityProvider) -> oidc.Directory:
    return oidc.Directory(provider.issuer, provider.client_id, provider.client_secret)


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("signin:come-back", kwargs={"jobcenter": tenant_of(request).slug}))


def _refused(request: HttpRequest, why: oidc.Why) -> HttpResponse:
    log.info("sign-in refused", why=why.value)
    if why in _UNREACHABLE:
        return error_page(request, HTTPStatus.SERVICE_UNAVAILABLE, _AWAY)
    return error_page(request, HTTPStatus.FORBIDDEN, _NOT_RECOGNISED)
