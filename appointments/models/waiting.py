# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""People who wait for an earlier time, for any time, or for a seat, and what they have been offered."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from appointments.core.modes import Mode
from appointments.models.appointment import Appointment
from appointments.models.group import GroupSession
from appointments.models.place import Location
from appointments.models.service import Service
from jobcenter_portal.accounts.models import Customer
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.retention import Retention


class WaitingState(models.TextChoices):
    WAITING = "waiting"
    SERVED = "served"
    """An offer was taken."""
    ENDED = "ended"
    """Withdrawn, out of offers, or there is nothing left to wait for."""


class WaitingEntry(TenantModel):
    """Somebody waits: with an `appointment` for an earlier time, with a `session` for a seat, else for any time.

    `not_before` and `not_after` bound what is of use (instants, UTC). `offers_made` counts up to the Jobcenter's limit.
    """

    customer = TenantForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    appointment = TenantForeignKey(Appointment, on_delete=models.CASCADE, null=True, related_name="waiting")
    service = TenantForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    location = TenantForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    session = TenantForeignKey(GroupSession, on_delete=models.CASCADE, null=True, related_name="+")
    mode = models.PositiveSmallIntegerField(default=int(Mode.IN_PERSON))
    language = models.CharField(max_length=12, default="de")
    state = models.CharField(max_length=8, choices=WaitingState.choices, default=WaitingState.WAITING)
    not_before = models.DateTimeField(null=True)
    not_after = models.DateTimeField(null=True)
    offers_made = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    token_hash = models.BinaryField()

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(
        ("language", "state", "token_hash"), Retention.APPOINTMENT
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["tenant", "service", "created_at"],
                condition=Q(state=WaitingState.WAITING),
                name="appointments_waiting_line",
            ),
            models.Index(fields=["tenant", "customer"], name="appointments_waiting_customer"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "token_hash"], name="appointments_waiting_token"),
            models.UniqueConstraint(
                fields=["tenant", "appointment"],
                condition=Q(state=WaitingState.WAITING, appointment__isnull=False),
                name="appointments_waits_once",
            ),
            models.CheckConstraint(condition=Q(not_before__lt=F("not_after")), name="appointments_waiting_range"),
        ]

    def __str__(self) -> str:
        return f"waiting entry {self.pk}"


class OfferState(models.TextChoices):
    OPEN = "open"
    TAKEN = "taken"
    DECLINED = "declined"
    EXPIRED = "expired"
    LOST = "lost"
    """Somebody else was faster."""


class WaitingOffer(TenantModel):
    """A time or seat offered to one entry until `expires_at`. The time itself is not kept: the first yes wins."""

    entry = TenantForeignKey(WaitingEntry, on_delete=models.CASCADE, related_name="offers")
    location = TenantForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    session = TenantForeignKey(GroupSession, on_delete=models.CASCADE, null=True, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=OfferState.choices, default=OfferState.OPEN)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    token_hash = models.BinaryField()

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(("state", "token_hash"), Retention.APPOINTMENT)

    class Meta:
        indexes = [
            models.Index(
                fields=["tenant", "expires_at"], condition=Q(state=OfferState.OPEN), name="appointments_open_offers"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "token_hash"], name="appointments_offer_token"),
            models.UniqueConstraint(fields=["tenant", "entry", "starts_at"], name="appointments_offered_once"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="appointments_offer_range"),
        ]

    def __str__(self) -> str:
        return f"waiting offer {self.pk}"
