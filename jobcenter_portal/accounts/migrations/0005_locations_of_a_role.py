# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two more roles, and roles that reach no further than some locations."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_proven_addresses"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="every_location",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("front_desk", "front_desk"),
                    ("caseworker", "caseworker"),
                    ("team_lead", "team_lead"),
                    ("location_admin", "location_admin"),
                    ("tenant_admin", "tenant_admin"),
                    ("data_protection", "data_protection"),
                ],
                max_length=24,
            ),
        ),
    ]
