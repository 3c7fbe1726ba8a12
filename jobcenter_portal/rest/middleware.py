# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whoever asks the interface is answered by the interface, also when a guard, the router or a fault speaks first."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse

from jobcenter_portal.rest.problems import MEDIA_TYPE, problem_of_status

_SEGMENT: Final = "api"


class ProblemMiddleware:
    """Stands outside of everything that refuses with a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < HTTPStatus.BAD_REQUEST or not is_for_interface(request):
            return response
        if not response.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
            _make_problem(response)
        return response


def _make_problem(response: HttpResponse) -> None:
    """The page's headers stay: which methods there are, and when to come back."""
    problem = problem_of_status(response.status_code)
    response.status_code = problem.status
    response.headers["Content-Type"] = MEDIA_TYPE
    response.content = json.dumps(problem.document()).encode()


def is_for_interface(request: HttpRequest) -> bool:
    """`/<jobcenter>/api/…`, whether the Jobcenter exists or not."""
    return request.path_info.split("/", 3)[2:3] == [_SEGMENT]
