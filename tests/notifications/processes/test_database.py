# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A database that is killed, cut off after a COMMIT, full, locked or slow; and a worker that was frozen meanwhile."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from statistics import quantiles

import psycopg
import pytest
from django.db import DatabaseError, InterfaceError, connection, connections

from jobcenter_portal.settings.test import TEST_DATABASE
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Message
from notifications.outbox.claiming import claim
from notifications.outbox.clock import database_now
from tests.conftest import superuser_url
from tests.notifications.factories import outcomes, plan
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.processes.own_postgres import OwnPostgres
from tests.notifications.processes.steps import (
    ARMED,
    CLAIMED,
    DAYS,
    FINISHED,
    MakeProxy,
    MakeWorkers,
    caught,
    database_port,
    deliver_here,
    let_leases_lapse,
    plan_many,
    settle_everything,
    states,
)
from tests.notifications.servers import Catchers, end, wait_until

pytestmark = pytest.mark.usefixtures("transactional_db")
WORDS = {"claimed": CLAIMED, "armed": ARMED, "finished": FINISHED}


def last(state: str) -> bool:
    """Whether the only message has come there; no answer while the database is away."""
    try:
        return bool(Message.objects.filter(state=state).count() == 1)
    except (DatabaseError, InterfaceError):
        connection.close()
        return False


# --- Fault 15: PostgreSQL is killed --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("at", "committed"),
    [
        ("armed", True),
        pytest.param("armed", False, marks=pytest.mark.chaos),
        pytest.param("claimed", False, marks=pytest.mark.chaos),
        pytest.param("claimed", True, marks=pytest.mark.chaos),
        pytest.param("finished", False, marks=pytest.mark.chaos),
        pytest.param("finished", True, marks=pytest.mark.chaos),
    ],
)
def test_postgresql_killed_at_any_point_loses_nothing_and_the_loop_lives_on(
    office: Jobcenter,
    postgres: OwnPostgres,
    note_kind: FakeKind,
    catchers: Catchers,
    workers: MakeWorkers,
    proxied: MakeProxy,
    at: str,
    *,
    committed: bool,
) -> None:
    """Faults 15 and 16 in one: immediate shutdown before, or just after, the COMMIT of each step."""
    catchers.start("smtp")
    line = proxied(postgres.port)
    snare = line.snare(*WORDS[at], swallow=committed)
    loop = workers(catchers, DATABASE_URL=line.instead_of(postgres.url)).loop()
    plan(database_now(), not_after=database_now() + DAYS)
    snare.wait()
    postgres.restart_immediately()
    line.cut()
    connection.close()
    row = Message.objects.get().state
    expected = {"claimed": "planned", "armed": "leased", "finished": "sending"}
    after = {"claimed": "leased", "armed": "sending", "finished": "accepted"}
    # A claim does not wait for the disk, so the server may have forgotten it; nothing was promised with it.
    forgotten = row == "planned" and (after if committed else expected)[at] == "leased"
    assert forgotten or row == (after if committed else expected)[at]
    assert loop.poll() is None
    let_leases_lapse()
    # What the loop knew when the database went away is written down as soon as it is back.
    is_unclear = (at, committed) == ("armed", True)
    wait_until("the loop goes on by itself", lambda: last("ambiguous" if is_unclear else "accepted"))
    end(loop)
    settle_everything()
    sent = 0 if (at, committed) == ("armed", True) else 1
    assert (sum(caught(catchers).values()), states()) == (sent, {"ambiguous" if is_unclear else "accepted": 1})


# --- Fault 16: nobody knows whether the COMMIT arrived ---------------------------------------------------------------
@pytest.mark.parametrize("at", [pytest.param("claimed", marks=pytest.mark.chaos), "armed", "finished"])
def test_a_connection_cut_after_commit_was_sent_doubles_nothing(
    fulda: Jobcenter, note_kind: FakeKind, catchers: Catchers, workers: MakeWorkers, proxied: MakeProxy, at: str
) -> None:
    catchers.start("smtp")
    line = proxied(database_port())
    snare = line.snare(*WORDS[at], swallow=True, cut=True)
    loop = workers(catchers, DATABASE_URL=line.instead_of(os.environ["DATABASE_URL"])).loop()
    plan(database_now(), not_after=database_now() + DAYS)
    snare.wait()
    time.sleep(1)  # the loop comes round again and must leave the row alone
    assert states() == {{"claimed": "leased", "armed": "sending", "finished": "accepted"}[at]: 1}
    let_leases_lapse()
    final = "ambiguous" if at == "armed" else "accepted"
    wait_until("the loop settles it", lambda: last(final))
    end(loop)
    settle_everything()
    assert (sum(caught(catchers).values()), states()) == (0 if at == "armed" else 1, {final: 1})


def test_a_booking_whose_commit_got_no_answer_can_be_planned_again(fulda: Jobcenter, proxied: MakeProxy) -> None:
    """At planning: the person sees an error and tries again; the messages are there once."""
    line = proxied(database_port())
    snare = line.snare(b"INSERT INTO", b"COMMIT", swallow=True, cut=True)
    now = database_now()
    with through(line.port), pytest.raises((DatabaseError, InterfaceError)):
        plan(now)
    assert snare.snapped.is_set()
    assert states() == {"planned": 1}
    plan(now)
    assert states() == {"planned": 1}


@contextmanager
def through(port: int) -> Iterator[None]:
    """The test's own queries take this port."""
    database = connections["default"]
    kept = database.settings_dict["PORT"]
    database.close()
    database.settings_dict["PORT"] = str(port)
    try:
        yield
    finally:
        database.close()
        database.settings_dict["PORT"] = kept


# --- Fault 17: locks -------------------------------------------------------------------------------------------------
@contextmanager
def superuser() -> Iterator[psycopg.Connection]:
    with psycopg.connect(f"{superuser_url().rpartition('/')[0]}/{TEST_DATABASE}", autocommit=True) as session:
        yield session


def test_one_jobcenter_that_is_locked_does_not_stop_the_others(
    fulda: Jobcenter, wiesbaden: Jobcenter, note_kind: FakeKind, catchers: Catchers, workers: MakeWorkers
) -> None:
    """Every round of the loop runs into the lock timeout there, and goes on."""
    catchers.start("smtp")
    plan_many(1)
    with superuser() as session, session.transaction():
        session.execute("SELECT FROM notifications_outboxwake WHERE tenant_id = %s FOR UPDATE", [fulda.pk])
        processes = workers(catchers)
        processes.loop()
        with tenant_context(wiesbaden):
            plan_many(3)
            wait_until("the others get theirs", lambda: states() == {"accepted": 3})
    wait_until("this one too, once the lock is gone", lambda: states() == {"accepted": 1})
    assert '"tenant": "fulda", "error": "OperationalError"' in processes.log("loop")
    assert set(caught(catchers).values()) == {1}


def test_a_deadlock_costs_one_round_of_one_jobcenter(
    fulda: Jobcenter, wiesbaden: Jobcenter, note_kind: FakeKind, catchers: Catchers, workers: MakeWorkers
) -> None:
    """A real one: the claim of the loop waits for us while we wait for the row that it holds."""
    catchers.start("smtp")
    with superuser() as session:
        session.execute(_WAIT_FOR_US)
        session.execute("SELECT pg_advisory_lock(4711)")
        plan_many(1)
        processes = workers(catchers)
        processes.loop()
        wait_until("the loop waits for us", lambda: _waits(session))
        with session.transaction():
            session.execute("SELECT FROM notifications_message FOR UPDATE")  # returns when the loop was the victim
        session.execute("SELECT pg_advisory_unlock(4711)")
        session.execute("DROP TRIGGER wait_for_us ON notifications_message")
    with tenant_context(wiesbaden):
        plan_many(1)
        wait_until("the others get theirs", lambda: states() == {"accepted": 1})
    wait_until("the next round brings it", lambda: states() == {"accepted": 1})
    assert len(caught(catchers)) == 2
    assert '"error": "OperationalError"' in processes.log("loop")


_WAIT_FOR_US = """
CREATE OR REPLACE FUNCTION wait_for_us() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END $$;
CREATE TRIGGER wait_for_us AFTER UPDATE ON notifications_message FOR EACH ROW EXECUTE FUNCTION wait_for_us()"""


def _waits(session: psycopg.Connection) -> bool:
    row = session.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchone()
    return bool(row and row[0])


# --- Fault 18: a worker sleeps through its lease ---------------------------------------------------------------------
def test_a_worker_frozen_while_sending_is_fenced_and_its_late_answer_settles_the_message(
    fulda: Jobcenter, note_kind: FakeKind, catchers: Catchers, workers: MakeWorkers
) -> None:
    """SIGSTOP, four minutes for the rows, SIGCONT."""
    catchers.start("smtp", CATCHER_FAULT="hang-after-dot", CATCHER_FAULT_TIMES="1", CATCHER_FAULT_SECONDS="1")
    loop = workers(catchers).loop()
    plan_many(1)
    wait_until("the mail is under way", catchers.mails)
    os.killpg(loop.pid, signal.SIGSTOP)
    let_leases_lapse()
    deliver_here(database_now())
    assert states() == {"ambiguous": 1}
    os.killpg(loop.pid, signal.SIGCONT)
    wait_until("the late answer is kept", lambda: ("late-accepted", "250") in outcomes() or len(outcomes()) == 2)
    end(loop)
    settle_everything()
    assert (states(), list(caught(catchers).values())) == ({"accepted": 1}, [1])


def test_a_worker_frozen_before_arming_finds_its_message_gone(
    fulda: Jobcenter, note_kind: FakeKind, catchers: Catchers, workers: MakeWorkers, proxied: MakeProxy
) -> None:
    """Its line to the database stops at the arming; another worker takes over; then the line goes on."""
    catchers.start("smtp")
    line = proxied(database_port())
    loop = workers(catchers, DATABASE_URL=line.instead_of(os.environ["DATABASE_URL"])).loop()
    hold = line.snare(*CLAIMED, b"BEGIN", hold=True)
    plan_many(1)
    hold.wait()
    assert states() == {"leased": 1}
    let_leases_lapse()
    deliver_here(database_now())
    assert states() == {"accepted": 1}
    line.flow()
    time.sleep(1)
    end(loop)
    settle_everything()
    assert (states(), list(caught(catchers).values())) == ({"accepted": 1}, [1])


# --- Fault 40: no room ------------------------------------------------------------------------------------------------
def test_a_full_disk_stops_delivery_and_loses_nothing(
    office: Jobcenter,
    postgres: OwnPostgres,
    note_kind: FakeKind,
    catchers: Catchers,
    workers: MakeWorkers,
) -> None:
    """PostgreSQL cannot write its log and goes down; with room again, it and the loop go on by themselves."""
    catchers.start("smtp")
    plan_many(20)
    loop = workers(catchers, DATABASE_URL=postgres.url).loop()
    wait_until("some have arrived", lambda: len(catchers.mails()) >= 3)
    postgres.fill_disk()
    with pytest.raises((DatabaseError, InterfaceError)):
        for number in count(100):
            plan(database_now(), subject=f"thing:{number}", not_after=database_now() + DAYS)
    postgres.free_disk()
    wait_until("PostgreSQL is back", postgres.comes_back)
    connection.close()
    let_leases_lapse()
    assert loop.poll() is None
    end(loop)
    settle_everything()
    assert set(states()) <= {"accepted", "ambiguous"}
    assert set(caught(catchers).values()) == {1}
    assert len(caught(catchers)) + states()["ambiguous"] >= 20


# --- Fault 41: somebody reads for long ------------------------------------------------------------------------------
@pytest.mark.parametrize("messages", [2_000, pytest.param(20_000, marks=pytest.mark.chaos)])
def test_claims_stay_quick_while_an_old_snapshot_keeps_every_dead_row(fulda: Jobcenter, messages: int) -> None:
    """Thousands pass through leased, sending and accepted: their dead rows must not slow the claim down."""
    _plan_at_once(messages)
    now, times = database_now(), []
    with superuser() as reader, reader.transaction():
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT count(*) FROM notifications_message")
        for _batch in range(messages // 25):
            begun = time.perf_counter()
            claim(limit=25, now=now)
            times.append(time.perf_counter() - begun)
            Message.objects.filter(state="leased").update(state="sending")
            Message.objects.filter(state="sending").update(state="accepted", lease_token=None, lease_until=None)
    first, final = times[: len(times) // 4], times[-len(times) // 4 :]
    p95_first, p95_final = quantiles(first, n=20)[-1] * 1000, quantiles(final, n=20)[-1] * 1000
    print(f"claim of 25, p95: {p95_first:.1f} ms in the first quarter, {p95_final:.1f} ms in the last")  # noqa: T201
    assert states() == {"accepted": messages}
    assert p95_final < max(40, 4 * p95_first)


def _plan_at_once(messages: int) -> None:
    plan(database_now())
    with superuser() as session:
        columns = ", ".join(name for (name,) in session.execute(_COLUMNS).fetchall())
        values = columns.replace("public_id", "substr(md5(n::text), 1, 12)").replace("subject", "'thing:' || n")
        session.execute(
            f"INSERT INTO notifications_message ({columns}) SELECT {values} FROM notifications_message, "  # noqa: S608
            f"generate_series(2, {messages}) AS n"
        )
        session.execute("ANALYZE notifications_message")


_COLUMNS = """SELECT column_name::text FROM information_schema.columns
WHERE table_name = 'notifications_message' AND column_name <> 'id'"""
