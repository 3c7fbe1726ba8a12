# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Messages of which nobody knows whether they were sent: found out, repeated by policy, or listed."""

from datetime import datetime, timedelta

from jobcenter_portal.tenancy.models import Jobcenter
from notifications import service
from notifications.channels.base import Accepted, RejectedTemporary
from notifications.models import Message
from notifications.outbox.arming import SEND_LEASE
from notifications.outbox.reaping import reap, resolve, unclear_now
from notifications.service import Channel, Fate
from notifications.states import State
from tests.notifications.factories import arm_one, claim_one, deliver, finish_one, outcomes, plan, states
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.servers import Catchers

REST = timedelta(minutes=6)
DAYS = timedelta(days=3)


def test_a_reminder_that_may_be_out_is_listed_and_not_repeated(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    catchers.start("smtp", CATCHER_FAULT="close-after-dot", CATCHER_FAULT_TIMES="1")
    plan(now)
    deliver(now)
    assert len(catchers.mails()) == 1
    deliver(now + REST)
    deliver(now + DAYS)
    assert len(catchers.mails()) == 1
    (view,) = service.unclear_messages(now=now)
    assert (view.fate, view.code, view.waits_until) == (Fate.UNCLEAR, "unclear", None)
    assert outcomes() == [("ambiguous", "after-dot"), ("still-unclear", "unclear")]


def test_a_change_that_may_be_out_is_repeated_once_under_the_same_name(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    catchers.start("smtp", CATCHER_FAULT="close-after-dot")
    plan(now, kind="test-change", not_after=now + DAYS)
    for look in range(6):
        deliver(now + look * REST)
    mails = catchers.mails()
    assert (len(mails), len({mail.reference for mail in mails})) == (2, 1)
    assert [name for name, _code in outcomes()] == ["ambiguous", "send-again", "ambiguous", "still-unclear"]
    assert [view.fate for view in service.unclear_messages(now=now)] == [Fate.UNCLEAR]


def test_an_old_time_is_not_repeated_when_a_newer_one_was_told(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    catchers.start("smtp", CATCHER_FAULT="close-after-dot", CATCHER_FAULT_TIMES="1")
    plan(now, kind="test-change", occasion="first")
    deliver(now)
    plan(now, kind="test-change", occasion="second", revision=2)
    deliver(now)
    deliver(now + REST)
    assert [mail.text.split()[-1] for mail in reversed(catchers.mails())] == ["first.", "second."]
    assert states() == {"thing:1 first": "ambiguous", "thing:1 second": "accepted"}


def test_a_sms_without_an_answer_is_looked_up_and_not_repeated(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    catchers.start("sms", CATCHER_FAULT="500-after-accept", CATCHER_FAULT_TIMES="1")
    plan(now, channel=Channel.SMS)
    deliver(now)
    assert states() == {"thing:1 now": "ambiguous"}
    deliver(now + REST)
    assert (states(), len(catchers.texts())) == ({"thing:1 now": "accepted"}, 1)
    assert outcomes() == [("ambiguous", "http-500"), ("found-accepted", "found-at-provider")]
    assert Message.objects.get().provider_reference


def test_a_sms_that_the_gateway_does_not_know_is_sent(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    catchers.start("sms")
    plan(now, channel=Channel.SMS)
    arm_one(claim_one(now), now)  # and here the worker died
    later = now + SEND_LEASE
    deliver(later)
    assert states() == {"thing:1 now": "ambiguous"}
    deliver(later + REST)
    assert (states(), len(catchers.texts())) == ({"thing:1 now": "accepted"}, 1)


def test_while_the_gateway_cannot_be_asked_the_sms_stays_unclear_and_is_asked_for_again_and_then_left(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    catchers.nowhere("sms")
    plan(now, channel=Channel.SMS)
    arm_one(claim_one(now), now)
    for look in range(12):
        deliver(now + look * timedelta(hours=4))
    assert [code for _name, code in outcomes()] == ["worker-lost", *["provider-silent"] * 6, "unclear"]
    assert Message.objects.get().next_attempt_at is None


def test_an_answer_that_came_late_settles_it(fulda: Jobcenter, now: datetime, note_kind: FakeKind) -> None:
    plan(now)
    claimed = claim_one(now)
    arm_one(claimed, now)
    later = now + SEND_LEASE
    reap(now=later)
    finish_one(claimed, Accepted("ref-1"), later, started_at=now)
    deliver(later + REST)
    assert states() == {"thing:1 now": "accepted"}
    assert Message.objects.get().provider_reference == "ref-1"


def test_what_an_earlier_try_says_late_tells_nothing_about_the_try_in_doubt(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind
) -> None:
    plan(now, kind="test-change", not_after=now + DAYS)
    first = claim_one(now)
    arm_one(first, now)
    later = now + SEND_LEASE
    reap(now=later)
    (unclear,) = unclear_now(limit=9, now=later + REST)
    resolve(unclear, into=State.RETRY, code="sent-again", next_at=later, now=later)
    arm_one(claim_one(later), later)
    latest = later + SEND_LEASE
    reap(now=latest)
    finish_one(first, RejectedTemporary("connect", None), latest, started_at=now)
    deliver(latest + REST)
    assert states() == {"thing:1 now": "ambiguous"}
    assert outcomes()[-2:] == [("late-deferred", "connect"), ("still-unclear", "unclear")]
