# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the database itself watches over: steps of a message, the wake table, attempts that are never changed."""

from django.db import migrations

from notifications.outbox.wake import wake_sql
from notifications.states import edges_sql

# Lowering the wake entry is needed where a message begins to wait; whoever holds one has a worker that looks again.
RULES = """
CREATE TRIGGER notifications_message_first BEFORE INSERT ON notifications_message
    FOR EACH ROW EXECUTE FUNCTION notifications_message_step();
CREATE TRIGGER notifications_message_step BEFORE UPDATE OF state ON notifications_message
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION notifications_message_step();
CREATE TRIGGER notifications_message_wake AFTER INSERT OR UPDATE ON notifications_message
    FOR EACH ROW WHEN (NEW.state IN ('planned', 'retry', 'ambiguous'))
    EXECUTE FUNCTION notifications_message_wake();
REVOKE UPDATE ON notifications_attempt FROM jp_app;
ALTER TABLE notifications_message SET
    (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
"""

BACK = """
ALTER TABLE notifications_message RESET
    (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor);
GRANT UPDATE ON notifications_attempt TO jp_app;
DROP TRIGGER notifications_message_wake ON notifications_message;
DROP TRIGGER notifications_message_step ON notifications_message;
DROP TRIGGER notifications_message_first ON notifications_message;
DROP FUNCTION notifications_message_wake();
DROP FUNCTION notifications_message_step();
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.RunSQL(edges_sql() + wake_sql() + RULES, BACK),
    ]
