# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""After an outage: what is taken, what is spared, and who is not kept waiting by somebody else's thousands."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications import service
from notifications.channels.base import Accepted, RejectedTemporary
from notifications.delivery import dispatch
from notifications.delivery.sessions import Sessions
from notifications.models import Message
from notifications.outbox.claiming import Claim, claim
from notifications.outbox.clock import Clock
from notifications.service import Channel, Priority
from tests.notifications.factories import arm_one, claim_all, claim_one, deliver, finish_one, plan, planned, states
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.servers import Catchers

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def remind(now: datetime, hours_ago: float, **changes: Any) -> None:
    due = now - hours_ago * HOUR
    plan(due, occasion=f"{hours_ago:g}h", not_after=now + DAY, **changes)


def taken(now: datetime) -> set[tuple[str, str]]:
    return {(one.ref.channel, one.ref.occasion) for one in claim_all(now)}


def test_after_36_hours_only_the_nearest_reminder_of_an_appointment_leaves_on_each_channel(
    fulda: Jobcenter, now: datetime
) -> None:
    for hours in (36, 24, 1):
        remind(now, hours)
    remind(now, 36, channel=Channel.SMS)
    remind(now, 36, subject="thing:2")
    assert taken(now) == {("email", "1h"), ("sms", "36h"), ("email", "36h")}
    superseded = Message.objects.filter(state="superseded").order_by("due_at")
    assert [(one.subject, one.occasion, one.result_code) for one in superseded] == [
        ("thing:1", "36h", "nearer-reminder"),
        ("thing:1", "24h", "nearer-reminder"),
    ]


def test_a_nearer_reminder_to_another_address_is_no_substitute(fulda: Jobcenter, now: datetime) -> None:
    remind(now, 36)
    remind(now, 1, recipient=b"o" * 32)
    assert taken(now) == {("email", "36h"), ("email", "1h")}


def test_a_change_is_never_left_out(fulda: Jobcenter, now: datetime) -> None:
    remind(now, 36, priority=Priority.CHANGE)
    remind(now, 1, priority=Priority.CHANGE)
    assert taken(now) == {("email", "36h"), ("email", "1h")}


def test_a_nearer_reminder_that_comes_too_late_itself_is_no_substitute(fulda: Jobcenter, now: datetime) -> None:
    remind(now, 36)
    plan(now - 2 * HOUR, occasion="2h", not_after=now - HOUR)
    assert taken(now) == {("email", "36h")}
    assert states() == {"thing:1 36h": "leased", "thing:1 2h": "expired"}


def test_a_reminder_that_waited_for_its_next_try_does_not_follow_the_nearer_one(
    fulda: Jobcenter, now: datetime
) -> None:
    """During an outage both wait at different times; the nearer one may leave first."""
    remind(now, 36)
    farther = claim_one(now)
    arm_one(farther, now)
    finish_one(farther, RejectedTemporary("mail-451", HOUR), now)
    remind(now, 1)
    nearer = claim_one(now)
    arm_one(nearer, now)
    finish_one(nearer, Accepted("ref"), now)
    assert claim(limit=9, now=now + HOUR) == Claim([], closed=1)
    assert states() == {"thing:1 36h": "superseded", "thing:1 1h": "accepted"}


def test_what_is_too_late_is_cleared_away_and_the_loop_goes_on(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    catchers.start("smtp")
    with transaction.atomic(), service.together():
        for number in range(dispatch.BATCH + 20):
            late = planned(now - 2 * HOUR, not_after=now - HOUR)
            service.plan(subject=f"late:{number}", revision=1, messages=[late], now=now)
    plan(now)
    assert deliver(now) == dispatch.BATCH + 21
    assert Message.objects.filter(state="expired").count() == dispatch.BATCH + 20
    assert (states()["thing:1 now"], len(catchers.mails())) == ("accepted", 1)


def test_a_small_jobcenter_does_not_wait_for_the_two_thousand_messages_of_a_large_one(
    fulda: Jobcenter, wiesbaden: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers, tmp_path: Path
) -> None:
    """Nobody may be served twice before everybody was served once: the loop ends here after 101 mails."""
    catchers.start("smtp")
    with transaction.atomic(), service.together():
        for number in range(2000):
            service.plan(subject=f"mass:{number}", revision=1, messages=[planned(now - HOUR)], now=now)
    with tenant_context(wiesbaden):
        plan(now, priority=Priority.CONFIRMATION)

    def seconds() -> float:
        return float(len(list((tmp_path / "smtp").rglob("*.eml"))) > dispatch.BATCH)

    with Sessions() as sessions:
        clock = Clock(now, stopwatch=seconds)
        assert dispatch.deliver_all(sessions=sessions, clock=clock, budget=timedelta(seconds=0.5)) == dispatch.BATCH + 1
    with tenant_context(wiesbaden):
        assert states() == {"thing:1 now": "accepted"}
    assert Message.objects.filter(state="accepted").count() == dispatch.BATCH
