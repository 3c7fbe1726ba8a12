# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2

import django.contrib.postgres.fields
import django.db.models.deletion
import jobcenter_portal.kernel.ids
import jobcenter_portal.tenancy.base
import jobcenter_portal.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("appointments", "0003_link_key"),
        ("tenancy", "0002_booking_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Catchment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(null=True)),
                ("valid_until", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ClosureWindow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("start_minute", models.PositiveSmallIntegerField()),
                ("end_minute", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Concern",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="GroupSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=jobcenter_portal.kernel.ids.public_id, editable=False, max_length=22),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("seats", models.PositiveSmallIntegerField()),
                ("titles", models.JSONField(default=dict)),
                ("cancelled_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="LocationHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekday", models.PositiveSmallIntegerField()),
                ("start_minute", models.PositiveSmallIntegerField()),
                ("end_minute", models.PositiveSmallIntegerField()),
                ("valid_from", models.DateField(null=True)),
                ("valid_until", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Municipality",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(db_index=False, max_length=60)),
                ("name", models.CharField(max_length=80)),
                (
                    "postcodes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=5), default=list, size=None
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OpeningException",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("start_minute", models.PositiveSmallIntegerField(null=True)),
                ("end_minute", models.PositiveSmallIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seat_no", models.PositiveSmallIntegerField()),
                ("state", models.PositiveSmallIntegerField(choices=[(1, "Booked"), (2, "Held"), (9, "Released")])),
                ("expires_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="WaitingEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mode", models.PositiveSmallIntegerField(default=1)),
                ("language", models.CharField(default="de", max_length=12)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("served", "Served"), ("ended", "Ended")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("not_before", models.DateTimeField(null=True)),
                ("not_after", models.DateTimeField(null=True)),
                ("offers_made", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("token_hash", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="WaitingOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("taken", "Taken"),
                            ("declined", "Declined"),
                            ("expired", "Expired"),
                            ("lost", "Lost"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("token_hash", models.BinaryField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="servicecalendar",
            name="appointments_offers",
        ),
        migrations.AddField(
            model_name="appointment",
            name="answer_by",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="appointment",
            name="mediator_language",
            field=models.CharField(blank=True, default="", max_length=12),
        ),
        migrations.AddField(
            model_name="appointment",
            name="mode",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="appointment",
            name="ticket_day",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="appointment",
            name="ticket_no",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="calendar",
            name="booking_code",
            field=models.CharField(blank=True, default="", max_length=8),
        ),
        migrations.AddField(
            model_name="calendar",
            name="deputy",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="appointments.calendar",
            ),
        ),
        migrations.AddField(
            model_name="calendar",
            name="languages",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=12), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="calendar",
            name="schedule_version",
            field=models.IntegerField(default=1),
        ),
        migrations.AddField(
            model_name="hold",
            name="calendar",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="appointments.calendar",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="mediator_language",
            field=models.CharField(blank=True, default="", max_length=12),
        ),
        migrations.AddField(
            model_name="hold",
            name="mode",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="hold",
            name="more_service_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="only_calendar",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="appointments.calendar",
            ),
        ),
        migrations.AddField(
            model_name="location",
            name="valid_from",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="location",
            name="valid_until",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="occupancy",
            name="day",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="occupancy",
            name="day_no",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="occupancy",
            name="reoffer_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="openingrule",
            name="every_weeks",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="openingrule",
            name="is_emergency",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="openingrule",
            name="modes",
            field=models.PositiveSmallIntegerField(default=15),
        ),
        migrations.AddField(
            model_name="service",
            name="earliest_minute",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="grid_minutes",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="horizon_days",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="is_emergency",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="service",
            name="is_group",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="service",
            name="latest_minute",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="mediator_minutes",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="service",
            name="min_lead_hours",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="modes",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="servicecalendar",
            name="role",
            field=models.PositiveSmallIntegerField(
                choices=[(1, "LEAD"), (2, "SECOND"), (3, "ROOM"), (4, "MEDIATOR")], default=1
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="calendar",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appointments.calendar",
            ),
        ),
        migrations.AddConstraint(
            model_name="calendar",
            constraint=models.UniqueConstraint(
                condition=models.Q(("booking_code", ""), _negated=True),
                fields=("tenant", "booking_code"),
                name="appointments_calendar_booking_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="calendar",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="deputy", name="appointments_calendar_deputy_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="location",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_from__lte", models.F("valid_until"))), name="appointments_location_dates"
            ),
        ),
        migrations.AddConstraint(
            model_name="openingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_from__lte", models.F("valid_until"))), name="appointments_rule_dates"
            ),
        ),
        migrations.AddConstraint(
            model_name="openingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("every_weeks", 1),
                    models.Q(("every_weeks__range", (2, 52)), ("valid_from__isnull", False)),
                    _connector="OR",
                ),
                name="appointments_rule_weeks",
            ),
        ),
        migrations.AddConstraint(
            model_name="openingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("modes__range", (1, 15))), name="appointments_rule_modes"
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("grid_minutes__range", (5, 480))), name="appointments_service_grid"
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("horizon_days__lte", 180)), name="appointments_service_horizon"
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("earliest_minute__lt", models.F("latest_minute")), ("latest_minute__lte", 1440)),
                name="appointments_service_hours",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("modes__range", (1, 15))), name="appointments_service_modes"
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("mediator_minutes__lte", 120)), name="appointments_service_mediator"
            ),
        ),
        migrations.AddConstraint(
            model_name="servicecalendar",
            constraint=models.UniqueConstraint(
                fields=("tenant", "service", "calendar", "role"), name="appointments_offers"
            ),
        ),
        migrations.AddField(
            model_name="catchment",
            name="location",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="appointments.location",
            ),
        ),
        migrations.AddField(
            model_name="catchment",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.jobcenter"
            ),
        ),
        migrations.AddField(
            model_name="closurewindow",
            name="closure",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="appointments.closure",
            ),
        ),
        migrations.AddField(
            model_name="closurewindow",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.jobcenter"
            ),
        ),
        migrations.AddField(
            model_name="concern",
            name="appointment",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="concerns",
                to="appointments.appointment",
            ),
        ),
        migrations.AddField(
            model_name="concern",
            name="service",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appointments.service",
            ),
        ),
        migrations.AddField(
            model_name="concern",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.jobcenter"
            ),
        ),
        migrations.AddField(
            model_name="groupsession",
            name="calendar",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appointments.calendar",
            ),
        ),
        migrations.AddField(
            model_name="groupsession",
            name="location",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appointments.location",
            ),
        ),
        migrations.AddField(
            model_name="groupsession",
            name="service",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appointments.service",
            ),
        ),
        migrations.AddField(
            model_name="groupsession",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.jobcenter"
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="session",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appointments.groupsession",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="session",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="appointments.groupsession",
            ),
        ),
        migrations.AddField(
            model_name="occupancy",
            name="session",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="occupancies",
                to="appointments.groupsession",
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("answer_by__isnull", False)),
                fields=["tenant", "answer_by"],
                name="appointments_requests",
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("session__isnull", False)),
                fields=["tenant", "session"],
                name="appointments_in_group",
            ),
        ),
        migrations.AddIndex(
            model_name="occupancy",
            index=models.Index(
                condition=models.Q(("reoffer_at__isnull", False)),
                fields=["tenant", "calendar", "start_tick"],
                include=("ticks", "reoffer_at"),
                name="appointments_occ_resting",
            ),
        ),
        migrations.AddIndex(
            model_name="occupancy",
            index=models.Index(
                condition=models.Q(("session__isnull", False)),
                fields=["tenant", "session"],
                name="appointments_occ_session",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ticket_no__isnull", False)),
                fields=("tenant", "location", "ticket_day", "ticket_no"),
                name="appointments_ticket",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("calendar__isnull", False), ("kind", "walk_in"), _connector="OR"),
                name="appointments_has_calendar",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="session", name="appointments_appointment_session_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="occupancy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", [1, 2, 3]), ("day_no__isnull", False)),
                fields=("tenant", "calendar", "day", "day_no"),
                name="appointments_occ_day_limit",
            ),
        ),
        migrations.AddConstraint(
            model_name="occupancy",
            constraint=models.CheckConstraint(
                condition=models.Q(("reoffer_at__isnull", True), ("state", 9), _connector="OR"),
                name="appointments_occ_rests_when_free",
            ),
        ),
        migrations.AddConstraint(
            model_name="occupancy",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("state", 3), _negated=True), ("session__isnull", False), _connector="OR"),
                name="appointments_occ_session_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="occupancy",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="session", name="appointments_occupancy_session_same_tenant"
            ),
        ),
        migrations.AddField(
            model_name="locationhours",
            name="location",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="appointments.location",
            ),
        ),
        migrations.AddField(
            model_name="locationhours",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.jobcenter"
            ),
        ),
        migrations.AddField(
            model_name="municipality",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.jobcenter"
            ),
        ),
        migrations.AddField(
            model_name="catchment",
            name="municipality",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="appointments.municipality",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="municipality",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="appointments.municipality",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="calendar", name="appointments_hold_calendar_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="only_calendar", name="appointments_hold_only_calendar_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="municipality", name="appointments_hold_municipality_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="session", name="appointments_hold_session_same_tenant"
            ),
        ),
        migrations.AddField(
            model_name="openingexception",
            name="calendar",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="appointments.calendar",
            ),
        ),
        migrations.AddField(
            model_name="openingexception",
            name="location",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="appointments.location",
            ),
        ),
        migrations.AddField(
            model_name="openingexception",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.jobcenter"
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="appointment",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="seats",
                to="appointments.appointment",
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="hold",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="seats",
                to="appointments.hold",
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="session",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="places",
                to="appointments.groupsession",
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.jobcenter"
            ),
        ),
        migrations.AddField(
            model_name="waitingentry",
            name="appointment",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="waiting",
                to="appointments.appointment",
            ),
        ),
        migrations.AddField(
            model_name="waitingentry",
            name="customer",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.customer",
            ),
        ),
        migrations.AddField(
            model_name="waitingentry",
            name="location",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appointments.location",
            ),
        ),
        migrations.AddField(
            model_name="waitingentry",
            name="service",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appointments.service",
            ),
        ),
        migrations.AddField(
            model_name="waitingentry",
            name="session",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="appointments.groupsession",
            ),
        ),
        migrations.AddField(
            model_name="waitingentry",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.jobcenter"
            ),
        ),
        migrations.AddField(
            model_name="waitingoffer",
            name="entry",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="offers",
                to="appointments.waitingentry",
            ),
        ),
        migrations.AddField(
            model_name="waitingoffer",
            name="location",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appointments.location",
            ),
        ),
        migrations.AddField(
            model_name="waitingoffer",
            name="session",
            field=jobcenter_portal.tenancy.base.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="appointments.groupsession",
            ),
        ),
        migrations.AddField(
            model_name="waitingoffer",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.jobcenter"
            ),
        ),
        migrations.AddIndex(
            model_name="closurewindow",
            index=models.Index(fields=["tenant", "closure"], name="appointments_window_closure"),
        ),
        migrations.AddConstraint(
            model_name="closurewindow",
            constraint=models.CheckConstraint(
                condition=models.Q(("end_minute__lte", 1440), ("start_minute__lt", models.F("end_minute"))),
                name="appointments_window_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="closurewindow",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="appointments_closurewindow_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="closurewindow",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="closure", name="appointments_closurewindow_closure_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="closurewindow",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="appointments_closurewindow_rls"),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.UniqueConstraint(
                fields=("tenant", "appointment", "service"), name="appointments_concern_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="appointments_concern_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="appointment", name="appointments_concern_appointment_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="service", name="appointments_concern_service_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="appointments_concern_rls"),
        ),
        migrations.AddIndex(
            model_name="groupsession",
            index=models.Index(fields=["tenant", "service", "starts_at"], name="appointments_sessions_to_come"),
        ),
        migrations.AddConstraint(
            model_name="groupsession",
            constraint=models.UniqueConstraint(fields=("tenant", "public_id"), name="appointments_session_public_id"),
        ),
        migrations.AddConstraint(
            model_name="groupsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_at__lt", models.F("ends_at"))), name="appointments_session_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="groupsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("seats__range", (1, 500))), name="appointments_session_seats"
            ),
        ),
        migrations.AddConstraint(
            model_name="groupsession",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="appointments_groupsession_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="groupsession",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="service", name="appointments_groupsession_service_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="groupsession",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="location", name="appointments_groupsession_location_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="groupsession",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="calendar", name="appointments_groupsession_calendar_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="groupsession",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="appointments_groupsession_rls"),
        ),
        migrations.AddIndex(
            model_name="locationhours",
            index=models.Index(fields=["tenant", "location"], name="appointments_hours_location"),
        ),
        migrations.AddConstraint(
            model_name="locationhours",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekday__range", (1, 7))), name="appointments_hours_weekday"
            ),
        ),
        migrations.AddConstraint(
            model_name="locationhours",
            constraint=models.CheckConstraint(
                condition=models.Q(("end_minute__lte", 1440), ("start_minute__lt", models.F("end_minute"))),
                name="appointments_hours_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="locationhours",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_from__lte", models.F("valid_until"))), name="appointments_hours_dates"
            ),
        ),
        migrations.AddConstraint(
            model_name="locationhours",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="appointments_locationhours_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="locationhours",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="location", name="appointments_locationhours_location_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="locationhours",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="appointments_locationhours_rls"),
        ),
        migrations.AddConstraint(
            model_name="municipality",
            constraint=models.UniqueConstraint(fields=("tenant", "slug"), name="appointments_municipality_slug"),
        ),
        migrations.AddConstraint(
            model_name="municipality",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="appointments_municipality_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="municipality",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="appointments_municipality_rls"),
        ),
        migrations.AddIndex(
            model_name="catchment",
            index=models.Index(fields=["tenant", "municipality"], name="appointments_catchment_town"),
        ),
        migrations.AddConstraint(
            model_name="catchment",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_from__lte", models.F("valid_until"))), name="appointments_catchment_dates"
            ),
        ),
        migrations.AddConstraint(
            model_name="catchment",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="appointments_catchment_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="catchment",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="municipality", name="appointments_catchment_municipality_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="catchment",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="location", name="appointments_catchment_location_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="catchment",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="appointments_catchment_rls"),
        ),
        migrations.AddIndex(
            model_name="openingexception",
            index=models.Index(fields=["tenant", "calendar", "day"], name="appointments_exception_cal"),
        ),
        migrations.AddIndex(
            model_name="openingexception",
            index=models.Index(fields=["tenant", "location", "day"], name="appointments_exception_site"),
        ),
        migrations.AddConstraint(
            model_name="openingexception",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end_minute__isnull", True), ("start_minute__isnull", True)),
                    models.Q(
                        ("end_minute__isnull", False),
                        ("start_minute__isnull", False),
                        ("end_minute__lte", 1440),
                        ("start_minute__lt", models.F("end_minute")),
                    ),
                    _connector="OR",
                ),
                name="appointments_exception_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="openingexception",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="appointments_openingexception_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="openingexception",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="calendar", name="appointments_openingexception_calendar_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="openingexception",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="location", name="appointments_openingexception_location_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="openingexception",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="appointments_openingexception_rls"),
        ),
        migrations.AddIndex(
            model_name="seat",
            index=models.Index(fields=["tenant", "appointment"], name="appointments_seat_of"),
        ),
        migrations.AddIndex(
            model_name="seat",
            index=models.Index(
                condition=models.Q(("hold__isnull", False)), fields=["tenant", "hold"], name="appointments_seat_hold"
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", [1, 2])),
                fields=("tenant", "session", "seat_no"),
                name="appointments_one_seat_one_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(("seat_no__range", (1, 500))), name="appointments_seat_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("expires_at__isnull", False), ("hold__isnull", False), ("state", 2)),
                    models.Q(
                        models.Q(("state", 2), _negated=True), ("expires_at__isnull", True), ("hold__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="appointments_seat_held_expires",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="appointments_seat_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="session", name="appointments_seat_session_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="hold", name="appointments_seat_hold_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="appointment", name="appointments_seat_appointment_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="appointments_seat_rls"),
        ),
        migrations.AddIndex(
            model_name="waitingentry",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["tenant", "service", "created_at"],
                name="appointments_waiting_line",
            ),
        ),
        migrations.AddIndex(
            model_name="waitingentry",
            index=models.Index(fields=["tenant", "customer"], name="appointments_waiting_customer"),
        ),
        migrations.AddConstraint(
            model_name="waitingentry",
            constraint=models.UniqueConstraint(fields=("tenant", "token_hash"), name="appointments_waiting_token"),
        ),
        migrations.AddConstraint(
            model_name="waitingentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("appointment__isnull", False), ("state", "waiting")),
                fields=("tenant", "appointment"),
                name="appointments_waits_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("not_before__lt", models.F("not_after"))), name="appointments_waiting_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingentry",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="appointments_waitingentry_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="waitingentry",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="customer", name="appointments_waitingentry_customer_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingentry",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="appointment", name="appointments_waitingentry_appointment_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingentry",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="service", name="appointments_waitingentry_service_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingentry",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="location", name="appointments_waitingentry_location_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingentry",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="session", name="appointments_waitingentry_session_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingentry",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="appointments_waitingentry_rls"),
        ),
        migrations.AddIndex(
            model_name="waitingoffer",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["tenant", "expires_at"], name="appointments_open_offers"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingoffer",
            constraint=models.UniqueConstraint(fields=("tenant", "token_hash"), name="appointments_offer_token"),
        ),
        migrations.AddConstraint(
            model_name="waitingoffer",
            constraint=models.UniqueConstraint(
                fields=("tenant", "entry", "starts_at"), name="appointments_offered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_at__lt", models.F("ends_at"))), name="appointments_offer_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingoffer",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="appointments_waitingoffer_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="waitingoffer",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="entry", name="appointments_waitingoffer_entry_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingoffer",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="location", name="appointments_waitingoffer_location_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingoffer",
            constraint=jobcenter_portal.tenancy.constraints.SameTenantReference(
                field="session", name="appointments_waitingoffer_session_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingoffer",
            constraint=jobcenter_portal.tenancy.constraints.RowLevelSecurity(name="appointments_waitingoffer_rls"),
        ),
    ]
