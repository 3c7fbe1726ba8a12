# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Several accounts of one Jobcenter: when the breaker opens, and what leaves through whom, against real providers."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jobcenter_portal.tenancy.models import Jobcenter
from notifications.channels.email.smtp import config_from_url
from notifications.delivery.sessions import Sessions
from notifications.models import AccountState, Message, ProviderAccount
from notifications.outbox import breaker
from notifications.outbox.breaker import BREAKER_REST, Leave
from notifications.service import Channel
from tests.notifications.factories import deliver, make_account, outcomes, plan, planned, states
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.servers import Catchers, end

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
UNCLEAR_FOR = timedelta(minutes=6)


@dataclass(frozen=True, slots=True)
class Account:
    key: str = "one"
    max_per_s: int = 0


ONE = Account()
OPEN = Leave(0, datetime(2026, 11, 23, 7, 0, tzinfo=UTC) + BREAKER_REST, "breaker")


def account_at(provider: Catchers, *, rank: int = 0, channel: Channel = Channel.EMAIL) -> ProviderAccount:
    if channel is Channel.EMAIL:
        return make_account(channel, config_from_url(provider.addresses["SMTP_URL"]), rank=rank)
    config = {"url": provider.addresses["SMS_GATEWAY_URL"], "key": provider.addresses["SMS_GATEWAY_KEY"]}
    return make_account(channel, config, driver="seven", rank=rank)


def port_of(provider: Catchers) -> int:
    return int(provider.addresses["SMTP_URL"].rpartition(":")[2].partition("?")[0])


@pytest.mark.parametrize(("tried", "failed", "leave"), [(19, 19, Leave(9)), (20, 9, Leave(9)), (20, 10, OPEN)])
def test_the_breaker_opens_when_half_of_twenty_failed(
    fulda: Jobcenter, now: datetime, tried: int, failed: int, leave: Leave
) -> None:
    breaker.note(ONE, tried=tried - 1, failed=failed - 1, rest=None, now=now - 59 * SECOND)
    breaker.note(ONE, tried=1, failed=1, rest=None, now=now)
    assert breaker.leave(ONE, wanted=9, now=now) == leave


def test_failures_that_are_more_than_a_minute_apart_do_not_open_it(fulda: Jobcenter, now: datetime) -> None:
    for minute in range(3):
        breaker.note(ONE, tried=15, failed=15, rest=None, now=now + minute * MINUTE)
    assert breaker.leave(ONE, wanted=9, now=now + 2 * MINUTE) == Leave(9)


def test_after_the_rest_one_message_goes_ahead_and_its_success_lets_the_others_follow(
    fulda: Jobcenter, now: datetime
) -> None:
    breaker.note(ONE, tried=20, failed=20, rest=None, now=now)
    rested = now + BREAKER_REST
    assert breaker.leave(ONE, wanted=9, now=rested) == Leave(1)
    assert breaker.leave(ONE, wanted=9, now=rested + SECOND) == Leave(0, rested + MINUTE, "breaker")
    breaker.note(ONE, tried=1, failed=0, rest=None, now=rested + SECOND)
    assert breaker.leave(ONE, wanted=9, now=rested + SECOND) == Leave(9)


def test_a_probe_that_fails_lets_the_next_one_go_a_minute_later(fulda: Jobcenter, now: datetime) -> None:
    breaker.note(ONE, tried=20, failed=20, rest=None, now=now)
    rested = now + BREAKER_REST
    assert breaker.leave(ONE, wanted=9, now=rested) == Leave(1)
    breaker.note(ONE, tried=1, failed=1, rest=None, now=rested)
    assert breaker.leave(ONE, wanted=9, now=rested + SECOND) == Leave(0, rested + MINUTE, "breaker")
    assert breaker.leave(ONE, wanted=9, now=rested + MINUTE) == Leave(1)


def test_full_mailboxes_are_no_fault_of_the_account(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    note_kind.address = "full@people.example"
    catchers.start("smtp")
    for number in range(25):
        plan(now, subject=f"thing:{number}")
    deliver(now)
    assert list(AccountState.objects.values_list("tried", "failed", "code")) == [(25, 0, "")]


@pytest.mark.parametrize(
    ("channel", "fault", "first"),
    [
        (Channel.EMAIL, {"CATCHER_PASSWORD": "changed"}, ("account", "auth-535")),
        (Channel.EMAIL, None, ("deferred", "connect")),
        (Channel.SMS, {"CATCHER_FAULT": "429"}, ("throttled", "throttled")),
    ],
)
def test_what_one_account_cannot_send_leaves_through_the_other_at_once_and_burns_no_attempt(
    fulda: Jobcenter,
    now: datetime,
    note_kind: FakeKind,
    catchers: Catchers,
    spare: Catchers,
    channel: Channel,
    fault: dict[str, Any] | None,
    first: tuple[str, str],
) -> None:
    server = "smtp" if channel is Channel.EMAIL else "sms"
    if fault is None:
        catchers.nowhere(server)
    else:
        catchers.start(server, **fault)
    spare.start(server)
    account_at(catchers, channel=channel)
    second = account_at(spare, rank=1, channel=channel)
    plan(now, channel=channel)
    deliver(now)
    assert (len(catchers.mails() + catchers.texts()), len(spare.mails() + spare.texts())) == (0, 1)
    assert [name for name, _code in outcomes()] == [first[0], "accepted"]
    assert outcomes()[0] == first
    message = Message.objects.get()
    assert (message.state, message.attempts, message.account) == ("accepted", 1, second.public_id)


def test_while_one_account_rests_the_other_sends_and_afterwards_one_message_asks_whether_it_is_well(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers, spare: Catchers
) -> None:
    ill = catchers.start("smtp", CATCHER_PASSWORD="changed")
    spare.start("smtp")
    account_at(catchers)
    account_at(spare, rank=1)
    for number in range(3):
        plan(now, subject=f"thing:{number}")
    deliver(now)
    deliver(now + MINUTE)
    assert (len(catchers.mails()), len(spare.mails())) == (0, 3)
    end(ill)
    catchers.start("smtp", port=port_of(catchers))
    for number in range(3, 6):
        plan(now, subject=f"thing:{number}")
    deliver(now + 2 * MINUTE)
    assert (len(catchers.mails()), len(spare.mails())) == (1, 5)
    plan(now, subject="thing:6")
    deliver(now + 2 * MINUTE)
    assert (len(catchers.mails()), len(spare.mails())) == (2, 5)


def test_a_spare_account_is_not_asked_while_the_first_one_suffices(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers, spare: Catchers
) -> None:
    """Its one try after a rest would be used up by nobody, again and again, just when it is needed."""
    catchers.start("smtp")
    spare.start("smtp")
    account_at(catchers)
    rested = account_at(spare, rank=1)
    AccountState.objects.create(
        tenant=fulda, account=rested.public_id, code="breaker", rests_until=now - MINUTE, probed_at=None
    )
    plan(now)
    deliver(now)
    assert (len(catchers.mails()), AccountState.objects.get(account=rested.public_id).probed_at) == (1, None)


def test_a_refusal_that_blames_no_address_is_heard_from_one_other_account(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers, spare: Catchers
) -> None:
    catchers.start("smtp", CATCHER_FAULT="refuse-after-dot")
    spare.start("smtp")
    account_at(catchers)
    account_at(spare, rank=1)
    plan(now)
    deliver(now)
    assert (outcomes(), len(spare.mails())) == ([("refused", "dot-554-5.6.0"), ("accepted", "250")], 1)


def test_refused_by_two_accounts_it_fails_and_another_way_is_looked_for(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers, spare: Catchers
) -> None:
    note_kind.address = "blocked@people.example"
    note_kind.instead = [planned(now, channel=Channel.SMS, due_at=now + MINUTE)]
    catchers.start("smtp")
    spare.start("smtp")
    for rank, provider in enumerate((catchers, spare, catchers)):
        account_at(provider, rank=rank)
    plan(now)
    deliver(now)
    deliver(now + SECOND)
    assert outcomes() == [("refused", "rcpt-550-5.7.1"), ("rejected", "rcpt-550-5.7.1")]
    assert [(one.channel, one.state) for one in Message.objects.order_by("id")] == [
        ("email", "failed"),
        ("sms", "planned"),
    ]


def test_who_refused_a_message_is_not_asked_again_while_the_other_is_away(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers, spare: Catchers
) -> None:
    catchers.start("smtp", CATCHER_FAULT="refuse-after-dot")
    spare.nowhere("smtp")
    account_at(catchers)
    account_at(spare, rank=1)
    plan(now)
    for quarter in range(3):
        deliver(now + quarter * MINUTE)
    assert outcomes() == [("refused", "dot-554-5.6.0"), *[("deferred", "connect")] * 3]


def test_an_unknown_mailbox_is_believed_at_once(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers, spare: Catchers
) -> None:
    note_kind.address = "unknown@people.example"
    catchers.start("smtp")
    spare.start("smtp")
    account_at(catchers)
    account_at(spare, rank=1)
    plan(now)
    deliver(now)
    assert (states(), outcomes()) == ({"thing:1 now": "failed"}, [("rejected", "rcpt-550-5.1.1")])


def test_what_was_perhaps_sent_never_leaves_through_another_account(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers, spare: Catchers
) -> None:
    """A reminder stays listed; a change is repeated, but waits for the account that may have sent it before."""
    catchers.start("smtp", CATCHER_FAULT="close-after-dot", CATCHER_FAULT_TIMES="2")
    spare.start("smtp")
    first = account_at(catchers)
    account_at(spare, rank=1)
    plan(now, subject="thing:reminder")
    plan(now, subject="thing:change", kind="test-change")
    deliver(now)
    later = now + UNCLEAR_FOR
    AccountState.objects.filter(account=first.public_id).update(code="account:x", rests_until=later + MINUTE)
    deliver(later)
    assert states() == {"thing:reminder now": "ambiguous", "thing:change now": "retry"}
    deliver(later + MINUTE)
    assert states() == {"thing:reminder now": "ambiguous", "thing:change now": "accepted"}
    assert (len(catchers.mails()), spare.mails()) == (3, [])


def test_after_two_vain_tries_another_account_leads(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers, spare: Catchers
) -> None:
    note_kind.address = "full@people.example"
    catchers.start("smtp")
    spare.start("smtp")
    first, second = account_at(catchers).public_id, account_at(spare, rank=1).public_id
    plan(now)
    asked = []
    for hour in range(5):
        deliver(now + hour * timedelta(hours=1))
        asked.append(Message.objects.get().account)
    assert asked == [first, first, second, second, first]


def test_when_somebody_changes_an_account_nothing_more_goes_the_old_way(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers, spare: Catchers, sessions: Sessions
) -> None:
    catchers.start("smtp")
    spare.start("smtp")
    account = account_at(catchers)
    plan(now)
    deliver(now, sessions)
    account.config = json.dumps(config_from_url(spare.addresses["SMTP_URL"]))
    account.save()
    plan(now, subject="thing:2")
    deliver(now, sessions)
    assert (len(catchers.mails()), len(spare.mails())) == (1, 1)
