# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words that a Jobcenter chose instead of the portal's."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q

from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.retention import Retention


class TextVersion(TenantModel):
    """One version of one text. Never changed: a change is a new version, and at most one of a text is in use."""

    kind = models.CharField(max_length=32)
    channel = models.CharField(max_length=8)
    language = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=200, default="")
    body = models.TextField()
    is_active = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    created_by = TenantForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(
        ("kind", "channel", "language", "subject", "body"), Retention.NOT_PERSONAL
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "kind", "channel", "language", "version"], name="notifications_text_version"
            ),
            models.UniqueConstraint(
                fields=["tenant", "kind", "channel", "language"],
                name="notifications_one_active_text",
                condition=Q(is_active=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.channel}.{self.language} v{self.version}"
