# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Builds the data set once and finds it again: what a database holds is written down in its comment.

Migrations that came later are applied to the data as they would be in life. Another version of the data set, or a
schema that migrations do not lead to, means building anew; REBUILD=1 asks for it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from bench.common.portal import using
from bench.common.server import Server
from bench.national.mass import write_mass
from bench.national.offices import count_on, write_offices
from bench.national.plan import REFERENCE_DAY, Office, Scale, alone_database, ordinary, probes
from jobcenter_portal.embedded.bootstrap import say
from jobcenter_portal.embedded.database import OWNER

VERSION = 1
"""Raise it when the data set itself changes."""


def national(server: Server, scale: Scale) -> str:
    """The database with everybody in it. Returns its name."""
    return _database(server, scale, scale.database, [*ordinary(scale), *probes()])


def alone(server: Server, scale: Scale, office: Office) -> str:
    """The database in which this probe lives alone, with the same rows as in the country."""
    return _database(server, scale, alone_database(scale, office), [office])


def _database(server: Server, scale: Scale, name: str, offices: Sequence[Office]) -> str:
    note = json.dumps({"version": VERSION, "scale": scale.name, "day": str(REFERENCE_DAY)})
    if server.exists(name) and server.note(name) == note and "REBUILD" not in os.environ and _brought_up(server, name):
        return name
    began = time.monotonic()
    say(f"{name}: building, {len(offices)} Jobcenters around {REFERENCE_DAY}")
    server.drop(name)
    server.create(name)
    _migrate(server, name)
    with using(server.url(name, OWNER)):
        write_offices(offices)
        count_on()
    write_mass(server.url(name), scale, offices, lambda text: say(f"  {time.monotonic() - began:5.0f} s  {text}"))
    vacuum(server, name)
    server.write_note(name, note)
    say(f"{name}: ready after {time.monotonic() - began:.0f} s, {_size(server, name)}")
    return name


def _brought_up(server: Server, name: str) -> bool:
    """Whether the data of an earlier run serve this checkout, with the migrations that came since."""
    with using(server.url(name, OWNER)):
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        say(f"{name}: migrating the data of an earlier run")
        _migrate(server, name)
        vacuum(server, name)
    with psycopg.connect(server.url(name)) as database:
        found = database.execute(
            "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'"
        ).fetchall()
    missing = {(m._meta.db_table, str(f.column)) for m in apps.get_models() for f in m._meta.concrete_fields} - set(
        found
    )
    if missing:
        say(f"{name}: built by other migrations, {len(missing)} columns are missing")
    return not missing


def _migrate(server: Server, name: str) -> None:
    server.grant_roles(name)
    with using(server.url(name, OWNER)):
        call_command("migrate", verbosity=0)


def vacuum(server: Server, name: str) -> None:
    """Afterwards every row is known to be visible to all, and an index-only scan need not look at the table."""
    with psycopg.connect(server.url(name), autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")


def _size(server: Server, name: str) -> str:
    with psycopg.connect(server.url(name)) as connection:
        found = connection.execute(
            "SELECT pg_size_pretty(pg_database_size(current_database())),"
            " (SELECT count(*) FROM appointments_appointment),"
            " (SELECT count(*) FROM appointments_occupancy),"
            " (SELECT count(*) FROM appointments_occupancy WHERE state IN (1, 2, 3))"
        ).fetchone()
    assert found is not None  # noqa: S101 -- an aggregate has a row
    size, appointments, occupancies, active = found
    return f"{size}: {appointments:,} appointments, {occupancies:,} occupancies, {active:,} of them active"
