# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What became of a message, in keys of sentences: every state, every reason to wait, every reason not to arrive."""

from datetime import datetime, timedelta

import pytest

from appointments.desk import message_words
from appointments.web import fates as own_words
from jobcenter_portal.tenancy.models import Jobcenter
from notifications import kinds, service
from notifications.models import ChannelPause, Letter, LetterBatch, Suppression
from notifications.outbox.why import why_not
from notifications.service import Channel, Fate, Why
from notifications.states import State
from tests.notifications.factories import plan
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.steps import brought_to


def fate_of(now: datetime, state: State, *, channel: Channel = Channel.EMAIL, code: str = "") -> Fate:
    plan(now - timedelta(minutes=5), channel=channel)
    brought_to(state, now=now, result_code=code)
    (view,) = service.history("thing:1", now=now)
    return view.fate


@pytest.mark.parametrize(
    ("state", "code", "fate"),
    [
        (State.PLANNED, "", Fate.NEXT),
        (State.PLANNED, "quiet", Fate.WAITS_FOR_MORNING),
        (State.PLANNED, "sms-cap", Fate.WAITS_FOR_BUDGET),
        (State.RETRY, "cannot-be-written", Fate.CANNOT_BE_WRITTEN),
        (State.RETRY, "connect", Fate.WAITS_FOR_PROVIDER),
        (State.LEASED, "", Fate.ON_ITS_WAY),
        (State.SENDING, "", Fate.ON_ITS_WAY),
        (State.AMBIGUOUS, "after-dot", Fate.UNCLEAR),
        (State.ACCEPTED, "", Fate.SENT),
        (State.DELIVERED, "", Fate.DELIVERED),
        (State.BOUNCED, "5.2.2", Fate.BOUNCED),
        (State.FAILED, "rcpt-550", Fate.REFUSED),
        (State.SUPPRESSED, "address-refused", Fate.ADDRESS_REFUSED),
        (State.SUPPRESSED, "channel-off", Fate.CHANNEL_OFF),
        (State.EXPIRED, "too-late", Fate.TOO_LATE),
        (State.SUPERSEDED, "", Fate.SUPERSEDED),
        (State.WITHDRAWN, "no-longer-true", Fate.WITHDRAWN),
        (State.WITHDRAWN, "by-hand", Fate.TAKEN_BACK),
    ],
)
def test_each_state_has_its_fate(
    fulda: Jobcenter, note_kind: FakeKind, now: datetime, state: State, code: str, fate: Fate
) -> None:
    assert fate_of(now, state, code=code) is fate


@pytest.mark.parametrize(
    ("code", "fate"),
    [
        ("account:auth-535", Fate.WAITS_FOR_ACCOUNT),
        ("account:none", Fate.WAITS_FOR_ACCOUNT),
        ("provider-down", Fate.WAITS_FOR_PROVIDER),
        ("rate", Fate.NEXT),
    ],
)
def test_a_channel_that_rests_says_why_and_until_when(
    fulda: Jobcenter, note_kind: FakeKind, now: datetime, code: str, fate: Fate
) -> None:
    until = now + timedelta(minutes=2)
    ChannelPause.objects.create(tenant=fulda, channel="email", until=until, code=code)
    plan(now)
    (view,) = service.history("thing:1", now=now)
    assert (view.fate, view.waits_until) == (fate, until)


def test_what_is_planned_for_later_does_not_wait_for_anything_yet(
    fulda: Jobcenter, note_kind: FakeKind, now: datetime
) -> None:
    ChannelPause.objects.create(tenant=fulda, channel="email", until=now + timedelta(hours=1), code="provider-down")
    plan(now, due_at=now + timedelta(minutes=5))
    (view,) = service.history("thing:1", now=now)
    assert view.fate is Fate.PLANNED


@pytest.mark.parametrize(
    ("state", "code", "fate", "why"),
    [
        ("queued", "", Fate.WAITS_FOR_PRINT, None),
        ("batched", "", Fate.IN_PRINT, None),
        ("sent", "", Fate.POSTED, None),
        ("dropped", "taken-out", Fate.NOT_PRINTED, Why.TAKEN_OUT),
        ("dropped", "no-longer-true", Fate.NOT_PRINTED, Why.NO_LONGER_TRUE),
    ],
)
def test_a_letter_is_in_the_post_only_when_the_office_said_so(
    fulda: Jobcenter, note_kind: FakeKind, now: datetime, state: str, code: str, fate: Fate, why: Why | None
) -> None:
    plan(now, channel=Channel.LETTER)
    message = brought_to(State.ACCEPTED, now=now)
    batch = LetterBatch.objects.create(tenant=fulda, opened_at=now)
    Letter.objects.create(
        tenant=fulda,
        message=message,
        batch=None if state in ("queued", "dropped") else batch,
        state=state,
        content_sealed=b"x" if state in ("queued", "batched") else None,
        code=code,
        queued_at=now,
    )
    (view,) = service.history("thing:1", now=now)
    assert (view.fate, view.why) == (fate, why)
    listed = service.message_page(service.Wanted(group=service.Group.PROBLEMS), now=now).messages
    assert [one.fate for one in listed] == ([fate] if state == "dropped" else [])


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("rcpt-550-5.1.1", Why.NO_MAILBOX),
        ("5.1.10", Why.NO_MAILBOX),
        ("rcpt-550-5.2.1", Why.NO_MAILBOX),
        ("rcpt-552-5.2.2", Why.MAILBOX_FULL),
        ("4.2.2", Why.MAILBOX_FULL),
        ("content-554-5.7.1", Why.NOT_LET_IN),
        ("content-550-5.6.0", Why.OTHER),
        ("rcpt-550", Why.OTHER),
        ("seven-202", Why.NO_NUMBER),
        ("seven-expired", Why.PHONE_OFF),
        ("twilio-30003", Why.PHONE_OFF),
        ("twilio-21610", Why.UNWANTED),
        ("push-410", Why.NO_DEVICE),
        ("192.5.1.1", Why.OTHER),  # an address of a server is no status
        ("refused-everywhere", Why.OTHER),
        ("", Why.OTHER),
    ],
)
def test_a_code_is_read_only_where_it_is_known_what_it_means(code: str, why: Why) -> None:
    assert why_not(code, Channel.EMAIL) is why


@pytest.mark.parametrize(
    ("channel", "reason", "why"),
    [
        (Channel.EMAIL, "address_wrong", Why.NO_MAILBOX),
        (Channel.SMS, "address_wrong", Why.NO_NUMBER),
        (Channel.PUSH, "address_wrong", Why.NO_DEVICE),
        (Channel.SMS, "stopped", Why.UNWANTED),
        (Channel.EMAIL, "complained", Why.UNWANTED),
        (Channel.EMAIL, "by_office", Why.BY_OFFICE),
    ],
)
def test_a_suppressed_address_says_more_than_any_code(
    fulda: Jobcenter, note_kind: FakeKind, now: datetime, channel: Channel, reason: str, why: Why
) -> None:
    plan(now, channel=channel)
    message = brought_to(State.FAILED, now=now, result_code="http-400")
    Suppression.objects.create(tenant=fulda, channel=channel, recipient=message.recipient, reason=reason, since=now)
    (view,) = service.history("thing:1", now=now)
    assert view.why is why


def test_there_are_words_for_every_fate_reason_channel_and_kind() -> None:
    assert set(message_words._FATE) == set(Fate)
    assert set(message_words._WHY) == set(Why)
    assert set(message_words.CHANNEL) == set(Channel)
    silent = {Fate.SUPERSEDED, Fate.WITHDRAWN, Fate.TAKEN_BACK}
    assert set(own_words._WORDS) == set(Fate) - silent
    assert set(kinds._kinds) - set(message_words.KIND) <= {"test-note", "test-change"}
