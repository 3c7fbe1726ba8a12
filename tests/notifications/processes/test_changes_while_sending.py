# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fault 29: very many people move or cancel while workers send; nobody is told an old time after they were heard."""

import random
from typing import Final

import pytest
from django.db import transaction

from jobcenter_portal.tenancy.models import Jobcenter
from notifications import service
from notifications.models import Message
from notifications.outbox.clock import database_now
from tests.notifications.factories import plan, planned, supersede
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.processes.steps import DAYS, MakeWorkers, caught, states
from tests.notifications.servers import Catchers, wait_until

pytestmark = pytest.mark.usefixtures("transactional_db")
OPEN: Final = {"planned", "retry", "leased", "sending"}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("count", [120, pytest.param(1000, marks=pytest.mark.chaos)])
def test_while_workers_send_everybody_moves_or_cancels_and_no_old_time_leaves_afterwards(
    fulda: Jobcenter, note_kind: FakeKind, catchers: Catchers, workers: MakeWorkers, count: int
) -> None:
    catchers.start("smtp")
    people = [f"thing:{number}" for number in range(count)]
    now = database_now()
    with transaction.atomic(), service.together():
        for subject in people:
            service.plan(subject=subject, revision=1, messages=[planned(now, not_after=now + DAYS)], now=now)
    processes = workers(catchers)
    processes.ready_worker(concurrency=2)
    processes.beat()
    wait_until("the first have left", lambda: states()["accepted"] >= count // 20)

    random.Random(29).shuffle(people)
    moved, heard = set(people[::3]), {}
    for subject in people:
        at = database_now()
        with transaction.atomic():
            supersede(at, subject=subject, below_revision=2)
            if subject in moved:
                plan(at, subject=subject, revision=2, not_after=at + DAYS)
        heard[subject] = database_now()
    wait_until("nothing is open", lambda: not OPEN & set(states()), seconds=300)

    old = Message.objects.filter(revision=1)
    left = {one.subject: one.armed_at for one in old.filter(state="accepted")}
    assert old.filter(state="superseded").count() == count - len(left)
    assert 0 < len(left) < count, "nothing happened at the same time"
    assert [subject for subject, armed_at in left.items() if armed_at is None or armed_at > heard[subject]] == []
    assert set(Message.objects.filter(revision=2, state="accepted").values_list("subject", flat=True)) == moved
    arrived = caught(catchers)
    assert (len(arrived), set(arrived.values())) == (len(left) + len(moved), {1})
