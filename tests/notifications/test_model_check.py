# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A random walk through everything that can happen to messages, crashes at every point included.

The walk knows what a mail server would have received. After every step: nothing was received twice unless the trace
holds an `ambiguous` in between and its kind wants it repeated, and then through the same account; and every message
that is not finished, or needs another way, is still going to be looked at by somebody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from jobcenter_portal.tenancy.models import Jobcenter
from notifications import service
from notifications.channels.base import (
    Accepted,
    AccountProblem,
    Ambiguous,
    Channel,
    OutgoingEmail,
    Receipt,
    ReceiptKind,
    RejectedPermanent,
    RejectedTemporary,
    Result,
    Throttled,
)
from notifications.delivery import ambiguity
from notifications.delivery.other_ways import find_other_ways
from notifications.delivery.routing import Routed, route
from notifications.delivery.sessions import Sessions
from notifications.delivery.writing import Written
from notifications.models import (
    AccountState,
    Attempt,
    ChannelPause,
    Message,
    OutboxWake,
    ProviderAccount,
    ProviderReceipt,
)
from notifications.outbox import breaker, wake
from notifications.outbox.arming import SEND_LEASE, Armed
from notifications.outbox.breaker import Rest
from notifications.outbox.claiming import Claimed, claim
from notifications.outbox.clock import Clock
from notifications.outbox.finishing import Finished, finish, give_back_all, not_tried, outcome_of
from notifications.outbox.reaping import reap
from notifications.receipts.applying import apply_due
from notifications.receipts.inbox import take_in
from tests.notifications.factories import arm_all, make_account, planned
from tests.notifications.fake_app.kinds import FakeKind

BEGIN = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
MAIL = OutgoingEmail(
    message_id_token="",
    to="",
    sender_name="",
    sender_address="",
    reply_to=None,
    subject="",
    text="",
    html="",
    calendar=None,
    language="de",
    unsubscribe_url=None,
    bounce_address="",
)
"""Nobody reads it: the walk says itself what the server received."""
SURE: list[Result] = [
    RejectedPermanent("rcpt-550", suppress=False),
    RejectedTemporary("rcpt-450", None),
    Throttled(timedelta(seconds=30)),
    AccountProblem("auth-535"),
]


@dataclass(frozen=True, slots=True)
class InHand:
    """An armed message and the account that it goes through."""

    claimed: Claimed
    routed: Routed


class Outbox(RuleBasedStateMachine):
    """Workers are the claims and windows they hold; one that is forgotten has crashed."""

    @initialize()
    def start(self) -> None:
        self.now = BEGIN
        self.leased: list[list[Claimed]] = []
        self.armed: list[list[InHand]] = []
        self.received: dict[int, int] = {}
        self.went_through: dict[int, str] = {}
        self.revision = 1
        for rank in range(2):
            make_account(Channel.EMAIL, {"host": "127.0.0.1", "port": "1", "security": "none"}, rank=rank)

    @rule(
        subject=st.sampled_from(["a", "b"]),
        kind=st.sampled_from(["test-note", "test-change"]),
        minutes=st.integers(0, 20),
    )
    def book(self, subject: str, kind: str, minutes: int) -> None:
        due = self.now + timedelta(minutes=minutes)
        message = planned(self.now, kind=kind, occasion=f"P{minutes}", due_at=due, not_after=due + timedelta(hours=1))
        with transaction.atomic():
            service.plan(subject=subject, revision=self.revision, messages=[message], now=self.now)

    @rule(subject=st.sampled_from(["a", "b"]))
    def move(self, subject: str) -> None:
        self.revision += 1
        with transaction.atomic():
            service.supersede(subject=subject, below_revision=self.revision, now=self.now)

    @rule(minutes=st.sampled_from([0.2, 3, 31]))
    def time_passes(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(limit=st.integers(1, 3))
    def take_and_arm(self, limit: int) -> None:
        """The usual way in one step, or a walk of this length would seldom come to a second try."""
        self._arm(claim(limit=limit, now=self.now).messages)

    @rule()
    def rest(self) -> None:
        self.now += timedelta(minutes=6)
        self.look_after()

    @rule(limit=st.integers(1, 3))
    def claim(self, limit: int) -> None:
        taken = claim(limit=limit, now=self.now).messages
        self.leased += [taken] if taken else []

    @precondition(lambda self: self.leased)
    @rule(data=st.data())
    def arm(self, data: st.DataObject) -> None:
        self._arm(self.leased.pop(data.draw(st.integers(0, len(self.leased) - 1))))

    @precondition(lambda self: self.leased)
    @rule()
    def give_back(self) -> None:
        give_back_all(self.leased.pop())

    @precondition(lambda self: self.leased)
    @rule()
    def crash_before_arming(self) -> None:
        self.leased.pop()

    @precondition(lambda self: self.armed)
    @rule(data=st.data())
    def crash_while_sending(self, data: st.DataObject) -> None:
        """Somewhere in the window: what stands before that place was received."""
        window = self.armed.pop()
        for one in window[: data.draw(st.integers(0, len(window)))]:
            self._receive(one)

    @precondition(lambda self: self.armed)
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        window = self.armed.pop(data.draw(st.integers(0, len(self.armed) - 1)))
        results: list[Result | None] = []
        rest = None
        for one in window:
            if rest is not None or data.draw(st.sampled_from([False, False, False, True])):
                results.append(None)  # its turn never came
                continue
            is_received = data.draw(st.booleans())
            if is_received:
                self._receive(one)
            certain: Result = Accepted("ref") if is_received else data.draw(st.sampled_from(SURE))
            said: Result = data.draw(st.sampled_from([certain, certain, Ambiguous("after-dot")]))
            results.append(said)
            rest = breaker.rest_after(said)
        self._note(window, results, rest)

    @precondition(lambda self: self.went_through)
    @rule(data=st.data(), kind=st.sampled_from([ReceiptKind.DELIVERED, ReceiptKind.BOUNCED]))
    def hear(self, data: st.DataObject, kind: ReceiptKind) -> None:
        """A receipt, before or after the answer was written down."""
        one = Message.objects.get(pk=data.draw(st.sampled_from(sorted(self.went_through))))
        if kind is ReceiptKind.BOUNCED or self.received.get(one.pk):
            said = Receipt(event=f"{kind}-{one.pk}", kind=kind, our_reference=one.message_id_token)
            take_in([said], account_key=one.account, now=self.now)
            apply_due(now=self.now)

    @rule()
    def find_other_ways(self) -> None:
        find_other_ways(now=self.now)

    def _arm(self, batch: Sequence[Claimed]) -> None:
        """As the loop does: choose accounts, then window by window."""
        for routed in route(Channel.EMAIL, [Written(claimed, MAIL) for claimed in batch], now=self.now):
            for window in routed.windows():
                ready = [one.claimed for one in window]
                fates = arm_all(ready, self.now, account=routed.way.key)
                going = [InHand(one, routed) for one, fate in zip(ready, fates, strict=True) if fate is Armed.YES]
                self.armed += [going] if going else []
                for one in going:
                    self._goes_through(one)

    def _goes_through(self, one: InHand) -> None:
        message, account = one.claimed.id, one.routed.way.key
        if Attempt.objects.filter(message=message, code="sent-again").exists():
            assert account == self.went_through[message], "perhaps sent, and then through another account"
        self.went_through[message] = account

    def _note(self, window: Sequence[InHand], results: Sequence[Result | None], rest: Rest | None) -> None:
        way, finished = window[0].routed.way, []
        for one, result in zip(window, results, strict=True):
            others = one.routed.others and not one.claimed.is_repeated
            outcome = (
                outcome_of(result, one.claimed, account=way.key, others=others, now=self.now)
                if result
                else not_tried(now=self.now)
            )
            finished.append(Finished(one.claimed, outcome, self.now))
        finish(finished, now=self.now)
        tried = [result for result in results if result]
        failed = sum(not isinstance(result, Accepted) for result in tried)
        breaker.note(way, tried=len(tried), failed=failed, rest=rest, now=self.now)

    def _receive(self, one: InHand) -> None:
        self.received[one.claimed.id] = self.received.get(one.claimed.id, 0) + 1

    def look_after(self) -> None:
        reap(now=self.now)
        with Sessions() as sessions:
            ambiguity.look_into(sessions=sessions, clock=Clock(self.now, stopwatch=lambda: 0.0))

    @rule()
    def settle(self) -> None:
        wake.settle(now=self.now)

    @invariant()
    def nothing_is_received_twice_unless_it_was_unclear_and_its_kind_prefers_that(self) -> None:
        twice = [message for message, count in getattr(self, "received", {}).items() if count > 1]
        for message in Message.objects.filter(pk__in=twice) if twice else ():
            unclear = Attempt.objects.filter(message=message, outcome="ambiguous").exists()
            assert (unclear, message.kind, self.received[message.pk]) == (True, "test-change", 2)

    @invariant()
    def what_is_unclear_stays_so_until_somebody_writes_down_why_not(self) -> None:
        last = dict(Attempt.objects.order_by("n").values_list("message_id", "outcome"))
        unclear = {message for message, outcome in last.items() if outcome == "ambiguous"}
        assert set(Message.objects.filter(pk__in=unclear).values_list("state", flat=True)) <= {"ambiguous"}

    @invariant()
    def every_unfinished_message_is_going_to_be_looked_at(self) -> None:
        entry = OutboxWake.objects.first()
        pause = ChannelPause.objects.first()
        for message in Message.objects.all():
            if message.needs_other_way:
                # In the round that made it so; or, if that one died, when its lease would have run out.
                assert message.finished_at
                assert entry is not None
                assert entry.next_due_at is not None
                assert entry.next_due_at <= max(self.now, message.finished_at + SEND_LEASE)
            if message.state in {"planned", "retry"}:
                look_at = max(message.due_at, message.next_attempt_at or message.due_at)
                look_at = max(look_at, pause.until) if pause else look_at
            elif message.state in {"leased", "sending"}:
                look_at = message.lease_until
            elif message.state == "ambiguous":
                look_at = message.next_attempt_at
                if look_at is None:
                    assert message.finished_at, "left alone without being listed as settled"
                    continue
            else:
                assert message.finished_at
                continue
            assert entry is not None
            assert entry.next_due_at is not None
            assert entry.next_due_at <= look_at, (message.state, entry.next_due_at, look_at)

    @invariant()
    def every_receipt_that_waits_is_going_to_be_applied(self) -> None:
        first = ProviderReceipt.objects.filter(look_at__isnull=False).order_by("look_at").first()
        if first is not None:
            entry = OutboxWake.objects.get()
            assert entry.next_due_at is not None
            assert entry.next_due_at <= first.look_at

    def teardown(self) -> None:
        for model in (ProviderReceipt, Attempt, Message, ChannelPause, AccountState, ProviderAccount, OutboxWake):
            model.objects.all().delete()


def test_a_random_walk_sends_nothing_twice_unlisted_and_loses_nothing(
    fulda: Jobcenter, note_kind: FakeKind, request: pytest.FixtureRequest
) -> None:
    run_state_machine_as_test(
        Outbox,
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
            database=None,
            phases=[Phase.generate],  # shrinking through a database takes minutes
        ),
    )
