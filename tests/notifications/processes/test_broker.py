# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A broker that doubles, forgets, is full, goes away and comes back empty, or falls silent.

PostgreSQL knows what is due, so nothing that happens here may lose or double a message.
"""

import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client

from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Attempt, Heartbeat
from notifications.outbox.clock import database_now
from tests.notifications.factories import plan
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.processes.steps import (
    TICK,
    URGENT,
    MakeProxy,
    MakeWorkers,
    caught,
    plan_many,
    send_hints,
    states,
)
from tests.notifications.proxy import Proxy
from tests.notifications.servers import Catchers, Redis, Workers, end, wait_until

pytestmark = pytest.mark.usefixtures("transactional_db")
SECOND = timedelta(seconds=1)


def each_once(catchers: Catchers) -> tuple[int, set[int]]:
    return len(caught(catchers)), set(caught(catchers).values())


@pytest.mark.parametrize("beats", [2, pytest.param(5, marks=pytest.mark.chaos)])
def test_several_beats_and_workers_send_each_message_once(
    fulda: Jobcenter, note_kind: FakeKind, catchers: Catchers, workers: MakeWorkers, beats: int
) -> None:
    """Fault 8."""
    catchers.start("smtp")
    processes = workers(catchers)
    for _one in range(2):
        processes.worker(f"--hostname=worker{_one}@test", concurrency=2)
    for _one in range(beats):
        processes.beat()
    plan_many(60)
    wait_until("all are noted", lambda: states() == {"accepted": 60})
    assert (each_once(catchers), Attempt.objects.count()) == ((60, {1}), 60)


def test_a_tick_delivered_a_hundred_times_sends_each_message_once(
    fulda: Jobcenter, note_kind: FakeKind, catchers: Catchers, redis: Redis, workers: MakeWorkers
) -> None:
    """Fault 9."""
    catchers.start("smtp")
    plan_many(60)
    send_hints(redis.url, *[TICK] * 100)
    workers(catchers).ready_worker(concurrency=2)
    wait_until("all ticks were taken", lambda: redis.client().llen("jc:delivery") == 0)
    wait_until("all are noted", lambda: states() == {"accepted": 60})
    assert (each_once(catchers), Attempt.objects.count()) == ((60, {1}), 60)


def test_a_broker_that_forgets_everything_in_the_middle_loses_and_doubles_nothing(
    fulda: Jobcenter, note_kind: FakeKind, catchers: Catchers, redis: Redis, workers: MakeWorkers
) -> None:
    """Fault 10: FLUSHALL while 500 are on their way. Beat and worker go on without being told."""
    catchers.start("smtp")
    processes = workers(catchers)
    processes.ready_worker(concurrency=2)
    processes.beat()
    plan_many(500)
    wait_until("some have arrived", lambda: states()["accepted"] >= 30)
    redis.client().flushall()
    wait_until("all are noted", lambda: states() == {"accepted": 500})
    redis.client().flushall()
    plan_many(1, first=500)
    wait_until("a tick still comes through", lambda: states() == {"accepted": 501})
    assert each_once(catchers) == (501, {1})


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("seconds", "limit"), [(0, "60"), (22, "20"), pytest.param(600, "60", marks=pytest.mark.chaos)]
)
def test_while_the_broker_is_down_the_loop_delivers_and_afterwards_the_workers_go_on_by_themselves(
    fulda: Jobcenter,
    note_kind: FakeKind,
    catchers: Catchers,
    redis: Redis,
    workers: MakeWorkers,
    seconds: int,
    limit: str,
) -> None:
    """Faults 11 and 12: Valkey is killed and comes back empty, at once or after longer than the watchdog's limit.

    Nobody starts anything anew here: silence while the broker was away is nobody's fault.
    """
    catchers.start("smtp")
    processes = workers(catchers, WORKER_SILENCE_LIMIT_S=limit)
    processes.ready_worker()
    processes.beat()
    plan_many(1)
    wait_until("beat and worker deliver", lambda: states() == {"accepted": 1})
    redis.stop()
    loop = processes.loop()
    plan_many(20, first=1)
    wait_until("the loop delivers", lambda: are_accepted(21))
    count, back_after = 21, time.monotonic() + seconds
    while time.monotonic() < back_after:
        plan_many(1, first=count)
        count += 1
        wait_until("the loop goes on delivering", partial(are_accepted, count))
        time.sleep(5)
    end(loop)
    back_at = database_now()
    redis.start()
    plan_many(1, first=count)
    wait_until("beat and worker deliver again", lambda: are_accepted(count + 1))
    assert Heartbeat.objects.get(name="tick").beat_at > back_at
    assert each_once(catchers) == (count + 1, {1})


def test_a_broker_without_room_does_not_disturb_a_booking(
    fulda: Jobcenter,
    note_kind: FakeKind,
    redis: Redis,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Fault 13: with noeviction a full Valkey refuses to take anything in."""
    redis.client().config_set("maxmemory-policy", "noeviction")
    redis.client().config_set("maxmemory", "1kb")
    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", redis.url)
    plan(database_now())
    assert states() == {"planned": 1}
    assert "broker not reached" in caplog.text


def test_a_broker_that_falls_silent_keeps_a_booking_waiting_for_two_seconds_at_most(
    fulda: Jobcenter, note_kind: FakeKind, redis: Redis, proxied: MakeProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = proxied(redis.port)
    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", line.instead_of(redis.url))
    plan(database_now())
    line.stall()
    begun = time.monotonic()
    plan(database_now(), subject="thing:2")
    assert time.monotonic() - begun < 2.5
    assert states() == {"planned": 2}


def are_accepted(count: int) -> bool:
    return states() == {"accepted": count}


class Supervised:
    """Worker and beat, started anew whenever they end, as Docker or the launcher does."""

    def __init__(self, processes: Workers) -> None:
        self._start = {"worker": processes.worker, "beat": processes.beat}
        self._running = {name: start() for name, start in self._start.items()}

    def wait_until_accepted(self, count: int, *, within: float) -> float:
        """How long it took."""
        begun = time.monotonic()
        while not are_accepted(count):
            assert time.monotonic() - begun < within, f"no delivery after {within:.0f} s, message {count}"
            for name, process in self._running.items():
                if process.poll() is not None:
                    self._running[name] = self._start[name]()
            time.sleep(0.1)
        return time.monotonic() - begun


def fall_silent_and_recover(times: int, *, processes: Workers, line: Proxy, within: float) -> list[float]:
    """Stall the line of worker and beat; how long delivery paused each time."""
    return list(_pauses(times, processes=processes, line=line, within=within))


def _pauses(times: int, *, processes: Workers, line: Proxy, within: float) -> Iterator[float]:
    supervised = Supervised(processes)
    for number in range(times):
        plan_many(1, first=2 * number)
        supervised.wait_until_accepted(2 * number + 1, within=within)
        line.stall()
        plan_many(1, first=2 * number + 1)
        yield supervised.wait_until_accepted(2 * number + 2, within=within)


def test_a_worker_that_waits_on_a_dead_line_ends_itself_and_a_new_one_delivers(
    fulda: Jobcenter,
    note_kind: FakeKind,
    catchers: Catchers,
    redis: Redis,
    workers: MakeWorkers,
    proxied: MakeProxy,
) -> None:
    """Fault 14, with a limit of 2 s instead of 60: the watchdog is faster here than kombu's own look after 20 s.

    Only a worker that waits can fall asleep. One whose line dies while it has a hint in hand is kombu's to mend, and
    which of both a stall meets is chance: so until the watchdog had its turn, and in vain at most nine times.
    """
    catchers.start("smtp")
    line = proxied(redis.port)
    processes = workers(catchers, line.instead_of(redis.url), WORKER_SILENCE_LIMIT_S="2")
    stalls = _pauses(10, processes=processes, line=line, within=60)
    met = next((number for number, _pause in enumerate(stalls, 1) if "asleep" in processes.log("worker")), 0)
    assert met, "ten dead lines, and the watchdog saw none"
    assert each_once(catchers) == (2 * met, {1})


@pytest.mark.chaos
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("limit", ["3", "60"])
def test_of_twenty_dead_lines_none_keeps_delivery_from_going_on_by_itself(
    fulda: Jobcenter,
    note_kind: FakeKind,
    catchers: Catchers,
    redis: Redis,
    workers: MakeWorkers,
    proxied: MakeProxy,
    limit: str,
) -> None:
    """Fault 14, twenty times; with 3 s the watchdog acts first, with 60 s kombu's own look at its connection."""
    catchers.start("smtp")
    line = proxied(redis.port)
    processes = workers(catchers, line.instead_of(redis.url), WORKER_SILENCE_LIMIT_S=limit)
    pauses = fall_silent_and_recover(20, processes=processes, line=line, within=100)
    print(f"limit {limit} s: longest pause {max(pauses):.1f} s, median {sorted(pauses)[10]:.1f} s")  # noqa: T201
    assert each_once(catchers) == (40, {1})


def test_a_line_that_is_cut_twenty_times_is_taken_up_again(
    fulda: Jobcenter,
    note_kind: FakeKind,
    catchers: Catchers,
    redis: Redis,
    workers: MakeWorkers,
    proxied: MakeProxy,
) -> None:
    """Fault 14: TCP resets in the middle of waiting."""
    catchers.start("smtp")
    line = proxied(redis.port)
    processes = workers(catchers, line.instead_of(redis.url), WORKER_SILENCE_LIMIT_S="10")
    supervised = Supervised(processes)
    wait_until("the worker is ready", lambda: " ready." in processes.log("worker"))
    for _cut in range(20):
        line.cut()
        time.sleep(0.3)
    plan_many(1)
    supervised.wait_until_accepted(1, within=90)


def test_readyz_says_that_no_hint_comes_through_while_the_loop_delivers(
    fulda: Jobcenter, note_kind: FakeKind, catchers: Catchers, redis: Redis, workers: MakeWorkers
) -> None:
    """What an operator sees of a stall: the ages of beat and of the urgent lane grow, delivery itself is well."""
    catchers.start("smtp")
    processes = workers(catchers)
    worker = processes.ready_worker()
    send_hints(redis.url, TICK, URGENT)
    wait_until("both lanes live", lambda: Heartbeat.objects.filter(name__in=["tick", "urgent"]).count() == 2)
    end(worker, how=signal.SIGKILL)
    Heartbeat.objects.update(beat_at=database_now() - 70 * SECOND)
    loop = processes.loop()
    plan_many(1)
    wait_until("the loop delivers", lambda: states() == {"accepted": 1})
    end(loop)
    answer = Client().get("/readyz").json()
    assert answer["warnings"] == ["beat", "emergency_lists", "urgent_lane"]  # no folder for lists is set up here
    assert (answer["delivery"], answer["dispatcher"]) == ("ok", "ok")
