# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How pages let in whoever has a key, and answer those who guess."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from appointments.doors import TYPED_CODES, TooManyGuesses, appointment_or_404, count_wrong_code
from appointments.own_limits import TooOften
from appointments.way_in import WorkNeeded
from appointments.web.way_in import work_page
from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.web.errors import Explanation, error_page

__all__ = [
    "NO_MORE_TODAY",
    "TYPED_CODES",
    "TooManyGuesses",
    "appointment_or_404",
    "count_wrong_code",
    "opened_by_key",
    "too_often",
]

NO_MORE_TODAY: Final = _("Heute geht das nicht mehr. Rufen Sie uns an, dann ändern wir es für Sie.")
_TOO_OFTEN: Final = Explanation(_("Das waren zu viele Versuche"), NO_MORE_TODAY)


def opened_by_key(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For views whose address carries a key: open to all, and closed for a while to those who guess."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except TooManyGuesses:
            return error_page(request, HTTPStatus.TOO_MANY_REQUESTS)
        except WorkNeeded:
            return work_page(request)
        except TooOften:
            return too_often(request)

    declared: Callable[..., HttpResponse] = open_to_all("the key in the address is the permission")(guarded)
    return declared


def too_often(request: HttpRequest) -> HttpResponse:
    """The key has done this too often for now; nothing has changed, and the office can still do it."""
    return error_page(request, HTTPStatus.TOO_MANY_REQUESTS, _TOO_OFTEN)
