# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Turns whatever a view raises into a problem document."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.http import Http404
from rest_framework import exceptions
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.response import Response
from rest_framework.settings import api_settings

from jobcenter_portal.rest.problems import (
    INVALID_FIELDS,
    MALFORMED_JSON,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    NOT_FOUND,
    THROTTLED,
    UNSUPPORTED_MEDIA_TYPE,
    Problem,
    ProblemType,
    try_later,
)

_OF_FRAMEWORK: Final[Mapping[type[Exception], ProblemType]] = {
    Http404: NOT_FOUND,
    exceptions.NotFound: NOT_FOUND,
    exceptions.MethodNotAllowed: METHOD_NOT_ALLOWED,
    exceptions.NotAcceptable: NOT_ACCEPTABLE,
    exceptions.UnsupportedMediaType: UNSUPPORTED_MEDIA_TYPE,
    exceptions.ParseError: MALFORMED_JSON,
}


def answer_to(error: Exception, _context: Mapping[str, Any]) -> Response | None:
    """``REST_FRAMEWORK["EXCEPTION_HANDLER"]``. None for what goes on as it does on pages.

    Our own faults are recorded and a busy database is a 503, by web.errors; ProblemMiddleware puts both into JSON.
    """
    problem = _problem_of(error)
    return None if problem is None else problem.answer()


def _problem_of(error: Exception) -> Problem | None:
    if isinstance(error, Problem):
        return error
    if isinstance(error, exceptions.Throttled):
        return try_later(THROTTLED, int(getattr(error, "wait", None) or 1))
    if isinstance(error, ValidationError):
        return Problem(INVALID_FIELDS, errors=faults_of(error, place="pointer"))
    known = _OF_FRAMEWORK.get(type(error))
    return None if known is None else Problem(known)


def faults_of(error: ValidationError, *, place: str) -> list[dict[str, str]]:
    """One entry for each fault: where (`pointer` into the body, or name of a `parameter`), its code, and words."""
    root = "#" if place == "pointer" else ""
    return [
        {place: where, "code": str(detail.code), "detail": str(detail)} for where, detail in _faults(error.detail, root)
    ]


def _faults(detail: Any, where: str) -> Iterator[tuple[str, ErrorDetail]]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            at_once = name == api_settings.NON_FIELD_ERRORS_KEY
            yield from _faults(inner, where if at_once else f"{where}/{name}" if where else str(name))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _faults(inner, where)
    else:
        yield where, detail
