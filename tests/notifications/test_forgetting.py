# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What delivery no longer needs is deleted by age; what is open, listed or somebody's will stays."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeVar

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.channels.base import ReceiptKind
from notifications.letters import batches
from notifications.letters.queue import LetterQueue
from notifications.models import Attempt, Letter, LetterBatch, Message, ProviderReceipt, Spending, Suppression
from notifications.outbox.claiming import claim
from notifications.outbox.finishing import add_attempt
from notifications.outbox.forgetting import BATCH, BATCHES_A_ROUND, Forgotten, forget_old
from notifications.service import Channel
from notifications.states import FINAL, State
from notifications.tasks import forget_old_of_all_tenants
from tests.notifications.channels.paper import letter
from tests.notifications.factories import plan
from tests.notifications.receipts.factories import message_in, receipt, told

DAY: Final = timedelta(days=1)
OVER: Final = FINAL | {State.ACCEPTED}
BY: Final = audit.staff(7)
Result = TypeVar("Result")


def ended(state: State, now: datetime, *, days_ago: float, of_use_until: float | None = None) -> Message:
    """A message that came to this state so many days ago; `of_use_until` counts the same way."""
    message = message_in(state, now - days_ago * DAY, not_after=now - (of_use_until or days_ago) * DAY)
    Message.objects.filter(pk=message.pk).update(finished_at=now - days_ago * DAY)
    return message


def left() -> set[int]:
    return set(Message.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("state", sorted(OVER))
def test_a_message_is_kept_for_thirty_days_after_its_end(fulda: Jobcenter, now: datetime, state: State) -> None:
    _old, young = ended(state, now, days_ago=31), ended(state, now, days_ago=29)
    assert (forget_old(now=now), left()) == (Forgotten(messages=1), {young.pk})


@pytest.mark.parametrize("state", sorted(set(State) - OVER))
def test_what_is_open_is_kept_however_old_it_is(fulda: Jobcenter, now: datetime, state: State) -> None:
    message = message_in(state, now - 5 * 365 * DAY)
    assert (forget_old(now=now), left()) == (Forgotten(), {message.pk})


def test_a_confirmation_stays_while_its_appointment_is_to_come(fulda: Jobcenter, now: datetime) -> None:
    booked_long_ago = ended(State.DELIVERED, now, days_ago=80, of_use_until=-10)
    lately = ended(State.DELIVERED, now, days_ago=80, of_use_until=20)
    assert (forget_old(now=now), left()) == (Forgotten(), {booked_long_ago.pk, lately.pk})


def test_one_that_still_has_to_be_said_on_another_way_stays(fulda: Jobcenter, now: datetime) -> None:
    message = ended(State.BOUNCED, now, days_ago=40)
    Message.objects.update(needs_other_way=True)
    assert (forget_old(now=now), left()) == (Forgotten(), {message.pk})


def test_what_nobody_knows_stays_listed_for_a_year(fulda: Jobcenter, now: datetime) -> None:
    _old, young = ended(State.AMBIGUOUS, now, days_ago=366), ended(State.AMBIGUOUS, now, days_ago=364)
    assert (forget_old(now=now), left()) == (Forgotten(messages=1, unclear=1), {young.pk})


def test_attempts_and_receipts_go_with_their_message_and_others_stay(fulda: Jobcenter, now: datetime) -> None:
    for days_ago in (31, 29):
        at = now - days_ago * DAY
        message = message_in(State.ACCEPTED, at, not_after=at)
        told(at, receipt(message, ReceiptKind.DELIVERED))
    assert (Attempt.objects.count(), ProviderReceipt.objects.count()) == (2, 2)
    assert forget_old(now=now) == Forgotten(messages=1)
    (young,) = Message.objects.all()
    assert ([one.message_id for one in Attempt.objects.all()], ProviderReceipt.objects.get().message_id) == (
        [young.pk],
        young.pk,
    )


def test_receipts_of_unknown_messages_go_once_they_were_given_up(fulda: Jobcenter, now: datetime) -> None:
    for days_ago in (31, 29):
        told(now - days_ago * DAY, receipt(None, ReceiptKind.DELIVERED))
    ProviderReceipt.objects.update(look_at=None)
    told(now - 40 * DAY, receipt(None, ReceiptKind.DELIVERED))  # looked at again later: still waits
    assert (forget_old(now=now), ProviderReceipt.objects.count()) == (Forgotten(receipts=1), 2)


def test_a_wrong_address_is_forgotten_after_a_year_and_nobodys_will_ever(fulda: Jobcenter, now: datetime) -> None:
    for number, (reason, days_ago) in enumerate(
        [("address_wrong", 366), ("address_wrong", 364), ("stopped", 4000), ("complained", 4000), ("by_office", 4000)]
    ):
        Suppression.objects.create(
            tenant=fulda, channel="sms", recipient=bytes([number]), reason=reason, since=now - days_ago * DAY
        )
    assert forget_old(now=now) == Forgotten(addresses=1)
    kept = Suppression.objects.order_by("recipient").values_list("reason", flat=True)
    assert list(kept) == ["address_wrong", "stopped", "complained", "by_office"]


def test_what_was_spent_can_be_laid_beside_the_year_before(fulda: Jobcenter, now: datetime) -> None:
    for period, days_ago in (("m202509", 401), ("m202511", 386)):
        Spending.objects.create(tenant=fulda, channel="sms", period=period, begins_at=now - days_ago * DAY)
    assert (forget_old(now=now), Spending.objects.get().period) == (Forgotten(spendings=1), "m202511")


def test_a_letter_keeps_its_message_until_it_is_posted_and_one_of_no_use_loses_its_words(
    fulda: Jobcenter, now: datetime
) -> None:
    def queue(subject: str) -> str:
        """A letter planned two months ago, and of no more use soon after."""
        then = now - 60 * DAY
        plan(then, subject=subject, channel=Channel.LETTER)
        message = Message.objects.get(subject=subject)
        for step in (State.LEASED, State.SENDING, State.ACCEPTED):
            _step(message, step, then)
        return LetterQueue().put(letter(reference=message.message_id_token), now=then)

    printed, waiting = queue("thing:printed"), queue("thing:waiting")
    batch = LetterBatch.objects.create(tenant=fulda, opened_at=now - 59 * DAY)
    Letter.objects.filter(public_id=printed).update(state="batched", batch=batch, position=1)

    assert forget_old(now=now) == Forgotten(letters=1)
    dropped = Letter.objects.get(public_id=waiting)
    assert (dropped.state, dropped.code, dropped.content_sealed) == ("dropped", "too-late", None)
    assert forget_old(now=now) == Forgotten(messages=1), "the printed one waits until somebody says that it is posted"

    batches.mark_sent(batch=batch.public_id, by=BY, now=now)
    assert forget_old(now=now) == Forgotten(messages=1, print_batches=1)
    assert (left(), Letter.objects.count(), LetterBatch.objects.count()) == (set(), 0, 0)


def _step(message: Message, state: State, at: datetime) -> None:
    held = state in (State.LEASED, State.SENDING)
    Message.objects.filter(pk=message.pk).update(
        state=state,
        lease_token="00000000-0000-0000-0000-000000000001" if held else None,
        lease_until=at if held else None,
        finished_at=None if held else at,
    )


def many(tenant: Jobcenter, count: int, at: datetime, *, state: State = State.EXPIRED) -> None:
    """Messages of one state with one attempt each, written at once."""
    Message.objects.bulk_create(
        Message(
            tenant=tenant,
            subject=f"thing:{state}-{number}",
            revision=1,
            kind="test-note",
            occasion="now",
            channel="email",
            recipient=b"r" * 32,
            language="de",
            priority=2,
            due_at=at,
            not_after=at + DAY,
            message_id_token=f"{number:032}",
            created_at=at,
        )
        for number in range(count)
    )
    if state is not State.PLANNED:
        Message.objects.filter(state=State.PLANNED, due_at=at).update(state=state, finished_at=at)
        ids = Message.objects.filter(state=state).values_list("pk", flat=True)
        Attempt.objects.bulk_create(
            Attempt(tenant=tenant, message_id=pk, n=1, started_at=at, outcome="accepted") for pk in ids
        )


@pytest.mark.django_db(transaction=True)
def test_ten_thousand_cost_two_statements_for_five_hundred(fulda: Jobcenter, now: datetime) -> None:
    many(fulda, 10_000, now - 40 * DAY)
    many(fulda, 50, now, state=State.PLANNED)
    with CaptureQueriesContext(connection) as asked:
        gone = forget_old(now=now)
    statements = [one["sql"] for one in asked if "notifications_" in one["sql"]]
    assert gone == Forgotten(messages=10_000) == Forgotten(messages=BATCH * BATCHES_A_ROUND)
    assert len(statements) == 2 * BATCHES_A_ROUND + 5
    assert (Message.objects.count(), Attempt.objects.count()) == (50, 0)


def test_a_round_ends_when_its_time_is_up_and_the_next_one_goes_on(fulda: Jobcenter, now: datetime) -> None:
    many(fulda, 3 * BATCH + 1, now - 40 * DAY)
    looks = iter([True, True, False])
    assert forget_old(now=now, may_go_on=lambda: next(looks)) == Forgotten(messages=2 * BATCH)
    assert forget_old(now=now) == Forgotten(messages=BATCH + 1)


def test_the_task_serves_every_jobcenter_and_tells_numbers_only(
    fulda: Jobcenter, wiesbaden: Jobcenter, now: datetime
) -> None:
    for tenant in (fulda, wiesbaden):
        with tenant_context(tenant):
            many(tenant, 3, datetime.now(now.tzinfo) - 40 * DAY)
    forget_old_of_all_tenants()
    for tenant in (fulda, wiesbaden):
        with tenant_context(tenant):
            assert Message.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_sending_goes_on_beside_it_and_what_somebody_holds_is_left_for_later(fulda: Jobcenter, now: datetime) -> None:
    many(fulda, 20, now - 40 * DAY)
    many(fulda, 20, now, state=State.PLANNED)
    held = Message.objects.filter(state=State.EXPIRED).earliest("pk")

    with transaction.atomic():
        add_late_answer(held, now)
        assert elsewhere(fulda, lambda: forget_old(now=now)) == Forgotten(messages=19), "nobody waits for a lock"

    with transaction.atomic():
        assert forget_old(now=now) == Forgotten(messages=1)
        taken = elsewhere(fulda, lambda: len(claim(limit=50, now=now).messages))
    assert (taken, Message.objects.count(), Attempt.objects.count()) == (20, 20, 0)


def add_late_answer(message: Message, now: datetime) -> None:
    """As a worker does that comes back after a month."""
    Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    add_attempt(message_id=message.pk, token=None, at=now, name="late-accepted", code="")


def elsewhere(tenant: Jobcenter, work: Callable[[], Result]) -> Result:
    """On another connection; a lock that it has to wait for fails the test after five seconds."""
    done: list[Result] = []

    def run() -> None:
        try:
            with tenant_context(tenant):
                with connection.cursor() as cursor:
                    cursor.execute("SET lock_timeout = '5s'")
                done.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return done[0]


ages = st.integers(min_value=-400, max_value=800)


@given(rows=st.lists(st.tuples(st.sampled_from(State), ages, ages, st.booleans()), max_size=12))
@example(rows=[(state, 800, 800, False) for state in State])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_lies_there_exactly_what_is_over_and_old_goes(
    fulda: Jobcenter, now: datetime, rows: list[tuple[State, int, int, bool]]
) -> None:
    """State, days since its end, days since its last use, and whether another way is still to be found.

    Open ones have an end here too: no slip of the pen elsewhere may cost a message.
    """
    with transaction.atomic():
        kept = set()
        for state, ended_ago, useless_for, needs_other_way in rows:
            message = message_in(state, now, not_after=now - useless_for * DAY)
            is_closed = state in OVER or state is State.AMBIGUOUS
            Message.objects.filter(pk=message.pk).update(
                finished_at=now - ended_ago * DAY, needs_other_way=needs_other_way
            )
            needed_for = 365 if state is State.AMBIGUOUS else 30
            is_old = ended_ago > needed_for and useless_for > 30
            if not is_closed or not is_old or needs_other_way:
                kept.add(message.pk)
        forget_old(now=now)
        assert left() == kept
        transaction.set_rollback(True)
