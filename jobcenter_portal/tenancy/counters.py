# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a Jobcenter counts in order not to be misused: in PostgreSQL, where a count that cannot be made stops the deed.

No address and no network lies here, only keyed hashes of them; all of it is gone within days.
"""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models

from jobcenter_portal.tenancy.base import TenantModel
from jobcenter_portal.tenancy.retention import Retention

WHAT_LENGTH = 24


class Counted(TenantModel):
    """One thing that was done once more, and for whom (a keyed hash): what quotas over a while are counted from."""

    what = models.CharField(max_length=WHAT_LENGTH)
    who = models.BinaryField()
    at = models.DateTimeField()

    retention: ClassVar[Mapping[str, Retention]] = {"what": Retention.LIMIT, "who": Retention.LIMIT}

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "what", "who", "at"], name="tenancy_counted_recent"),
            models.Index(fields=["tenant", "at"], name="tenancy_counted_old"),
        ]

    def __str__(self) -> str:
        return f"counted {self.pk}"


class Tally(TenantModel):
    """How often something happened in a few minutes, of everybody together: what is usual here, and what is not."""

    what = models.CharField(max_length=WHAT_LENGTH)
    begins_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    is_unusual = models.BooleanField(default=False)

    retention: ClassVar[Mapping[str, Retention]] = {"what": Retention.NOT_PERSONAL}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "what", "begins_at"], name="tenancy_tally_once")]

    def __str__(self) -> str:
        return f"tally {self.pk}"


class UsedOnce(TenantModel):
    """The hash of something that opens a door once, kept until it would have run out anyway."""

    digest = models.BinaryField()
    until = models.DateTimeField()

    retention: ClassVar[Mapping[str, Retention]] = {"digest": Retention.LIMIT}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "digest"], name="tenancy_used_once")]
        indexes = [models.Index(fields=["tenant", "until"], name="tenancy_used_until")]

    def __str__(self) -> str:
        return f"used {self.pk}"
