# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A message that will not arrive: its kind is asked once what to do instead."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from jobcenter_portal.tenancy.models import Jobcenter
from notifications.channels.base import RejectedPermanent
from notifications.delivery.other_ways import find_other_ways
from notifications.kinds import MessageRef
from notifications.models import Message, Suppression
from notifications.outbox.arming import Armed
from notifications.service import Channel, Planned, Priority
from tests.notifications.factories import (
    arm_all,
    arm_one,
    claim_all,
    claim_one,
    deliver,
    finish_one,
    plan,
    planned,
    states,
)
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.servers import Catchers

MINUTE = timedelta(minutes=1)


def fail(now: datetime, subject: str) -> None:
    plan(now, subject=subject)
    claimed = claim_one(now)
    assert arm_one(claimed, now) is Armed.YES
    finish_one(claimed, RejectedPermanent("rcpt-550", suppress=False), now)


def fates() -> list[tuple[str, str, str, bool]]:
    rows = Message.objects.order_by("id")
    return [(row.subject, row.channel, row.state, row.needs_other_way) for row in rows]


def test_what_the_kind_wants_instead_is_planned_once(fulda: Jobcenter, now: datetime, note_kind: FakeKind) -> None:
    note_kind.instead = [planned(now, channel=Channel.SMS)]
    fail(now, "thing:1")
    assert fates() == [("thing:1", "email", "failed", True)]
    assert [find_other_ways(now=now) for _round in range(3)] == [1, 0, 0]
    assert fates() == [("thing:1", "email", "failed", False), ("thing:1", "sms", "planned", False)]


def test_where_nothing_else_can_be_done_it_is_asked_once_too(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind
) -> None:
    fail(now, "thing:1")
    assert [find_other_ways(now=now) for _round in range(2)] == [1, 0]
    assert fates() == [("thing:1", "email", "failed", False)]


@pytest.mark.parametrize("trouble", ["kind", "database"])
def test_a_kind_that_fails_is_not_asked_for_ever_and_does_not_hold_up_the_others(
    fulda: Jobcenter,
    now: datetime,
    note_kind: FakeKind,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    trouble: str,
) -> None:
    def other_ways(ref: MessageRef, *, now: datetime) -> Sequence[Planned]:
        if ref.subject == "thing:2":
            return [planned(now, channel=Channel.SMS)]
        if trouble == "kind":
            raise RuntimeError("anna.beispiel@people.example")
        return [planned(now, channel=Channel.SMS), planned(now, channel=Channel.SMS, occasion="o" * 17)]

    monkeypatch.setattr(note_kind, "other_ways", other_ways)
    fail(now, "thing:1")
    fail(now, "thing:2")
    assert [find_other_ways(now=now) for _round in range(2)] == [2, 0]
    assert fates() == [
        ("thing:1", "email", "failed", False),
        ("thing:2", "email", "failed", False),
        ("thing:2", "sms", "planned", False),
    ]
    assert "no other way found" in caplog.text
    assert "anna.beispiel" not in caplog.text


def test_who_has_no_such_mailbox_gets_an_sms_in_the_same_minute(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers, monkeypatch: pytest.MonkeyPatch
) -> None:
    catchers.start("smtp")
    catchers.start("sms")
    note_kind.instead = [planned(now, channel=Channel.SMS)]
    plan(now, subject="unknown")
    deliver(now)
    assert fates() == [("unknown", "email", "failed", False), ("unknown", "sms", "accepted", False)]
    assert (len(catchers.mails()), len(catchers.texts())) == (0, 1)


def test_whoever_unsubscribed_gets_changes_but_no_reminders(fulda: Jobcenter, now: datetime) -> None:
    Suppression.objects.create(
        tenant=fulda, channel="email", recipient=b"r" * 32, reason="stopped", only_reminders=True, since=now
    )
    plan(now, subject="thing:reminder")
    plan(now, subject="thing:change", priority=Priority.CHANGE)
    plan(now, subject="thing:sms", channel=Channel.SMS)
    change, sms, reminder = sorted(
        claim_all(now), key=lambda one: (one.ref.subject != "thing:change", one.ref.channel != "sms")
    )
    assert arm_all([change, reminder], now) == [Armed.YES, Armed.ADDRESS_REFUSED]
    assert arm_one(sms, now) is Armed.YES
    assert states() == {
        "thing:reminder now": "suppressed",
        "thing:change now": "sending",
        "thing:sms now": "sending",
    }
    assert Message.objects.get(needs_other_way=True).subject == "thing:reminder"
