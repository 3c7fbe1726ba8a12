# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What there is to book: services, municipalities, one's own caseworker, and free times.

Listed is what a booking accepts at this moment.
"""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from appointments import offers, queries
from appointments.availability import Slot, find_slots
from appointments.caseworkers import LETTER_CODES, calendar_of_code, ticket_of
from appointments.catchments import municipalities
from appointments.holding import need_online_booking
from appointments.models import Location, Service
from appointments.rest.answers import CaseworkerAnswer, MunicipalitiesAnswer, ServicesAnswer, SlotsAnswer
from appointments.rest.base import BookingView
from appointments.rest.bodies import LettersBody, SlotsQuery
from appointments.rest.problems import NOT_BOOKABLE_ONLINE
from appointments.rest.schema import LANGUAGE, READING, TELLING, answers
from appointments.rest.wishes import Choice, fault
from appointments.seats import dates
from jobcenter_portal.rest.problems import BUSY, INVALID_FIELDS, NOT_FOUND, THROTTLED, Problem, try_later
from jobcenter_portal.web.throttle import CannotCount, is_allowed


class Services(BookingView):
    @extend_schema(
        operation_id="services", summary="What people can come for", parameters=[LANGUAGE],
        responses=answers({200: ServicesAnswer}, *READING),
    )  # fmt: skip
    def get(self, request: Request, jobcenter: str) -> Response:
        """In the order of the office, with the papers that people should bring."""
        shown = {"booking_mode": self.jobcenter.settings.booking_mode, "services": queries.services()}
        return Response(ServicesAnswer(shown, context=self.context()).data)


class Municipalities(BookingView):
    @extend_schema(
        operation_id="municipalities", summary="Where people can live",
        responses=answers({200: MunicipalitiesAnswer}, *READING),
    )  # fmt: skip
    def get(self, request: Request, jobcenter: str) -> Response:
        """Where locations serve towns of their own, a search and a booking name one of these; else there are none."""
        return Response(MunicipalitiesAnswer({"municipalities": municipalities()}, context=self.context()).data)


class Caseworkers(BookingView):
    @extend_schema(
        operation_id="own_caseworker", summary="One's own caseworker, by the letters on their letters",
        parameters=[LANGUAGE], request=LettersBody, responses=answers({200: CaseworkerAnswer}, *TELLING),
    )  # fmt: skip
    def post(self, request: Request, jobcenter: str) -> Response:
        """Where everybody has their own caseworker. What comes back as `caseworker` names them from then on."""
        self._count_try()
        found = calendar_of_code(self.body(LettersBody)["code"])
        if found is None:
            raise fault("code", "unknown", "Nobody has these letters.")
        shown = {
            "caseworker": ticket_of(found),
            "name": found.name,
            "deputy": found.deputy.name if found.deputy else None,
            "services": offers.led_by(found.pk),
        }
        return Response(CaseworkerAnswer(shown, context=self.context()).data)

    def _count_try(self) -> None:
        """Letters can be guessed, so few may be tried, here and on the pages together."""
        try:
            allowed = is_allowed(self.plain_request, LETTER_CODES, now=self.now)
        except CannotCount:
            raise try_later(BUSY, LETTER_CODES.seconds) from None
        if not allowed:
            raise try_later(THROTTLED, LETTER_CODES.seconds)


class Slots(BookingView):
    @extend_schema(
        operation_id="slots", summary="Free times of a service, by location", parameters=[LANGUAGE, SlotsQuery],
        responses=answers({200: SlotsAnswer}, *READING, INVALID_FIELDS, NOT_BOOKABLE_ONLINE),
    )  # fmt: skip
    def get(self, request: Request, jobcenter: str, service: str) -> Response:
        """Listed is what a booking accepts at this moment; nothing is kept by listing it. Groups have `dates`."""
        chosen = queries.service_by_slug(service)
        if chosen is None:
            raise Problem(NOT_FOUND)
        if chosen.is_group:
            return self._dates(chosen)
        asked = self.query(SlotsQuery, service=chosen)
        choice: Choice = asked["choice"]
        need_online_booking(self.jobcenter, choice.wishes, is_emergency=chosen.is_emergency)
        found = [{"location": place, "slots": self._free(choice, place, asked)} for place in asked["places"]]
        return self._listed(chosen, locations=found)

    def _free(self, choice: Choice, location: Location, asked: dict[str, Any]) -> list[Slot]:
        return find_slots(
            service=choice.service,
            location=location,
            settings=self.jobcenter.settings,
            now=self.now,
            wishes=choice.wishes,
            first_day=asked.get("from"),
            days=asked["days"],
        ).slots()

    def _dates(self, service: Service) -> Response:
        """All dates of the group that can be booked now: they are few, so neither days nor wishes are asked for."""
        need_online_booking(self.jobcenter)
        return self._listed(service, dates=dates(service=service, settings=self.jobcenter.settings, now=self.now))

    def _listed(self, service: Service, **found: Any) -> Response:
        shown = {"service": service, "locations": [], "dates": [], **found}
        return Response(SlotsAnswer(shown, context=self.context()).data)
