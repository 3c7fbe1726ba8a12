# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Accounts, receipts, suppressed addresses, texts and letters; and what a message notes about them."""

import django.db.models.deletion
import jobcenter_portal.kernel.ids
import jobcenter_portal.tenancy.base
import jobcenter_portal.tenancy.constraints
from django.db import migrations, models

from notifications.outbox.wake import wake_sql
from notifications.states import edges_sql

# Whoever has an address that was refused for good stays so: per Jobcenter, since row-level security shows nobody all.
RULES = """
CREATE TRIGGER notifications_receipt_wake AFTER INSERT OR UPDATE ON notifications_providerreceipt
    FOR EACH ROW WHEN (NEW.look_at IS NOT NULL) EXECUTE FUNCTION notifications_receipt_wake();
ALTER TABLE notifications_accountstate SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01);
ALTER TABLE notifications_spending SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01);
DO $copy$
DECLARE
    jobcenter bigint;
BEGIN
    FOR jobcenter IN SELECT id FROM tenancy_jobcenter LOOP
        PERFORM set_config('app.tenant', jobcenter::text, true);
        INSERT INTO notifications_suppression (tenant_id, channel, recipient, reason, only_reminders, since)
        SELECT DISTINCT ON (channel, recipient) tenant_id, channel, recipient, 'address_wrong', false,
            coalesce(finished_at, created_at)
        FROM notifications_message WHERE tenant_id = jobcenter AND address_refused
        ORDER BY channel, recipient, id;
    END LOOP;
    PERFORM set_config('app.tenant', '', true);
END $copy$;
"""

BACK = """
DROP TRIGGER notifications_receipt_wake ON notifications_providerreceipt;
DROP FUNCTION notifications_receipt_wake();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_push_and_letters"),
        ("notifications", "0002_database_rules"),
        ("tenancy", "0003_sending_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.CharField(max_length=22)),
                ("rests_until", models.DateTimeField(null=True)),
                ("code", models.CharField(default="", max_length=40)),
                ("probed_at", models.DateTimeField(null=True)),
                ("minute", models.DateTimeField(null=True)),
                ("tried", models.PositiveIntegerField(default=0)),
                ("failed", models.PositiveIntegerField(default=0)),
                ("allowance", models.FloatField(default=0)),
                ("filled_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=jobcenter_portal.kernel.ids.public_id, max_length=22)),
                ("position", models.PositiveSmallIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("batched", "Batched"),
                            ("sent", "Sent"),
                            ("dropped", "Dropped"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("content_sealed", models.BinaryField(null=True)),
                ("code", models.CharField(default="", max_length=40)),
                ("queued_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="LetterBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=jobcenter_portal.kernel.ids.public_id, max_length=22)),
                ("opened_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ProviderAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=jobcenter_portal.kernel.ids.public_id, max_length=22)),
                ("channel", models.CharField(max_length=8)),
                ("driver", models.CharField(max_length=24)),
                ("name", models.CharField(max_length=60)),
                ("config_sealed", models.BinaryField(null=True)),
                ("rank", models.PositiveSmallIntegerField(default=0)),
                ("is_enabled", models.BooleanField(default=True)),
                ("max_per_s", models.PositiveSmallIntegerField(default=0)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ProviderReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.CharField(max_length=22)),
                ("event", models.CharField(max_length=128)),
                ("kind", models.CharField(max_length=16)),
                ("our_reference", models.CharField(default="", max_length=32)),
                ("provider_reference", models.CharField(default="", max_length=128)),
                ("code", models.CharField(default="", max_length=40)),
                ("event_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField()),
                ("look_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Spending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(max_length=8)),
                ("period", models.CharField(max_length=16)),
                ("begins_at", models.DateTimeField()),
                ("segments", models.PositiveIntegerField(default=0)),
                ("warned_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(max_length=8)),
                ("recipient", models.BinaryField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("address_wrong", "die Adresse gibt es nicht"),
                            ("complained", "als unerwünscht gemeldet"),
                            ("stopped", "mit STOP geantwortet"),
                            ("by_office", "vom Jobcenter gesperrt"),
                        ],
                        max_length=16,
                    ),
                ),
                ("only_reminders", models.BooleanField(default=False)),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="TextVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=32)),
                ("channel", models.CharField(max_length=8)),
                ("language", models.CharField(max_length=12)),
                ("version", models.PositiveIntegerField()),
                ("subject", models.CharField(default="", max_length=200)),
                ("body", models.TextField()),
                ("is_active", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.AlterField("message", "address_refused", models.BooleanField(default=False, db_default=False)),
        # The column stays for code that still runs and is dropped by a later release.
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("message", "address_refused")]),
        migrations.AddField(
            model_name="message",
            name="account",
            field=models.CharField(db_default="", default="", max_length=22),
        ),
        migrations.AddField(
            model_name="message",
            name="needs_other_way",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="message",
            name="refused_by",
            field=models.CharField(db_default="", default="", max_length=22),
        ),
        migrations.AddField(
            model_name="message",
            name="respects_quiet",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="message",
            name="text_version",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="accountstate",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.jobcenter"
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="message",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="letters",
                to="notifications.message",
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.jobcenter"
            ),
        ),
        migrations.AddField(
            model_name="letterbatch",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.jobcenter"
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="batch",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="letters",
                to="notifications.letterbatch",
            ),
        ),
        migrations.AddField(
            model_name="provideraccount",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.jobcenter"
            ),
        ),
        migrations.AddField(
            model_name="providerreceipt",
            name="message",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="receipts",
                to="notifications.message",
            ),
        ),
        migrations.AddField(
            model_name="providerreceipt",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.jobcenter"
            ),
        ),
        migrations.AddField(
            model_name="spending",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.jobcenter"
            ),
        ),
        migrations.AddField(
            model_name="suppression",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.jobcenter"
            ),
        ),
        migrations.AddField(
            model_name="textversion",
            name="created_by",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AddField(
            model_name="textversion",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.jobcenter"
            ),
        ),
        migrations.AddConstraint(
            model_name="accountstate",
            constraint=models.UniqueConstraint(fields=("tenant", "account"), name="notifications_one_account_state"),
        ),
        migrations.AddConstraint(
            model_name="accountstate",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="notifications_accountstate_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="accountstate",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="notifications_accountstate_rls"),
        ),
        migrations.AddIndex(
            model_name="letterbatch",
            index=models.Index(fields=["tenant", "-id"], name="notifications_batch_newest"),
        ),
        migrations.AddConstraint(
            model_name="letterbatch",
            constraint=models.UniqueConstraint(fields=("tenant", "public_id"), name="notifications_batch_public_id"),
        ),
        migrations.AddConstraint(
            model_name="letterbatch",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="notifications_letterbatch_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="letterbatch",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="notifications_letterbatch_rls"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("state", "queued")), fields=["tenant", "id"], name="notifications_letter_queued"
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(fields=("tenant", "public_id"), name="notifications_letter_public_id"),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(fields=("tenant", "message"), name="notifications_one_letter"),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(
                fields=("tenant", "batch", "position"), name="notifications_letter_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("content_sealed__isnull", False), ("state__in", ["queued", "batched"])),
                    models.Q(("content_sealed__isnull", True), ("state__in", ["sent", "dropped"])),
                    _connector="OR",
                ),
                name="notifications_letter_content",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("batch__isnull", True), ("state", "queued")),
                    models.Q(("batch__isnull", False), ("state__in", ["batched", "sent"])),
                    ("state", "dropped"),
                    _connector="OR",
                ),
                name="notifications_letter_batch",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="notifications_letter_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="message", name="notifications_letter_message_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="batch", name="notifications_letter_batch_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="notifications_letter_rls"),
        ),
        migrations.AddConstraint(
            model_name="provideraccount",
            constraint=models.UniqueConstraint(fields=("tenant", "public_id"), name="notifications_account_public_id"),
        ),
        migrations.AddConstraint(
            model_name="provideraccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_enabled", True)),
                fields=("tenant", "channel", "rank"),
                name="notifications_account_rank",
            ),
        ),
        migrations.AddConstraint(
            model_name="provideraccount",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="notifications_provideraccount_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="provideraccount",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="notifications_provideraccount_rls"),
        ),
        migrations.AddIndex(
            model_name="providerreceipt",
            index=models.Index(
                condition=models.Q(("look_at__isnull", False)),
                fields=["tenant", "look_at"],
                name="notifications_receipt_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="providerreceipt",
            index=models.Index(fields=["tenant", "message"], name="notifications_receipt_message"),
        ),
        migrations.AddConstraint(
            model_name="providerreceipt",
            constraint=models.UniqueConstraint(
                fields=("tenant", "account", "event"), name="notifications_receipt_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="providerreceipt",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="notifications_providerreceipt_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="providerreceipt",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="message", name="notifications_providerreceipt_message_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="providerreceipt",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="notifications_providerreceipt_rls"),
        ),
        migrations.AddConstraint(
            model_name="spending",
            constraint=models.UniqueConstraint(
                fields=("tenant", "channel", "period"), name="notifications_one_spending"
            ),
        ),
        migrations.AddConstraint(
            model_name="spending",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="notifications_spending_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="spending",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="notifications_spending_rls"),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.UniqueConstraint(
                fields=("tenant", "channel", "recipient"), name="notifications_one_suppression"
            ),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="notifications_suppression_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="notifications_suppression_rls"),
        ),
        migrations.AddConstraint(
            model_name="textversion",
            constraint=models.UniqueConstraint(
                fields=("tenant", "kind", "channel", "language", "version"), name="notifications_text_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="textversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True)),
                fields=("tenant", "kind", "channel", "language"),
                name="notifications_one_active_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="textversion",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="notifications_textversion_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="textversion",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="created_by", name="notifications_textversion_created_by_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="textversion",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="notifications_textversion_rls"),
        ),
        migrations.RunSQL(edges_sql() + wake_sql() + RULES, BACK),
    ]
