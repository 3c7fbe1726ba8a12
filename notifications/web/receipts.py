# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The door for providers: what became of our messages. Checked, written down, answered; nothing else in the request.

A provider repeats what is not answered within a few seconds, so what a receipt means is worked out later. Nothing here
limits how often it is called: a burst of ten thousand is a good day's evening, and a forged call costs one look-up.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from jobcenter_portal.accounts.permissions import open_to_all
from notifications.channels.base import BadConfig, Channel, ForgedReceipt, ReceiptRequest
from notifications.channels.registry import UnknownDriver, driver_of
from notifications.delivery.ways import way_of
from notifications.models import ProviderAccount
from notifications.receipts.inbox import take_in

log = structlog.get_logger(__name__)


@csrf_exempt
@require_POST
@open_to_all("the provider's signature or key is checked by its driver")
def receive(request: HttpRequest, jobcenter: str, account: str) -> HttpResponse:  # noqa: ARG001 -- part of the address
    """204 for what was taken in, once or for the tenth time; 403 without a word for what is not the provider's."""
    called = _account(account)
    if called is None:
        raise Http404
    try:
        receipts = driver_of(called.driver).receipts(_as_sent(request), called.config)
    except (ForgedReceipt, BadConfig, UnknownDriver) as error:
        log.warning("receipt refused", account=account, error=type(error).__name__)
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    new = take_in(receipts, account_key=account, now=timezone.now())
    log.info("receipts taken in", account=account, count=len(receipts), new=new)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@dataclass(frozen=True, slots=True)
class _Called:
    driver: str
    config: Mapping[str, str] = field(repr=False)


def _account(key: str) -> _Called | None:
    """The Jobcenter's own account, also one that is switched off: its last messages are still on their way."""
    own = ProviderAccount.objects.filter(public_id=key).first()
    if own is not None:
        return _Called(own.driver, json.loads(own.config or "{}"))
    ways = (way_of(channel, key) for channel in Channel)
    way = next((way for way in ways if way is not None), None)
    return None if way is None else _Called(way.driver, way.config)


def _as_sent(request: HttpRequest) -> ReceiptRequest:
    return ReceiptRequest(
        method=request.method or "",
        url=_public_address(request),
        headers={name.lower(): value for name, value in request.headers.items()},
        query=request.GET.dict(),
        body=request.body,
    )


def _public_address(request: HttpRequest) -> str:
    """The address as the provider called it, which some sign: behind a proxy neither scheme nor host is what we see."""
    portal = urlsplit(settings.PUBLIC_URL)
    host = request.get_host()
    if validate_host(split_domain_port(host)[0], settings.PORTAL_HOSTS):
        host = portal.netloc
    return f"{portal.scheme}://{host}{request.get_full_path()}"
