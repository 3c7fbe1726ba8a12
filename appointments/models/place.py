# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where appointments take place: locations, and the calendars whose time can be taken."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models

from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.retention import Retention


class Location(TenantModel):
    """A site of a Jobcenter (Standort)."""

    slug = models.SlugField(max_length=40, db_index=False)
    name = models.CharField(max_length=80)
    street = models.CharField(max_length=80)
    town = models.CharField(max_length=80)
    entrance = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(
        ("slug", "name", "street", "town", "entrance"), Retention.NOT_PERSONAL
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "slug"], name="appointments_location_slug")]

    def __str__(self) -> str:
        return self.slug

    @property
    def address(self) -> str:
        return f"{self.street}, {self.town}"


class CalendarKind(models.TextChoices):
    CASEWORKER = "caseworker"
    COUNTER = "counter"
    ROOM = "room"
    MEDIATOR = "mediator"


class Calendar(TenantModel):
    """One lane of time that can be occupied. It has no location: its opening rules say where it is when."""

    kind = models.CharField(max_length=12, choices=CalendarKind.choices, default=CalendarKind.CASEWORKER)
    name = models.CharField(max_length=80)
    membership = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    max_per_day = models.PositiveSmallIntegerField(null=True)

    retention: ClassVar[Mapping[str, Retention]] = {"kind": Retention.NOT_PERSONAL, "name": Retention.STAFF}

    class Meta:
        indexes = [models.Index(fields=["tenant", "membership"], name="appointments_calendar_staff")]

    def __str__(self) -> str:
        return f"calendar {self.pk}"
