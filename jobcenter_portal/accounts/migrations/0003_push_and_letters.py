# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of devices and of letter boxes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_phone_numbers"),
    ]

    operations = [
        migrations.AlterField(
            model_name="contactpoint",
            name="channel",
            field=models.CharField(
                choices=[
                    ("email", "Email"),
                    ("sms", "Sms"),
                    ("phone", "Phone"),
                    ("push", "Push"),
                    ("letter", "Letter"),
                ],
                max_length=8,
            ),
        ),
    ]
