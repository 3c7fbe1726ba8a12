# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ways to the providers: whose account, how it does, and how much may go out."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q

from jobcenter_portal.kernel.ids import PUBLIC_ID_LENGTH, public_id
from jobcenter_portal.tenancy.base import TenantModel
from jobcenter_portal.tenancy.retention import Retention
from jobcenter_portal.tenancy.sealed import sealed


class ProviderAccount(TenantModel):
    """An account of one Jobcenter with a provider. `rank` 0 is used first, higher ones when it cannot be.

    The settings are sealed, JSON by the names of the driver's fields; no page and no interface ever shows a secret.
    `max_per_s` 0 means as fast as it goes.
    """

    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, default=public_id)
    channel = models.CharField(max_length=8)
    driver = models.CharField(max_length=24)
    name = models.CharField(max_length=60)
    config_sealed = models.BinaryField(null=True)
    rank = models.PositiveSmallIntegerField(default=0)
    is_enabled = models.BooleanField(default=True)
    max_per_s = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()

    config = sealed("config_sealed")

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(
        ("public_id", "channel", "driver", "name", "config_sealed"), Retention.NOT_PERSONAL
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="notifications_account_public_id"),
            models.UniqueConstraint(
                fields=["tenant", "channel", "rank"],
                name="notifications_account_rank",
                condition=Q(is_enabled=True),
            ),
        ]

    def __str__(self) -> str:
        return f"account {self.pk}"


class AccountState(TenantModel):
    """How one account does at one Jobcenter: breaker, counters of the last minute, and its allowance.

    `account` is the account's public id, or "platform" and the channel where the Jobcenter has none of its own.
    `rests_until` with `code`: it is left alone. Then one message tries (`probed_at`), and its success ends the rest.
    """

    account = models.CharField(max_length=PUBLIC_ID_LENGTH)
    rests_until = models.DateTimeField(null=True)
    code = models.CharField(max_length=40, default="")
    probed_at = models.DateTimeField(null=True)
    minute = models.DateTimeField(null=True)
    tried = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    allowance = models.FloatField(default=0)
    filled_at = models.DateTimeField(null=True)

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(("account", "code"), Retention.NOT_PERSONAL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "account"], name="notifications_one_account_state")]

    def __str__(self) -> str:
        return f"state of account {self.account}"


class ChannelPause(TenantModel):
    """A channel of one Jobcenter of which no account may be used until an instant; its messages wait and say so."""

    channel = models.CharField(max_length=8)
    until = models.DateTimeField()
    code = models.CharField(max_length=40)

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(("channel", "code"), Retention.NOT_PERSONAL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "channel"], name="notifications_one_pause")]

    def __str__(self) -> str:
        return f"pause of {self.channel}"


class Spending(TenantModel):
    """How many SMS (segments) left in one hour, day or month, on the Jobcenter's own clock: `period` is its name.

    `warned_at`: the log said that little is left.
    """

    channel = models.CharField(max_length=8)
    period = models.CharField(max_length=16)
    begins_at = models.DateTimeField()
    segments = models.PositiveIntegerField(default=0)
    warned_at = models.DateTimeField(null=True)

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(("channel", "period"), Retention.NOT_PERSONAL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "channel", "period"], name="notifications_one_spending")
        ]

    def __str__(self) -> str:
        return f"spending in {self.period}"
