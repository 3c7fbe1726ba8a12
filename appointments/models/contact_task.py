# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses that messages do not reach, each a small task for the office: ask for a better one."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q

from jobcenter_portal.accounts.models import ContactChannel, Customer
from jobcenter_portal.kernel.ids import PUBLIC_ID_LENGTH, public_id
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.retention import Retention


class TaskReason(models.TextChoices):
    """What is wrong with the address, as far as anybody knows."""

    UNKNOWN = "unknown", "die Adresse gibt es nicht"
    UNREACHED = "unreached", "Nachrichten kommen dort nicht an"
    UNWANTED = "unwanted", "die Person hat die Nachrichten abbestellt"


class TaskEnd(models.TextChoices):
    CORRECTED = "corrected", "Adresse geändert"
    REMOVED = "removed", "Adresse entfernt"
    CONFIRMED = "confirmed", "Adresse stimmt doch"
    DONE = "done", "erledigt"


class ContactTask(TenantModel):
    """One address of one person. `recipient` is its keyed hash, so that a corrected address is another one.

    There is one row per address, opened again when it fails after it was said to be right; one that was settled
    otherwise stays closed, or each message to it would ask the office anew.
    """

    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, default=public_id)
    customer = TenantForeignKey(Customer, on_delete=models.CASCADE, related_name="contact_tasks")
    channel = models.CharField(max_length=8, choices=ContactChannel.choices)
    recipient = models.BinaryField()
    reason = models.CharField(max_length=12, choices=TaskReason.choices)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_as = models.CharField(max_length=12, choices=TaskEnd.choices, default="")

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(
        ("public_id", "channel", "recipient", "reason", "closed_as"), Retention.CUSTOMER
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="appointments_task_public_id"),
            models.UniqueConstraint(
                fields=["tenant", "customer", "channel", "recipient"], name="appointments_one_task_per_address"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_as="") | (Q(closed_at__isnull=False) & ~Q(closed_as="")),
                name="appointments_task_says_how_it_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "opened_at", "id"],
                name="appointments_open_tasks",
                condition=Q(closed_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"contact task {self.pk}"
