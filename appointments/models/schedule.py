# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""When sites and calendars are open, absent or closed, and when reminders leave."""

from collections.abc import Mapping
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from appointments.core.modes import ALL_MODES
from appointments.core.reminder_rules import NO_CHANNEL
from appointments.models.place import Calendar, Location
from appointments.models.service import Service
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.retention import Retention

_MINUTES = Q(start_minute__lt=F("end_minute"), end_minute__lte=1440)
_ADDRESSED: Final = ("email", "sms", "push", "letter")
REMINDER_CHANNELS: Final = (*_ADDRESSED, NO_CHANNEL)
_IN_DAYS: Final = r"^P[1-9][0-9]{0,2}[DB]$"
_IN_DAYS_OR_HOURS: Final = r"^P([1-9][0-9]{0,2}[DB]|T[1-9][0-9]{0,2}H)$"


class LocationHours(TenantModel):
    """A site's weekly hours: no calendar is open outside them. A site without any has no such bound."""

    location = TenantForeignKey(Location, on_delete=models.CASCADE, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["tenant", "location"], name="appointments_hours_location")]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__range=(1, 7)), name="appointments_hours_weekday"),
            models.CheckConstraint(condition=_MINUTES, name="appointments_hours_range"),
            models.CheckConstraint(condition=Q(valid_from__lte=F("valid_until")), name="appointments_hours_dates"),
        ]

    def __str__(self) -> str:
        return f"location hours {self.pk}"


class OpeningRule(TenantModel):
    """A calendar's weekly hours at a location (Sprechzeit), in local minutes of the day; both dates are included.

    With `every_weeks` above 1 the rule holds in the week of `valid_from` and every so many weeks after it. `modes` are
    the ways to meet in these hours (core.modes.Mode, as bits). Emergency hours serve emergencies and nothing else.
    """

    calendar = TenantForeignKey(Calendar, on_delete=models.CASCADE, related_name="+")
    location = TenantForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    every_weeks = models.PositiveSmallIntegerField(default=1)
    modes = models.PositiveSmallIntegerField(default=int(ALL_MODES))
    is_emergency = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "calendar", "location"], name="appointments_rule_calendar"),
            models.Index(fields=["tenant", "location", "calendar"], name="appointments_rule_location"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__range=(1, 7)), name="appointments_rule_weekday"),
            models.CheckConstraint(
                condition=Q(start_minute__lt=F("end_minute"), end_minute__lte=1440), name="appointments_rule_range"
            ),
            models.CheckConstraint(condition=Q(valid_from__lte=F("valid_until")), name="appointments_rule_dates"),
            models.CheckConstraint(
                condition=Q(every_weeks=1) | Q(every_weeks__range=(2, 52), valid_from__isnull=False),
                name="appointments_rule_weeks",
            ),
            models.CheckConstraint(condition=Q(modes__range=(1, int(ALL_MODES))), name="appointments_rule_modes"),
        ]

    def __str__(self) -> str:
        return f"opening rule {self.pk}"


class OpeningException(TenantModel):
    """Other hours on one date, without touching the rules; without minutes: closed.

    The rows of a calendar, location and day together replace the calendar's rules there on that day, emergency hours
    included; rows without a calendar replace the site's hours.
    """

    calendar = TenantForeignKey(Calendar, on_delete=models.CASCADE, null=True, related_name="+")
    location = TenantForeignKey(Location, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    start_minute = models.PositiveSmallIntegerField(null=True)
    end_minute = models.PositiveSmallIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "calendar", "day"], name="appointments_exception_cal"),
            models.Index(fields=["tenant", "location", "day"], name="appointments_exception_site"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(start_minute__isnull=True, end_minute__isnull=True)
                | Q(start_minute__isnull=False, end_minute__isnull=False) & _MINUTES,
                name="appointments_exception_range",
            )
        ]

    def __str__(self) -> str:
        return f"opening exception {self.pk}"


class Absence(TenantModel):
    """A stretch in which a calendar offers nothing. No reason is kept: it is nobody's business here."""

    calendar = TenantForeignKey(Calendar, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "calendar", "ends_at"], name="appointments_absence_end")]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="appointments_absence_range")
        ]

    def __str__(self) -> str:
        return f"absence {self.pk}"


class Closure(TenantModel):
    """Days on which a location, or without one the whole Jobcenter, is closed; both days are included."""

    location = TenantForeignKey(Location, on_delete=models.CASCADE, null=True, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    reasons = models.JSONField()

    retention: ClassVar[Mapping[str, Retention]] = {"reasons": Retention.NOT_PERSONAL}

    class Meta:
        indexes = [models.Index(fields=["tenant", "last_day"], name="appointments_closure_end")]
        constraints = [
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="appointments_closure_range")
        ]

    def __str__(self) -> str:
        return f"closure {self.pk}"


class ClosureWindow(TenantModel):
    """Hours within a closure in which emergencies are served, in local minutes of the day (Notdienst)."""

    closure = TenantForeignKey(Closure, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "closure"], name="appointments_window_closure")]
        constraints = [models.CheckConstraint(condition=_MINUTES, name="appointments_window_range")]

    def __str__(self) -> str:
        return f"closure window {self.pk}"


class ReminderRule(TenantModel):
    """One line of a Jobcenter's reminder plan: `P3D` by e-mail, `P1D` by SMS for those without an e-mail address.

    Without a service it is a line of the house's plan. A service with lines of its own follows those alone; its one
    line with the channel `none` says that nobody is reminded of it. `kind` is the kind of message.
    """

    kind = models.CharField(max_length=32, default="reminder", db_default="reminder")
    service = TenantForeignKey(Service, on_delete=models.CASCADE, null=True, related_name="+")
    channel = models.CharField(max_length=8, choices=[(channel, channel) for channel in REMINDER_CHANNELS])
    offset = models.CharField(max_length=8, blank=True, default="")
    only_without = ArrayField(models.CharField(max_length=8), blank=True, default=list)

    retention: ClassVar[Mapping[str, Retention]] = {
        "kind": Retention.NOT_PERSONAL,
        "channel": Retention.NOT_PERSONAL,
        "offset": Retention.NOT_PERSONAL,
        "only_without": Retention.NOT_PERSONAL,
    }

    class Meta:
        indexes = [models.Index(fields=["tenant", "service"], name="appointments_reminder_service")]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "service", "kind", "channel", "offset"],
                nulls_distinct=False,
                name="appointments_one_reminder_rule",
            ),
            models.CheckConstraint(condition=Q(channel__in=REMINDER_CHANNELS), name="appointments_reminder_channel"),
            models.CheckConstraint(
                condition=Q(channel=NO_CHANNEL, offset="", service__isnull=False)
                | Q(channel__in=["email", "sms", "push"], offset__regex=_IN_DAYS_OR_HOURS)
                | Q(channel="letter", offset__regex=_IN_DAYS),
                name="appointments_reminder_offset",
            ),
            models.CheckConstraint(
                condition=Q(only_without__contained_by=list(_ADDRESSED)),
                name="appointments_reminder_without",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.offset}".strip()
