# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Taken time, the one table of it, and the holds of people who have not confirmed yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import connections, models, transaction
from django.db.models import Q

from appointments.core.modes import Mode
from appointments.models.appointment import Appointment
from appointments.models.group import GroupSession
from appointments.models.place import Calendar, Location, Municipality
from appointments.models.service import Service
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
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


class AreWholeTicks(models.Func):
    """Whether a period begins and ends on a tick."""

    template = (
        "mod(extract(epoch FROM lower(%(expressions)s) AT TIME ZONE 'UTC'), 300) = 0"
        " AND mod(extract(epoch FROM upper(%(expressions)s) AT TIME ZONE 'UTC'), 300) = 0"
    )
    output_field = models.BooleanField()


class Hold(TenantModel):
    """What a person has chosen and not yet confirmed, with the sealed draft of what they typed.

    The time is kept by its Occupancy until `expires_at` (set and compared by the database's clock). When somebody
    else takes the time after that, only the Occupancy goes: the draft stays until `draft_until`, so that the page can
    offer the nearest times and lose nothing. `calendar` is the one that leads; `only_calendar` the one that was asked
    for. A hold of a seat in a `session` keeps no calendar. `network` is a keyed hash of where it was made from.
    """

    token_hash = models.BinaryField()
    service = TenantForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    location = TenantForeignKey(Location, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    draft_until = models.DateTimeField()
    extensions = models.PositiveSmallIntegerField(default=0)
    draft_sealed = models.BinaryField(null=True)
    calendar = TenantForeignKey(Calendar, on_delete=models.CASCADE, null=True, related_name="+")
    mode = models.PositiveSmallIntegerField(default=int(Mode.IN_PERSON))
    mediator_language = models.CharField(max_length=12, blank=True, default="")
    more_service_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    only_calendar = TenantForeignKey(Calendar, on_delete=models.CASCADE, null=True, related_name="+")
    municipality = TenantForeignKey(Municipality, on_delete=models.CASCADE, null=True, related_name="+")
    session = TenantForeignKey(GroupSession, on_delete=models.CASCADE, null=True, related_name="+")
    network = models.BinaryField(null=True)

    draft_json = sealed("draft_sealed")

    retention: ClassVar[Mapping[str, Retention]] = {
        "token_hash": Retention.HOLD,
        "draft_sealed": Retention.HOLD,
        "mediator_language": Retention.HOLD,
        "more_service_ids": Retention.HOLD,
        "network": Retention.HOLD,
    }

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "draft_until"], name="appointments_hold_end"),
            models.Index(
                fields=["tenant", "network"], name="appointments_hold_network", condition=Q(network__isnull=False)
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["tenant", "token_hash"], name="appointments_hold_token")]

    def __str__(self) -> str:
        return f"hold {self.pk}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One stretch of one calendar, buffers included: half-open, aware instants.

    `day` is the local day it starts on, which a limit per day counts. With a `version` the time is taken only while
    the calendar's schedule is still that of the search.
    """

    calendar_id: int
    starts_at: datetime
    ends_at: datetime
    day: date
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """For whom time is taken: exactly one of the three."""

    hold: Hold | None = None
    appointment: Appointment | None = None
    session: GroupSession | None = None

    @property
    def state(self) -> OccupancyState:
        if self.hold is not None:
            return OccupancyState.HELD
        return OccupancyState.BOOKED if self.appointment is not None else OccupancyState.SESSION


_NUMBER_TRIES = 4
"""How often a number of the day is drawn again when somebody else drew the same at the same moment."""

# FOR KEY SHARE waits for a change of hours (which holds FOR UPDATE) and then looks at the version again: a booking
# either comes before the change and is found by it, or comes after it and gets no row.
# A calendar with a limit gives each stretch of a day a number, which a unique key guards; the free ones are drawn at
# random, or everybody would reach for the lowest.
_TAKE = """
INSERT INTO appointments_occupancy
 (tenant_id, calendar_id, period, state, expires_at, hold_id, appointment_id, session_id, day, day_no, schedule_version)
SELECT c.tenant_id, c.id, tstzrange(w.starts_at, w.ends_at), %(state)s, %(expires_at)s, %(hold)s, %(appointment)s,
 %(session)s, CASE WHEN c.max_per_day IS NOT NULL THEN w.day END, d.number,
 c.schedule_version
FROM unnest(%(calendars)s::bigint[], %(starts)s::timestamptz[], %(ends)s::timestamptz[], %(days)s::date[],
 %(versions)s::int[]) AS w (calendar_id, starts_at, ends_at, day, version)
JOIN appointments_calendar c ON c.id = w.calendar_id AND (w.version IS NULL OR c.schedule_version = w.version)
LEFT JOIN LATERAL (SELECT n::smallint AS number FROM generate_series(1, c.max_per_day) n
  WHERE NOT EXISTS (SELECT 1 FROM appointments_occupancy o WHERE o.calendar_id = c.id AND o.day = w.day
    AND o.day_no = n AND o.state IN (1, 2, 3)) ORDER BY random() LIMIT 1) d ON true
WHERE c.max_per_day IS NULL OR d.number IS NOT NULL
ORDER BY w.calendar_id, w.starts_at
FOR KEY SHARE OF c
ON CONFLICT DO NOTHING RETURNING id"""


class OccupancyManager(_Base):
    """The writes that the constraints judge. The caller holds the transaction."""

    def take(self, wanted: Iterable[Wanted], holder: Holder, *, is_limited: bool = False) -> list[int] | None:
        """Take every stretch or none of them; None when any has gone, or its calendar's schedule has changed.

        ON CONFLICT DO NOTHING with rows in one order was measured without a deadlock and eleven times as fast as
        save-and-catch; plain inserts write first and then wait for each other. `is_limited` says that a calendar has
        a limit per day, where losing may only mean that two drew one number.
        """
        rows = sorted(wanted, key=lambda one: (one.calendar_id, one.starts_at))
        for _try in range(_NUMBER_TRIES if is_limited else 1):
            ids = self._insert_rows(rows, holder)
            if ids is not None:
                return ids
        return None

    def _insert_rows(self, rows: Sequence[Wanted], holder: Holder) -> list[int] | None:
        if len(rows) == 1:
            return self._inserted(rows, holder) or None  # a refused row leaves no trace
        before = transaction.savepoint(using=self.db)
        ids = self._inserted(rows, holder)
        if len(ids) == len(rows):
            transaction.savepoint_commit(before, using=self.db)
            return ids
        transaction.savepoint_rollback(before, using=self.db)  # some went in, some were taken: none of them counts
        return None

    def _inserted(self, rows: Sequence[Wanted], holder: Holder) -> list[int]:
        with connections[self.db].cursor() as cursor:
            cursor.execute(
                _TAKE,
                {
                    "state": int(holder.state),
                    "expires_at": holder.hold.expires_at if holder.hold else None,
                    "hold": holder.hold.pk if holder.hold else None,
                    "appointment": holder.appointment.pk if holder.appointment else None,
                    "session": holder.session.pk if holder.session else None,
                    "calendars": [one.calendar_id for one in rows],
                    "starts": [one.starts_at for one in rows],
                    "ends": [one.ends_at for one in rows],
                    "days": [one.day for one in rows],
                    "versions": [one.version for one in rows],
                },
            )
            return [pk for (pk,) in cursor.fetchall()]

    def are_promises_good(self, hold: Hold) -> bool:
        """Whether the schedules are still those under which a hold's time was taken.

        Locks the calendars against a change of hours until the end of the transaction: before the occupancies, which
        whoever changes hours locks after the calendars.
        """
        with connections[self.db].cursor() as cursor:
            cursor.execute(
                "SELECT o.schedule_version = c.schedule_version FROM appointments_occupancy o"
                " JOIN appointments_calendar c ON c.id = o.calendar_id WHERE o.hold_id = %s"
                " ORDER BY c.id FOR KEY SHARE OF c",
                [hold.pk],
            )
            return all(same for (same,) in cursor.fetchall())

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
    """A stretch of a calendar that is taken, buffers included (Belegung).

    `schedule_version` is the calendar's at the moment of taking: a hold confirmed under another one is looked at anew.

    `day` and `day_no` are set on calendars with a limit per day. `reoffer_at` is set on released time that rests for a
    while before the public sees it again (database's clock; the waiting list and staff see it at once).
    """

    calendar = TenantForeignKey(Calendar, on_delete=models.PROTECT, related_name="+")
    period = DateTimeRangeField()
    state = models.PositiveSmallIntegerField(choices=OccupancyState.choices)
    expires_at = models.DateTimeField(null=True)
    hold = TenantForeignKey(Hold, on_delete=models.CASCADE, null=True, related_name="occupancies")
    appointment = TenantForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="occupancies")
    session = TenantForeignKey(GroupSession, on_delete=models.PROTECT, null=True, related_name="occupancies")
    day = models.DateField(null=True)
    day_no = models.PositiveSmallIntegerField(null=True)
    reoffer_at = models.DateTimeField(null=True)
    schedule_version = models.IntegerField(null=True)
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
            models.Index(
                fields=["tenant", "calendar", "start_tick"],
                include=["ticks", "reoffer_at"],
                condition=Q(reoffer_at__isnull=False),
                name="appointments_occ_resting",
            ),
            models.Index(
                fields=["tenant", "session"], condition=Q(session__isnull=False), name="appointments_occ_session"
            ),
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
            # The search computes in ticks: 9:07-9:12 and 9:12-9:30 do not overlap, but as ticks they do, and taken time
            # that overlaps comes out of its subtraction with a hole that is offered and can never be booked.
            models.CheckConstraint(condition=AreWholeTicks("period"), name="appointments_occ_whole_ticks"),
            models.UniqueConstraint(
                fields=["tenant", "calendar", "day", "day_no"],
                condition=ACTIVE & Q(day_no__isnull=False),
                name="appointments_occ_day_limit",
            ),
            models.CheckConstraint(
                condition=Q(reoffer_at__isnull=True) | Q(state=OccupancyState.RELEASED),
                name="appointments_occ_rests_when_free",
            ),
            models.CheckConstraint(
                condition=~Q(state=OccupancyState.SESSION) | Q(session__isnull=False),
                name="appointments_occ_session_known",
            ),
        ]

    def __str__(self) -> str:
        return f"occupancy {self.pk}"
