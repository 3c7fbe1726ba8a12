# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The door for providers: quick, the same however often they knock, and shut to everybody else (fault 28)."""

import json
import time
from datetime import UTC, datetime
from statistics import median
from typing import Any

import pytest
from django.test import Client

from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.channels.base import ReceiptKind
from notifications.models import Message, ProviderAccount, ProviderReceipt
from notifications.receipts.applying import apply_due
from notifications.states import State
from tests.notifications.receipts.factories import advance, message_in, suppressions, told_attempts, waiting

KEY = "nobody-guesses-this"
S = State


def account_of(jobcenter: Jobcenter, **changes: Any) -> ProviderAccount:
    with tenant_context(jobcenter):
        account = ProviderAccount(
            tenant=jobcenter, channel="email", driver="mailjet", name="Mailjet", changed_at=datetime.now(UTC)
        )
        account.config = json.dumps({"api_key": "a", "secret_key": "b", "webhook_key": KEY})
        for name, value in changes.items():
            setattr(account, name, value)
        account.save()
    return account


@pytest.fixture
def account(fulda: Jobcenter) -> ProviderAccount:
    return account_of(fulda)


def event(name: str, message: Message | None = None, **changes: Any) -> dict[str, Any]:
    """An event of Mailjet's; `error` for bounces."""
    payload = json.dumps({"reference": message.message_id_token if message else "f" * 32})
    number = message.pk if message else 1
    return {"event": name, "time": 1_795_422_600, "MessageID": number, "Payload": payload, "error": ""} | changes


def call(
    account: ProviderAccount, *events: dict[str, Any], jobcenter: str = "fulda", key: str = KEY, body: bytes = b""
) -> int:
    """What the provider is answered; a request without cookies, as programs send it."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    answer = client.post(
        f"/{jobcenter}/zustellung/{account.public_id}/?key={key}",
        body or json.dumps(events).encode(),
        content_type="application/json",
    )
    if answer.status_code in (204, 403):
        assert answer.content == b""
    return int(answer.status_code)


def state_of(message: Message) -> str:
    apply_due(now=datetime.now(UTC))
    message.refresh_from_db()
    return message.state


def test_a_receipt_is_taken_in_and_nothing_else_happens_in_the_request(account: ProviderAccount, now: datetime) -> None:
    message = message_in(S.ACCEPTED, now)
    assert call(account, event("sent", message)) == 204
    message.refresh_from_db()
    assert message.state == S.ACCEPTED
    row = ProviderReceipt.objects.get()
    assert (row.account, row.kind, row.our_reference) == (
        account.public_id,
        ReceiptKind.DELIVERED,
        message.message_id_token,
    )
    assert state_of(message) == S.DELIVERED


def test_ten_times_the_same_receipt_are_ten_times_204_and_one_row(account: ProviderAccount, now: datetime) -> None:
    message = message_in(S.ACCEPTED, now)
    bounce = event("bounce", message, error="user unknown", smtp_reply="550 5.1.1 unknown")
    assert {call(account, bounce) for _ in range(10)} == {204}
    assert ProviderReceipt.objects.count() == 1
    assert state_of(message) == S.BOUNCED
    assert call(account, bounce) == 204
    assert state_of(message) == S.BOUNCED
    assert told_attempts(message) == [("told-address_wrong", "esp-5.1.1")]
    assert suppressions() == [("email", bytes(message.recipient), "address_wrong", False)]


def test_reordered_receipts_end_alike(account: ProviderAccount, now: datetime) -> None:
    names = ("bounce", "sent", "spam")
    ends = set()
    for order in (names, names[::-1]):
        message = message_in(S.ACCEPTED, now)
        later: dict[str, dict[str, Any]] = {
            "bounce": {"error": "greylisted", "time": 1},
            "sent": {"time": 2},
            "spam": {"time": 3},
        }
        for name in order:
            assert call(account, event(name, message, **later[name])) == 204
            state_of(message)
        ends.add((message.state, tuple(sorted(told_attempts(message)))))
    assert len(ends) == 1


def test_a_receipt_before_our_own_commit_waits_for_it(account: ProviderAccount, now: datetime) -> None:
    message = message_in(S.SENDING, now)
    assert call(account, event("sent", message)) == 204
    assert state_of(message) == S.SENDING
    advance(message, (S.ACCEPTED,), now)
    ProviderReceipt.objects.update(look_at=datetime.now(UTC))
    assert state_of(message) == S.DELIVERED


@pytest.mark.parametrize("key", ["", "falsch", KEY.upper()])
def test_a_forged_receipt_is_403_without_a_word_and_leaves_nothing(
    account: ProviderAccount, now: datetime, key: str
) -> None:
    assert call(account, event("sent", message_in(S.ACCEPTED, now)), key=key) == 403
    assert not ProviderReceipt.objects.exists()


@pytest.mark.parametrize("body", [b"{", b"null", b"\xff", b"[[[[", b'{"event": {}}', b"\x00"])
def test_what_cannot_be_read_is_refused(account: ProviderAccount, body: bytes) -> None:
    assert call(account, body=body) == 403
    assert not ProviderReceipt.objects.exists()


def test_an_account_without_settings_takes_nothing(fulda: Jobcenter) -> None:
    assert call(account_of(fulda, config="")) == 403
    assert call(account_of(fulda, config="", driver="gone", rank=1)) == 403


def test_an_unknown_message_is_204_and_kept_for_a_while(account: ProviderAccount) -> None:
    assert call(account, event("sent")) == 204
    apply_due(now=datetime.now(UTC))
    assert waiting() == 1


def test_another_jobcenters_account_is_unknown_and_its_messages_are_out_of_reach(
    account: ProviderAccount, wiesbaden: Jobcenter, now: datetime
) -> None:
    with tenant_context(wiesbaden):
        message = message_in(S.ACCEPTED, now)
        theirs = account_of(wiesbaden)
    assert call(theirs, event("sent", message)) == 404
    assert call(account, event("spam", message)) == 204
    apply_due(now=datetime.now(UTC))
    with tenant_context(wiesbaden):
        assert state_of(message) == S.ACCEPTED
        assert (suppressions(), told_attempts(message)) == ([], [])
        assert call(theirs, event("sent", message), jobcenter="wiesbaden") == 204
        assert state_of(message) == S.DELIVERED


def test_an_unknown_account_is_404_and_a_disabled_one_still_listens(fulda: Jobcenter, now: datetime) -> None:
    account = account_of(fulda, is_enabled=False)
    message = message_in(S.ACCEPTED, now)
    assert call(account, event("sent", message)) == 204
    account.public_id = "gibt-es-nicht"
    assert call(account, event("sent", message)) == 404


def test_too_much_at_once_is_413(account: ProviderAccount) -> None:
    assert call(account, body=b"[" + b" " * 70_000 + b"]") == 413


def test_only_post_is_known(account: ProviderAccount) -> None:
    client = Client(raise_request_exception=False)
    assert client.get(f"/fulda/zustellung/{account.public_id}/").status_code == 405


def test_a_burst_of_ten_thousand_is_answered_quickly_and_applied_once(account: ProviderAccount, now: datetime) -> None:
    messages = [message_in(S.ACCEPTED, now) for _ in range(250)]
    took = []
    for part in range(0, len(messages), 125):
        # Forty repetitions of everything: 250 messages, 10,000 receipts.
        for _ in range(40):
            events = [event("sent", message) for message in messages[part : part + 125]]
            started = time.monotonic()
            assert call(account, *events) == 204
            took.append(time.monotonic() - started)
    assert median(took) < 0.05, "seconds for 125 receipts"
    assert ProviderReceipt.objects.count() == 250
    assert apply_due(now=datetime.now(UTC)) == 250
    assert not Message.objects.exclude(state=S.DELIVERED).exists()
