# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The Jobcenters and their settings."""

from collections.abc import Mapping
from datetime import time
from functools import cached_property
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from jobcenter_portal.tenancy.base import TenantModel
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.counters import Counted, Tally, UsedOnce
from jobcenter_portal.tenancy.retention import Retention

__all__ = [
    "LANGUAGES",
    "BookingMode",
    "CalendarChoice",
    "Counted",
    "Jobcenter",
    "JobcenterHost",
    "Puzzle",
    "Tally",
    "TenantSettings",
    "UsedOnce",
]

LANGUAGES = ("de", "de-simple", "en", "uk", "ru", "ar", "fa", "tr")
"""Every code that pages and messages can ever have; `de-simple` is Leichte Sprache."""


class Jobcenter(models.Model):
    """A tenant. The one table of names that everybody may read: it says which Jobcenters exist, nothing else."""

    slug = models.SlugField(unique=True, max_length=40)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40)

    retention: ClassVar[Mapping[str, Retention]] = {
        "slug": Retention.NOT_PERSONAL,
        "name": Retention.NOT_PERSONAL,
        "short_name": Retention.NOT_PERSONAL,
    }

    def __str__(self) -> str:
        return self.slug

    @cached_property
    def settings(self) -> "TenantSettings":
        """This Jobcenter's settings, read once per instance and inside its own context."""
        with tenant_context(self):
            settings: TenantSettings = TenantSettings.objects.get()
            return settings


class JobcenterHost(models.Model):
    """A host name of a Jobcenter's own: it serves this Jobcenter alone. Global, since it is looked up before any."""

    host = models.CharField(max_length=253, unique=True)
    jobcenter = models.ForeignKey(Jobcenter, on_delete=models.CASCADE, related_name="hosts")

    retention: ClassVar[Mapping[str, Retention]] = {"host": Retention.NOT_PERSONAL}

    def __str__(self) -> str:
        return self.host


class BookingMode(models.TextChoices):
    """Who fixes the time."""

    INSTANT = "instant", "sofort buchen"
    REQUEST = "request", "anfragen, das Jobcenter antwortet"
    PERSONAL_CASEWORKER = "personal_caseworker", "nur bei der eigenen Ansprechperson"


class CalendarChoice(models.TextChoices):
    """Who gets a booking when several are free."""

    LEAST_LOADED = "least_loaded", "wer an dem Tag am wenigsten zu tun hat"
    ROUND_ROBIN = "round_robin", "reihum"


class Puzzle(models.TextChoices):
    """Whether whoever keeps a time must first have a machine work for it, or wait (docs/adr/0023)."""

    UNDER_ATTACK = "auto", "nur bei einem Angriff"
    ALWAYS = "always", "immer"
    NEVER = "never", "nie"


class TenantSettings(TenantModel):
    """What a Jobcenter decides for itself. One row each; changes go to the audit trail with old and new value."""

    booking_mode = models.CharField(max_length=24, choices=BookingMode.choices, default=BookingMode.INSTANT)
    min_lead_hours = models.PositiveSmallIntegerField(default=24, validators=[MaxValueValidator(24 * 30)])
    horizon_days = models.PositiveSmallIntegerField(
        default=42, validators=[MinValueValidator(1), MaxValueValidator(180)]
    )
    grid_minutes = models.PositiveSmallIntegerField(
        default=15, validators=[MinValueValidator(5), MaxValueValidator(120)]
    )
    cancel_until_hours = models.PositiveSmallIntegerField(default=24)
    max_reschedules = models.PositiveSmallIntegerField(default=2)
    max_open_bookings = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    hold_minutes = models.PositiveSmallIntegerField(
        default=20, validators=[MinValueValidator(5), MaxValueValidator(60)]
    )
    calendar_choice = models.CharField(
        max_length=16, choices=CalendarChoice.choices, default=CalendarChoice.LEAST_LOADED
    )
    max_concerns = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(3)], help_text="Anliegen in einem Termin"
    )
    day_release_minute = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(1439)], help_text="Ab wann der neue letzte Tag gebucht werden kann"
    )
    emergency_days_before = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(7)])
    emergency_release_minute = models.PositiveSmallIntegerField(default=7 * 60, validators=[MaxValueValidator(1439)])
    request_answer_hours = models.PositiveSmallIntegerField(
        default=48, validators=[MinValueValidator(1), MaxValueValidator(24 * 14)]
    )
    office_address = models.EmailField(blank=True, help_text="Wohin das Portal dem Haus schreibt, etwa bei Anfragen")
    test_mobile = models.CharField(
        max_length=16, blank=True, default="", db_default="", help_text="Handynummer des Hauses für Probe-SMS, als +49…"
    )
    walk_in = models.BooleanField(default=False, help_text="Menschen können ohne Termin kommen")
    reoffer_min_minutes = models.PositiveSmallIntegerField(default=0)
    reoffer_max_minutes = models.PositiveSmallIntegerField(
        default=0, help_text="Wie lange eine abgesagte Zeit ruht, zufällig zwischen beiden"
    )
    waiting_list = models.BooleanField(default=False)
    waiting_max_offers = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    waiting_offer_minutes = models.PositiveSmallIntegerField(
        default=120, validators=[MinValueValidator(15), MaxValueValidator(24 * 60)]
    )
    time_zone = models.CharField(max_length=40, default="Europe/Berlin")
    languages = ArrayField(models.CharField(max_length=12), default=list)
    phone = models.CharField(max_length=40)
    phone_hours = models.CharField(max_length=120)
    colour = models.CharField(
        max_length=7, default="#171a2b", validators=[RegexValidator(r"^#[0-9a-f]{6}$", "Farbe als #rrggbb")]
    )
    email_enabled = models.BooleanField(default=True)
    email_address = models.EmailField()
    email_sender = models.CharField(max_length=60)
    email_sender_discreet = models.CharField(max_length=60, default="Terminservice")
    sms_enabled = models.BooleanField(default=False)
    sms_sender = models.CharField(max_length=11, default="Termin")
    sms_sender_discreet = models.CharField(max_length=11, default="Termin")
    sms_hourly_cap = models.PositiveIntegerField(default=200)
    sms_daily_cap = models.PositiveIntegerField(default=1000, db_default=1000)
    sms_monthly_cap = models.PositiveIntegerField(
        default=10000, db_default=10000, help_text="Teile, die bezahlt werden"
    )
    push_enabled = models.BooleanField(default=False, db_default=False)
    letters_enabled = models.BooleanField(default=False, db_default=False, help_text="Das Haus druckt und verschickt")
    discreet = models.BooleanField(default=True, help_text="Nachrichten nennen das Jobcenter nicht")
    quiet_from = models.TimeField(default=time(20))
    quiet_until = models.TimeField(default=time(8))
    email_quiet_from = models.TimeField(null=True, help_text="Leer: E-Mails gehen zu jeder Zeit hinaus")
    email_quiet_until = models.TimeField(null=True)
    prove_addresses = models.BooleanField(
        default=False, db_default=False, help_text="Wer Nachrichten möchte, gibt vor dem Buchen einen Code ein"
    )
    puzzle = models.CharField(
        max_length=8, choices=Puzzle.choices, default=Puzzle.UNDER_ATTACK, db_default=Puzzle.UNDER_ATTACK
    )
    audit_months = models.PositiveSmallIntegerField(
        default=12,
        db_default=12,
        validators=[MinValueValidator(6), MaxValueValidator(24)],
        help_text="Wie lange das Protokoll aufgehoben wird",
    )
    emergency_phones = models.BooleanField(
        default=True, db_default=True, help_text="Die Liste für den Notfall nennt Telefonnummern"
    )

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(
        (
            "booking_mode",
            "calendar_choice",
            "puzzle",
            "office_address",
            "test_mobile",
            "time_zone",
            "languages",
            "phone",
            "phone_hours",
            "colour",
            "email_address",
            "email_sender",
            "email_sender_discreet",
            "sms_sender",
            "sms_sender_discreet",
        ),
        Retention.NOT_PERSONAL,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant"], name="tenancy_one_settings_row"),
            models.CheckConstraint(condition=Q(horizon_days__range=(1, 180)), name="tenancy_horizon_sane"),
            models.CheckConstraint(condition=Q(hold_minutes__range=(5, 60)), name="tenancy_hold_sane"),
            models.CheckConstraint(condition=Q(audit_months__range=(6, 24)), name="tenancy_audit_months_sane"),
            models.CheckConstraint(
                condition=Q(min_lead_hours__lte=F("horizon_days") * 24), name="tenancy_lead_before_horizon"
            ),
            models.CheckConstraint(
                condition=Q(reoffer_min_minutes__lte=F("reoffer_max_minutes")), name="tenancy_reoffer_range"
            ),
            models.CheckConstraint(
                condition=Q(email_quiet_from__isnull=True, email_quiet_until__isnull=True)
                | Q(email_quiet_from__gt=F("email_quiet_until")),
                name="tenancy_email_quiet_is_a_night",
            ),
        ]

    def __str__(self) -> str:
        return f"settings of tenant {self.tenant_id}"

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
