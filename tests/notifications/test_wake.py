# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The wake table: never later than the truth, whoever writes, whatever dies in between."""

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg
import pytest
from django.db import connection, transaction

from jobcenter_portal.settings.test import TEST_DATABASE
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications import service
from notifications.channels.base import Ambiguous
from notifications.models import Message, OutboxWake
from notifications.outbox import pauses, wake
from notifications.outbox.arming import SEND_LEASE
from notifications.outbox.breaker import ACCOUNT_REST
from notifications.outbox.claiming import LEASE
from notifications.outbox.heartbeats import Beat, beat
from notifications.outbox.reaping import reap
from notifications.service import Channel, DeliveryHealth
from tests.conftest import superuser_url
from tests.notifications.factories import arm_one, claim_one, finish_one, plan, planned, supersede

DAY = timedelta(days=1)


def next_look() -> datetime | None:
    return OutboxWake.objects.get().next_due_at


def test_planning_lowers_the_entry_and_never_raises_it(fulda: Jobcenter, now: datetime) -> None:
    plan(now, occasion="P3D", due_at=now + 3 * DAY)
    assert next_look() == now + 3 * DAY
    plan(now, occasion="P7D", due_at=now + 7 * DAY)
    assert next_look() == now + 3 * DAY
    plan(now, occasion="P1D", due_at=now + DAY)
    assert next_look() == now + DAY


def test_whoever_moves_a_due_time_wakes_the_loop(fulda: Jobcenter, now: datetime) -> None:
    plan(now, due_at=now + 3 * DAY)
    Message.objects.update(due_at=now)
    assert wake.tenants_with_work(now=now) == [fulda.pk]


def test_only_jobcenters_with_work_are_visited(fulda: Jobcenter, wiesbaden: Jobcenter, now: datetime) -> None:
    plan(now, due_at=now + DAY)
    with tenant_context(wiesbaden):
        plan(now)
    assert wake.tenants_with_work(now=now) == [wiesbaden.pk]
    assert wake.tenants_with_work(now=now + DAY) == [wiesbaden.pk, fulda.pk]


def test_settling_follows_a_message_through_its_life(fulda: Jobcenter, now: datetime) -> None:
    plan(now)
    claimed = claim_one(now)
    wake.settle(now=now)
    assert next_look() == now + LEASE
    arm_one(claimed, now)
    wake.settle(now=now)
    assert next_look() == now + SEND_LEASE
    finish_one(claimed, Ambiguous("after-dot"), now)
    assert next_look() == now + SEND_LEASE
    wake.settle(now=now + timedelta(seconds=1))
    Message.objects.update(next_attempt_at=None)
    wake.settle(now=now)
    assert next_look() is None


def test_a_message_that_becomes_ambiguous_lowers_the_entry_by_itself(fulda: Jobcenter, now: datetime) -> None:
    plan(now)
    arm_one(claim_one(now), now)
    OutboxWake.objects.update(next_due_at=None)
    reap(now=now + SEND_LEASE)
    assert next_look() == now + SEND_LEASE + timedelta(minutes=5)


def test_messages_of_a_resting_channel_do_not_keep_the_loop_busy(fulda: Jobcenter, now: datetime) -> None:
    plan(now)
    pauses.pause(Channel.EMAIL, until=now + ACCOUNT_REST, code="account:auth-535")
    wake.settle(now=now)
    assert next_look() == now + ACCOUNT_REST


def test_health_tells_ages_and_stays_calm_when_nothing_is_due(fulda: Jobcenter, now: datetime) -> None:
    second = timedelta(seconds=1)
    assert service.health(now) == DeliveryHealth(None, None, None)
    beat(Beat.TICK, now=now - 9 * second)
    beat(Beat.REAPER, now=now - 4 * second)
    beat(Beat.DISPATCHER, now=now - 2 * second)
    plan(now, due_at=now + DAY)
    assert service.health(now) == DeliveryHealth(4 * second, 2 * second, None)
    assert service.health(now + DAY + second).oldest_due_age == second


def test_a_message_planned_while_the_loop_settles_is_never_overlooked(
    transactional_db: None, fulda: Jobcenter, now: datetime
) -> None:
    """The loop looks, a booking commits, the loop writes: without the lock the entry would be too late."""
    plan(now)
    supersede(now, below_revision=2)
    assert next_look() == now  # early is allowed; so the booking below has no reason to write the entry
    inserted, settled = threading.Event(), threading.Event()

    def book() -> None:
        try:
            with tenant_context(fulda), transaction.atomic():
                service.plan(subject="thing:2", revision=1, messages=[planned(now)], now=now)
                inserted.set()
                assert settled.wait(10)
        finally:
            connection.close()

    booking = threading.Thread(target=book)
    booking.start()
    assert inserted.wait(10)
    wake.settle(now=now)
    settled.set()
    booking.join()
    assert next_look() == now


@pytest.mark.parametrize("planners", [8])
def test_first_plans_of_a_jobcenter_at_the_same_time_leave_the_earliest(
    transactional_db: None, fulda: Jobcenter, now: datetime, planners: int
) -> None:
    start = threading.Barrier(planners)

    def book(number: int) -> None:
        try:
            with tenant_context(fulda):
                start.wait(10)
                plan(now, subject=f"thing:{number}", due_at=now + DAY * (planners - number))
        finally:
            connection.close()

    threads = [threading.Thread(target=book, args=(number,)) for number in range(planners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (next_look(), Message.objects.count()) == (now + DAY, planners)


GATE = 4242
HELD_UPDATES = f"""
CREATE FUNCTION held_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_advisory_lock_shared({GATE}); PERFORM pg_advisory_unlock_shared({GATE}); RETURN NULL;
END $$;
CREATE TRIGGER held_update AFTER UPDATE ON notifications_outboxwake EXECUTE FUNCTION held_update()"""


@pytest.fixture
def gate(transactional_db: None) -> Iterator[psycopg.Connection[tuple[int]]]:
    """Whoever holds the gate stops everybody between their UPDATE of the wake table and their next statement."""
    with psycopg.connect(superuser_url(), dbname=TEST_DATABASE, autocommit=True) as keeper:
        keeper.execute(HELD_UPDATES)
        yield keeper
        keeper.execute("SELECT pg_advisory_unlock_all()")
        keeper.execute("DROP FUNCTION held_update CASCADE")


def test_a_first_entry_that_commits_behind_the_look_hides_no_earlier_message(
    gate: psycopg.Connection[tuple[int]], fulda: Jobcenter, now: datetime
) -> None:
    """Neither finds an entry; the later message's is there before the earlier one asks whether to write its own."""

    def book_earlier() -> None:
        try:
            with tenant_context(fulda):
                plan(now, subject="thing:2", due_at=now + DAY)
        finally:
            connection.close()

    earlier = threading.Thread(target=book_earlier)
    with transaction.atomic():
        plan(now, due_at=now + 3 * DAY)
        gate.execute("SELECT pg_advisory_lock(%s)", [GATE])
        earlier.start()
        _wait_for_someone_at(gate)
    gate.execute("SELECT pg_advisory_unlock(%s)", [GATE])
    earlier.join(10)
    assert next_look() == now + DAY


def _wait_for_someone_at(gate: psycopg.Connection[tuple[int]]) -> None:
    asked = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
    deadline = time.monotonic() + 10
    while gate.execute(asked, [GATE]).fetchone() == (0,):
        assert time.monotonic() < deadline, "nobody came to the gate"
        time.sleep(0.01)
