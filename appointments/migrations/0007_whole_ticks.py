# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models

import appointments.models.occupancy

_WHOLE_TICKS = models.CheckConstraint(
    condition=appointments.models.occupancy.AreWholeTicks("period"), name="appointments_occ_whole_ticks"
)


class Migration(migrations.Migration):
    """New rows first, then the old ones without a lock that bookings would wait for: each step its own transaction."""

    atomic = False

    dependencies = [("appointments", "0006_lists_may_be_empty")]

    operations = [
        AddConstraintNotValid(model_name="occupancy", constraint=_WHOLE_TICKS),
        ValidateConstraint(model_name="occupancy", name="appointments_occ_whole_ticks"),
    ]
