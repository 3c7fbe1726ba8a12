# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A time kept for somebody who is still typing."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from appointments.holding import HoldGone, extend_hold, hold, release_hold
from appointments.models import Hold
from appointments.queries import database_now, hold_by_token
from appointments.rest.answers import HeldTime, HoldAnswer
from appointments.rest.base import BookingView
from appointments.rest.bodies import Nothing, TimeBody
from appointments.rest.problems import (
    HOLD_GONE,
    NETWORK_FULL,
    NOT_BOOKABLE_ONLINE,
    REFUSED,
    SLOT_TAKEN,
    WORK_NEEDED,
)
from appointments.rest.schema import READING, WRITING, answers, key_header
from appointments.seats import hold_seat
from appointments.way_in import keep_within_network, need_way_in, network_index
from jobcenter_portal.rest.views import repeatable


class HoldView(BookingView):
    def shown(self, token: str, held: Hold) -> dict[str, object]:
        return dict(HoldAnswer(HeldTime(token, held), context=self.context()).data)


class Holds(HoldView):
    @extend_schema(
        operation_id="hold", summary="Keep a time", parameters=[key_header()], request=TimeBody,
        responses=answers(
            {201: HoldAnswer}, *WRITING, SLOT_TAKEN, REFUSED, NOT_BOOKABLE_ONLINE, WORK_NEEDED, NETWORK_FULL
        ),
    )  # fmt: skip
    @repeatable()
    def post(self, request: Request, jobcenter: str) -> Response:
        """Nobody else can take the time until `expires_at`. The token is told once and is the only way back to it."""
        wanted = self.body(TimeBody)
        need_way_in(self.plain_request, now=self.now)
        if "session" in wanted:
            token, held = hold_seat(jobcenter=self.jobcenter, session=wanted["session"], now=self.now)
        else:
            token, held = hold(wanted["request"])
        keep_within_network(held, network_index(self.plain_request), now=self.now)
        return Response(self.shown(token, held), status=status.HTTP_201_CREATED)


class OneHold(BookingView):
    @extend_schema(
        operation_id="release_hold", summary="Let a kept time go", request=None,
        responses=answers({204: None}, *READING, HOLD_GONE),
    )  # fmt: skip
    def delete(self, request: Request, jobcenter: str, token: str) -> Response:
        """Kind to those who still look: the time is free at once."""
        release_hold(held=living_hold(token))
        return Response(status=status.HTTP_204_NO_CONTENT)


class Extension(HoldView):
    @extend_schema(
        operation_id="extend_hold", summary="Keep a time longer, at most ten times", parameters=[key_header()],
        request=Nothing, responses=answers({200: HoldAnswer}, *WRITING, SLOT_TAKEN, HOLD_GONE),
    )  # fmt: skip
    @repeatable()
    def post(self, request: Request, jobcenter: str, token: str) -> Response:
        """Also after its end, as long as nobody else took the time. The tenth extension is the last."""
        self.body(Nothing)
        extend_hold(jobcenter=self.jobcenter, held=living_hold(token), now=self.now)
        return Response(self.shown(token, living_hold(token)))


def living_hold(token: str) -> Hold:
    """The hold that a token opens, as long as its draft lives. Raises HoldGone, for those that never were alike."""
    held = hold_by_token(token)
    if held is None or held.draft_until <= database_now():
        raise HoldGone
    return held
