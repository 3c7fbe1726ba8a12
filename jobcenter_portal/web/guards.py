# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Refuses requests that no browser sends, before anything reads them.

PostgreSQL cannot store a NUL byte and Python cannot decode text in every charset it knows by name; both would end as
a server error somewhere deep inside. Here they end as 4xx.
"""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from jobcenter_portal.web.errors import error_page

_CHARSETS: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
_MAX_ADDRESS: Final = 4096
_NUL: Final = "\x00"


class RequestGuardMiddleware:
    """Answer 413 to an oversized body, 414 to an endless address, 400 to NUL bytes and foreign charsets."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            refusal = _refusal(request)
        except RequestDataTooBig:
            refusal = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        if refusal is not None:
            return error_page(request, refusal)
        return self.get_response(request)


def _refusal(request: HttpRequest) -> HTTPStatus | None:
    """Raise BadRequest or SuspiciousOperation where Django's own parser refuses the body."""
    query: str = request.META.get("QUERY_STRING", "")
    if len(request.path_info) + len(query) > _MAX_ADDRESS:
        return HTTPStatus.REQUEST_URI_TOO_LONG
    charset = (request.content_params or {}).get("charset", "utf-8")
    if charset.lower() not in _CHARSETS or _NUL in request.path_info or b"\x00" in unquote_to_bytes(query):
        return HTTPStatus.BAD_REQUEST
    if _announced_length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if request.content_type in _FORMS and any(_NUL in text for text in _form_texts(request)):
        return HTTPStatus.BAD_REQUEST
    return None


def _announced_length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        raise BadRequest("Content-Length is not a number")
    return int(length)


def _form_texts(request: HttpRequest) -> Iterator[str]:
    for name, values in request.POST.lists():
        yield name
        yield from values
    for name, files in request.FILES.lists():
        yield name
        yield from (file.name or "" for file in files)
