# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who comes along, who booked, who will be late; how to get there and in. Old code goes on writing none of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0009_contact_tasks"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="booked_by_helper",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="appointment",
            name="late_minutes",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="appointment",
            name="late_told_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="appointment",
            name="with_companion",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="location",
            name="barrier_free",
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name="location",
            name="directions",
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
    ]
