# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The append-only trail of who did what."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models

from jobcenter_portal.tenancy.base import TenantModel
from jobcenter_portal.tenancy.retention import Retention


class AuditEntry(TenantModel):
    """One thing that happened. The application's role may insert and read, never change or remove (migration 0002).

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
        indexes = [models.Index(fields=["tenant", "subject", "id"], name="audit_by_subject")]

    def __str__(self) -> str:
        return f"audit entry {self.pk}"
