# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The operator's doors: a secret from the environment, and no door at all where none is set.

Not the staff's sign-in: who runs the servers belongs to no Jobcenter. Each secret has at least 20 letters
(settings.environment), too many to be guessed over a network; it is compared in constant time and logged nowhere.
"""

import base64
import binascii
import functools
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

_View = Callable[[HttpRequest], HttpResponse]


def needs_password(view: _View) -> _View:
    """Basic authentication with settings.OPERATOR_PASSWORD, any name: every browser asks for it by itself."""

    @functools.wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if _fits(_password_of(request), settings.OPERATOR_PASSWORD):
            return view(request)
        return _refusal('Basic realm="Betrieb", charset="UTF-8"')

    return guarded


def needs_token(view: _View) -> _View:
    """`Authorization: Bearer …` with settings.METRICS_TOKEN, as Prometheus sends it."""

    @functools.wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        kind, _blank, token = request.headers.get("Authorization", "").partition(" ")
        if _fits(token.strip() if kind.lower() == "bearer" else "", settings.METRICS_TOKEN):
            return view(request)
        return _refusal("Bearer")

    return guarded


def _fits(given: str, wanted: str) -> bool:
    """Raises Http404 where no secret is set: an empty one would let everybody in."""
    if not wanted:
        raise Http404
    return constant_time_compare(given, wanted)


def _password_of(request: HttpRequest) -> str:
    kind, _blank, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return ""
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return pair.partition(":")[2]


def _refusal(challenge: str) -> HttpResponse:
    text = "Zugang nur für den Betrieb.\n"
    answer = HttpResponse(text, status=HTTPStatus.UNAUTHORIZED, content_type="text/plain; charset=utf-8")
    answer["WWW-Authenticate"] = challenge
    return answer
