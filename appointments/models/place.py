# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where appointments take place: locations, who is served there, and the calendars whose time can be taken."""

from collections.abc import Mapping
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.kernel.translated import in_language
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.retention import Retention

NOTHING_SAID: Final = models.Value({}, models.JSONField())


class Location(TenantModel):
    """A site of a Jobcenter (Standort). A temporary one is open from `valid_from` to `valid_until`, both included.

    `entrances` (which door, where to report), `directions` (which bus or train) and `barrier_free` (lift, parking,
    which door without steps) are sentences per language code.
    """

    slug = models.SlugField(max_length=40, db_index=False)
    name = models.CharField(max_length=80)
    street = models.CharField(max_length=80)
    town = models.CharField(max_length=80)
    entrances = models.JSONField(default=dict, db_default=NOTHING_SAID, blank=True)
    directions = models.JSONField(default=dict, db_default=NOTHING_SAID, blank=True)
    barrier_free = models.JSONField(default=dict, db_default=NOTHING_SAID, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(
        ("slug", "name", "street", "town", "entrances", "directions", "barrier_free"), Retention.NOT_PERSONAL
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "slug"], name="appointments_location_slug"),
            models.CheckConstraint(condition=Q(valid_from__lte=F("valid_until")), name="appointments_location_dates"),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def address(self) -> str:
        return f"{self.street}, {self.town}"

    def way_in(self, language: str) -> str:
        return in_language(self.entrances, language)

    def way_there(self, language: str) -> str:
        return in_language(self.directions, language)

    def way_in_without_steps(self, language: str) -> str:
        return in_language(self.barrier_free, language)


class MembershipLocation(TenantModel):
    """A place that somebody works for. Means something only where their membership does not reach everywhere."""

    membership = TenantForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    location = TenantForeignKey(Location, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "membership", "location"], name="appointments_works_there_once")
        ]

    def __str__(self) -> str:
        return f"place of a member {self.pk}"


class Municipality(TenantModel):
    """A town or district that people live in, as they would name it; `postcodes` help to find it."""

    slug = models.SlugField(max_length=60, db_index=False)
    name = models.CharField(max_length=80)
    postcodes = ArrayField(models.CharField(max_length=5), default=list, blank=True)

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(("slug", "name", "postcodes"), Retention.NOT_PERSONAL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "slug"], name="appointments_municipality_slug")]

    def __str__(self) -> str:
        return self.slug


class Catchment(TenantModel):
    """Which location serves a municipality, by the day of the appointment; both dates are included (Zuständigkeit)."""

    municipality = TenantForeignKey(Municipality, on_delete=models.CASCADE, related_name="+")
    location = TenantForeignKey(Location, on_delete=models.CASCADE, related_name="+")
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["tenant", "municipality"], name="appointments_catchment_town")]
        constraints = [
            models.CheckConstraint(condition=Q(valid_from__lte=F("valid_until")), name="appointments_catchment_dates")
        ]

    def __str__(self) -> str:
        return f"catchment {self.pk}"


class CalendarKind(models.TextChoices):
    CASEWORKER = "caseworker"
    COUNTER = "counter"
    ROOM = "room"
    MEDIATOR = "mediator"


class Calendar(TenantModel):
    """One lane of time that can be occupied. It has no location: its opening rules say where it is when.

    `schedule_version` rises with every change of its hours, absences or closures; a booking that searched before the
    change finds out when it takes the time. `booking_code` stands in the letters of people who have this caseworker.
    `languages` are those a mediator interprets (codes, or names of languages that the portal does not speak).
    """

    kind = models.CharField(max_length=12, choices=CalendarKind.choices, default=CalendarKind.CASEWORKER)
    name = models.CharField(max_length=80)
    membership = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    max_per_day = models.PositiveSmallIntegerField(null=True)
    languages = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    booking_code = models.CharField(max_length=8, blank=True, default="")
    deputy = TenantForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    schedule_version = models.IntegerField(default=1)

    retention: ClassVar[Mapping[str, Retention]] = {
        "kind": Retention.NOT_PERSONAL,
        "name": Retention.STAFF,
        "languages": Retention.NOT_PERSONAL,
        "booking_code": Retention.STAFF,
    }

    class Meta:
        indexes = [models.Index(fields=["tenant", "membership"], name="appointments_calendar_staff")]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "booking_code"],
                condition=~Q(booking_code=""),
                name="appointments_calendar_booking_code",
            )
        ]

    def __str__(self) -> str:
        return f"calendar {self.pk}"
