# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A mark on each letter, and whether the post brought it back. Workers that do not know them yet write "" and NULL."""

from django.db import migrations, models
from django.db.models import Q

import notifications.models.letter


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_late_bounces")]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="mark",
            field=models.CharField(db_default="", default=notifications.models.letter.new_mark, max_length=8),
        ),
        migrations.AddField(model_name="letter", name="returned_at", field=models.DateTimeField(null=True)),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(
                fields=["tenant", "mark"], name="notifications_letter_mark", condition=~Q(mark="")
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | Q(state="sent"), name="notifications_letter_returned"
            ),
        ),
    ]
