# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The append-only trail of who did what, and of who asked for a name on it."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from jobcenter_portal.tenancy.base import TenantModel
from jobcenter_portal.tenancy.retention import Retention
from jobcenter_portal.tenancy.sealed import sealed


class AuditEntry(TenantModel):
    """One thing that happened, or that somebody looked at. Written once: the database refuses every change (0004).

    `detail` holds facts such as times and ids, never names, addresses or free text.
    """

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    membership_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=64)
    detail = models.JSONField(default=dict)

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(
        ("actor_kind", "action", "subject", "detail"), Retention.AUDIT
    )

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "subject", "id"], name="audit_by_subject"),
            # Lines are written in the order of time: a few bytes a block find a period and cost a booking nothing.
            BrinIndex(fields=["tenant", "at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"audit entry {self.pk}"


class Disclosure(TenantModel):
    """Somebody asked who stands behind one line of the trail, and why. The reason is sealed: it may name a person.

    Without a reference to the line: that a name was asked for is kept when the line itself is gone.
    """

    entry_id = models.BigIntegerField()
    membership_id = models.BigIntegerField()
    at = models.DateTimeField()
    reason_sealed = models.BinaryField()

    reason = sealed("reason_sealed")

    retention: ClassVar[Mapping[str, Retention]] = {"reason_sealed": Retention.AUDIT}

    class Meta:
        indexes = [models.Index(fields=["tenant", "entry_id"], name="audit_disclosure_entry")]

    def __str__(self) -> str:
        return f"disclosure {self.pk}"
