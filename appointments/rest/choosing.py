# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What there is to book: services, and free times. Listed is what a booking accepts at this moment."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from appointments import queries
from appointments.availability import Slot, find_slots
from appointments.holding import need_online_booking
from appointments.models import Location, Service
from appointments.rest.answers import ServicesAnswer, SlotsAnswer
from appointments.rest.base import BookingView
from appointments.rest.bodies import SlotsQuery
from appointments.rest.problems import NOT_BOOKABLE_ONLINE
from appointments.rest.schema import LANGUAGE, READING, answers
from jobcenter_portal.rest.problems import INVALID_FIELDS, NOT_FOUND, Problem


class Services(BookingView):
    @extend_schema(
        operation_id="services", summary="What people can come for", parameters=[LANGUAGE],
        responses=answers({200: ServicesAnswer}, *READING),
    )  # fmt: skip
    def get(self, request: Request, jobcenter: str) -> Response:
        """In the order of the office, with the papers that people should bring."""
        shown = {"booking_mode": self.jobcenter.settings.booking_mode, "services": queries.services()}
        return Response(ServicesAnswer(shown, context=self.context()).data)


class Slots(BookingView):
    @extend_schema(
        operation_id="slots", summary="Free times of a service, by location", parameters=[LANGUAGE, SlotsQuery],
        responses=answers({200: SlotsAnswer}, *READING, INVALID_FIELDS, NOT_BOOKABLE_ONLINE),
    )  # fmt: skip
    def get(self, request: Request, jobcenter: str, service: str) -> Response:
        """Listed is what a booking accepts at this moment; nothing is kept by listing it."""
        chosen = queries.service_by_slug(service)
        if chosen is None:
            raise Problem(NOT_FOUND)
        asked = self.query(SlotsQuery, service=chosen)
        need_online_booking(self.jobcenter, asked["wishes"])
        places = [asked["location"]] if "location" in asked else queries.locations_of(chosen)
        found = [{"location": place, "slots": self._free(chosen, place, asked)} for place in places]
        return Response(SlotsAnswer({"service": chosen, "locations": found}, context=self.context()).data)

    def _free(self, service: Service, location: Location, asked: dict[str, Any]) -> list[Slot]:
        return find_slots(
            service=service,
            location=location,
            settings=self.jobcenter.settings,
            now=self.now,
            wishes=asked["wishes"],
            first_day=asked.get("from"),
            days=asked["days"],
        ).slots()
