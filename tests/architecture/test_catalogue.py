# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The database's own catalogue agrees with the models, and each guard that is taken away is missed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, connections, transaction
from psycopg import sql

from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.settings.test import ROLE_PASSWORD, TEST_DATABASE
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.safety import examine
from tests.architecture import catalogue
from tests.conftest import PASSWORDS, ROLES, superuser_url

OWNER_OWNS = "the database role owns tables and could switch row-level security off; use the role jp_app"
BOTH = pytest.mark.django_db(databases=["default", "owner"])


def test_the_catalogue_agrees_with_the_models(db: None) -> None:
    with connection.cursor() as cursor:
        assert catalogue.problems(cursor) == []
    assert examine().problems == ()


def test_the_application_role_can_neither_bypass_nor_become_nor_make_anything(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user::text, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,"
            " (SELECT count(*) FROM pg_auth_members m WHERE m.member = r.oid),"
            " (SELECT count(*) FROM pg_class c WHERE c.relowner = r.oid),"
            " has_schema_privilege('public', 'CREATE'), has_database_privilege(current_database(), 'CREATE, TEMPORARY')"
            " FROM pg_roles r WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("jp_app", False, False, False, False, False, 0, 0, False, False)


def test_functions_of_our_own_run_with_the_rights_of_their_caller(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef")
        assert {name for (name,) in cursor.fetchall()} == catalogue.LENT


def test_the_trail_can_be_added_to_and_neither_changed_nor_removed(fulda: Jobcenter, now: datetime) -> None:
    audit.record(by=audit.SYSTEM, action="seen", subject="appointment:1", at=now)
    for attempt in (
        lambda: AuditEntry.objects.update(action="never"),
        lambda: AuditEntry.objects.all().delete(),
        lambda: AuditEntry.objects.get().delete(),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            attempt()
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["seen"]


# --- Grants of a database as deployment makes it: the suite's own has lent TRUNCATE to the application ----------------
@pytest.fixture
def fresh_grants(db: None) -> Iterator[set[tuple[str, str]]]:
    """The grants in the tests' database without the suite's loan, undone afterwards."""
    with psycopg.connect(superuser_url(), dbname=TEST_DATABASE) as server, server.cursor() as cursor:
        cursor.execute("REVOKE TRUNCATE ON ALL TABLES IN SCHEMA public FROM jp_app")
        yield catalogue.privileges(cursor)
        server.rollback()


def test_the_application_may_change_rows_only_where_something_changes(fresh_grants: set[tuple[str, str]]) -> None:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    withheld = {(table, verb) for table, verbs in catalogue.WITHHELD.items() for verb in verbs}
    assert fresh_grants == {(table, verb) for table in tables for verb in ("UPDATE", "DELETE")} - withheld


def test_new_tables_are_granted_without_truncate_and_without_ddl() -> None:
    """A database that only roles.sql has touched: what a table gets there that a migration makes tomorrow."""
    name = f"{TEST_DATABASE}_grants"
    with psycopg.connect(superuser_url(), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            with psycopg.connect(superuser_url(), dbname=name, options=PASSWORDS, autocommit=True) as database:
                database.execute(ROLES.read_bytes())
                database.execute("SET ROLE jp_owner")
                database.execute("CREATE TABLE tomorrow (id bigint)")
                rows = database.execute(
                    "SELECT grantee::regrole::text, string_agg(privilege_type, ' ' ORDER BY privilege_type)"
                    " FROM pg_class, aclexplode(relacl) WHERE relname = 'tomorrow' GROUP BY 1 ORDER BY 1"
                ).fetchall()
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    granted: dict[str, str] = dict(rows)
    assert set(granted) == {"jp_app", "jp_backup", "jp_owner"}
    assert (granted["jp_app"], granted["jp_backup"]) == ("DELETE INSERT SELECT UPDATE", "SELECT")


# --- Each guard taken away is missed: inside a transaction of the owner that never ends well --------------------------
def _tampered(statement: str) -> tuple[list[str], list[str]]:
    """What the catalogue and start-up find after the owner ran a statement; then it is undone."""
    with transaction.atomic(using="owner"):
        with connections["owner"].cursor() as cursor:
            cursor.execute(statement)
            found = catalogue.problems(cursor)
        at_start = [problem for problem in examine("owner").problems if problem != OWNER_OWNS]
        transaction.set_rollback(True, using="owner")
    return found, at_start


@BOTH
@pytest.mark.parametrize("table", sorted(catalogue.tenant_tables()))
def test_a_dropped_policy_is_missed(table: str) -> None:
    found, at_start = _tampered(f"DROP POLICY tenant_isolation ON {table}")
    assert found == [
        f"{table}: USING is None",
        f"{table}: WITH CHECK is None",
        f"{table}: one policy for all commands and roles is None",
    ]
    assert at_start == [f"table {table} is not protected by row-level security"]


@BOTH
@pytest.mark.parametrize("table", sorted(catalogue.tenant_tables()))
@pytest.mark.parametrize(
    ("statement", "name"),
    [("NO FORCE ROW LEVEL SECURITY", "FORCE"), ("DISABLE ROW LEVEL SECURITY", "row-level security")],
)
def test_security_that_is_switched_off_is_missed(table: str, statement: str, name: str) -> None:
    found, at_start = _tampered(f"ALTER TABLE {table} {statement}")
    assert found == [f"{table}: {name} is False"]
    assert at_start == [f"table {table} is not protected by row-level security"]


@BOTH
@pytest.mark.parametrize("table", sorted(catalogue.tenant_tables()))
def test_a_policy_that_lets_everybody_in_is_missed(table: str) -> None:
    found, at_start = _tampered(f"CREATE POLICY door ON {table} USING (true)")
    assert any(line.startswith(f"{table}: one policy for all commands and roles is") for line in found)
    assert at_start == [f"table {table} is not protected by row-level security"]


@BOTH
@pytest.mark.parametrize("table", sorted(catalogue.tenant_tables()))
def test_a_policy_of_the_right_name_with_other_words_is_missed(table: str) -> None:
    found, _at_start = _tampered(f"ALTER POLICY tenant_isolation ON {table} USING (true)")
    assert found == [f"{table}: USING is 'true'"]


def _composite_keys() -> list[tuple[str, str]]:
    return [
        (table, constraint.name)
        for table, model in sorted(catalogue.tenant_tables().items())
        for constraint in model._meta.constraints
        if constraint.name.endswith("_same_tenant")
    ]


@BOTH
@pytest.mark.parametrize(("table", "key"), _composite_keys())
def test_one_dropped_composite_key_is_missed(table: str, key: str) -> None:
    found, _at_start = _tampered(f"ALTER TABLE {table} DROP CONSTRAINT {key}")
    assert len(found) == 1
    assert found[0].startswith(f"{table}: no key (tenant_id, ")


@BOTH
@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "CREATE VIEW everybody AS SELECT * FROM accounts_customer",
            (["everybody: no model knows this table"], ["view everybody runs with its owner's rights"]),
        ),
        (
            "CREATE TABLE forgotten (id bigint, tenant_id bigint)",
            (["forgotten: no model knows this table"], ["table forgotten is not protected by row-level security"]),
        ),
        (
            "CREATE INDEX stray ON accounts_customer (language)",
            (["accounts_customer: index stray begins with language"], []),
        ),
        (
            "ALTER TABLE accounts_contactpoint ADD FOREIGN KEY (customer_id) REFERENCES accounts_customer (id)",
            (["accounts_contactpoint: customer_id refers to accounts_customer without the tenant"], []),
        ),
    ],
    ids=["view", "table", "index", "reference"],
)
def test_what_appears_beside_the_models_is_missed(statement: str, expected: tuple[list[str], list[str]]) -> None:
    assert _tampered(statement) == expected


# --- Start-up ---------------------------------------------------------------------------------------------------------
def _start(role_url: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "DATABASE_URL": role_url,
        "DJANGO_SETTINGS_MODULE": "jobcenter_portal.settings.production",
    }
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "import jobcenter_portal.wsgi"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _url(role: str) -> str:
    server: Any = psycopg.conninfo.conninfo_to_dict(superuser_url())
    return f"postgresql://{role}:{ROLE_PASSWORD}@{server['host']}:{server['port']}/{TEST_DATABASE}"


def _superuser_url_here() -> str:
    server: Any = psycopg.conninfo.conninfo_to_dict(superuser_url())
    password = f":{server['password']}" if server.get("password") else ""
    return f"postgresql://{server['user']}{password}@{server['host']}:{server['port']}/{TEST_DATABASE}"


def test_the_web_process_starts_with_the_application_role(db: None) -> None:
    finished = _start(_url("jp_app"))
    assert (finished.returncode, finished.stderr) == (0, "")


@pytest.mark.parametrize(
    ("role", "reason"),
    [
        ("superuser", "the database role is a superuser or has BYPASSRLS"),
        ("jp_backup", "the database role is a superuser or has BYPASSRLS"),
        ("jp_owner", "the database role owns tables and could switch row-level security off"),
    ],
)
def test_the_web_process_refuses_a_role_that_could_see_two_jobcenters(db: None, role: str, reason: str) -> None:
    finished = _start(_superuser_url_here() if role == "superuser" else _url(role))
    assert finished.returncode == 1
    assert finished.stderr.splitlines()[-1].startswith("jobcenter_portal.tenancy.safety.UnsafeDatabase: " + reason)
    assert ROLE_PASSWORD not in finished.stderr
