# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Letters that wait for the office to print them, and the batches in which it does."""

import secrets
from collections.abc import Mapping
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from jobcenter_portal.kernel.ids import PUBLIC_ID_LENGTH, public_id
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.retention import Retention
from jobcenter_portal.tenancy.sealed import sealed
from notifications.models.message import Message

MARK_LENGTH: Final = 8
MARK_SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O 1 I L: the mark is read off a sheet and typed."""


def new_mark() -> str:
    """What is printed on one letter, to find it by when the post brings it back. It opens nothing."""
    return "".join(secrets.choice(MARK_SIGNS) for _ in range(MARK_LENGTH))


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
    """One letter. Its content is kept, sealed, only until it is in the post or of no more use.

    `mark` stands on the sheet; letters from before there were marks have "". `returned_at`: the post brought it back,
    which a person said and may take back.
    """

    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, default=public_id)
    message = TenantForeignKey(Message, on_delete=models.CASCADE, related_name="letters")
    batch = TenantForeignKey(LetterBatch, on_delete=models.PROTECT, null=True, related_name="letters")
    position = models.PositiveSmallIntegerField(null=True)
    mark = models.CharField(max_length=MARK_LENGTH, default=new_mark, db_default="")
    state = models.CharField(max_length=10, choices=LetterState.choices, default=LetterState.QUEUED)
    content_sealed = models.BinaryField(null=True)
    code = models.CharField(max_length=40, default="")
    queued_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)

    content = sealed("content_sealed")

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(
        ("public_id", "mark", "state", "content_sealed", "code"), Retention.MESSAGE
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="notifications_letter_public_id"),
            models.UniqueConstraint(fields=["tenant", "message"], name="notifications_one_letter"),
            models.UniqueConstraint(fields=["tenant", "batch", "position"], name="notifications_letter_position"),
            models.UniqueConstraint(fields=["tenant", "mark"], name="notifications_letter_mark", condition=~Q(mark="")),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | Q(state="sent"), name="notifications_letter_returned"
            ),
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
