# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A Jobcenter's first entry that commits while another plan looks for it may no longer hide that plan's earlier time."""

from django.db import migrations

from notifications.outbox.wake import wake_sql


class Migration(migrations.Migration):
    dependencies = [("notifications", "0006_returned_letters")]

    operations = [migrations.RunSQL(wake_sql(), migrations.RunSQL.noop)]
