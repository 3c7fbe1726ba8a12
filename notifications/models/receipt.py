# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What providers say afterwards, and the addresses to which nothing goes any more."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q

from jobcenter_portal.kernel.ids import PUBLIC_ID_LENGTH
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.retention import Retention
from notifications.models.message import Message


class ProviderReceipt(TenantModel):
    """The inbox of receipts: written down at once, applied later, each event of an account only once.

    `look_at`: when to try to apply it (again); NULL once that is done or given up.
    """

    account = models.CharField(max_length=PUBLIC_ID_LENGTH)
    event = models.CharField(max_length=128)
    kind = models.CharField(max_length=16)
    our_reference = models.CharField(max_length=32, default="")
    provider_reference = models.CharField(max_length=128, default="")
    code = models.CharField(max_length=40, default="")
    event_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    look_at = models.DateTimeField(null=True)
    message = TenantForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="receipts")

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(
        ("account", "event", "kind", "our_reference", "provider_reference", "code"), Retention.MESSAGE
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "account", "event"], name="notifications_receipt_once")
        ]
        indexes = [
            models.Index(
                fields=["tenant", "look_at"], name="notifications_receipt_waiting", condition=Q(look_at__isnull=False)
            ),
            models.Index(fields=["tenant", "message"], name="notifications_receipt_message"),
        ]

    def __str__(self) -> str:
        return f"receipt {self.pk}"


class SuppressionReason(models.TextChoices):
    ADDRESS_WRONG = "address_wrong", "die Adresse gibt es nicht"
    COMPLAINED = "complained", "als unerwünscht gemeldet"
    STOPPED = "stopped", "mit STOP geantwortet"
    BY_OFFICE = "by_office", "vom Jobcenter gesperrt"


class Suppression(TenantModel):
    """An address (its keyed hash) of a channel to which nothing goes, or no reminders (`only_reminders`)."""

    channel = models.CharField(max_length=8)
    recipient = models.BinaryField()
    reason = models.CharField(max_length=16, choices=SuppressionReason.choices)
    only_reminders = models.BooleanField(default=False)
    since = models.DateTimeField()

    retention: ClassVar[Mapping[str, Retention]] = {
        "channel": Retention.OBJECTION,
        "recipient": Retention.OBJECTION,
        "reason": Retention.OBJECTION,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "channel", "recipient"], name="notifications_one_suppression")
        ]

    def __str__(self) -> str:
        return f"suppression {self.pk}"
