# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A machine whose clock is wrong by an hour. The database's clock decides what is due; the worker's own does not."""

import signal
from datetime import timedelta

import pytest

from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Message
from notifications.outbox.clock import database_now
from tests.notifications.factories import plan
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.processes.steps import MakeWorkers, caught, plan_many, states
from tests.notifications.servers import Catchers, wait_until

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.mark.parametrize("shift", [3600, -3600])
def test_a_worker_whose_clock_is_off_by_an_hour_sends_nothing_early_and_nothing_late(
    fulda: Jobcenter, note_kind: FakeKind, catchers: Catchers, workers: MakeWorkers, shift: int
) -> None:
    """Fault 34. Its hints come from a beat whose clock is right, so to it they are an hour old, or of tomorrow."""
    catchers.start("smtp")
    workers(catchers, WALL_CLOCK_SHIFT_S=str(shift)).ready_worker()
    workers(catchers).beat()
    now = database_now()
    plan(now, subject="thing:later", due_at=now + timedelta(minutes=30), not_after=now + timedelta(hours=2))
    plan(now, subject="thing:over", due_at=now - timedelta(hours=2), not_after=now - timedelta(seconds=1))
    plan_many(3)
    wait_until("what is due has left", lambda: states()["accepted"] == 3)
    found = dict(Message.objects.values_list("subject", "state"))
    assert (found["thing:later"], found["thing:over"]) == ("planned", "expired")
    lease = Message.objects.filter(state="accepted").latest("finished_at").finished_at
    assert lease is not None
    assert abs(lease - database_now()) < timedelta(minutes=1)
    assert len(caught(catchers)) == 3


def test_a_beat_whose_clock_is_set_back_an_hour_is_started_anew_and_beats_on(
    fulda: Jobcenter, note_kind: FakeKind, catchers: Catchers, workers: MakeWorkers
) -> None:
    """It would wait until the time at which it ticked last comes again."""
    catchers.start("smtp")
    workers(catchers).ready_worker()
    processes = workers(catchers, WALL_CLOCK_SHIFT_S="0.001", WORKER_SILENCE_LIMIT_S="4")
    beat = processes.beat()
    plan_many(1)
    wait_until("beat ticks", lambda: states() == {"accepted": 1})
    beat.send_signal(signal.SIGUSR2)
    wait_until("the watchdog has ended beat", lambda: beat.poll() is not None, seconds=30)
    processes.beat()
    plan_many(1, first=1)
    wait_until("the next beat ticks", lambda: states() == {"accepted": 2})
