# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2

import django.db.models.deletion
import jobcenter_portal.kernel.ids
import jobcenter_portal.tenancy.base
import jobcenter_portal.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    """Addresses that messages do not reach: a task each, for the office to ask for a better one."""

    dependencies = [
        ("accounts", "0003_push_and_letters"),
        ("appointments", "0008_reminder_plans"),
        ("tenancy", "0003_sending_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=jobcenter_portal.kernel.ids.public_id, max_length=22)),
                (
                    "channel",
                    models.CharField(
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
                ("recipient", models.BinaryField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("unknown", "die Adresse gibt es nicht"),
                            ("unreached", "Nachrichten kommen dort nicht an"),
                            ("unwanted", "die Person hat die Nachrichten abbestellt"),
                        ],
                        max_length=12,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "closed_as",
                    models.CharField(
                        choices=[
                            ("corrected", "Adresse geändert"),
                            ("removed", "Adresse entfernt"),
                            ("confirmed", "Adresse stimmt doch"),
                            ("done", "erledigt"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                (
                    "customer",
                    jobcenter_portal.tenancy.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contact_tasks",
                        to="accounts.customer",
                    ),
                ),
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
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["tenant", "opened_at", "id"],
                        name="appointments_open_tasks",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "public_id"), name="appointments_task_public_id"),
                    models.UniqueConstraint(
                        fields=("tenant", "customer", "channel", "recipient"), name="appointments_one_task_per_address"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_as", ""), ("closed_at__isnull", True)),
                            models.Q(("closed_at__isnull", False), models.Q(("closed_as", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="appointments_task_says_how_it_ended",
                    ),
                    models.UniqueConstraint(fields=("tenant", "id"), name="appointments_contacttask_tenant_id"),
                    jobcenter_portal.tenancy.constraints.SameTenantReference(
                        field="customer", name="appointments_contacttask_customer_same_tenant"
                    ),
                    jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="appointments_contacttask_rls"),
                ],
            },
        ),
    ]
