# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the desk pages of this app share: the ways round the desk, who acts, and the answer after a change."""

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jobcenter_portal.accounts.permissions import PUBLIC, Actor, SignInNeeded
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.middleware import tenant_of

READ_OR_POST: Final = ["GET", "HEAD", "POST"]


def frame(request: HttpRequest, *, here: str = "") -> dict[str, Any]:
    """Context of `about/desk/frame.html`. Only people who set up their Jobcenter come here, so the ways are theirs.

    `here` can be fetched: the language switch comes back to it.
    """
    jobcenter = {"jobcenter": tenant_of(request).slug}
    return {
        "schedules_url": reverse("desk:schedules", kwargs=jobcenter),
        "settings_url": reverse("desk:settings", kwargs=jobcenter),
        "face_url": reverse("about:face", kwargs=jobcenter),
        "reports_url": reverse("about:reports", kwargs=jobcenter),
        "page_url": here or request.path,
        "sign_out_url": reverse("signin:sign-out", kwargs=jobcenter),
        "language_url": reverse("signin:language", kwargs=jobcenter),
    }


def by_of(request: HttpRequest) -> audit.By:
    """Who acts, for the audit trail. Only for views that need a permission."""
    actor: Actor = getattr(request, "actor", PUBLIC)
    if actor.membership_id is None:
        raise SignInNeeded
    return audit.staff(actor.membership_id)


def done(address: str, what: str) -> HttpResponse:
    """To a page that can be loaded again, with a word about what was done."""
    return HttpResponseRedirect(f"{address}?{urlencode({'getan': what})}", status=HTTPStatus.SEE_OTHER)
