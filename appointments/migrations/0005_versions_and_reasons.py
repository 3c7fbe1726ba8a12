# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0004_whole_engine"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="decline_reason",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
        migrations.AddField(
            model_name="occupancy",
            name="schedule_version",
            field=models.IntegerField(null=True),
        ),
    ]
