# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Indexes of the large table, built and dropped while messages go on leaving."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notifications", "0003_accounts_and_receipts")]

    operations = [
        RemoveIndexConcurrently(
            model_name="message",
            name="notifications_message_sms_hour",
        ),
        RemoveIndexConcurrently(
            model_name="message",
            name="notifications_message_refused",
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("needs_other_way", True)),
                fields=["tenant", "id"],
                name="notifications_message_otherway",
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(fields=["tenant", "message_id_token"], name="notifications_message_token"),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("provider_reference", ""), _negated=True),
                fields=["tenant", "provider_reference"],
                name="notifications_message_theirs",
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(fields=["tenant", "-due_at", "-id"], name="notifications_message_list"),
        ),
    ]
