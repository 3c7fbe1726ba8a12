# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people decide about single messages, and what they are told when it is no longer theirs to decide."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest

from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications import service
from notifications.models import Message, Suppression
from notifications.states import State
from tests.notifications.factories import outcomes, plan
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.steps import brought_to

BY = audit.staff(7)


@pytest.fixture
def message(fulda: Jobcenter, note_kind: FakeKind, now: datetime) -> Callable[[State], Message]:
    """`message(State.FAILED)`: one that went that way."""

    def _message(state: State) -> Message:
        plan(now)
        return brought_to(state, now=now)

    return _message


def rows() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("id").values_list("occasion", "state"))


@pytest.mark.parametrize("state", [State.FAILED, State.ACCEPTED, State.DELIVERED, State.BOUNCED])
def test_sending_again_plans_a_message_of_its_own(
    message: Callable[[State], Message], state: State, now: datetime
) -> None:
    one = message(state)
    service.send_again(one.public_id, seen=state, by=BY, now=now)
    assert rows() == [("now", state), ("now/2", "planned")]
    first, second = Message.objects.order_by("id")
    assert (second.due_at, second.not_after, second.recipient) == (now, first.not_after, first.recipient)
    assert second.message_id_token != first.message_id_token
    (entry,) = AuditEntry.objects.filter(action="message_sent_again")
    assert (entry.subject, entry.membership_id, entry.detail) == (
        one.subject,
        7,
        {"message": one.public_id, "kind": "test-note"},
    )


def test_pressed_twice_it_is_sent_again_once(message: Callable[[State], Message], now: datetime) -> None:
    one = message(State.FAILED)
    service.send_again(one.public_id, seen=State.FAILED, by=BY, now=now)
    with pytest.raises(service.StillOnItsWay):
        service.send_again(one.public_id, seen=State.FAILED, by=BY, now=now)
    assert rows() == [("now", "failed"), ("now/2", "planned")]


def test_an_unclear_message_is_tried_again_under_its_own_name(
    message: Callable[[State], Message], now: datetime
) -> None:
    one = message(State.AMBIGUOUS)
    service.send_again(one.public_id, seen=State.AMBIGUOUS, by=BY, now=now)
    one.refresh_from_db()
    assert (rows(), one.next_attempt_at) == ([("now", "retry")], now)
    assert outcomes(one)[-1] == ("send-again", "by-hand")


def test_what_no_longer_holds_is_not_sent_again(
    message: Callable[[State], Message], note_kind: FakeKind, now: datetime
) -> None:
    one = message(State.FAILED)
    note_kind.untrue.add(one.subject)
    with pytest.raises(service.NoLongerTrue):
        service.send_again(one.public_id, seen=State.FAILED, by=BY, now=now)
    assert rows() == [("now", "failed")]


def test_too_late_is_too_late(message: Callable[[State], Message], now: datetime) -> None:
    one = message(State.FAILED)
    with pytest.raises(service.OfNoMoreUse):
        service.send_again(one.public_id, seen=State.FAILED, by=BY, now=one.not_after)


def closed(one: Message, now: datetime, *, only_reminders: bool) -> None:
    Suppression.objects.create(
        tenant_id=one.tenant_id,
        channel="email",
        recipient=one.recipient,
        reason="stopped",
        only_reminders=only_reminders,
        since=now,
    )


def test_nothing_is_sent_again_to_a_closed_address(message: Callable[[State], Message], now: datetime) -> None:
    one = message(State.FAILED)
    closed(one, now, only_reminders=False)
    with pytest.raises(service.AddressSuppressed):
        service.send_again(one.public_id, seen=State.FAILED, by=BY, now=now)
    assert rows() == [("now", "failed")]


def test_who_unsubscribed_from_reminders_gets_no_reminder_again_but_everything_else(
    message: Callable[[State], Message], now: datetime
) -> None:
    one = message(State.FAILED)
    closed(one, now, only_reminders=True)
    with pytest.raises(service.AddressSuppressed):
        service.send_again(one.public_id, seen=State.FAILED, by=BY, now=now)
    Message.objects.filter(pk=one.pk).update(priority=service.Priority.CHANGE)
    service.send_again(one.public_id, seen=State.FAILED, by=BY, now=now)
    assert rows() == [("now", "failed"), ("now/2", "planned")]


@pytest.mark.parametrize("state", [State.PLANNED, State.RETRY, State.LEASED])
def test_what_has_not_left_can_be_taken_back(message: Callable[[State], Message], state: State, now: datetime) -> None:
    one = message(state)
    service.take_back(one.public_id, seen=state, by=BY, now=now)
    one.refresh_from_db()
    assert (one.state, one.result_code, one.lease_token, one.finished_at) == ("withdrawn", "by-hand", None, now)
    (view,) = service.history(one.subject, now=now)
    assert view.fate is service.Fate.TAKEN_BACK


@pytest.mark.parametrize("state", [State.SENDING, State.ACCEPTED])
def test_what_is_leaving_cannot_be_taken_back(message: Callable[[State], Message], state: State, now: datetime) -> None:
    one = message(state)
    with pytest.raises(service.SeenTooLongAgo):
        service.take_back(one.public_id, seen=State.PLANNED, by=BY, now=now)
    assert rows() == [("now", state)]


def test_a_worker_that_holds_what_was_taken_back_cannot_arm_it(
    message: Callable[[State], Message], now: datetime
) -> None:
    one = message(State.LEASED)
    token = Message.objects.get(pk=one.pk).lease_token
    assert isinstance(token, UUID)
    service.take_back(one.public_id, seen=State.LEASED, by=BY, now=now)
    assert Message.objects.filter(lease_token=token).count() == 0


def test_an_unclear_message_that_arrived_is_settled(message: Callable[[State], Message], now: datetime) -> None:
    one = message(State.AMBIGUOUS)
    service.say_it_arrived(one.public_id, by=BY, now=now)
    one.refresh_from_db()
    assert (one.state, one.next_attempt_at, service.unclear_messages(now=now)) == ("delivered", None, [])
    with pytest.raises(service.SeenTooLongAgo):
        service.say_it_arrived(one.public_id, by=BY, now=now)


def test_another_jobcenters_message_is_as_unknown_as_none(
    message: Callable[[State], Message], wiesbaden: Jobcenter, now: datetime
) -> None:
    one = message(State.FAILED)
    with tenant_context(wiesbaden), pytest.raises(service.UnknownMessage):
        service.send_again(one.public_id, seen=State.FAILED, by=BY, now=now)
    with tenant_context(wiesbaden), pytest.raises(service.UnknownMessage):
        service.take_back(one.public_id, seen=State.FAILED, by=BY, now=now)
