# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2

import django.db.models.deletion
import jobcenter_portal.tenancy.base
import jobcenter_portal.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    """Which places somebody works for, where their role does not reach everywhere."""

    dependencies = [
        ("accounts", "0005_locations_of_a_role"),
        ("appointments", "0012_entrances_in_every_language"),
        ("tenancy", "0006_trail_and_outage"),
    ]

    operations = [
        migrations.CreateModel(
            name="MembershipLocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "location",
                    jobcenter_portal.tenancy.base.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="appointments.location",
                    ),
                ),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "membership", "location"), name="appointments_works_there_once"
                    ),
                    models.UniqueConstraint(fields=("tenant", "id"), name="appointments_membershiplocation_tenant_id"),
                    jobcenter_portal.tenancy.constraints.SameTenantReference(
                        field="membership", name="appointments_membershiplocation_membership_same_tenant"
                    ),
                    jobcenter_portal.tenancy.constraints.SameTenantReference(
                        field="location", name="appointments_membershiplocation_location_same_tenant"
                    ),
                    jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="appointments_membershiplocation_rls"),
                ],
            },
        ),
    ]
