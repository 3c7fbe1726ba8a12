# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who asked for a name on the trail, and why; and a period of the trail is found without reading all of it."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import jobcenter_portal.tenancy.constraints


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_append_only"),
        ("tenancy", "0006_trail_and_outage"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=django.contrib.postgres.indexes.BrinIndex(fields=["tenant", "at"], name="audit_by_time"),
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entry_id", models.BigIntegerField()),
                ("membership_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("reason_sealed", models.BinaryField()),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.jobcenter",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "entry_id"], name="audit_disclosure_entry")],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "id"), name="audit_disclosure_tenant_id"),
                    jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="audit_disclosure_rls"),
                ],
            },
        ),
    ]
