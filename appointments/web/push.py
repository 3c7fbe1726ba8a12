# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Saying yes to push on the device that shows an appointment, and taking it back.

Called by the script of the appointment's page alone (device.js): without JavaScript there is no push. The endpoint
comes from a browser, so anybody could send any address; only those of known push services are written down.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from appointments.contact_changes import change_address, remove_address
from appointments.core.lifecycle import Status
from appointments.web.doors import appointment_or_404, opened_by_key
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.audit.service import CUSTOMER
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.throttle import CannotCount, Limit, is_allowed
from notifications.service import UnknownService, checked_device, push_key

CHANGES: Final = Limit("push", attempts=30, seconds=3600)
"""Per network: a house in which many people live has one. Each yes knocks once at once, so it is not free."""
_OFF: Final = "off"


@opened_by_key
@require_POST
def push(request: HttpRequest, jobcenter: str, language: str, key: str) -> HttpResponse:
    """204 when it holds; pressed twice it holds once."""
    now = timezone.now()
    tenant = tenant_of(request)
    appointment = appointment_or_404(request, key)
    if request.POST.get("push") == _OFF:
        remove_address(jobcenter=tenant, appointment=appointment, channel=ContactChannel.PUSH, by=CUSTOMER, now=now)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    if not (tenant.settings.push_enabled and push_key()):
        raise Http404
    if appointment.status_now is not Status.BOOKED or now >= appointment.ends_at:
        return HttpResponse(status=HTTPStatus.CONFLICT)
    try:
        endpoint = checked_device(request.POST.get("endpoint", ""))
    except UnknownService:
        return HttpResponse(status=HTTPStatus.UNPROCESSABLE_ENTITY)
    refusal = _refusal(request, now)
    if refusal is not None:
        return HttpResponse(status=refusal)
    change_address(
        jobcenter=tenant,
        appointment=appointment,
        channel=ContactChannel.PUSH,
        address=endpoint,
        by=CUSTOMER,
        now=now,
    )
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _refusal(request: HttpRequest, now: datetime) -> HTTPStatus | None:
    """Closed where nobody can count: unlike booking, push is an extra that can wait until Redis is back."""
    try:
        return None if is_allowed(request, CHANGES, now=now) else HTTPStatus.TOO_MANY_REQUESTS
    except CannotCount:
        return HTTPStatus.SERVICE_UNAVAILABLE
