# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far what is planned follows a change of the Jobcenter's reminder plan."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models

from jobcenter_portal.tenancy.base import TenantModel
from jobcenter_portal.tenancy.retention import Retention


class Replanning(TenantModel):
    """One row for each Jobcenter. Plans are named by a digest of all that decides about reminders.

    `followed`: the plan that every coming appointment follows. `seen`, since `seen_at`: another one that was found
    when somebody last looked; appointments up to `done_up_to` have been planned anew for it.
    """

    followed = models.BinaryField(default=b"")
    seen = models.BinaryField(default=b"")
    seen_at = models.DateTimeField(null=True)
    done_up_to = models.BigIntegerField(default=0)

    retention: ClassVar[Mapping[str, Retention]] = {
        "followed": Retention.NOT_PERSONAL,
        "seen": Retention.NOT_PERSONAL,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="appointments_one_replanning")]

    def __str__(self) -> str:
        return f"replanning {self.pk}"
