# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How pages let in whoever has a key, and answer those who guess."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from appointments.doors import TYPED_CODES, TooManyGuesses, appointment_or_404, count_wrong_code
from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.web.errors import error_page

__all__ = ["TYPED_CODES", "TooManyGuesses", "appointment_or_404", "count_wrong_code", "opened_by_key"]


def opened_by_key(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For views whose address carries a key: open to all, and closed for a while to those who guess."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except TooManyGuesses:
            return error_page(request, HTTPStatus.TOO_MANY_REQUESTS)

    declared: Callable[..., HttpResponse] = open_to_all("the key in the address is the permission")(guarded)
    return declared
