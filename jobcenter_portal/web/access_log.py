# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One line a request: what was asked, what came of it, how long it took.

The servers' own access logs are off, because their lines would hold the links that open appointments. Here the path
passes the same redaction as everything else, and neither query, address nor browser is written at all.
"""

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

log = structlog.get_logger("jobcenter_portal.requests")


class AccessLogMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        log.info(
            "request",
            method=request.method,
            path=request.path_info[:200],
            status=response.status_code,
            milliseconds=round((time.perf_counter() - began) * 1000),
        )
        return response
