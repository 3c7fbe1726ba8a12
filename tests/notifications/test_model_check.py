# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A random walk through everything that can happen to messages, crashes at every point included.

The walk knows what a mail server would have received. After every step: nothing was received twice unless the trace
holds an `ambiguous` in between and its kind wants it repeated; and every message that is not finished is still going
to be looked at by somebody.
"""

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
    RejectedPermanent,
    RejectedTemporary,
    Result,
    Throttled,
)
from notifications.delivery import ambiguity
from notifications.delivery.sessions import Sessions
from notifications.models import Attempt, ChannelPause, Message, OutboxWake
from notifications.outbox import wake
from notifications.outbox.arming import Armed, arm
from notifications.outbox.claiming import Claimed, claim
from notifications.outbox.clock import Clock
from notifications.outbox.finishing import finish, give_back_all, outcome_of
from notifications.outbox.reaping import reap
from tests.notifications.factories import planned
from tests.notifications.fake_app.kinds import FakeKind

BEGIN = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
SURE: list[Result] = [
    RejectedPermanent("rcpt-550", suppress=False),
    RejectedTemporary("rcpt-450", None),
    Throttled(timedelta(seconds=30)),
    AccountProblem("auth-535"),
]


class Outbox(RuleBasedStateMachine):
    """Workers are the leases they hold; one that is forgotten has crashed."""

    @initialize()
    def start(self) -> None:
        self.now = BEGIN
        self.leased: list[Claimed] = []
        self.armed: list[Claimed] = []
        self.received: dict[int, int] = {}
        self.revision = 1

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

    @rule()
    def take_and_arm(self) -> None:
        """The usual way in one step, or a walk of this length would seldom come to a second try."""
        for claimed in claim(limit=1, now=self.now):
            if arm(claimed, sms_cap=100, now=self.now) is Armed.YES:
                self.armed.append(claimed)

    @rule()
    def rest(self) -> None:
        self.now += timedelta(minutes=6)
        self.look_after()

    @rule(limit=st.integers(1, 3))
    def claim(self, limit: int) -> None:
        self.leased += claim(limit=limit, now=self.now)

    @precondition(lambda self: self.leased)
    @rule(data=st.data())
    def arm(self, data: st.DataObject) -> None:
        claimed = self.leased.pop(data.draw(st.integers(0, len(self.leased) - 1)))
        if arm(claimed, sms_cap=100, now=self.now) is Armed.YES:
            self.armed.append(claimed)

    @precondition(lambda self: self.leased)
    @rule()
    def give_back(self) -> None:
        claimed = self.leased.pop()
        give_back_all([claimed])

    @precondition(lambda self: self.leased)
    @rule()
    def crash_before_arming(self) -> None:
        self.leased.pop()

    @precondition(lambda self: self.armed)
    @rule(received=st.booleans())
    def crash_while_sending(self, received: bool) -> None:  # noqa: FBT001 -- Hypothesis passes by name
        self._receive(self.armed.pop(), 1 if received else 0)

    @precondition(lambda self: self.armed)
    @rule(received=st.booleans(), data=st.data())
    def answer(self, received: bool, data: st.DataObject) -> None:  # noqa: FBT001 -- as above
        claimed = self.armed.pop(data.draw(st.integers(0, len(self.armed) - 1)))
        self._receive(claimed, 1 if received else 0)
        certain: Result = Accepted("ref") if received else data.draw(st.sampled_from(SURE))
        result: Result = data.draw(st.sampled_from([certain, certain, Ambiguous("after-dot")]))
        finish(claimed, outcome_of(result, claimed, now=self.now), started_at=self.now, now=self.now)

    def look_after(self) -> None:
        reap(now=self.now)
        with Sessions() as sessions:
            ambiguity.look_into(sessions=sessions, clock=Clock(self.now, stopwatch=lambda: 0.0))

    @rule()
    def settle(self) -> None:
        wake.settle(now=self.now)

    def _receive(self, claimed: Claimed, count: int) -> None:
        self.received[claimed.id] = self.received.get(claimed.id, 0) + count

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
        for message in Message.objects.all():
            if message.state in {"planned", "retry"}:
                look_at = max(message.due_at, message.next_attempt_at or message.due_at)
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

    def teardown(self) -> None:
        for model in (Attempt, Message, ChannelPause, OutboxWake):
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
