# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What belongs to no Jobcenter: who has work, and which loops live."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models

from jobcenter_portal.tenancy.retention import Retention


class OutboxWake(models.Model):
    """Which Jobcenter has work, and from when. Global: the loop must know before it enters any tenant's context.

    Never later than the truth, perhaps earlier: an early entry costs one look, a late one would lose time.
    """

    tenant = models.OneToOneField("tenancy.Jobcenter", on_delete=models.CASCADE, primary_key=True, related_name="+")
    next_due_at = models.DateTimeField(null=True)

    retention: ClassVar[Mapping[str, Retention]] = {}

    class Meta:
        indexes = [models.Index(fields=["next_due_at"], name="notifications_wake_next")]

    def __str__(self) -> str:
        return f"wake of tenant {self.tenant_id}"


class Heartbeat(models.Model):
    """When a loop of the platform last ran, by the database's clock. Global: it belongs to no Jobcenter."""

    name = models.CharField(max_length=32, primary_key=True)
    beat_at = models.DateTimeField()

    retention: ClassVar[Mapping[str, Retention]] = {"name": Retention.NOT_PERSONAL}

    def __str__(self) -> str:
        return self.name
