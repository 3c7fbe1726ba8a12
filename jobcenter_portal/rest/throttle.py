# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How much one network may ask of one Jobcenter's interface."""

from math import ceil
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from jobcenter_portal.rest.problems import BUSY, try_later
from jobcenter_portal.web.throttle import CannotCount, Limit, is_allowed

_WINDOW_S: Final = 60


class NetworkThrottle(BaseThrottle):
    """Without Redis reading goes on and writing stops: uncounted, one program could hold every time there is."""

    _wait_s = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        now = timezone.now()
        reads = request.method in SAFE_METHODS
        try:
            allowed = is_allowed(request._request, reading() if reads else writing(), now=now)  # noqa: SLF001 -- no other way to it
        except CannotCount:
            if reads:
                return True
            raise try_later(BUSY, _WINDOW_S) from None
        self._wait_s = _WINDOW_S - now.timestamp() % _WINDOW_S
        return allowed

    def wait(self) -> float:
        return ceil(self._wait_s)


def reading() -> Limit:
    return Limit("rest-read", attempts=settings.REST_READS_PER_MINUTE, seconds=_WINDOW_S)


def writing() -> Limit:
    return Limit("rest-write", attempts=settings.REST_WRITES_PER_MINUTE, seconds=_WINDOW_S)
