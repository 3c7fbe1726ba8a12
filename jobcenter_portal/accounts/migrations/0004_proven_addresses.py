# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""When somebody has shown that messages to an address reach them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_push_and_letters"),
    ]

    operations = [
        migrations.AddField(
            model_name="contactpoint",
            name="proven_at",
            field=models.DateTimeField(null=True),
        ),
    ]
