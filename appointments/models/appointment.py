# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The appointment itself, what it is about, and the table that finds a Jobcenter for a short code."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from appointments.core.lifecycle import Kind, Status
from appointments.core.modes import Mode
from appointments.models.group import GroupSession
from appointments.models.place import Calendar, Location
from appointments.models.service import Service
from jobcenter_portal.accounts.models import Customer
from jobcenter_portal.kernel.ids import PUBLIC_ID_LENGTH, public_id
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.retention import Retention


class Appointment(TenantModel):
    """A person's appointment. `revision` counts every change that people are told about; its kind never changes.

    `calendar` is the one that leads it; what else it takes (a room, a mediator) its occupancies say. Only somebody who
    walked in may have none yet. `answer_by` is set while a request waits for the office.
    `late_minutes`: how much later the person said, at `late_told_at`, that they will come.
    """

    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, default=public_id, editable=False)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    status = models.CharField(max_length=12, choices=[(status.value, status.value) for status in Status])
    previous_status = models.CharField(max_length=12, blank=True)
    service = TenantForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    location = TenantForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    calendar = TenantForeignKey(Calendar, on_delete=models.PROTECT, null=True, related_name="+")
    session = TenantForeignKey(GroupSession, on_delete=models.PROTECT, null=True, related_name="+")
    customer = TenantForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    language = models.CharField(max_length=12)
    mode = models.PositiveSmallIntegerField(default=int(Mode.IN_PERSON))
    mediator_language = models.CharField(max_length=12, blank=True, default="")
    answer_by = models.DateTimeField(null=True)
    ticket_no = models.PositiveSmallIntegerField(null=True)
    ticket_day = models.DateField(null=True)
    revision = models.PositiveIntegerField(default=1)
    previous_starts_at = models.DateTimeField(null=True)
    reschedules = models.PositiveSmallIntegerField(default=0)
    cancelled_by = models.CharField(max_length=10, blank=True)
    decline_reason = models.CharField(max_length=16, blank=True, default="")
    late_notice = models.BooleanField(default=False)
    with_companion = models.BooleanField(default=False, db_default=False)
    booked_by_helper = models.BooleanField(default=False, db_default=False)
    late_minutes = models.PositiveSmallIntegerField(null=True)
    late_told_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    status_changed_at = models.DateTimeField()
    booked_at = models.DateTimeField()
    link_key = models.CharField(max_length=16, default="")
    link_version = models.PositiveSmallIntegerField(default=1)
    token_hash = models.BinaryField(null=True)
    code_hash = models.BinaryField(null=True)
    idempotency_key = models.BinaryField(null=True)

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(
        (
            "public_id",
            "kind",
            "status",
            "previous_status",
            "language",
            "mediator_language",
            "cancelled_by",
            "decline_reason",
            "link_key",
            "token_hash",
            "code_hash",
            "idempotency_key",
        ),
        Retention.APPOINTMENT,
    )

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "location", "starts_at"], name="appointments_by_location_day"),
            models.Index(fields=["tenant", "calendar", "starts_at"], name="appointments_by_calendar_day"),
            models.Index(fields=["tenant", "customer", "starts_at"], name="appointments_by_customer"),
            models.Index(
                fields=["tenant", "answer_by"], condition=Q(answer_by__isnull=False), name="appointments_requests"
            ),
            models.Index(
                fields=["tenant", "session"], condition=Q(session__isnull=False), name="appointments_in_group"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="appointments_public_id"),
            models.UniqueConstraint(fields=["tenant", "token_hash"], name="appointments_token"),
            models.UniqueConstraint(fields=["tenant", "code_hash"], name="appointments_code"),
            models.UniqueConstraint(fields=["tenant", "idempotency_key"], name="appointments_idempotency"),
            models.UniqueConstraint(
                fields=["tenant", "location", "ticket_day", "ticket_no"],
                condition=Q(ticket_no__isnull=False),
                name="appointments_ticket",
            ),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="appointments_range"),
            models.CheckConstraint(
                condition=Q(calendar__isnull=False) | Q(kind=Kind.WALK_IN.value), name="appointments_has_calendar"
            ),
        ]

    STATUS_FIELDS: ClassVar[tuple[str, ...]] = ("status", "previous_status", "status_changed_at")

    def __str__(self) -> str:
        return f"appointment {self.pk}"

    @property
    def status_now(self) -> Status:
        return Status(self.status)

    def change_status(self, status: Status, now: datetime) -> None:
        """Set the status and remember the one before, for undo; save STATUS_FIELDS afterwards."""
        self.previous_status, self.status, self.status_changed_at = self.status, status, now

    @property
    def subject(self) -> str:
        """How messages and the audit trail refer to this appointment."""
        return f"appointment:{self.pk}"


class Concern(TenantModel):
    """A further service that the same appointment is about; the first one is the appointment's own."""

    appointment = TenantForeignKey(Appointment, on_delete=models.CASCADE, related_name="concerns")
    service = TenantForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "appointment", "service"], name="appointments_concern_once")
        ]

    def __str__(self) -> str:
        return f"concern {self.pk}"


class LinkCode(models.Model):
    """Which Jobcenter a short code belongs to: code hash and tenant, nothing else.

    Outside row-level security, because `/a/<code>` from an SMS names no Jobcenter; the appointment itself is then
    looked up inside that Jobcenter's context.
    """

    code_hash = models.BinaryField(unique=True)
    tenant = models.ForeignKey(Jobcenter, on_delete=models.CASCADE, db_index=False, related_name="+")

    retention: ClassVar[Mapping[str, Retention]] = {"code_hash": Retention.APPOINTMENT}

    def __str__(self) -> str:
        return f"link code {self.pk}"
