# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The outbox itself: every message that is to be sent, and what was tried.

No address and no text lies here. Both are fetched when a message leaves; the row keeps the channel and a keyed hash.
"""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q

from jobcenter_portal.kernel.ids import PUBLIC_ID_LENGTH, public_id
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.retention import Retention
from notifications.states import BAD, HELD, INITIAL, WAITING, State

PRIORITIES = (0, 1, 2)
"""The values of kinds.Priority; the loop walks them one by one, so a fourth needs a line there."""


class Message(TenantModel):
    """One message to one address. Unique by what it says to whom, so planning twice plans once.

    `subject` is opaque here ("appointment:…"), `revision` rises with every change of it. `lease_token` fences: only
    who holds the token may arm or finish. `lease_until`: after it a lease is void (leased) or its outcome unknown
    (sending). `next_attempt_at`: while waiting, not before this instant; while ambiguous, when to look into it again,
    NULL once it is settled that nobody can know. `account`: the provider account it went or shall go through again,
    `refused_by` one that refused it for good without blaming the address. `needs_other_way`: it will not arrive, and
    its kind has not been asked yet what to do instead. `text_version`: which of the office's own texts was used, 0 for
    the text of the portal.
    """

    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, default=public_id)
    subject = models.CharField(max_length=64)
    revision = models.PositiveIntegerField()
    kind = models.CharField(max_length=32)
    occasion = models.CharField(max_length=16)
    channel = models.CharField(max_length=8)
    recipient = models.BinaryField()
    language = models.CharField(max_length=12)
    priority = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, default=INITIAL)
    due_at = models.DateTimeField()
    not_after = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    armed_at = models.DateTimeField(null=True)
    message_id_token = models.CharField(max_length=32)
    provider_reference = models.CharField(max_length=128, default="")
    segments = models.PositiveSmallIntegerField(default=0)
    result_code = models.CharField(max_length=40, default="")
    account = models.CharField(max_length=PUBLIC_ID_LENGTH, default="", db_default="")
    refused_by = models.CharField(max_length=PUBLIC_ID_LENGTH, default="", db_default="")
    needs_other_way = models.BooleanField(default=False, db_default=False)
    respects_quiet = models.BooleanField(default=True, db_default=True)
    text_version = models.PositiveIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(
        (
            "public_id",
            "subject",
            "kind",
            "occasion",
            "channel",
            "recipient",
            "language",
            "state",
            "message_id_token",
            "provider_reference",
            "result_code",
            "account",
            "refused_by",
        ),
        Retention.MESSAGE,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "subject", "revision", "kind", "occasion", "channel", "recipient"],
                name="notifications_message_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(HELD), lease_token__isnull=False, lease_until__isnull=False)
                | (~Q(state__in=sorted(HELD)) & Q(lease_token__isnull=True, lease_until__isnull=True)),
                name="notifications_message_lease",
            ),
            models.UniqueConstraint(fields=["tenant", "public_id"], name="notifications_message_public_id"),
            models.CheckConstraint(condition=Q(state__in=sorted(State)), name="notifications_message_state"),
            models.CheckConstraint(condition=Q(priority__in=PRIORITIES), name="notifications_message_priority"),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "priority", "due_at", "id"],
                name="notifications_message_due",
                condition=Q(state__in=sorted(WAITING)),
            ),
            models.Index(
                fields=["tenant", "lease_until"],
                name="notifications_message_held",
                condition=Q(state__in=sorted(HELD)),
            ),
            models.Index(
                fields=["tenant", "id"],
                name="notifications_message_unclear",
                condition=Q(state=State.AMBIGUOUS),
            ),
            models.Index(
                fields=["tenant", "id"],
                name="notifications_message_otherway",
                condition=Q(needs_other_way=True),
            ),
            models.Index(fields=["tenant", "message_id_token"], name="notifications_message_token"),
            models.Index(
                fields=["tenant", "provider_reference"],
                name="notifications_message_theirs",
                condition=~Q(provider_reference=""),
            ),
            models.Index(fields=["tenant", "-due_at", "-id"], name="notifications_message_list"),
            models.Index(
                fields=["tenant", "finished_at"],
                name="notifications_message_ended",
                condition=Q(finished_at__isnull=False),
            ),
            models.Index(
                fields=["tenant", "-due_at", "-id"],
                name="notifications_message_bad",
                condition=Q(state__in=sorted(BAD)),
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Attempt(TenantModel):
    """One try to hand a message over, or one thing learnt about it later. Added, never changed (migration 0002)."""

    message = TenantForeignKey(Message, on_delete=models.CASCADE, related_name="attempt_rows")
    n = models.PositiveSmallIntegerField()
    lease_token = models.UUIDField(null=True)
    started_at = models.DateTimeField()
    outcome = models.CharField(max_length=20)
    code = models.CharField(max_length=40, default="")
    reference = models.CharField(max_length=128, default="")
    milliseconds = models.PositiveIntegerField(default=0)

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(("outcome", "code", "reference"), Retention.MESSAGE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "message", "n"], name="notifications_attempt_once")]

    def __str__(self) -> str:
        return f"attempt {self.n} of message {self.message_id}"
