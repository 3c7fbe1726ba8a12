# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people come for (Anliegen)."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from appointments.core.modes import ALL_MODES, Mode, PartyRole, modes_in
from appointments.models.place import Calendar
from jobcenter_portal.kernel.translated import in_language
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.retention import Retention


class Service(TenantModel):
    """A concern with its length in minutes. Texts are per language; German is always there.

    `grid_minutes`, `min_lead_hours` and `horizon_days` are the Jobcenter's where they are empty. `earliest_minute` and
    `latest_minute` bound the appointment itself on the local day. `mediator_minutes` come on top when somebody
    interprets. Emergencies are booked in emergency hours alone, groups by sessions with seats.
    """

    slug = models.SlugField(max_length=40, db_index=False)
    titles = models.JSONField()
    hints = models.JSONField()
    documents = models.JSONField(default=dict)
    duration_minutes = models.PositiveSmallIntegerField()
    before_minutes = models.PositiveSmallIntegerField(default=0)
    after_minutes = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    grid_minutes = models.PositiveSmallIntegerField(null=True)
    min_lead_hours = models.PositiveSmallIntegerField(null=True)
    horizon_days = models.PositiveSmallIntegerField(null=True)
    earliest_minute = models.PositiveSmallIntegerField(null=True)
    latest_minute = models.PositiveSmallIntegerField(null=True)
    modes = models.PositiveSmallIntegerField(default=int(Mode.IN_PERSON))
    mediator_minutes = models.PositiveSmallIntegerField(default=0)
    is_emergency = models.BooleanField(default=False)
    is_group = models.BooleanField(default=False)

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(
        ("slug", "titles", "hints", "documents"), Retention.NOT_PERSONAL
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "slug"], name="appointments_service_slug"),
            models.CheckConstraint(
                condition=Q(duration_minutes__range=(5, 480)), name="appointments_service_duration_sane"
            ),
            models.CheckConstraint(condition=Q(titles__has_key="de", hints__has_key="de"), name="appointments_german"),
            models.CheckConstraint(condition=Q(grid_minutes__range=(5, 480)), name="appointments_service_grid"),
            models.CheckConstraint(condition=Q(horizon_days__lte=180), name="appointments_service_horizon"),
            models.CheckConstraint(
                condition=Q(earliest_minute__lt=F("latest_minute"), latest_minute__lte=1440),
                name="appointments_service_hours",
            ),
            models.CheckConstraint(condition=Q(modes__range=(1, int(ALL_MODES))), name="appointments_service_modes"),
            models.CheckConstraint(condition=Q(mediator_minutes__lte=120), name="appointments_service_mediator"),
        ]

    def __str__(self) -> str:
        return self.slug

    def title(self, language: str) -> str:
        return in_language(self.titles, language)

    def hint(self, language: str) -> str:
        return in_language(self.hints, language)

    @property
    def possible_modes(self) -> list[Mode]:
        return modes_in(self.modes)

    def documents_to_bring(self, language: str) -> list[str]:
        """Papers, one a line of the text; empty when nothing is needed."""
        if not self.documents:
            return []
        return [line for line in in_language(self.documents, language).splitlines() if line]


class ServiceCalendar(TenantModel):
    """This calendar can play this role in this service. A service with several roles takes one calendar of each."""

    service = TenantForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    calendar = TenantForeignKey(Calendar, on_delete=models.CASCADE, related_name="+")
    role = models.PositiveSmallIntegerField(
        choices=[(role.value, role.name) for role in PartyRole], default=int(PartyRole.LEAD)
    )

    class Meta:
        indexes = [models.Index(fields=["tenant", "calendar", "service"], name="appointments_offers_by_cal")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "service", "calendar", "role"], name="appointments_offers")
        ]

    def __str__(self) -> str:
        return f"service {self.service_id} by calendar {self.calendar_id}"
