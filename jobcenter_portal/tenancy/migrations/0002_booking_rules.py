# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="tenantsettings",
            name="calendar_choice",
            field=models.CharField(
                choices=[("least_loaded", "wer an dem Tag am wenigsten zu tun hat"), ("round_robin", "reihum")],
                default="least_loaded",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="tenantsettings",
            name="day_release_minute",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="Ab wann der neue letzte Tag gebucht werden kann",
                validators=[django.core.validators.MaxValueValidator(1439)],
            ),
        ),
        migrations.AddField(
            model_name="tenantsettings",
            name="emergency_days_before",
            field=models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(7)]),
        ),
        migrations.AddField(
            model_name="tenantsettings",
            name="emergency_release_minute",
            field=models.PositiveSmallIntegerField(
                default=420, validators=[django.core.validators.MaxValueValidator(1439)]
            ),
        ),
        migrations.AddField(
            model_name="tenantsettings",
            name="max_concerns",
            field=models.PositiveSmallIntegerField(
                default=1,
                help_text="Anliegen in einem Termin",
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3)],
            ),
        ),
        migrations.AddField(
            model_name="tenantsettings",
            name="office_address",
            field=models.EmailField(
                blank=True, help_text="Wohin das Portal dem Haus schreibt, etwa bei Anfragen", max_length=254
            ),
        ),
        migrations.AddField(
            model_name="tenantsettings",
            name="reoffer_max_minutes",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="Wie lange eine abgesagte Zeit ruht, zufällig zwischen beiden"
            ),
        ),
        migrations.AddField(
            model_name="tenantsettings",
            name="reoffer_min_minutes",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="tenantsettings",
            name="request_answer_hours",
            field=models.PositiveSmallIntegerField(
                default=48,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(336)],
            ),
        ),
        migrations.AddField(
            model_name="tenantsettings",
            name="waiting_list",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="tenantsettings",
            name="waiting_max_offers",
            field=models.PositiveSmallIntegerField(
                default=3,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)],
            ),
        ),
        migrations.AddField(
            model_name="tenantsettings",
            name="waiting_offer_minutes",
            field=models.PositiveSmallIntegerField(
                default=120,
                validators=[
                    django.core.validators.MinValueValidator(15),
                    django.core.validators.MaxValueValidator(1440),
                ],
            ),
        ),
        migrations.AddField(
            model_name="tenantsettings",
            name="walk_in",
            field=models.BooleanField(default=False, help_text="Menschen können ohne Termin kommen"),
        ),
        migrations.AddConstraint(
            model_name="tenantsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("reoffer_min_minutes__lte", models.F("reoffer_max_minutes"))),
                name="tenancy_reoffer_range",
            ),
        ),
    ]
