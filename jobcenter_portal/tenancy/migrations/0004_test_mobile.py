# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A mobile number of the house's own, to which trial SMS may go."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenancy", "0003_sending_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="tenantsettings",
            name="test_mobile",
            field=models.CharField(
                db_default="",
                default="",
                help_text="Handynummer des Hauses für Probe-SMS, als +49…",
                blank=True,
                max_length=16,
            ),
        ),
    ]
