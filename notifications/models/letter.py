# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Letters that wait for the office to print them, and the batches in which it does."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q

from jobcenter_portal.kernel.ids import PUBLIC_ID_LENGTH, public_id
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.retention import Retention
from jobcenter_portal.tenancy.sealed import sealed
from notifications.models.message import Message


class LetterBatch(TenantModel):
    """What is printed in one go. `sent_at`: when the office said that it is in the post."""

    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, default=public_id)
    opened_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    retention: ClassVar[Mapping[str, Retention]] = {"public_id": Retention.MESSAGE}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "public_id"], name="notifications_batch_public_id")]
        indexes = [models.Index(fields=["tenant", "-id"], name="notifications_batch_newest")]

    def __str__(self) -> str:
        return f"batch {self.pk}"


class LetterState(models.TextChoices):
    QUEUED = "queued"
    BATCHED = "batched"
    SENT = "sent"
    DROPPED = "dropped"


class Letter(TenantModel):
    """One letter. Its content is kept, sealed, only until it is in the post or of no more use."""

    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, default=public_id)
    message = TenantForeignKey(Message, on_delete=models.CASCADE, related_name="letters")
    batch = TenantForeignKey(LetterBatch, on_delete=models.PROTECT, null=True, related_name="letters")
    position = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=10, choices=LetterState.choices, default=LetterState.QUEUED)
    content_sealed = models.BinaryField(null=True)
    code = models.CharField(max_length=40, default="")
    queued_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    content = sealed("content_sealed")

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(
        ("public_id", "state", "content_sealed", "code"), Retention.MESSAGE
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="notifications_letter_public_id"),
            models.UniqueConstraint(fields=["tenant", "message"], name="notifications_one_letter"),
            models.UniqueConstraint(fields=["tenant", "batch", "position"], name="notifications_letter_position"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "batched"], content_sealed__isnull=False)
                | Q(state__in=["sent", "dropped"], content_sealed__isnull=True),
                name="notifications_letter_content",
            ),
            models.CheckConstraint(
                condition=Q(state="queued", batch__isnull=True)
                | Q(state__in=["batched", "sent"], batch__isnull=False)
                | Q(state="dropped"),
                name="notifications_letter_batch",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], name="notifications_letter_queued", condition=Q(state="queued"))
        ]

    def __str__(self) -> str:
        return f"letter {self.pk}"
