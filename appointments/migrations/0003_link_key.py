# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0002_statistics"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="link_key",
            field=models.CharField(default="", max_length=16),
        ),
    ]
