# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""kill -9 at every point of a delivery: the worker is caught at a word on its line to the database or mail server."""

import os
import signal
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from jobcenter_portal.tenancy.models import Jobcenter
from notifications import service
from notifications.models import Message
from notifications.outbox.clock import database_now
from tests.notifications.factories import outcomes, plan
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.processes.steps import (
    ARMED,
    CLAIMED,
    DAYS,
    FINISHED,
    TICK,
    MakeProxy,
    MakeWorkers,
    caught,
    database_port,
    plan_many,
    send_hints,
    settle_everything,
    states,
)
from tests.notifications.servers import Catchers, Redis, children_of, end, wait_until

pytestmark = pytest.mark.usefixtures("transactional_db")


@dataclass(frozen=True)
class Point:
    """Where the worker dies, what the row says then, and what becomes of both kinds of message in the end."""

    fault: int
    line: str
    words: tuple[bytes, ...]
    swallow: bool
    row: str
    mails: int
    note: str
    """A kind that is not repeated when it is unclear whether it arrived."""
    change: str
    """A kind that is."""
    mails_of_change: int


POINTS = [
    Point(1, "database", CLAIMED, True, "leased", 0, "accepted", "accepted", 1),
    Point(2, "database", ARMED, True, "sending", 0, "ambiguous", "accepted", 1),
    Point(3, "mail", (b"DATA\r\n", b"\r\n.\r\n"), False, "sending", 0, "ambiguous", "accepted", 1),
    Point(4, "database", FINISHED[:1], False, "sending", 1, "ambiguous", "accepted", 2),
    Point(5, "database", FINISHED, True, "accepted", 1, "accepted", "accepted", 1),
]


@pytest.mark.parametrize("kind", ["test-note", "test-change"])
@pytest.mark.parametrize("point", POINTS, ids=["claimed", "armed", "before-dot", "before-finish", "finished"])
def test_killed_at_every_point_a_message_is_neither_lost_nor_doubled_unless_it_is_listed(
    fulda: Jobcenter,
    note_kind: FakeKind,
    catchers: Catchers,
    redis: Redis,
    workers: MakeWorkers,
    proxied: MakeProxy,
    point: Point,
    kind: str,
) -> None:
    """Faults 1 to 5. With the same name for life a mail that arrived twice is one for whoever looks at Message-IDs."""
    catchers.start("smtp")
    line = proxied(database_port() if point.line == "database" else _port_of(catchers))
    changes = {"DATABASE_URL": line.instead_of(os.environ["DATABASE_URL"])}
    if point.line == "mail":
        changes = {"SMTP_URL": line.instead_of(catchers.addresses["SMTP_URL"])}
    snare = line.snare(*point.words, swallow=point.swallow)
    loop = workers(catchers, **changes).loop()
    plan(database_now(), kind=kind, not_after=database_now() + DAYS)
    snare.wait()
    end(loop, how=signal.SIGKILL)
    line.cut()
    assert (Message.objects.get().state, sum(caught(catchers).values())) == (point.row, point.mails)
    settle_everything()
    final, mails = (
        (point.note, point.mails + (point.row == "leased"))
        if kind == "test-note"
        else (
            point.change,
            point.mails_of_change,
        )
    )
    assert (Message.objects.get().state, list(caught(catchers).values())) == (final, [mails] if mails else [])
    is_listed = ("ambiguous", "worker-lost") in outcomes()
    assert is_listed == (point.row == "sending")
    assert [view.fate for view in service.unclear_messages()] == (
        [service.Fate.UNCLEAR] if final == "ambiguous" else []
    )


def test_a_child_killed_alone_is_replaced_and_what_it_had_in_hand_is_listed(
    fulda: Jobcenter, note_kind: FakeKind, catchers: Catchers, redis: Redis, workers: MakeWorkers
) -> None:
    """Fault 6: only the pool child dies. Its hint comes back; what it had armed is unclear, everything else leaves."""
    catchers.start("smtp", CATCHER_FAULT="hang-after-dot", CATCHER_FAULT_TIMES="1")
    worker = workers(catchers).ready_worker()
    plan_many(5)
    send_hints(redis.url, TICK)
    wait_until("the first mail hangs", catchers.mails)
    (child,) = children_of(worker)
    in_hand = states()["sending"]
    os.kill(child, signal.SIGKILL)
    wait_until("there is a new child", lambda: children_of(worker) not in ([], [child]))
    send_hints(redis.url, TICK)
    assert worker.poll() is None
    settle_everything()
    assert states() == {key: count for key, count in (("accepted", 5 - in_hand), ("ambiguous", in_hand)) if count}
    assert in_hand >= 1
    assert (set(caught(catchers).values()), len(caught(catchers))) == ({1}, 1 + 5 - in_hand)


def test_a_worker_killed_with_its_children_and_started_anew_sends_each_message_once(
    fulda: Jobcenter, note_kind: FakeKind, catchers: Catchers, redis: Redis, workers: MakeWorkers
) -> None:
    """kill -9 of main and children in the middle of forty mails; what was in hand is listed, everything else leaves."""
    catchers.start("smtp")
    processes = workers(catchers)
    worker = processes.ready_worker(concurrency=2)
    plan_many(40)
    send_hints(redis.url, TICK, TICK)
    wait_until("some have arrived", lambda: len(catchers.mails()) >= 5)
    end(worker, how=signal.SIGKILL)
    in_hand = Message.objects.filter(state="sending").count()
    processes.ready_worker(concurrency=2)
    send_hints(redis.url, TICK)
    settle_everything()
    assert set(states()) <= {"accepted", "ambiguous"}
    assert states()["ambiguous"] == in_hand
    assert set(caught(catchers).values()) == {1}
    assert len(caught(catchers)) + in_hand >= 40


def test_without_beat_the_loop_delivers_and_a_new_beat_goes_on(
    fulda: Jobcenter, note_kind: FakeKind, catchers: Catchers, redis: Redis, workers: MakeWorkers
) -> None:
    """Fault 7: kill -9 of beat leaves nothing behind that a new one could stumble over."""
    catchers.start("smtp")
    processes = workers(catchers)
    processes.ready_worker()
    beat = processes.beat()
    plan_many(1)
    wait_until("beat and worker deliver", lambda: states() == {"accepted": 1})
    end(beat, how=signal.SIGKILL)
    loop = processes.loop()
    plan_many(1, first=1)
    wait_until("the loop delivers", lambda: states() == {"accepted": 2})
    end(loop)
    processes.beat()
    plan_many(1, first=2)
    wait_until("the new beat ticks", lambda: states() == {"accepted": 3})
    assert set(caught(catchers).values()) == {1}


def _port_of(catchers: Catchers) -> int:
    port = urlsplit(catchers.addresses["SMTP_URL"]).port
    assert port is not None
    return port
