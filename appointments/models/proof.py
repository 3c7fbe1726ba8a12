# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses that somebody is asked to prove: a code goes there, and who reads it types it in."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q

from appointments.models.appointment import Appointment
from appointments.models.occupancy import Hold
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.retention import Retention
from jobcenter_portal.tenancy.sealed import sealed

KEY_NAME_LENGTH = 40


class Proof(TenantModel):
    """One address for one hold, or for one appointment whose address is changed.

    The code lies nowhere: it is made of `nonce`, hold or appointment, and address with the key named `key`, when it
    leaves and when it is typed. Each `round` has a nonce of its own and MAX_ATTEMPTS guesses. `expires_at` is on the
    database's clock.
    """

    hold = TenantForeignKey(Hold, on_delete=models.CASCADE, null=True, related_name="proofs")
    appointment = TenantForeignKey(Appointment, on_delete=models.CASCADE, null=True, related_name="proofs")
    channel = models.CharField(max_length=8, choices=ContactChannel.choices)
    address_sealed = models.BinaryField()
    address_index = models.BinaryField()
    nonce = models.BinaryField()
    key = models.CharField(max_length=KEY_NAME_LENGTH)
    round = models.PositiveIntegerField(default=1)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    proven_at = models.DateTimeField(null=True)

    address = sealed("address_sealed")

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(
        ("channel", "address_sealed", "address_index", "nonce", "key"), Retention.HOLD
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "hold", "address_index"],
                condition=Q(hold__isnull=False),
                name="appointments_proof_of_hold",
            ),
            models.UniqueConstraint(
                fields=["tenant", "appointment", "address_index"],
                condition=Q(appointment__isnull=False),
                name="appointments_proof_of_own",
            ),
            models.CheckConstraint(
                condition=Q(hold__isnull=False, appointment__isnull=True)
                | Q(hold__isnull=True, appointment__isnull=False),
                name="appointments_proof_for_one",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "expires_at"], name="appointments_proof_end")]

    def __str__(self) -> str:
        return f"proof {self.pk}"

    @property
    def subject(self) -> str:
        """How outbox and trail name it."""
        return f"proof:{self.pk}"
