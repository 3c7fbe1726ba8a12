# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The trail is append-only for the application's role. Retention is the owner's business."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE ON audit_auditentry FROM jp_app",
            "GRANT UPDATE, DELETE ON audit_auditentry TO jp_app",
        )
    ]
