# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Group sessions: one stretch of a calendar in which several people have a seat."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from appointments.models.place import Calendar, Location
from appointments.models.service import Service
from jobcenter_portal.kernel.ids import PUBLIC_ID_LENGTH, public_id
from jobcenter_portal.kernel.translated import in_language
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.retention import Retention


class GroupSession(TenantModel):
    """A date of a group service with `seats` places. Its time is one Occupancy in state SESSION.

    `titles` says what this date is about when the service's own title is not enough; it may be empty.
    """

    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, default=public_id, editable=False)
    service = TenantForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    location = TenantForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    calendar = TenantForeignKey(Calendar, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    seats = models.PositiveSmallIntegerField()
    titles = models.JSONField(default=dict, blank=True)
    cancelled_at = models.DateTimeField(null=True)

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(("public_id", "titles"), Retention.NOT_PERSONAL)

    class Meta:
        indexes = [models.Index(fields=["tenant", "service", "starts_at"], name="appointments_sessions_to_come")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="appointments_session_public_id"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="appointments_session_range"),
            models.CheckConstraint(condition=Q(seats__range=(1, 500)), name="appointments_session_seats"),
        ]

    def __str__(self) -> str:
        return f"group session {self.pk}"

    def title(self, language: str) -> str:
        """What this date is about; empty when the service's title says it all."""
        return in_language(self.titles, language) if self.titles else ""
