# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Book, look, move, cancel, take back. Whoever has the key of an appointment may do with it what its page lets them."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from appointments.core.lifecycle import Status
from appointments.doors import appointment_or_404
from appointments.groups import change_date
from appointments.links import keys_of
from appointments.models import Appointment
from appointments.own_limits import Deed, count_own
from appointments.rest.answers import AppointmentAnswer
from appointments.rest.base import BookingView
from appointments.rest.bodies import BookingBody, MoveBody, Nothing
from appointments.rest.problems import (
    ADDRESS_NOT_PROVEN,
    HOLD_GONE,
    NOT_ALLOWED,
    NOT_BOOKABLE_ONLINE,
    REFUSED,
    SLOT_TAKEN,
    TOO_OFTEN,
    WORK_NEEDED,
)
from appointments.rest.schema import KEY_NEEDED, LANGUAGE, READING, WRITING, answers, key_header
from appointments.rest.wishes import fault
from appointments.seats import book_seat, session_by_public_id
from appointments.service import Person, book, book_held, cancel, reschedule, undo_cancel
from appointments.taking import Request as Wanted
from appointments.taking import SlotTaken
from appointments.way_in import need_way_in, network_index, note_booked_at_once
from jobcenter_portal.audit.service import CUSTOMER
from jobcenter_portal.rest.views import repeatable


class AppointmentView(BookingView):
    def shown(self, appointment: Appointment) -> dict[str, object]:
        return dict(AppointmentAnswer(appointment, context=self.context()).data)

    def opened(self, key: str) -> Appointment:
        """The appointment that a key opens. Raises Http404, TooManyGuesses: the same doors as the pages have."""
        return appointment_or_404(self.plain_request, key)


class Appointments(AppointmentView):
    @extend_schema(
        operation_id="book", summary="Book a held or a free time", parameters=[key_header(required=True), LANGUAGE],
        request=BookingBody,
        responses=answers(
            {201: AppointmentAnswer},
            *WRITING, *KEY_NEEDED, SLOT_TAKEN, REFUSED, NOT_BOOKABLE_ONLINE, HOLD_GONE, ADDRESS_NOT_PROVEN, WORK_NEEDED,
        ),
    )  # fmt: skip
    @repeatable(needs_key=True)
    def post(self, request: Request, jobcenter: str) -> Response:
        """With `hold_token` the held time is booked, else the time that is named, if it is free.

        Where the Jobcenter answers requests itself, the appointment begins as `requested`.
        """
        booked = self._booked()
        location = f"{request.path_info}{keys_of(booked).token}/"
        return Response(self.shown(booked), status=status.HTTP_201_CREATED, headers={"Location": location})

    def _booked(self) -> Appointment:
        said = self.body(BookingBody)
        person, key = said["person"], self.sent.name if self.sent else None
        if "hold_token" in said:
            return book_held(jobcenter=self.jobcenter, token=said["hold_token"], person=person, now=self.now)
        need_way_in(self.plain_request, now=self.now)
        booked = self._at_once(said, person, key)
        note_booked_at_once(network_index(self.plain_request), now=self.now)
        return booked

    def _at_once(self, said: dict[str, Any], person: Person, key: str | None) -> Appointment:
        if "session" in said:
            return book_seat(
                jobcenter=self.jobcenter, session=said["session"], person=person, now=self.now, idempotency_key=key
            )
        wanted: Wanted = said["request"]
        return book(
            jobcenter=wanted.jobcenter,
            service=wanted.service,
            location=wanted.location,
            starts_at=wanted.starts_at,
            wishes=wanted.wishes,
            person=person,
            now=wanted.now,
            idempotency_key=key,
        )


class OneAppointment(AppointmentView):
    @extend_schema(
        operation_id="appointment", summary="One appointment", parameters=[LANGUAGE],
        responses=answers({200: AppointmentAnswer}, *READING),
    )  # fmt: skip
    def get(self, request: Request, jobcenter: str, key: str) -> Response:
        """`key` is the appointment's key or its short code."""
        return Response(self.shown(self.opened(key)))


class Move(AppointmentView):
    @extend_schema(
        operation_id="move", summary="Another time; the old one stays until the new one is taken",
        parameters=[key_header(), LANGUAGE], request=MoveBody,
        responses=answers({200: AppointmentAnswer}, *WRITING, SLOT_TAKEN, REFUSED, NOT_ALLOWED),
    )  # fmt: skip
    @repeatable()
    def post(self, request: Request, jobcenter: str, key: str) -> Response:
        """As often and as late as the Jobcenter lets people move themselves."""
        appointment = self.opened(key)
        said = self.body(MoveBody)
        if appointment.session_id is not None:
            return Response(self.shown(self._to_date(appointment, said)))
        if set(said) != {"starts_at"}:
            raise fault("starts_at", "required", "The new time, and nothing else.")
        return Response(self.shown(self._to_time(appointment, said["starts_at"], key)))

    def _to_time(self, appointment: Appointment, wanted: datetime, key: str) -> Appointment:
        if appointment.starts_at == wanted and appointment.status_now is Status.BOOKED:
            return appointment
        try:
            return reschedule(
                jobcenter=self.jobcenter, appointment=appointment, starts_at=wanted, by=CUSTOMER, now=self.now
            )
        except SlotTaken:
            # The same request, sent twice at once, may have taken it for the same person.
            moved = self.opened(key)
            if moved.starts_at != wanted:
                raise
            return moved

    def _to_date(self, appointment: Appointment, said: dict[str, Any]) -> Appointment:
        """Another date of the same group."""
        if set(said) != {"session"}:
            raise fault("session", "required", "The new date of the group, and nothing else.")
        session = session_by_public_id(said["session"])
        if session is None or session.service_id != appointment.service_id:
            raise fault("session", "unknown", "The group has no such date.")
        return change_date(
            jobcenter=self.jobcenter, appointment=appointment, session=session, by=CUSTOMER, now=self.now
        )


class Cancellation(AppointmentView):
    @extend_schema(
        operation_id="cancel", summary="Cancel; possible until the end of the appointment, twice changes nothing",
        parameters=[key_header(), LANGUAGE], request=Nothing,
        responses=answers({200: AppointmentAnswer}, *WRITING, NOT_ALLOWED),
    )  # fmt: skip
    @repeatable()
    def post(self, request: Request, jobcenter: str, key: str) -> Response:
        """Always welcome: after the deadline it counts as short notice, and nothing else comes of it."""
        appointment = self.opened(key)
        self.body(Nothing)
        return Response(
            self.shown(cancel(jobcenter=self.jobcenter, appointment=appointment, by=CUSTOMER, now=self.now))
        )


class Undo(AppointmentView):
    @extend_schema(
        operation_id="undo_cancel", summary="Take one's own cancellation back, within 30 minutes",
        parameters=[key_header(), LANGUAGE], request=Nothing,
        responses=answers({200: AppointmentAnswer}, *WRITING, SLOT_TAKEN, NOT_ALLOWED, TOO_OFTEN),
    )  # fmt: skip
    @repeatable()
    def post(self, request: Request, jobcenter: str, key: str) -> Response:
        """If the time is still free. What the office cancelled stays cancelled. At most six times in an hour."""
        appointment = self.opened(key)
        self.body(Nothing)
        if appointment.status_now.is_open:
            return Response(self.shown(appointment))
        count_own(Deed.UNDO, appointment, now=self.now)
        taken_back = undo_cancel(jobcenter=self.jobcenter, appointment=appointment, by=CUSTOMER, now=self.now)
        return Response(self.shown(taken_back))
