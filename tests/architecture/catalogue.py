# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the database itself says about its protection, compared with what the models promise.

Models and migrations may agree with each other and still not with the server: somebody altered a table by hand, or a
migration ran half. So this asks the catalogue, and knows nothing but the list of models.
"""

from typing import Any, Final

from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.constraints import OWN_ROW, POLICY
from tests.architecture.model_rules import all_models

WITHHELD: Final = {
    "audit_auditentry": {"UPDATE", "DELETE"},  # the trail is added to and read, nothing else
    "audit_disclosure": {"UPDATE", "DELETE"},  # who asked for a name stays on record like the rest of the trail
    "notifications_attempt": {"UPDATE"},  # goes with its message after 30 days, and is never rewritten before
}
"""What the application's role may not do to rows of these tables."""

LENT: Final = {"audit_forget"}
"""Functions that run with the owner's rights: the one way in which lines of the trail go, and only old ones."""

_PROTECTION = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
    (SELECT array_agg(concat_ws(' ', p.polname, p.polcmd, p.polpermissive, p.polroles::text))
        FROM pg_policy p WHERE p.polrelid = c.oid),
    (SELECT min(pg_get_expr(p.polqual, p.polrelid)) FROM pg_policy p WHERE p.polrelid = c.oid),
    (SELECT min(pg_get_expr(p.polwithcheck, p.polrelid)) FROM pg_policy p WHERE p.polrelid = c.oid)
FROM pg_class c WHERE c.relname = ANY (%s) AND c.relnamespace = 'public'::regnamespace"""

_REFERENCES = """
SELECT con.conrelid::regclass::text, con.confrelid::regclass::text,
    ARRAY(SELECT a.attname::text FROM unnest(con.conkey) WITH ORDINALITY k (n, at)
        JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.n ORDER BY k.at),
    ARRAY(SELECT a.attname::text FROM unnest(con.confkey) WITH ORDINALITY k (n, at)
        JOIN pg_attribute a ON a.attrelid = con.confrelid AND a.attnum = k.n ORDER BY k.at),
    con.convalidated
FROM pg_constraint con WHERE con.contype = 'f' AND con.connamespace = 'public'::regnamespace"""

_INDEXES = """
SELECT t.relname, i.relname, a.attname
FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]
WHERE t.relname = ANY (%s) AND t.relnamespace = 'public'::regnamespace AND NOT x.indisprimary"""

_PRIVILEGES = """
SELECT c.relname, p.privilege FROM pg_class c,
    unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS p (privilege)
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
    AND has_table_privilege('jp_app', c.oid, p.privilege)"""

_STRANGE_TABLES = """
SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
    AND c.relnamespace = 'public'::regnamespace AND c.relname <> ALL (%s) ORDER BY 1"""

_POLICY_TEXT: Final = "(tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::bigint)"


def tenant_tables() -> dict[str, type[TenantModel]]:
    return {model._meta.db_table: model for model in all_models() if issubclass(model, TenantModel)}


def problems(cursor: Any) -> list[str]:
    """Everything that is not as the models promise, in sorted order; empty when all is well."""
    return sorted([*_unprotected(cursor), *_loose_references(cursor), *_foreign_indexes(cursor), *_strange(cursor)])


def privileges(cursor: Any) -> set[tuple[str, str]]:
    """What the application's role may do to tables beyond reading and adding: (table, privilege)."""
    cursor.execute(_PRIVILEGES)
    return set(cursor.fetchall())


def _unprotected(cursor: Any) -> list[str]:
    assert OWN_ROW == "tenant_id = NULLIF(current_setting('app.tenant', true), '')::bigint"
    cursor.execute(_PROTECTION, [list(tenant_tables())])
    found = {name: facts for name, *facts in cursor.fetchall()}
    right = [True, True, [f"{POLICY} * t {{0}}"], _POLICY_TEXT, _POLICY_TEXT]
    names = ("row-level security", "FORCE", "one policy for all commands and roles", "USING", "WITH CHECK")
    return [
        f"{table}: {name} is {is_now!r}"
        for table in tenant_tables()
        for name, is_now, should_be in zip(names, found.get(table, [None] * 5), right, strict=True)
        if is_now != should_be
    ]


def _loose_references(cursor: Any) -> list[str]:
    cursor.execute(_REFERENCES)
    rows = cursor.fetchall()
    composite = {(table, tuple(columns), target) for table, target, columns, theirs, valid in rows if valid}
    tables = tenant_tables()
    missing = [
        f"{table}: no key (tenant_id, {field.column}) into {field.related_model._meta.db_table}"
        for table, model in tables.items()
        for field in model._meta.local_concrete_fields
        if isinstance(field, TenantForeignKey)
        and (table, ("tenant_id", field.column), field.related_model._meta.db_table) not in composite
    ]
    single = [
        f"{table}: {', '.join(columns)} refers to {target} without the tenant"
        for table, target, columns, theirs, _valid in rows
        if target in tables and (columns[0] != "tenant_id" or theirs != ["tenant_id", "id"])
    ]
    return [*missing, *single]


def _foreign_indexes(cursor: Any) -> list[str]:
    cursor.execute(_INDEXES, [list(tenant_tables())])
    return [
        f"{table}: index {name} begins with {column}"
        for table, name, column in cursor.fetchall()
        if column != "tenant_id"
    ]


def _strange(cursor: Any) -> list[str]:
    known = [model._meta.db_table for model in all_models()]
    cursor.execute(_STRANGE_TABLES, [[*known, "django_migrations"]])
    return [f"{name}: no model knows this table" for (name,) in cursor.fetchall()]
