# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Is this database connection safe to serve tenants with? Asked at start-up and by /readyz."""

from dataclasses import dataclass

from django.db import connections

_ROLE = "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
_TABLES = """
SELECT c.relname FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
  AND NOT (c.relrowsecurity AND c.relforcerowsecurity
           AND (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) = 1)
  AND c.relname <> ALL (%s)
ORDER BY 1"""
_VIEWS = """
SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace
  AND NOT coalesce('security_invoker=true' = ANY (reloptions), false) ORDER BY 1"""
_OWNED = """
SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
  AND pg_get_userbyid(relowner) = current_user"""

GLOBAL_TABLES_WITH_TENANT = ("notifications_outboxwake", "appointments_linkcode")
"""Tables that are read before a Jobcenter is known. They hold a tenant and a number or a hash, nothing of a person."""


class UnsafeDatabase(RuntimeError):
    """The application must not start on this connection."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong, in words for the person who installs the portal."""

    problems: tuple[str, ...]


def examine(alias: str = "default") -> Findings:
    """Look at role, tables and views of a connection. Raises what the driver raises when there is no database."""
    problems: list[str] = []
    with connections[alias].cursor() as cursor:
        cursor.execute(_ROLE)
        superuser, bypass = cursor.fetchone()
        if superuser or bypass:
            problems.append(
                "the database role is a superuser or has BYPASSRLS; use the role jp_app of deploy/roles.sql"
            )
        cursor.execute(_OWNED)
        if cursor.fetchone()[0]:
            problems.append(
                "the database role owns tables and could switch row-level security off; use the role jp_app"
            )
        cursor.execute(_TABLES, [list(GLOBAL_TABLES_WITH_TENANT)])
        problems += [f"table {name} is not protected by row-level security" for (name,) in cursor.fetchall()]
        cursor.execute(_VIEWS)
        problems += [f"view {name} runs with its owner's rights" for (name,) in cursor.fetchall()]
    return Findings(tuple(problems))


def refuse_unsafe_database() -> None:
    """Called by every process before it serves. Raises UnsafeDatabase with all findings."""
    findings = examine()
    if findings.problems:
        raise UnsafeDatabase("; ".join(findings.problems))
