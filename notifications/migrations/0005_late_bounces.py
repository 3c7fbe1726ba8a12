# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A bounce may correct a delivery that was announced before it; and two indexes for the lists of the desk."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

from notifications.states import edges_sql


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notifications", "0004_message_indexes")]

    operations = [
        migrations.RunSQL(edges_sql(), migrations.RunSQL.noop),
        AddIndexConcurrently(
            "message",
            models.Index(
                fields=["tenant", "finished_at"],
                name="notifications_message_ended",
                condition=Q(finished_at__isnull=False),
            ),
        ),
        AddIndexConcurrently(
            "message",
            models.Index(
                fields=["tenant", "-due_at", "-id"],
                name="notifications_message_bad",
                condition=Q(state__in=["ambiguous", "bounced", "expired", "failed", "suppressed"]),
            ),
        ),
    ]
