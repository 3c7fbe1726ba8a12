# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Under row-level security the planner multiplies the selectivities of tenant and the next column, expects one row
and builds nested loops; generic plans were up to 15 times the floor. These statistics tell it that they depend."""

from django.db import migrations

PAIRS = {
    "appointments_occupancy": "calendar_id",
    "appointments_servicecalendar": "service_id",
    "appointments_openingrule": "calendar_id",
    "appointments_absence": "calendar_id",
}


class Migration(migrations.Migration):
    dependencies = [("appointments", "0001_initial")]
    operations = [
        migrations.RunSQL(
            f"CREATE STATISTICS {table}_tenant (dependencies) ON tenant_id, {column} FROM {table}",
            f"DROP STATISTICS {table}_tenant",
        )
        for table, column in PAIRS.items()
    ]
