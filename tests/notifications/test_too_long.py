# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fault 37: ten megabytes have come into a message, from wherever. It waits alone, says why, and the others pass."""

import time
from datetime import datetime, timedelta
from typing import Final

import pytest

from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications import kinds
from notifications.channels.base import CalendarPart
from notifications.kinds import Envelope, MessageRef
from notifications.models import Message, Spending, TextVersion
from notifications.service import Channel, Fate, Priority, history
from tests.notifications.factories import deliver, plan, states
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.servers import Catchers

TEN_MB: Final = 10 * 1024 * 1024
FIRST, SECOND = "thing:1 now", "thing:2 now"


class Talkative(FakeKind):
    """Says more about the first thing than fits anywhere."""

    tale = ""
    calendar: CalendarPart | None = None

    def compose(self, ref: MessageRef, *, now: datetime) -> Envelope | None:
        envelope = super().compose(ref, now=now)
        if envelope is None or ref.subject != "thing:1":
            return envelope
        about = self.tale or envelope.values["about"]
        return Envelope(address=envelope.address, values={"about": about}, calendar=self.calendar)


@pytest.fixture
def kind(note_kind: FakeKind, monkeypatch: pytest.MonkeyPatch) -> Talkative:
    kind = Talkative("test-note", resend_when_ambiguous=False)
    monkeypatch.setitem(kinds._kinds, "test-note", kind)
    return kind


def plan_two(now: datetime, channel: Channel) -> None:
    plan(now, channel=channel, priority=Priority.CHANGE)
    plan(now, subject="thing:2", channel=channel)


def why(now: datetime) -> Fate:
    return history("thing:1", now=now)[0].fate


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS, Channel.LETTER])
@pytest.mark.parametrize("sign", ["a", "@", "ж", "\n", "a b "])
def test_a_value_of_ten_megabytes_waits_alone_and_costs_neither_time_nor_money(
    fulda: Jobcenter, now: datetime, kind: Talkative, catchers: Catchers, channel: Channel, sign: str
) -> None:
    for provider in ("smtp", "sms"):
        catchers.start(provider)
    TenantSettings.objects.update(letters_enabled=True)
    kind.tale = sign * (TEN_MB // len(sign.encode()))
    if channel is Channel.LETTER:
        kind.address = "Anna Beispiel\nHauptstraße 1\n36037 Fulda"
    plan_two(now, channel)
    begun = time.monotonic()
    deliver(now)
    assert time.monotonic() - begun < 5
    assert (states(), why(now)) == ({FIRST: "retry", SECOND: "accepted"}, Fate.CANNOT_BE_WRITTEN)
    assert set(Spending.objects.values_list("segments", flat=True)) <= {1}


def test_a_calendar_entry_of_ten_megabytes_waits_alone(
    fulda: Jobcenter, now: datetime, kind: Talkative, catchers: Catchers
) -> None:
    catchers.start("smtp")
    kind.calendar = CalendarPart(b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n" + b"x" * TEN_MB, "REQUEST")
    plan_two(now, Channel.EMAIL)
    deliver(now)
    assert (states(), why(now)) == ({FIRST: "retry", SECOND: "accepted"}, Fate.CANNOT_BE_WRITTEN)


def test_own_words_of_ten_megabytes_that_nobody_checked_are_never_sent(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    """The page takes 4,000 signs; these came past it. Whoever cleans up finds the message still waiting."""
    catchers.start("smtp")
    TextVersion.objects.create(
        tenant=fulda,
        kind="test-note",
        channel="email",
        language="de",
        version=1,
        subject="Termin",
        body="Wort " * (TEN_MB // 5),
        is_active=True,
        created_at=now,
    )
    plan(now)
    deliver(now)
    assert (states(), why(now), catchers.mails()) == ({FIRST: "retry"}, Fate.CANNOT_BE_WRITTEN, [])
    TextVersion.objects.update(is_active=False)
    later = Message.objects.get().next_attempt_at
    assert later is not None
    deliver(later + timedelta(minutes=1))
    assert states() == {FIRST: "accepted"}


def test_an_sms_of_more_than_twenty_parts_does_not_leave_and_a_long_one_does(
    fulda: Jobcenter, now: datetime, kind: Talkative, catchers: Catchers
) -> None:
    catchers.start("sms")
    kind.tale = "a" * 153 * 20
    plan_two(now, Channel.SMS)
    deliver(now)
    assert (states(), why(now)) == ({FIRST: "retry", SECOND: "accepted"}, Fate.CANNOT_BE_WRITTEN)
    kind.tale = "a" * 153 * 9
    deliver(now + timedelta(minutes=1))
    assert (states()[FIRST], Message.objects.get(subject="thing:1").segments) == ("accepted", 10)
