# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2

from django.db import migrations, models

# Row-level security hides every row from an UPDATE by the owner; a change of type reads them all.
CARRIED_OVER = """
ALTER TABLE appointments_location ALTER COLUMN entrances TYPE jsonb
    USING CASE WHEN entrance <> '' THEN jsonb_build_object('de', entrance) ELSE entrances END;
ALTER TABLE appointments_location ALTER COLUMN entrance SET DEFAULT ''"""


class Migration(migrations.Migration):
    """Which door, in the person's language; until now it was one German sentence.

    The column `entrance` stays behind for processes of the version before, which read it until they end.
    """

    dependencies = [("appointments", "0011_proofs")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="location", name="entrance")]
        ),
        migrations.AddField(
            model_name="location",
            name="entrances",
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.RunSQL(CARRIED_OVER, migrations.RunSQL.noop),
    ]
