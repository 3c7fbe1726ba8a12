# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Budgets, quiet hours of e-mail, letters and push."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenancy", "0002_booking_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="tenantsettings",
            name="email_quiet_from",
            field=models.TimeField(help_text="Leer: E-Mails gehen zu jeder Zeit hinaus", null=True),
        ),
        migrations.AddField(
            model_name="tenantsettings",
            name="email_quiet_until",
            field=models.TimeField(null=True),
        ),
        migrations.AddField(
            model_name="tenantsettings",
            name="letters_enabled",
            field=models.BooleanField(db_default=False, default=False, help_text="Das Haus druckt und verschickt"),
        ),
        migrations.AddField(
            model_name="tenantsettings",
            name="push_enabled",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="tenantsettings",
            name="sms_daily_cap",
            field=models.PositiveIntegerField(db_default=1000, default=1000),
        ),
        migrations.AddField(
            model_name="tenantsettings",
            name="sms_monthly_cap",
            field=models.PositiveIntegerField(db_default=10000, default=10000, help_text="Teile, die bezahlt werden"),
        ),
        migrations.AddConstraint(
            model_name="tenantsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("email_quiet_from__isnull", True), ("email_quiet_until__isnull", True)),
                    ("email_quiet_from__gt", models.F("email_quiet_until")),
                    _connector="OR",
                ),
                name="tenancy_email_quiet_is_a_night",
            ),
        ),
    ]
