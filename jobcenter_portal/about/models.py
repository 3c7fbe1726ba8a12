# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A Jobcenter's face and what the law wants on it: words, logo, the statement on accessibility, and what people report.

Words, logos and statements are versions that never change; the newest one counts. So an office can say what stood on
its pages on a day, and go back to it.
"""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models

from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.retention import Retention
from jobcenter_portal.tenancy.sealed import sealed


class Part(models.TextChoices):
    """Which words of the face. The values stand in addresses of the settings."""

    WELCOME = "begruessung", "Begrüßung"
    CONTACT = "kontakt", "Kontakt"
    IMPRINT = "impressum", "Impressum"
    PRIVACY = "datenschutz", "Datenschutzerklärung"
    GAPS = "barrieren", "Was noch nicht barrierefrei ist"
    ENFORCEMENT = "durchsetzung", "Durchsetzungsstelle"


class Wording(TenantModel):
    """One version of the words of a part in a language; an empty one takes them off the page."""

    part = models.CharField(max_length=16, choices=Part.choices)
    language = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = TenantForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(("part", "language", "text"), Retention.NOT_PERSONAL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "part", "language", "version"], name="about_wording_version")
        ]

    def __str__(self) -> str:
        return f"{self.part}.{self.language} v{self.version}"


class Ground(models.TextChoices):
    """What a logo stands on."""

    LIGHT = "hell", "auf hellem Grund"
    DARK = "dunkel", "auf dunklem Grund"


class Logo(TenantModel):
    """One version of the logo for a ground, as the portal drew it anew; without a picture there is none any more."""

    ground = models.CharField(max_length=8, choices=Ground.choices)
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=32, blank=True)
    png = models.BinaryField(blank=True, default=b"")
    width = models.PositiveSmallIntegerField(default=0)
    height = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = TenantForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(("ground", "digest", "png"), Retention.NOT_PERSONAL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "ground", "version"], name="about_logo_version")]
        indexes = [models.Index(fields=["tenant", "digest"], name="about_logo_by_digest")]

    def __str__(self) -> str:
        return f"logo {self.ground} v{self.version}"


class Conformance(models.TextChoices):
    """How far the pages follow the rules, in the three steps that the law's model statement knows."""

    FULL = "ganz", "vollständig barrierefrei"
    PARTIAL = "teilweise", "teilweise barrierefrei"
    NONE = "nicht", "nicht barrierefrei"


class Method(models.TextChoices):
    """Who looked."""

    OWN = "selbst", "Selbstbewertung"
    EXTERNAL = "extern", "Prüfung durch eine unabhängige Stelle"


class Statement(TenantModel):
    """One version of what the statement on accessibility says beside its list of gaps (HVBIT § 4)."""

    version = models.PositiveIntegerField()
    body = models.CharField(max_length=200)
    conformance = models.CharField(max_length=12, choices=Conformance.choices)
    method = models.CharField(max_length=12, choices=Method.choices)
    prepared_on = models.DateField()
    reviewed_on = models.DateField()
    created_at = models.DateTimeField()
    created_by = TenantForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(
        ("body", "conformance", "method"), Retention.NOT_PERSONAL
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "version"], name="about_statement_version"),
            models.CheckConstraint(
                condition=models.Q(reviewed_on__gte=models.F("prepared_on")), name="about_statement_reviewed_later"
            ),
        ]

    def __str__(self) -> str:
        return f"statement v{self.version}"


class FeedbackState(models.TextChoices):
    OPEN = "offen", "offen"
    ANSWERED = "beantwortet", "beantwortet"
    CLOSED = "geschlossen", "ohne Antwort abgeschlossen"


class Feedback(TenantModel):
    """What somebody reported about a barrier. The words, the address and our note are sealed like everything personal.

    `number` is what the person keeps; it is random, so that nobody learns how many there are, and opens nothing.
    """

    number = models.CharField(max_length=12)
    message_sealed = models.BinaryField()
    reply_to_sealed = models.BinaryField(null=True)
    note_sealed = models.BinaryField(null=True)
    page = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=12)
    received_at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(max_length=12, choices=FeedbackState.choices, default=FeedbackState.OPEN)
    settled_at = models.DateTimeField(null=True)
    settled_by = TenantForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    message = sealed("message_sealed")
    reply_to = sealed("reply_to_sealed")
    note = sealed("note_sealed")

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(
        ("number", "message_sealed", "reply_to_sealed", "note_sealed", "page", "language", "state"),
        Retention.FEEDBACK,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="about_feedback_number"),
            models.CheckConstraint(
                condition=models.Q(state=FeedbackState.OPEN, settled_at__isnull=True)
                | (~models.Q(state=FeedbackState.OPEN) & models.Q(settled_at__isnull=False)),
                name="about_feedback_settled_at",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "state", "due_on"], name="about_feedback_by_due")]

    def __str__(self) -> str:
        return f"feedback {self.number}"
