# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Many at once: connections, ticks, bookings. What one holds the others skip; nothing leaves twice."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications.delivery import dispatch
from notifications.delivery.sessions import Sessions
from notifications.models import Attempt
from notifications.outbox.arming import Armed
from notifications.outbox.clock import Clock
from notifications.service import Channel
from tests.notifications.factories import arm_one, claim_all, plan, supersede
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.servers import Catchers

pytestmark = pytest.mark.usefixtures("transactional_db")


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work` in threads, each with a connection of its own, all starting together."""
    start, results, errors = threading.Barrier(count), [], []

    def run(number: int) -> None:
        try:
            start.wait(20)
            results.append(work(number))
        except Exception as error:  # noqa: BLE001 -- shown below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    return results


def test_workers_that_claim_at_once_share_the_messages_and_hold_none_together(fulda: Jobcenter, now: datetime) -> None:
    for number in range(60):
        plan(now, subject=f"thing:{number}")

    def work(_number: int) -> list[int]:
        with tenant_context(fulda):
            return [claimed.id for _round in range(5) for claimed in claim_all(now, limit=5)]

    claimed = Counter(message for ids in at_once(4, work) for message in ids)
    assert (len(claimed), set(claimed.values())) == (60, {1})


def test_a_hundred_ticks_at_the_same_moment_send_each_message_once(
    fulda: Jobcenter, wiesbaden: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    catchers.start("smtp")
    for tenant in (fulda, wiesbaden):
        with tenant_context(tenant):
            for number in range(15):
                plan(now, subject=f"thing:{tenant.slug}-{number}")

    def work(_number: int) -> int:
        with Sessions() as sessions:
            ticks = range(10)
            return sum(dispatch.deliver_all(sessions=sessions, clock=Clock(now)) for _tick in ticks)

    assert sum(at_once(10, work)) == 30
    sent = Counter(mail.reference for mail in catchers.mails())
    assert (len(sent), set(sent.values())) == (30, {1})


def test_the_sms_cap_holds_when_many_workers_arm_at_once(fulda: Jobcenter, now: datetime) -> None:
    TenantSettings.objects.update(sms_hourly_cap=5)
    for number in range(12):
        plan(now, subject=f"thing:{number}", channel=Channel.SMS)
    batch = claim_all(now)

    def work(number: int) -> Armed:
        with tenant_context(fulda):
            return arm_one(batch[number], now)

    assert Counter(at_once(12, work)) == {Armed.YES: 5, Armed.SMS_CAP: 7}


def test_of_two_messages_of_one_subject_one_waits_when_both_are_armed_at_once(fulda: Jobcenter, now: datetime) -> None:
    for number in range(10):
        plan(now, subject=f"thing:{number}", revision=1)
        plan(now, subject=f"thing:{number}", revision=2)
    batch = sorted(claim_all(now), key=lambda claimed: (claimed.ref.subject, claimed.ref.revision))

    def work(number: int) -> tuple[str, Armed]:
        with tenant_context(fulda):
            return batch[number].ref.subject, arm_one(batch[number], now)

    expected = {(f"thing:{number}", armed): 1 for number in range(10) for armed in (Armed.YES, Armed.OUT_OF_ORDER)}
    assert Counter(at_once(20, work)) == expected


def test_superseding_and_arming_at_the_same_moment_have_one_winner(fulda: Jobcenter, now: datetime) -> None:
    for number in range(20):
        plan(now, subject=f"thing:{number}")
    batch = claim_all(now)

    def work(number: int) -> tuple[str, bool]:
        subject = f"thing:{number // 2}"
        claimed = next(one for one in batch if one.ref.subject == subject)
        with tenant_context(fulda):
            if number % 2:
                return subject, supersede(now, subject=subject, below_revision=2) == 1
            return subject, arm_one(claimed, now) is Armed.YES

    winners = Counter(subject for subject, won in at_once(20, work) if won)
    assert (len(winners), set(winners.values())) == (10, {1})


def test_a_late_tick_finds_nothing_to_do(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    catchers.start("smtp")
    plan(now)
    with Sessions() as sessions:
        dealt_with = [
            dispatch.deliver_all(sessions=sessions, clock=Clock(now + timedelta(seconds=2 * tick)))
            for tick in range(100)
        ]
    assert (dealt_with, Attempt.objects.count()) == ([1, *[0] * 99], 1)
