# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="contactpoint",
            name="channel",
            field=models.CharField(choices=[("email", "Email"), ("sms", "Sms"), ("phone", "Phone")], max_length=8),
        ),
    ]
