# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A lock that is not to be had: 503 with Retry-After for pages and interface, nothing half-written, and a free key."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from jobcenter_portal.settings.test import TEST_DATABASE
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import make_office
from tests.appointments.rest.program import PERSON, Program, code_of, wanted
from tests.appointments.web.visitor import Visitor, text_of
from tests.architecture.catalogue import tenant_tables
from tests.conftest import superuser_url
from tests.factories import make_jobcenter

KEY = "7f3c1a52-8e0e-4d3c-9f57-0a0f4f1c2b6d"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def jobcenter() -> Jobcenter:
    made = make_jobcenter("fulda")
    with tenant_context(made):
        make_office(made)
    return made


@pytest.fixture
def short_waits() -> Iterator[None]:
    """Two seconds of waiting are right for people and long for tests."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    yield
    connection.close()


@contextmanager
def somebody_else() -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(superuser_url(), dbname=TEST_DATABASE) as other:
        yield other
        other.rollback()


@contextmanager
def server_that_says(code: str, table: str) -> Iterator[None]:
    """Every row that is written to the table fails with an error code of the server's own."""
    with psycopg.connect(superuser_url(), dbname=TEST_DATABASE, autocommit=True) as server:
        server.execute(
            sql.SQL(
                "CREATE FUNCTION busy_for_test() RETURNS trigger LANGUAGE plpgsql AS"
                " 'BEGIN RAISE EXCEPTION USING ERRCODE = ''{}''; END'"
            ).format(sql.SQL(code))
        )
        name = sql.Identifier(table)
        server.execute(
            sql.SQL("CREATE TRIGGER busy BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION busy_for_test()").format(
                name
            )
        )
        try:
            yield
        finally:
            server.execute(sql.SQL("DROP TRIGGER busy ON {}").format(name))
            server.execute("DROP FUNCTION busy_for_test()")


def rows(jobcenter: Jobcenter) -> dict[str, int]:
    with tenant_context(jobcenter):
        return {table: model.objects.count() for table, model in tenant_tables().items()}


def test_a_locked_table_of_time_is_a_503_that_has_written_nothing(jobcenter: Jobcenter, short_waits: None) -> None:
    program = Program("/fulda/api/v1/")
    before = rows(jobcenter)
    with somebody_else() as other:
        other.execute("LOCK TABLE appointments_occupancy IN EXCLUSIVE MODE")
        busy = program.books(wanted(person=PERSON | {"email": "j@post.example"}), key=KEY)
        assert (code_of(busy), busy.headers["Retry-After"]) == ((503, "busy"), "2")
        assert code_of(program.post("holds/", wanted())) == (503, "busy")
    assert rows(jobcenter) == before
    assert program.books(wanted(person=PERSON | {"email": "j@post.example"}), key=KEY).status_code == 201


def test_a_locked_appointment_is_neither_moved_nor_cancelled(jobcenter: Jobcenter, short_waits: None) -> None:
    program = Program("/fulda/api/v1/")
    booked = program.books(wanted(person=PERSON)).json()
    before = rows(jobcenter)
    with somebody_else() as other:
        other.execute("SELECT * FROM appointments_appointment FOR UPDATE")
        answers = [
            program.post(f"appointments/{booked['key']}/cancel/"),
            program.post(f"appointments/{booked['key']}/move/", {"starts_at": "2026-11-25T09:00:00+01:00"}),
        ]
        assert [code_of(answer) for answer in answers] == [(503, "busy")] * 2
        assert program.get(f"appointments/{booked['key']}/").json() == booked
    assert rows(jobcenter) == before


def test_a_page_says_the_same_to_a_person(jobcenter: Jobcenter, short_waits: None) -> None:
    visitor = Visitor("/fulda/de/")
    before = rows(jobcenter)
    with somebody_else() as other:
        other.execute("LOCK TABLE appointments_occupancy IN EXCLUSIVE MODE")
        visitor.client.raise_request_exception = False
        page = visitor.post("buchen/beratung/haus/", time="20261124T0800Z")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "2")
    assert "Das Portal ist gerade nicht erreichbar" in text_of(page)
    assert rows(jobcenter) == before


@pytest.mark.parametrize("table", ["appointments_appointment", "audit_auditentry", "notifications_message"])
def test_whatever_the_server_breaks_off_is_a_503_and_leaves_no_half_booking(jobcenter: Jobcenter, table: str) -> None:
    """Deadlock, serialisation, statement timeout, lock timeout: at the beginning, in the middle, at the end."""
    program = Program("/fulda/api/v1/")
    before = rows(jobcenter)
    body = wanted(person=PERSON | {"email": "j@post.example"})
    for code in ("40P01", "40001", "57014", "55P03"):
        with server_that_says(code, table):
            assert code_of(program.books(body, key=KEY)) == (503, "busy")
            assert rows(jobcenter) == before
    assert program.books(body, key=KEY).status_code == 201


def test_another_error_of_the_server_is_still_a_fault(jobcenter: Jobcenter) -> None:
    program = Program("/fulda/api/v1/")
    with server_that_says("22012", "appointments_appointment"):
        assert code_of(program.books(wanted(person=PERSON), key=KEY)) == (500, "server_error")
