# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The real processes: Celery worker and beat, the fallback loop, catchers, Valkey; and what kill -9 leaves behind."""

import signal
import time
from datetime import timedelta
from functools import partial

import pytest

from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications import service
from notifications.channels.email.smtp import config_from_url
from notifications.models import Heartbeat, Message
from notifications.outbox.arming import SEND_LEASE
from notifications.outbox.clock import database_now
from notifications.service import Channel, Fate, Priority
from tests.notifications.factories import make_account, outcomes, plan, states
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.processes.steps import MakeWorkers, deliver_here, plan_many
from tests.notifications.servers import Catchers, Redis, end, free_port, wait_until

pytestmark = pytest.mark.usefixtures("transactional_db")
REST = timedelta(minutes=6)
DAYS = timedelta(days=3)


def state() -> str:
    message: str = Message.objects.values_list("state", flat=True).get()
    return message


def test_worker_and_beat_deliver_what_is_due_and_what_is_moved_to_now(
    fulda: Jobcenter, catchers: Catchers, workers: MakeWorkers
) -> None:
    catchers.start("smtp")
    catchers.start("sms")
    processes = workers(catchers)
    processes.worker()
    processes.beat()
    now = database_now()
    plan(now)
    plan(now, channel=Channel.SMS, occasion="P1D", due_at=now + timedelta(days=1), respects_quiet=False)
    wait_until("the mail arrives", catchers.mails)
    assert catchers.texts() == []
    Message.objects.filter(channel="sms").update(due_at=now)
    wait_until("the SMS arrives", catchers.texts)
    wait_until("both are noted", lambda: set(states().values()) == {"accepted"})
    health = service.health(database_now())
    assert health.beat_age is not None
    assert health.beat_age < timedelta(seconds=30)


def test_a_jobcenter_whose_mail_server_creeps_does_not_keep_the_others_waiting(
    fulda: Jobcenter, wiesbaden: Jobcenter, note_kind: FakeKind, catchers: Catchers, workers: MakeWorkers
) -> None:
    """Fault 19. At first both children may creep along; after one deadline its account rests and one at most asks."""
    catchers.start("smtp", CATCHER_FAULT="one-byte-a-second")
    make_account(Channel.EMAIL, config_from_url(catchers.addresses["SMTP_URL"]) | {"deadline": "6"})
    catchers.start("smtp")
    plan_many(30)
    processes = workers(catchers)
    processes.ready_worker(concurrency=2)
    processes.beat()
    time.sleep(3)
    waits = []
    for number in range(3):
        begun = time.monotonic()
        with tenant_context(wiesbaden):
            plan_many(1, first=number, about="other")
        wait_until("the other Jobcenter's mail arrives", partial(_have_arrived, catchers, number + 1))
        waits.append(time.monotonic() - begun)
    assert (max(waits) < 12, min(waits) < 5) == (True, True), waits
    assert not Message.objects.filter(state__in=["accepted", "ambiguous"]).exists()


def _have_arrived(catchers: Catchers, count: int) -> bool:
    return len(catchers.mails()) == count


def test_a_booking_tells_the_worker_at_once(
    fulda: Jobcenter,
    catchers: Catchers,
    redis: Redis,
    workers: MakeWorkers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There is no beat here: only the kick can have brought the message out. It carries ids, nothing else."""
    catchers.start("smtp")
    processes = workers(catchers)
    processes.worker()
    wait_until("the worker is ready", lambda: "ready" in processes.log("worker"))
    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", redis.url)
    plan(database_now(), priority=Priority.CONFIRMATION)
    wait_until("the mail arrives", catchers.mails, seconds=20)


def test_a_worker_killed_after_the_final_dot_leaves_one_mail_that_is_listed_and_not_repeated(
    fulda: Jobcenter, note_kind: FakeKind, catchers: Catchers, workers: MakeWorkers
) -> None:
    smtp = catchers.start("smtp", CATCHER_FAULT="hang-after-dot")
    processes = workers(catchers)
    worker, beat = processes.worker(), processes.beat()
    plan(database_now(), not_after=database_now() + DAYS)
    wait_until("the server has the mail", catchers.mails)
    assert state() == "sending"
    end(worker, how=signal.SIGKILL)
    end(beat)
    end(smtp)
    catchers.start("smtp")
    processes = workers(catchers)
    processes.worker()
    processes.beat()
    wait_until(
        "the new worker ticks", lambda: Heartbeat.objects.filter(beat_at__gt=database_now() - timedelta(seconds=2))
    )
    assert state() == "sending"  # the new worker leaves it alone as long as the lease runs
    later = database_now() + SEND_LEASE
    deliver_here(later)
    assert state() == "ambiguous"
    deliver_here(later + REST)
    deliver_here(later + timedelta(days=1))
    assert len(catchers.mails()) == 1
    assert [view.fate for view in service.unclear_messages()] == [Fate.UNCLEAR]
    assert outcomes() == [("ambiguous", "worker-lost"), ("still-unclear", "unclear")]


def test_a_worker_killed_before_the_first_byte_loses_nothing_silently(
    fulda: Jobcenter, note_kind: FakeKind, catchers: Catchers, workers: MakeWorkers
) -> None:
    smtp = catchers.start("smtp", CATCHER_FAULT="slow-banner")
    processes = workers(catchers)
    worker, beat = processes.worker(), processes.beat()
    now = database_now()
    plan(now, kind="test-change", not_after=now + DAYS)
    plan(now, subject="thing:2", not_after=now + DAYS)
    wait_until("the worker waits for the banner", lambda: "sending" in states().values())
    end(worker, how=signal.SIGKILL)
    end(beat)
    end(smtp)
    catchers.start("smtp")
    assert catchers.mails() == []
    for look in range(4):
        deliver_here(now + SEND_LEASE + look * REST)
    # Both were armed together. One is repeated, as its kind wishes; of the other nobody can know, so it is listed.
    assert states() == {"thing:1 now": "accepted", "thing:2 now": "ambiguous"}
    assert [mail.to for mail in catchers.mails()] == ["thing-1@people.example"]
    assert outcomes(Message.objects.get(subject="thing:1"))[:2] == [
        ("ambiguous", "worker-lost"),
        ("send-again", "sent-again"),
    ]


def test_without_redis_the_loop_delivers_and_bookings_commit(
    fulda: Jobcenter, catchers: Catchers, redis: Redis, workers: MakeWorkers
) -> None:
    catchers.start("smtp")
    redis.stop()
    processes = workers(catchers)
    loop = processes.loop()
    plan(database_now())  # kicks a broker that is not there
    wait_until("the mail arrives", catchers.mails)
    wait_until("it is noted", lambda: state() == "accepted")
    end(loop)
    assert loop.returncode == 0
    health = service.health(database_now())
    assert (health.beat_age, health.dispatcher_age is not None) == (None, True)


def test_a_booking_commits_at_once_when_the_broker_is_down(
    fulda: Jobcenter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", f"redis://127.0.0.1:{free_port()}/0")
    started = time.monotonic()
    plan(database_now())
    assert time.monotonic() - started < 1
    assert states() == {"thing:1 now": "planned"}
    assert "broker not reached" in caplog.text
