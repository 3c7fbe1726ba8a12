# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Receipts in the inbox: what each does to its message, in whatever order and however often they come."""

import threading
import time
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from django.db import connection, transaction

from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.channels.base import Channel, ReceiptKind
from notifications.models import Message, ProviderReceipt
from notifications.receipts.applying import apply_due
from notifications.receipts.inbox import take_in
from notifications.receipts.meaning import effect_of
from notifications.states import TRANSITIONS, State
from tests.notifications.receipts.factories import (
    ACCOUNT,
    advance,
    message_in,
    receipt,
    suppressions,
    told,
    told_attempts,
    waiting,
)

pytestmark = pytest.mark.usefixtures("fulda")
K, S = ReceiptKind, State
WEEK = timedelta(days=7)


def facts(message: Message) -> tuple[str, bool]:
    message.refresh_from_db()
    return message.state, message.needs_other_way


@pytest.mark.parametrize(
    ("before", "kind", "after", "other_way"),
    [
        (S.ACCEPTED, K.DELIVERED, S.DELIVERED, False),
        (S.AMBIGUOUS, K.DELIVERED, S.DELIVERED, False),
        (S.RETRY, K.DELIVERED, S.DELIVERED, False),
        (S.ACCEPTED, K.BOUNCED, S.BOUNCED, True),
        (S.AMBIGUOUS, K.BOUNCED, S.BOUNCED, True),
        (S.ACCEPTED, K.ADDRESS_WRONG, S.BOUNCED, True),
        (S.ACCEPTED, K.COMPLAINED, S.DELIVERED, False),
        (S.ACCEPTED, K.DELAYED, S.ACCEPTED, False),
        (S.ACCEPTED, K.STOPPED, S.ACCEPTED, False),
        # It waits for another try, which may well arrive.
        (S.RETRY, K.BOUNCED, S.RETRY, False),
        (S.BOUNCED, K.DELIVERED, S.BOUNCED, False),
        (S.FAILED, K.DELIVERED, S.FAILED, False),
        (S.SUPERSEDED, K.DELIVERED, S.SUPERSEDED, False),
        (S.EXPIRED, K.BOUNCED, S.EXPIRED, False),
        (S.PLANNED, K.DELIVERED, S.PLANNED, False),
    ],
)
def test_a_receipt_finds_its_step_or_none(
    now: datetime, before: State, kind: ReceiptKind, after: State, *, other_way: bool
) -> None:
    message = message_in(before, now)
    told(now, receipt(message, kind, code="dsn-5.0.0"))
    assert facts(message) == (after, other_way)
    assert told_attempts(message) == [(f"told-{kind}", "dsn-5.0.0")]
    assert waiting() == 0


def test_no_rule_ever_leaves_the_table_of_states() -> None:
    for state in State:
        for kind in ReceiptKind:
            for channel in Channel:
                after = effect_of(kind, state=state, channel=channel).state
                assert after is None or after in TRANSITIONS[state]


def test_a_bounce_says_why_and_when_the_message_ended(now: datetime) -> None:
    message = message_in(S.AMBIGUOUS, now, next_attempt_at=now)
    told(now, receipt(message, K.ADDRESS_WRONG, code="dsn-5.1.1"))
    message.refresh_from_db()
    assert (message.result_code, message.finished_at, message.next_attempt_at) == ("dsn-5.1.1", now, None)


@pytest.mark.parametrize(
    ("channel", "kind", "suppressed"),
    [
        ("email", K.ADDRESS_WRONG, ("address_wrong", False)),
        ("email", K.COMPLAINED, ("complained", True)),
        ("email", K.STOPPED, ("stopped", True)),
        ("sms", K.STOPPED, ("stopped", False)),
        ("sms", K.ADDRESS_WRONG, ("address_wrong", False)),
        ("email", K.BOUNCED, None),
        ("email", K.DELAYED, None),
        ("email", K.DELIVERED, None),
    ],
)
def test_only_a_wrong_address_a_complaint_or_a_stop_suppresses(
    now: datetime, channel: str, kind: ReceiptKind, suppressed: tuple[str, bool] | None
) -> None:
    message = message_in(S.ACCEPTED, now, channel=channel)
    told(now, receipt(message, kind))
    expected = [] if suppressed is None else [(channel, bytes(message.recipient), *suppressed)]
    assert suppressions() == expected


def test_a_suppression_only_ever_becomes_stricter(now: datetime) -> None:
    one = message_in(S.ACCEPTED, now)
    other = message_in(S.ACCEPTED, now, recipient=one.recipient)
    told(now, receipt(one, K.COMPLAINED))
    assert suppressions() == [("email", bytes(one.recipient), "complained", True)]
    told(now, receipt(other, K.ADDRESS_WRONG))
    told(now, receipt(other, K.COMPLAINED))
    assert suppressions() == [("email", bytes(one.recipient), "address_wrong", False)]


def test_two_suppressions_of_one_address_in_one_batch_leave_the_stricter(now: datetime) -> None:
    one = message_in(S.ACCEPTED, now)
    other = message_in(S.ACCEPTED, now, recipient=one.recipient)
    told(now, receipt(one, K.ADDRESS_WRONG), receipt(other, K.COMPLAINED))
    assert suppressions() == [("email", bytes(one.recipient), "address_wrong", False)]


def test_the_same_receipt_ten_times_counts_once(now: datetime) -> None:
    message = message_in(S.ACCEPTED, now)
    one = receipt(message, K.DELIVERED)
    assert [take_in([one, one], account_key=ACCOUNT, now=now) for _ in range(5)] == [1, 0, 0, 0, 0]
    apply_due(now=now)
    assert take_in([one], account_key=ACCOUNT, now=now) == 0
    apply_due(now=now)
    assert told_attempts(message) == [("told-delivered", "")]
    assert take_in([one], account_key="anderes-konto", now=now) == 1, "event names belong to their account"


def test_the_order_of_receipts_does_not_matter(now: datetime) -> None:
    kinds = (K.DELAYED, K.DELIVERED, K.COMPLAINED, K.STOPPED)
    ends = set()
    for order in permutations(kinds):
        message = message_in(S.ACCEPTED, now)
        for kind in order:
            told(now, receipt(message, kind))
        ends.add((*facts(message), len(told_attempts(message))))
    assert ends == {(S.DELIVERED, False, len(kinds))}


def test_several_receipts_of_one_message_in_one_batch_follow_each_other(now: datetime) -> None:
    message = message_in(S.ACCEPTED, now)
    told(now, *(receipt(message, kind) for kind in (K.DELAYED, K.DELIVERED, K.DELIVERED)))
    assert facts(message) == (S.DELIVERED, False)
    assert [name for name, _code in told_attempts(message)] == ["told-delayed", "told-delivered", "told-delivered"]


@pytest.mark.parametrize("held", [S.LEASED, S.SENDING])
def test_a_receipt_that_is_quicker_than_our_own_note_waits_for_it(now: datetime, held: State) -> None:
    message = message_in(held, now)
    told(now, receipt(message, K.DELIVERED))
    assert facts(message) == (held, False)
    row = ProviderReceipt.objects.get()
    assert (row.look_at, row.message_id) == (now + timedelta(seconds=5), None)
    advance(message, (S.ACCEPTED,) if held is S.SENDING else (S.SENDING, S.ACCEPTED), now)
    apply_due(now=now + timedelta(seconds=4))
    assert facts(message) == (S.ACCEPTED, False)
    apply_due(now=now + timedelta(seconds=5))
    assert facts(message) == (S.DELIVERED, False)


def test_a_message_is_found_by_the_providers_name_at_the_same_account_only(now: datetime) -> None:
    mine = message_in(S.ACCEPTED, now, provider_reference="77")
    other = message_in(S.ACCEPTED, now, provider_reference="77", account="anderes-konto")
    told(now, receipt(None, K.DELIVERED, our_reference="", provider_reference="77"))
    assert (facts(mine)[0], facts(other)[0]) == (S.DELIVERED, S.ACCEPTED)


def test_a_providers_name_that_two_messages_have_is_nobodys(now: datetime) -> None:
    both = [message_in(S.ACCEPTED, now, provider_reference="77") for _ in range(2)]
    told(now, receipt(None, K.DELIVERED, our_reference="", provider_reference="77"))
    assert [facts(one)[0] for one in both] == [S.ACCEPTED, S.ACCEPTED]
    assert waiting() == 1


def test_an_unknown_reference_is_kept_for_a_week_and_looked_at_ever_more_rarely(now: datetime) -> None:
    told(now, receipt(None, K.DELIVERED))
    looks, at = 1, now
    while (row := ProviderReceipt.objects.get()).look_at is not None:
        at = row.look_at
        looks += apply_due(now=at)
    assert now + WEEK <= at <= now + WEEK + timedelta(hours=6)
    assert looks < 50


def test_another_jobcenters_receipt_changes_nothing_here(now: datetime, wiesbaden: Jobcenter) -> None:
    message = message_in(S.ACCEPTED, now)
    with tenant_context(wiesbaden):
        told(now, receipt(message, K.ADDRESS_WRONG))
        assert (waiting(), suppressions()) == (1, [])
    assert (*facts(message), suppressions(), told_attempts(message)) == (S.ACCEPTED, False, [], [])


def test_names_that_no_provider_should_send_lose_nothing(now: datetime) -> None:
    message = message_in(S.ACCEPTED, now)
    odd = [
        receipt(message, K.DELIVERED, event="e\x00" * 500, code="x\x00y" * 50),
        receipt(None, K.DELIVERED, our_reference="\x00" * 32, provider_reference="9" * 4000),
        receipt(None, K.DELIVERED, our_reference="f" * 33),
    ]
    assert take_in(odd, account_key=ACCOUNT, now=now) == 3
    assert take_in(odd, account_key=ACCOUNT, now=now) == 0
    apply_due(now=now)
    assert facts(message) == (S.DELIVERED, False)
    assert waiting() == 2


def test_a_message_that_somebody_else_is_writing_holds_up_nothing(
    transactional_db: None, fulda: Jobcenter, now: datetime
) -> None:
    held, free = (message_in(S.ACCEPTED, now) for _ in range(2))
    locked, done = threading.Event(), threading.Event()

    def write() -> None:
        with tenant_context(fulda), transaction.atomic():
            Message.objects.select_for_update().get(pk=held.pk)
            locked.set()
            done.wait(10)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    locked.wait(10)
    started = time.monotonic()
    told(now, receipt(held, K.DELIVERED), receipt(free, K.DELIVERED))
    took = time.monotonic() - started
    done.set()
    writer.join()
    assert (facts(held)[0], facts(free)[0]) == (S.ACCEPTED, S.DELIVERED)
    assert took < 1
    apply_due(now=now + timedelta(seconds=5))
    assert facts(held)[0] == S.DELIVERED


def test_ten_thousand_receipts_at_once(now: datetime) -> None:
    messages = [message_in(S.ACCEPTED, now) for _ in range(500)]
    burst = [receipt(message, K.DELIVERED if turn else K.DELAYED) for turn in range(2) for message in messages]
    burst += [receipt(None, K.DELIVERED) for _ in range(9_000)]
    started = time.monotonic()
    assert take_in(burst, account_key=ACCOUNT, now=now) == 10_000
    taken = time.monotonic()
    assert apply_due(now=now, limit=20_000) == 10_000
    assert (taken - started, time.monotonic() - taken) < (5, 30), "seconds to take in and to apply"
    assert not Message.objects.exclude(state=S.DELIVERED).exists()
    assert waiting() == 9_000
