# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A Jobcenter's face: words, logos, the statement on accessibility, and reports about barriers."""

import django.db.models.deletion
import jobcenter_portal.tenancy.base
import jobcenter_portal.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0004_proven_addresses"),
        ("tenancy", "0005_limits"),
    ]

    operations = [
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=12)),
                ("message_sealed", models.BinaryField()),
                ("reply_to_sealed", models.BinaryField(null=True)),
                ("note_sealed", models.BinaryField(null=True)),
                ("page", models.CharField(blank=True, max_length=200)),
                ("language", models.CharField(max_length=12)),
                ("received_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offen", "offen"),
                            ("beantwortet", "beantwortet"),
                            ("geschlossen", "ohne Antwort abgeschlossen"),
                        ],
                        default="offen",
                        max_length=12,
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "settled_by",
                    jobcenter_portal.tenancy.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
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
                "indexes": [models.Index(fields=["tenant", "state", "due_on"], name="about_feedback_by_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "number"), name="about_feedback_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("state", "offen")),
                            models.Q(models.Q(("state", "offen"), _negated=True), ("settled_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="about_feedback_settled_at",
                    ),
                    models.UniqueConstraint(fields=("tenant", "id"), name="about_feedback_tenant_id"),
                    jobcenter_portal.tenancy.constraints.SameTenantReference(
                        field="settled_by", name="about_feedback_settled_by_same_tenant"
                    ),
                    jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="about_feedback_rls"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Logo",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ground",
                    models.CharField(
                        choices=[("hell", "auf hellem Grund"), ("dunkel", "auf dunklem Grund")], max_length=8
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("digest", models.CharField(blank=True, max_length=32)),
                ("png", models.BinaryField(blank=True, default=b"")),
                ("width", models.PositiveSmallIntegerField(default=0)),
                ("height", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    jobcenter_portal.tenancy.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
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
                "indexes": [models.Index(fields=["tenant", "digest"], name="about_logo_by_digest")],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "ground", "version"), name="about_logo_version"),
                    models.UniqueConstraint(fields=("tenant", "id"), name="about_logo_tenant_id"),
                    jobcenter_portal.tenancy.constraints.SameTenantReference(
                        field="created_by", name="about_logo_created_by_same_tenant"
                    ),
                    jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="about_logo_rls"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("body", models.CharField(max_length=200)),
                (
                    "conformance",
                    models.CharField(
                        choices=[
                            ("ganz", "vollständig barrierefrei"),
                            ("teilweise", "teilweise barrierefrei"),
                            ("nicht", "nicht barrierefrei"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[("selbst", "Selbstbewertung"), ("extern", "Prüfung durch eine unabhängige Stelle")],
                        max_length=12,
                    ),
                ),
                ("prepared_on", models.DateField()),
                ("reviewed_on", models.DateField()),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    jobcenter_portal.tenancy.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
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
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "version"), name="about_statement_version"),
                    models.CheckConstraint(
                        condition=models.Q(("reviewed_on__gte", models.F("prepared_on"))),
                        name="about_statement_reviewed_later",
                    ),
                    models.UniqueConstraint(fields=("tenant", "id"), name="about_statement_tenant_id"),
                    jobcenter_portal.tenancy.constraints.SameTenantReference(
                        field="created_by", name="about_statement_created_by_same_tenant"
                    ),
                    jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="about_statement_rls"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("begruessung", "Begrüßung"),
                            ("kontakt", "Kontakt"),
                            ("impressum", "Impressum"),
                            ("datenschutz", "Datenschutzerklärung"),
                            ("barrieren", "Was noch nicht barrierefrei ist"),
                            ("durchsetzung", "Durchsetzungsstelle"),
                        ],
                        max_length=16,
                    ),
                ),
                ("language", models.CharField(max_length=12)),
                ("version", models.PositiveIntegerField()),
                ("text", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    jobcenter_portal.tenancy.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "part", "language", "version"), name="about_wording_version"
                    ),
                    models.UniqueConstraint(fields=("tenant", "id"), name="about_wording_tenant_id"),
                    jobcenter_portal.tenancy.constraints.SameTenantReference(
                        field="created_by", name="about_wording_created_by_same_tenant"
                    ),
                    jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="about_wording_rls"),
                ],
            },
        ),
    ]
