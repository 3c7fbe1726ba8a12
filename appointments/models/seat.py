# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Seats of group sessions: numbered, so that the database itself cannot sell one twice."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q

from appointments.models.appointment import Appointment
from appointments.models.group import GroupSession
from appointments.models.occupancy import Hold
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.retention import Retention


class SeatState(models.IntegerChoices):
    BOOKED = 1
    HELD = 2
    RELEASED = 9


class Seat(TenantModel):
    """A numbered place in a session, held or booked; a released row stays as history and blocks nothing."""

    session = TenantForeignKey(GroupSession, on_delete=models.PROTECT, related_name="places")
    seat_no = models.PositiveSmallIntegerField()
    state = models.PositiveSmallIntegerField(choices=SeatState.choices)
    expires_at = models.DateTimeField(null=True)
    hold = TenantForeignKey(Hold, on_delete=models.CASCADE, null=True, related_name="seats")
    appointment = TenantForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="seats")

    retention: ClassVar[Mapping[str, Retention]] = {}

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "appointment"], name="appointments_seat_of"),
            models.Index(fields=["tenant", "hold"], condition=Q(hold__isnull=False), name="appointments_seat_hold"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "session", "seat_no"],
                condition=Q(state__in=[SeatState.BOOKED, SeatState.HELD]),
                name="appointments_one_seat_one_person",
            ),
            models.CheckConstraint(condition=Q(seat_no__range=(1, 500)), name="appointments_seat_number"),
            models.CheckConstraint(
                condition=Q(state=SeatState.HELD, expires_at__isnull=False, hold__isnull=False)
                | (~Q(state=SeatState.HELD) & Q(expires_at__isnull=True, hold__isnull=True)),
                name="appointments_seat_held_expires",
            ),
        ]

    def __str__(self) -> str:
        return f"seat {self.pk}"
