# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the database itself does for the trail.

1. Nobody changes, empties or shortens it: not the application (no right to), not its owner by mistake (triggers).
2. What is too old goes by one function alone, which asks the Jobcenter's own settings and takes no date from anybody.
3. A change of a person, an address or an appointment in a transaction that records nothing is recorded here: a bulk
   update past the verbs, or a hand in psql. Looked at when the transaction commits, because verbs record last.
"""

from typing import Final

from django.db import migrations

TRAIL: Final = ("audit_auditentry", "audit_disclosure")
WATCHED: Final = {
    "accounts_customer": "customer",
    "accounts_contactpoint": "contact-point",
    "accounts_membership": "membership",
    "appointments_appointment": "appointment",
    "appointments_waitingentry": "waiting",
}
"""Table, and how the trail names a row of it."""

_FUNCTIONS = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the trail is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION audit_refuse_young() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.at > now() - interval '6 months'
       AND NOT (to_jsonb(OLD) ->> 'action' IN ('signed_in', 'signed_out') AND OLD.at < now() - interval '30 days') THEN
        RAISE EXCEPTION 'the trail is append-only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END $$;

CREATE FUNCTION audit_forget(most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    kept interval;
    gone integer;
BEGIN
    SELECT make_interval(months => audit_months) INTO STRICT kept FROM tenancy_tenantsettings;
    DELETE FROM audit_disclosure WHERE at < now() - kept;
    DELETE FROM audit_auditentry WHERE id IN (
        SELECT id FROM audit_auditentry
        WHERE at < now() - kept OR (action IN ('signed_in', 'signed_out') AND at < now() - interval '30 days')
        LIMIT most
    );
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;
REVOKE ALL ON FUNCTION audit_forget(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_forget(integer) TO jp_app;

CREATE FUNCTION audit_recorded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('app.recorded', 'yes', true);
    RETURN NEW;
END $$;

CREATE FUNCTION audit_row_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    tenant text := current_setting('app.tenant', true);
    changed text := '';
BEGIN
    IF current_setting('app.recorded', true) = 'yes' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        SELECT string_agg(n.key, ', ' ORDER BY n.key) INTO changed
        FROM jsonb_each(to_jsonb(NEW)) n JOIN jsonb_each(to_jsonb(OLD)) o ON o.key = n.key
        WHERE n.value IS DISTINCT FROM o.value;
        IF changed IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    PERFORM set_config('app.tenant', OLD.tenant_id::text, true);
    INSERT INTO audit_auditentry (tenant_id, at, actor_kind, action, subject, detail)
    VALUES (
        OLD.tenant_id, clock_timestamp(), 'database',
        CASE TG_OP WHEN 'DELETE' THEN 'row_deleted' ELSE 'row_changed' END,
        TG_ARGV[0] || ':' || OLD.id,
        jsonb_build_object('columns', changed, 'role', session_user::text)
    );
    PERFORM set_config('app.tenant', coalesce(tenant, ''), true);
    RETURN NULL;
END $$;

CREATE TRIGGER audit_recorded BEFORE INSERT ON audit_auditentry FOR EACH ROW
WHEN (NEW.action NOT IN ('viewed', 'row_changed', 'row_deleted')) EXECUTE FUNCTION audit_recorded();
"""

_NO_FUNCTIONS = """
DROP TRIGGER audit_recorded ON audit_auditentry;
DROP FUNCTION audit_row_changed();
DROP FUNCTION audit_recorded();
DROP FUNCTION audit_forget(integer);
DROP FUNCTION audit_refuse_young();
DROP FUNCTION audit_refuse();
"""


def _guard(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        REVOKE UPDATE, DELETE ON {table} FROM jp_app;
        CREATE TRIGGER {table}_no_change BEFORE UPDATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
        CREATE TRIGGER {table}_no_emptying BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
        CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse_young();
        """,
        f"""
        DROP TRIGGER {table}_kept ON {table};
        DROP TRIGGER {table}_no_emptying ON {table};
        DROP TRIGGER {table}_no_change ON {table};
        """,
    )


def _watch(table: str, subject: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        CREATE CONSTRAINT TRIGGER audit_row_changed AFTER UPDATE OR DELETE ON {table}
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row_changed('{subject}');
        """,
        f"DROP TRIGGER audit_row_changed ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_disclosures"),
        ("accounts", "0001_initial"),
        ("appointments", "0004_whole_engine"),
    ]

    operations = [
        migrations.RunSQL(_FUNCTIONS, _NO_FUNCTIONS),
        *(_guard(table) for table in TRAIL),
        *(_watch(table, subject) for table, subject in WATCHED.items()),
    ]
