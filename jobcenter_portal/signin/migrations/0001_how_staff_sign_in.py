# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How staff sign in: directories, groups, identities, second factors and sessions."""

import django.contrib.postgres.fields
import django.db.models.deletion
import jobcenter_portal.kernel.ids
import jobcenter_portal.tenancy.base
import jobcenter_portal.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0005_locations_of_a_role"),
        ("tenancy", "0005_limits"),
    ]

    operations = [
        migrations.CreateModel(
            name="IdentityProvider",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(default=jobcenter_portal.kernel.ids.public_id, editable=False, max_length=22)),
                ("name", models.CharField(max_length=60)),
                ("issuer", models.CharField(max_length=200)),
                ("client_id", models.CharField(max_length=120)),
                ("client_secret_sealed", models.BinaryField(null=True)),
                ("groups_claim", models.CharField(default="groups", max_length=60)),
                ("name_claim", models.CharField(default="name", max_length=60)),
                (
                    "trusted_acr",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                (
                    "trusted_amr",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                ("is_enabled", models.BooleanField(default=False)),
                ("changed_at", models.DateTimeField()),
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
        ),
        migrations.CreateModel(
            name="GroupRole",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("group", models.CharField(max_length=120)),
                (
                    "role",
                    models.CharField(
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
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.jobcenter",
                    ),
                ),
                (
                    "provider",
                    jobcenter_portal.tenancy.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="group_roles",
                        to="signin.identityprovider",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.BinaryField()),
                (
                    "membership",
                    jobcenter_portal.tenancy.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
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
        ),
        migrations.CreateModel(
            name="SecondFactor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("secret_sealed", models.BinaryField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("last_step", models.BigIntegerField(default=0)),
                ("codes_sealed", models.BinaryField(null=True)),
                (
                    "membership",
                    jobcenter_portal.tenancy.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
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
        ),
        migrations.CreateModel(
            name="StaffSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(default=jobcenter_portal.kernel.ids.public_id, editable=False, max_length=22)),
                ("session_key", models.CharField(max_length=40)),
                ("device", models.CharField(max_length=40)),
                ("begun_at", models.DateTimeField()),
                (
                    "membership",
                    jobcenter_portal.tenancy.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
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
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issuer", models.CharField(max_length=200)),
                ("subject", models.CharField(max_length=255)),
                (
                    "membership",
                    jobcenter_portal.tenancy.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
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
                "indexes": [models.Index(fields=["tenant", "membership"], name="signin_identity_member")],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "issuer", "subject"), name="signin_identity_once"),
                    models.UniqueConstraint(fields=("tenant", "id"), name="signin_identity_tenant_id"),
                    jobcenter_portal.tenancy.constraints.SameTenantReference(
                        field="membership", name="signin_identity_membership_same_tenant"
                    ),
                    jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="signin_identity_rls"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="identityprovider",
            constraint=models.UniqueConstraint(fields=("tenant", "key"), name="signin_provider_key"),
        ),
        migrations.AddConstraint(
            model_name="identityprovider",
            constraint=models.UniqueConstraint(fields=("tenant", "issuer", "client_id"), name="signin_provider_once"),
        ),
        migrations.AddConstraint(
            model_name="identityprovider",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="signin_identityprovider_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="identityprovider",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="signin_identityprovider_rls"),
        ),
        migrations.AddConstraint(
            model_name="grouprole",
            constraint=models.UniqueConstraint(fields=("tenant", "provider", "group"), name="signin_group_once"),
        ),
        migrations.AddConstraint(
            model_name="grouprole",
            constraint=models.UniqueConstraint(fields=("tenant", "provider", "position"), name="signin_group_position"),
        ),
        migrations.AddConstraint(
            model_name="grouprole",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="signin_grouprole_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="grouprole",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="provider", name="signin_grouprole_provider_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="grouprole",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="signin_grouprole_rls"),
        ),
        migrations.AddConstraint(
            model_name="recoverycode",
            constraint=models.UniqueConstraint(
                fields=("tenant", "membership", "digest"), name="signin_recovery_code_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="recoverycode",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="signin_recoverycode_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="recoverycode",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="membership", name="signin_recoverycode_membership_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="recoverycode",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="signin_recoverycode_rls"),
        ),
        migrations.AddConstraint(
            model_name="secondfactor",
            constraint=models.UniqueConstraint(fields=("tenant", "membership"), name="signin_one_factor"),
        ),
        migrations.AddConstraint(
            model_name="secondfactor",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="signin_secondfactor_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="secondfactor",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="membership", name="signin_secondfactor_membership_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="secondfactor",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="signin_secondfactor_rls"),
        ),
        migrations.AddIndex(
            model_name="staffsession",
            index=models.Index(fields=["tenant", "membership"], name="signin_session_member"),
        ),
        migrations.AddConstraint(
            model_name="staffsession",
            constraint=models.UniqueConstraint(fields=("tenant", "key"), name="signin_session_public"),
        ),
        migrations.AddConstraint(
            model_name="staffsession",
            constraint=models.UniqueConstraint(fields=("tenant", "session_key"), name="signin_session_once"),
        ),
        migrations.AddConstraint(
            model_name="staffsession",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="signin_staffsession_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="staffsession",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="membership", name="signin_staffsession_membership_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="staffsession",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="signin_staffsession_rls"),
        ),
    ]
