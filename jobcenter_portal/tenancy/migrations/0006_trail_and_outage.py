# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How long a Jobcenter keeps its trail, and whether its list for an outage names telephone numbers."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0005_limits")]

    operations = [
        migrations.AddField(
            model_name="tenantsettings",
            name="audit_months",
            field=models.PositiveSmallIntegerField(
                db_default=12,
                default=12,
                help_text="Wie lange das Protokoll aufgehoben wird",
                validators=[
                    django.core.validators.MinValueValidator(6),
                    django.core.validators.MaxValueValidator(24),
                ],
            ),
        ),
        migrations.AddField(
            model_name="tenantsettings",
            name="emergency_phones",
            field=models.BooleanField(
                db_default=True, default=True, help_text="Die Liste für den Notfall nennt Telefonnummern"
            ),
        ),
        migrations.AddConstraint(
            model_name="tenantsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("audit_months__range", (6, 24))), name="tenancy_audit_months_sane"
            ),
        ),
    ]
