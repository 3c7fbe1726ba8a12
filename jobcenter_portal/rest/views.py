# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The base of every view of the interface: what it takes, in which language it answers, and how a request repeats."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.http import HttpRequest, QueryDict
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from rest_framework.exceptions import MethodNotAllowed, UnsupportedMediaType, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from jobcenter_portal.rest import idempotency
from jobcenter_portal.rest.errors import faults_of
from jobcenter_portal.rest.parsing import StrictJsonParser
from jobcenter_portal.rest.problems import BAD_REQUEST, INVALID_FIELDS, KEY_MISSING, LENGTH_REQUIRED, Problem
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.coverage import shown_languages
from jobcenter_portal.web.languages import GERMAN
from jobcenter_portal.web.preference import preferred_language

_OF_DETAILS: Final = "en"
"""Problems speak to those who write programs; half of the framework's sentences would be German otherwise."""
_REFUSED: Final = 400


class ApiView(APIView):
    """JSON in, JSON out. It reads no cookie and no session, so there is nothing that another site could misuse."""

    http_method_names = ["get", "head", "post", "delete"]

    sent: idempotency.Sent | None = None
    """Set while a request with an Idempotency-Key is worked on."""

    now: datetime
    """Read once for each request."""

    language: str = GERMAN.code
    """Of the texts that the Jobcenter wrote, as asked for."""

    @property
    def jobcenter(self) -> Jobcenter:
        return tenant_of(self.plain_request)

    @property
    def plain_request(self) -> HttpRequest:
        plain: HttpRequest = self.request._request  # noqa: SLF001 -- no other way to it
        return plain

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method not in self.allowed_methods:
            raise MethodNotAllowed(str(request.method))
        self.now = timezone.now()
        self.language = preferred_language(self.plain_request, shown_languages(self.jobcenter)).code
        translation.activate(_OF_DETAILS)  # until the response has left LanguageMiddleware
        super().initial(request, *args, **kwargs)
        _need_json(self.plain_request)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer: Response = super().finalize_response(request, response, *args, **kwargs)
        answer.headers["Content-Language"] = self.language if answer.status_code < _REFUSED else _OF_DETAILS
        patch_vary_headers(answer, ["Accept-Language"])
        return answer

    def body(self, serializer: type[BaseSerializer[Any]]) -> dict[str, Any]:
        """The body's fields. Raises ValidationError, whose faults point into the body."""
        read = serializer(data=self.request.data, context=self.context())
        read.is_valid(raise_exception=True)
        return dict(read.validated_data)

    def query(self, serializer: type[BaseSerializer[Any]], **more: Any) -> dict[str, Any]:
        """The address's parameters. Raises Problem, whose faults name parameters. `more` is for the serializer."""
        try:
            read = serializer(data=_each_once(self.request.query_params), context={**self.context(), **more})
            read.is_valid(raise_exception=True)
        except ValidationError as error:
            raise Problem(INVALID_FIELDS, errors=faults_of(error, place="parameter")) from None
        return dict(read.validated_data)

    def context(self) -> dict[str, Any]:
        """What serializers need to know beside their data."""
        zone = self.jobcenter.settings.zone
        return {"jobcenter": self.jobcenter, "zone": zone, "language": self.language, "now": self.now}


_P = ParamSpec("_P")
_Handler = Callable[Concatenate[Any, Request, _P], Response]


def repeatable(*, needs_key: bool = False) -> Callable[[_Handler[_P]], _Handler[_P]]:
    """For handlers that change something: with an Idempotency-Key, whatever is sent again is done once."""

    def wrap(handler: _Handler[_P]) -> _Handler[_P]:
        @wraps(handler)
        def once(view: Any, request: Request, /, *args: _P.args, **kwargs: _P.kwargs) -> Response:
            key = idempotency.key_in(request.headers.get(idempotency.HEADER, ""))
            if not key:
                if needs_key:
                    raise Problem(KEY_MISSING)
                return handler(view, request, *args, **kwargs)
            content = (request.method, request.path_info, request.data)
            begun = idempotency.begin(key=key, content=content, now=view.now)
            if isinstance(begun, idempotency.Answer):
                return _replayed(begun)
            view.sent = begun
            try:
                response = handler(view, request, *args, **kwargs)
            except Exception:
                idempotency.forget(begun)
                raise
            location = response.headers.get("Location", "")
            idempotency.keep(begun, idempotency.Answer(response.status_code, response.data, location))
            return response

        return once

    return wrap


def _replayed(answer: idempotency.Answer) -> Response:
    headers = {idempotency.REPLAYED_HEADER: "true", **({"Location": answer.location} if answer.location else {})}
    return Response(answer.document, status=answer.status, headers=headers)


def _each_once(parameters: QueryDict) -> dict[str, Any]:
    """Raises ValidationError for a parameter that stands twice: which of the two is meant?"""
    if any(len(values) > 1 for _name, values in parameters.lists()):
        raise ValidationError("Each parameter once, please.", code="repeated")
    return dict(parameters.items())


def _need_json(request: HttpRequest) -> None:
    """A form is refused even where the body is not read: it could be sent from any page of the web.

    A body in chunks would count as empty: WSGI tells how long a body is by its Content-Length alone.
    """
    if "HTTP_TRANSFER_ENCODING" in request.META:
        raise Problem(LENGTH_REQUIRED)
    if request.META.get("CONTENT_LENGTH", "0") in ("", "0"):
        return
    if request.method == "DELETE":
        raise Problem(BAD_REQUEST, "DELETE takes no body.")
    if request.method == "POST" and request.content_type != StrictJsonParser.media_type:
        raise UnsupportedMediaType(request.content_type or "")
