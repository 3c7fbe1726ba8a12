# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What all views of booking share: the refusals of use cases become problems."""

from rest_framework.response import Response

from appointments.rest.problems import problem_of
from jobcenter_portal.rest.views import ApiView


class BookingView(ApiView):
    def handle_exception(self, exc: Exception) -> Response:
        settings = self.jobcenter.settings
        problem = problem_of(exc, zone=settings.zone, booking_mode=settings.booking_mode)
        return super().handle_exception(problem or exc)
