# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people come for (Anliegen)."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q

from appointments.models.place import Calendar
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.retention import Retention

FALLBACK_LANGUAGE = "de"


def in_language(texts: Mapping[str, str], language: str) -> str:
    """A tenant's text in a language, else in German, which is always there."""
    return texts.get(language) or texts[FALLBACK_LANGUAGE]


class Service(TenantModel):
    """A concern with its length in minutes. Texts are per language; German is always there."""

    slug = models.SlugField(max_length=40, db_index=False)
    titles = models.JSONField()
    hints = models.JSONField()
    documents = models.JSONField(default=dict)
    duration_minutes = models.PositiveSmallIntegerField()
    before_minutes = models.PositiveSmallIntegerField(default=0)
    after_minutes = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

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
        ]

    def __str__(self) -> str:
        return self.slug

    def title(self, language: str) -> str:
        return in_language(self.titles, language)

    def hint(self, language: str) -> str:
        return in_language(self.hints, language)

    def documents_to_bring(self, language: str) -> list[str]:
        """Papers, one a line of the text; empty when nothing is needed."""
        if not self.documents:
            return []
        return [line for line in in_language(self.documents, language).splitlines() if line]


class ServiceCalendar(TenantModel):
    """This calendar offers this service."""

    service = TenantForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    calendar = TenantForeignKey(Calendar, on_delete=models.CASCADE, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["tenant", "calendar", "service"], name="appointments_offers_by_cal")]
        constraints = [models.UniqueConstraint(fields=["tenant", "service", "calendar"], name="appointments_offers")]

    def __str__(self) -> str:
        return f"service {self.service_id} by calendar {self.calendar_id}"
