# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses that are to be proven with a code, and from which network a time is kept. Old code writes none of it."""

import django.db.models.deletion
import jobcenter_portal.tenancy.base
import jobcenter_portal.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0010_what_people_tell_us"),
        ("tenancy", "0005_limits"),
    ]

    operations = [
        migrations.CreateModel(
            name="Proof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("address_sealed", models.BinaryField()),
                ("address_index", models.BinaryField()),
                ("nonce", models.BinaryField()),
                ("key", models.CharField(max_length=40)),
                ("round", models.PositiveIntegerField(default=1)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("proven_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="hold",
            name="network",
            field=models.BinaryField(null=True),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(
                condition=models.Q(("network__isnull", False)),
                fields=["tenant", "network"],
                name="appointments_hold_network",
            ),
        ),
        migrations.AddField(
            model_name="proof",
            name="appointment",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="proofs",
                to="appointments.appointment",
            ),
        ),
        migrations.AddField(
            model_name="proof",
            name="hold",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="proofs",
                to="appointments.hold",
            ),
        ),
        migrations.AddField(
            model_name="proof",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.jobcenter"
            ),
        ),
        migrations.AddIndex(
            model_name="proof",
            index=models.Index(fields=["tenant", "expires_at"], name="appointments_proof_end"),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=models.UniqueConstraint(
                condition=models.Q(("hold__isnull", False)),
                fields=("tenant", "hold", "address_index"),
                name="appointments_proof_of_hold",
            ),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=models.UniqueConstraint(
                condition=models.Q(("appointment__isnull", False)),
                fields=("tenant", "appointment", "address_index"),
                name="appointments_proof_of_own",
            ),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("appointment__isnull", True), ("hold__isnull", False)),
                    models.Q(("appointment__isnull", False), ("hold__isnull", True)),
                    _connector="OR",
                ),
                name="appointments_proof_for_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="appointments_proof_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="hold", name="appointments_proof_hold_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="appointment", name="appointments_proof_appointment_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="appointments_proof_rls"),
        ),
    ]
