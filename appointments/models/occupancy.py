# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Taken time, the one table of it, and the holds of people who have not confirmed yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import connections, models
from django.db.models import Q

from appointments.models.appointment import Appointment
from appointments.models.place import Calendar, Location
from appointments.models.service import Service
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.retention import Retention
from jobcenter_portal.tenancy.scoping import TenantManager
from jobcenter_portal.tenancy.sealed import sealed

if TYPE_CHECKING:
    _Base = models.Manager["Occupancy"]
else:
    _Base = TenantManager


class OccupancyState(models.IntegerChoices):
    BOOKED = 1
    HELD = 2
    SESSION = 3
    PAST = 8
    RELEASED = 9


ACTIVE = Q(state__in=[OccupancyState.BOOKED, OccupancyState.HELD, OccupancyState.SESSION])


class StartTick(models.Func):
    """Five-minute steps since 1970. AT TIME ZONE 'UTC' makes it immutable; floor, since a bare cast rounds."""

    template = "floor(extract(epoch FROM lower(%(expressions)s) AT TIME ZONE 'UTC') / 300)::int"
    output_field = models.IntegerField()


class EndTick(models.Func):
    template = "ceil(extract(epoch FROM upper(%(expressions)s) AT TIME ZONE 'UTC') / 300)::int"
    output_field = models.IntegerField()


class Hold(TenantModel):
    """What a person has chosen and not yet confirmed, with the sealed draft of what they typed.

    The time is kept by its Occupancy until `expires_at` (set and compared by the database's clock). When somebody
    else takes the time after that, only the Occupancy goes: the draft stays until `draft_until`, so that the page can
    offer the nearest times and lose nothing.
    """

    token_hash = models.BinaryField()
    service = TenantForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    location = TenantForeignKey(Location, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    draft_until = models.DateTimeField()
    extensions = models.PositiveSmallIntegerField(default=0)
    draft_sealed = models.BinaryField(null=True)

    draft_json = sealed("draft_sealed")

    retention: ClassVar[Mapping[str, Retention]] = {"token_hash": Retention.HOLD, "draft_sealed": Retention.HOLD}

    class Meta:
        indexes = [models.Index(fields=["tenant", "draft_until"], name="appointments_hold_end")]
        constraints = [models.UniqueConstraint(fields=["tenant", "token_hash"], name="appointments_hold_token")]

    def __str__(self) -> str:
        return f"hold {self.pk}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One stretch of one calendar, buffers included: half-open, aware instants."""

    calendar_id: int
    starts_at: datetime
    ends_at: datetime


class OccupancyManager(_Base):
    """The writes that the exclusion constraint judges. Each is one statement; the caller holds the transaction."""

    def take(
        self, wanted: Iterable[Wanted], *, hold: Hold | None = None, appointment: Appointment | None = None
    ) -> list[int] | None:
        """Take every stretch or none of them: on None the caller rolls its transaction back.

        ON CONFLICT DO NOTHING with rows in one order was measured without a deadlock and eleven times as fast as
        save-and-catch; plain inserts write first and then wait for each other.
        """
        rows = sorted(wanted, key=lambda one: (one.calendar_id, one.starts_at))
        state = OccupancyState.HELD if hold else OccupancyState.BOOKED
        expires_at = hold.expires_at if hold else None
        values = ", ".join(["(%s, %s, tstzrange(%s, %s), %s, %s, %s, %s)"] * len(rows))
        params: list[Any] = []
        for one in rows:
            params += [current_tenant().pk, one.calendar_id, one.starts_at, one.ends_at, int(state), expires_at]
            params += [hold.pk if hold else None, appointment.pk if appointment else None]
        with connections[self.db].cursor() as cursor:
            cursor.execute(
                "INSERT INTO appointments_occupancy"  # noqa: S608 -- only placeholders are repeated
                " (tenant_id, calendar_id, period, state, expires_at, hold_id, appointment_id)"
                f" VALUES {values} ON CONFLICT ON CONSTRAINT appointments_no_overlap DO NOTHING RETURNING id",
                params,
            )
            ids = [pk for (pk,) in cursor.fetchall()]
        return ids if len(ids) == len(rows) else None

    def release_dead_holds(self, calendar_ids: Sequence[int], starts_at: datetime, ends_at: datetime) -> int:
        """Free the time of expired holds around a wanted stretch.

        In a short transaction of its own, before the booking: inside it, several calendars deadlock (measured).
        SKIP LOCKED is safe only because this transaction holds nothing else.
        """
        with connections[self.db].cursor() as cursor:
            cursor.execute(
                "DELETE FROM appointments_occupancy WHERE id IN (SELECT id FROM appointments_occupancy"
                " WHERE state = 2 AND calendar_id = ANY (%s) AND period && tstzrange(%s, %s)"
                " AND expires_at < clock_timestamp() ORDER BY calendar_id, start_tick FOR UPDATE SKIP LOCKED)",
                [list(calendar_ids), starts_at, ends_at],
            )
            freed: int = cursor.rowcount
            return freed


class Occupancy(TenantModel):
    """A stretch of a calendar that is taken, buffers included (Belegung)."""

    calendar = TenantForeignKey(Calendar, on_delete=models.PROTECT, related_name="+")
    period = DateTimeRangeField()
    state = models.PositiveSmallIntegerField(choices=OccupancyState.choices)
    expires_at = models.DateTimeField(null=True)
    hold = TenantForeignKey(Hold, on_delete=models.CASCADE, null=True, related_name="occupancies")
    appointment = TenantForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="occupancies")
    start_tick = models.GeneratedField(
        expression=StartTick("period"), output_field=models.IntegerField(), db_persist=True
    )
    ticks = models.GeneratedField(
        expression=EndTick("period") - StartTick("period"), output_field=models.IntegerField(), db_persist=True
    )

    objects: ClassVar[OccupancyManager] = OccupancyManager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(
                fields=["tenant", "calendar", "start_tick"],
                include=["ticks", "expires_at"],
                condition=ACTIVE,
                name="appointments_occ_calendar",
            ),
            models.Index(
                fields=["tenant", "calendar", "start_tick"],
                condition=Q(state=OccupancyState.HELD),
                name="appointments_occ_held",
            ),
            models.Index(fields=["tenant", "appointment"], name="appointments_occ_appointment"),
            models.Index(fields=["tenant", "hold"], condition=Q(hold__isnull=False), name="appointments_occ_hold"),
        ]
        constraints = [
            ExclusionConstraint(
                name="appointments_no_overlap",
                condition=ACTIVE,
                expressions=[
                    ("tenant", RangeOperators.EQUAL),
                    ("calendar", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="appointments_occ_finite",
            ),
            models.CheckConstraint(
                condition=Q(state=OccupancyState.HELD, expires_at__isnull=False, hold__isnull=False)
                | (~Q(state=OccupancyState.HELD) & Q(expires_at__isnull=True, hold__isnull=True)),
                name="appointments_occ_held_expires",
            ),
            models.CheckConstraint(condition=Q(ticks__range=(1, 288)), name="appointments_occ_at_most_a_day"),
        ]

    def __str__(self) -> str:
        return f"occupancy {self.pk}"
