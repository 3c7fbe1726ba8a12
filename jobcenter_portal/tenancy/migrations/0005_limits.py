# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is counted against misuse, whether addresses are proven, and when a machine must work. Old code writes none of it."""

import django.db.models.deletion
import jobcenter_portal.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenancy", "0004_test_mobile"),
    ]

    operations = [
        migrations.AddField(
            model_name="tenantsettings",
            name="prove_addresses",
            field=models.BooleanField(
                db_default=False, default=False, help_text="Wer Nachrichten möchte, gibt vor dem Buchen einen Code ein"
            ),
        ),
        migrations.AddField(
            model_name="tenantsettings",
            name="puzzle",
            field=models.CharField(
                choices=[("auto", "nur bei einem Angriff"), ("always", "immer"), ("never", "nie")],
                db_default="auto",
                default="auto",
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="Counted",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=24)),
                ("who", models.BinaryField()),
                ("at", models.DateTimeField()),
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
                "indexes": [
                    models.Index(fields=["tenant", "what", "who", "at"], name="tenancy_counted_recent"),
                    models.Index(fields=["tenant", "at"], name="tenancy_counted_old"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "id"), name="tenancy_counted_tenant_id"),
                    jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="tenancy_counted_rls"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=24)),
                ("begins_at", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
                ("is_unusual", models.BooleanField(default=False)),
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
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "what", "begins_at"), name="tenancy_tally_once"),
                    models.UniqueConstraint(fields=("tenant", "id"), name="tenancy_tally_tenant_id"),
                    jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="tenancy_tally_rls"),
                ],
            },
        ),
        migrations.CreateModel(
            name="UsedOnce",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.BinaryField()),
                ("until", models.DateTimeField()),
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
                "indexes": [models.Index(fields=["tenant", "until"], name="tenancy_used_until")],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "digest"), name="tenancy_used_once"),
                    models.UniqueConstraint(fields=("tenant", "id"), name="tenancy_usedonce_tenant_id"),
                    jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="tenancy_usedonce_rls"),
                ],
            },
        ),
    ]
