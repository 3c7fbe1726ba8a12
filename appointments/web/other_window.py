# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two windows of one person: a browser keeps one time, so choosing in one window lets that of the other go.

A form that is then sent from the window left behind would meet a hold that is gone, and what was typed there with it.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from appointments.holding import keep_draft, open_anew
from appointments.web.drafts import Draft
from appointments.web.holds import browsers_hold
from appointments.web.present import url
from jobcenter_portal.tenancy.middleware import tenant_of

_SEE_OTHER: Final = 303
_FROM: Final = "fenster"


def with_what_was_typed(request: HttpRequest) -> HttpResponse | None:
    """On to the contact page of the time that this browser holds by now; None where it holds none.

    Only the browser's own session leads there. Its hold gets a new token, since of the one it has only a hash is known.
    """
    tenant = tenant_of(request)
    held = browsers_hold(request, tenant) if request.method == "POST" else None
    if held is None:
        return None
    if "name" in request.POST:
        keep_draft(held=held, draft_json=Draft.typed(request.POST).as_json())
    address = url("contact", tenant, token=open_anew(held=held))
    return HttpResponseRedirect(f"{address}?{_FROM}=anderes", status=_SEE_OTHER)


def comes_from_there(request: HttpRequest) -> bool:
    """Whether the page has to say that another time counts now."""
    return _FROM in request.GET
