# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A Jobcenter without a database, and the middleware that brings it: the frame of a page needs no more."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True, slots=True)
class OfficeSettings:
    phone: str = "0661 0000 100"
    phone_hours: str = "Mo–Fr 8–12 Uhr"
    languages: tuple[str, ...] = ("de", "en", "ar")
    colour: str = "#0b6e4f"


@dataclass(frozen=True, slots=True)
class Office:
    slug: str = "fulda"
    name: str = "Jobcenter Landkreis Fulda"
    short_name: str = "Fulda"
    settings: OfficeSettings = field(default_factory=OfficeSettings)


@dataclass(frozen=True, slots=True)
class Receptionist:
    display_name: str = "Mira Özdemir"
    is_staff: bool = True


class OfficeMiddleware:
    """Everything below ``/fulda/`` is the sample office's; every other path belongs to nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        at_office = request.path_info.startswith("/fulda/")
        request.tenant = Office() if at_office else None  # type: ignore[attr-defined]
        request.actor = Receptionist()  # type: ignore[attr-defined]
        return self.get_response(request)
