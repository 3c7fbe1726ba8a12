# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A real PostgreSQL for every test: migrated by the owner's role, used by the application's role."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from jobcenter_portal.settings.test import ROLE_PASSWORD, TEST_DATABASE
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from tests.factories import make_jobcenter

ROLES = Path(settings.BASE_DIR) / "deploy" / "roles.sql"
PASSWORDS = " ".join(f"-c jp.{role}_password={ROLE_PASSWORD}" for role in ("owner", "app", "backup"))


def superuser_url() -> str:
    url = os.environ.get("DATABASE_SUPERUSER_URL")
    if not url:
        pytest.exit("DATABASE_SUPERUSER_URL is missing: run the suite with `make test`", returncode=3)
    return url


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Owner makes and migrates, the application's role works; TRUNCATE is lent for the flush after each test."""
    name = sql.Identifier(TEST_DATABASE)
    with psycopg.connect(superuser_url(), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))
    with psycopg.connect(superuser_url(), dbname=TEST_DATABASE, options=PASSWORDS, autocommit=True) as database:
        database.execute(ROLES.read_bytes())
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        call_command("migrate", database="owner", verbosity=0)
        with connections["owner"].cursor() as cursor:
            cursor.execute("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO jp_app")
            for trail in ("audit_auditentry", "audit_disclosure"):  # the flush empties them too
                cursor.execute(f"ALTER TABLE {trail} DISABLE TRIGGER {trail}_no_emptying")
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connections.close_all()
    with psycopg.connect(superuser_url(), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture
def now() -> datetime:
    """A Monday morning, 08:00 in Fulda, far from both changes of the clock."""
    return datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.fixture
def fulda(db: None) -> Iterator[Jobcenter]:
    """A Jobcenter; the test runs inside its context."""
    jobcenter = make_jobcenter("fulda")
    with tenant_context(jobcenter):
        yield jobcenter


@pytest.fixture
def wiesbaden(db: None) -> Jobcenter:
    """Another Jobcenter, without entering it."""
    return make_jobcenter("wiesbaden")
