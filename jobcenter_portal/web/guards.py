# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Refuses requests that no browser sends, before anything reads them.

PostgreSQL cannot store a NUL byte and Python cannot decode text in every charset it knows by name; both would end as
a server error somewhere deep inside. Here they end as 4xx.
"""

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any, Final, TypeVar
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.http import parse_header_parameters

from jobcenter_portal.web.errors import error_page

_OUR_CHARSETS: Final = frozenset({"utf-8", "utf8", "us-ascii"})
_FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
_MAX_ADDRESS: Final = 4096
_NUL: Final = "\x00"


_View = TypeVar("_View", bound=Callable[..., Any])
_Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def only_utf8(application: _Application) -> _Application:
    """Wrap the WSGI application: answer 400 to a request that announces another charset than UTF-8.

    It stands before Django, because ``Content-Type: text/plain; charset=rot13`` with a query string breaks the
    constructor of Django's request, where no middleware can catch it. For the same reason a charset that is fine is
    taken away: Django would read the query in the constructor and break on one with too many fields.
    """

    def guarded(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            kind, parameters = parse_header_parameters(environ.get("CONTENT_TYPE", ""))
            readable = parameters.pop("charset", "utf-8").lower() in _OUR_CHARSETS
        except (LookupError, ValueError):
            readable = False
        if not readable:
            headers = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
            start_response("400 Bad Request", headers)
            return [b"Only UTF-8 can be read here.\n"]
        boundary = f'; boundary="{parameters["boundary"]}"' if "boundary" in parameters else ""
        return application({**environ, "CONTENT_TYPE": kind + boundary}, start_response)

    return guarded


def takes_uploads(most_bytes: int) -> Callable[[_View], _View]:
    """Let a view take a body larger than any form, files included. Without it 64 KB are the end."""

    def declare(view: _View) -> _View:
        view.takes_uploads = most_bytes  # type: ignore[attr-defined]
        return view

    return declare


class RequestGuardMiddleware:
    """Answer 413 to an oversized body, 414 to an endless address, 400 to NUL bytes."""

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
    if _NUL in request.path_info or b"\x00" in unquote_to_bytes(query):
        return HTTPStatus.BAD_REQUEST
    length = _announced_length(request)
    if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and length > _most_bytes(request):
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if request.content_type in _FORMS and any(_NUL in text for text in _form_texts(request)):
        return HTTPStatus.BAD_REQUEST
    return None


def _most_bytes(request: HttpRequest) -> int:
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return 0
    return int(getattr(view, "takes_uploads", 0))


def _announced_length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        raise BadRequest("Content-Length is not a number")
    return int(length)


def _form_texts(request: HttpRequest) -> Iterator[str]:
    for name, values in request.POST.lists():
        yield name
        yield from values
    yield from request.FILES  # Django has cleaned the files' own names already
