# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was asked under which Idempotency-Key, and what was answered."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models

from jobcenter_portal.tenancy.base import TenantModel
from jobcenter_portal.tenancy.retention import Retention
from jobcenter_portal.tenancy.sealed import sealed


class SentRequest(TenantModel):
    """One request that may be sent again. Key and content as keyed hashes, the answer under seal.

    `busy_until` is set while somebody works on it. Who died over it loses it then, and it can be taken up again.
    """

    key_hash = models.BinaryField()
    content_hash = models.BinaryField()
    began_at = models.DateTimeField()
    busy_until = models.DateTimeField(null=True)
    answer_sealed = models.BinaryField(null=True)

    answer_json = sealed("answer_sealed")

    retention: ClassVar[Mapping[str, Retention]] = dict.fromkeys(
        ("key_hash", "content_hash", "answer_sealed"), Retention.REPEAT
    )

    class Meta:
        indexes = [models.Index(fields=["tenant", "began_at"], name="rest_sent_by_age")]
        constraints = [models.UniqueConstraint(fields=["tenant", "key_hash"], name="rest_one_answer_for_a_key")]

    def __str__(self) -> str:
        return f"sent request {self.pk}"
