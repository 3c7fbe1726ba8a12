# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2

import django.contrib.postgres.fields
import django.db.models.deletion
import jobcenter_portal.tenancy.base
import jobcenter_portal.tenancy.constraints
from django.db import migrations, models


# Row-level security hides every row from an UPDATE by the owner; a change of type reads them all.
_CARRIED_OVER = """
ALTER TABLE appointments_reminderrule ALTER COLUMN only_without TYPE varchar(8)[]
    USING CASE WHEN only_without_email THEN ARRAY['email']::varchar(8)[] ELSE only_without END;
ALTER TABLE appointments_reminderrule ALTER COLUMN only_without_email SET DEFAULT false"""


class Migration(migrations.Migration):
    """Rules for a service, for more channels, and for whoever is not reached by others.

    The column `only_without_email` stays behind for processes of the version before, which read it until they end.
    """

    dependencies = [
        ("appointments", "0007_whole_ticks"),
        ("tenancy", "0003_sending_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Replanning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("followed", models.BinaryField(default=b"")),
                ("seen", models.BinaryField(default=b"")),
                ("seen_at", models.DateTimeField(null=True)),
                ("done_up_to", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="reminderrule",
            name="appointments_one_reminder",
        ),
        migrations.RemoveConstraint(
            model_name="reminderrule",
            name="appointments_offset_form",
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="reminderrule", name="only_without_email")]
        ),
        migrations.AddField(
            model_name="reminderrule",
            name="kind",
            field=models.CharField(db_default="reminder", default="reminder", max_length=32),
        ),
        migrations.AddField(
            model_name="reminderrule",
            name="only_without",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=8), blank=True, default=list, size=None
            ),
        ),
        migrations.RunSQL(_CARRIED_OVER, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="reminderrule",
            name="service",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="appointments.service",
            ),
        ),
        migrations.AlterField(
            model_name="reminderrule",
            name="channel",
            field=models.CharField(
                choices=[("email", "email"), ("sms", "sms"), ("push", "push"), ("letter", "letter"), ("none", "none")],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="reminderrule",
            name="offset",
            field=models.CharField(blank=True, default="", max_length=8),
        ),
        migrations.AddIndex(
            model_name="reminderrule",
            index=models.Index(fields=["tenant", "service"], name="appointments_reminder_service"),
        ),
        migrations.AddConstraint(
            model_name="reminderrule",
            constraint=models.UniqueConstraint(
                fields=("tenant", "service", "kind", "channel", "offset"),
                name="appointments_one_reminder_rule",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="reminderrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ("email", "sms", "push", "letter", "none"))),
                name="appointments_reminder_channel",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminderrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("channel", "none"), ("offset", ""), ("service__isnull", False)),
                    models.Q(
                        ("channel__in", ["email", "sms", "push"]),
                        ("offset__regex", "^P([1-9][0-9]{0,2}[DB]|T[1-9][0-9]{0,2}H)$"),
                    ),
                    models.Q(("channel", "letter"), ("offset__regex", "^P[1-9][0-9]{0,2}[DB]$")),
                    _connector="OR",
                ),
                name="appointments_reminder_offset",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminderrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("only_without__contained_by", ["email", "sms", "push", "letter"])),
                name="appointments_reminder_without",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminderrule",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="service", name="appointments_reminderrule_service_same_tenant"
            ),
        ),
        migrations.AddField(
            model_name="replanning",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.jobcenter"
            ),
        ),
        migrations.AddConstraint(
            model_name="replanning",
            constraint=models.UniqueConstraint(fields=("tenant",), name="appointments_one_replanning"),
        ),
        migrations.AddConstraint(
            model_name="replanning",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="appointments_replanning_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="replanning",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="appointments_replanning_rls"),
        ),
    ]
