# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The table of steps, and the database that knows the same table."""

import uuid
from collections import deque
from datetime import datetime
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction

from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Message
from notifications.states import FINAL, HELD, INITIAL, RECALLABLE, TRANSITIONS, ForbiddenStep, State, sources, step
from tests.notifications.factories import plan


def path_to(goal: State) -> list[State]:
    """The shortest way from the beginning, without the beginning itself."""
    ways: deque[list[State]] = deque([[INITIAL]])
    while ways:
        way = ways.popleft()
        if way[-1] is goal:
            return way[1:]
        ways.extend([*way, following] for following in sorted(TRANSITIONS[way[-1]]) if following not in way)
    raise AssertionError(f"{goal} cannot be reached")


def put(message: Message, state: State) -> None:
    token = uuid.uuid4() if state in HELD else None
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notifications_message SET state = %s, lease_token = %s, lease_until = %s WHERE id = %s",
            [state, token, message.due_at if token else None, message.pk],
        )


def is_possible(message: Message, state: State) -> bool:
    try:
        put(message, state)
    except IntegrityError:
        return False
    return True


def test_every_state_can_be_reached_and_the_final_ones_are_the_end() -> None:
    assert {state: path_to(state)[-1:] for state in State} == {
        state: [state] if state is not INITIAL else [] for state in State
    }
    given_up = {State.SUPERSEDED, State.WITHDRAWN, State.EXPIRED, State.SUPPRESSED}
    assert given_up | {State.DELIVERED, State.BOUNCED, State.FAILED} == FINAL


def test_nothing_that_may_have_been_sent_can_be_recalled_or_sent_again_by_itself() -> None:
    given_up = (State.SUPERSEDED, State.WITHDRAWN, State.EXPIRED, State.SUPPRESSED)
    assert {state: set(sources(state)) for state in given_up} == {state: set(RECALLABLE) for state in given_up}
    assert sources(State.SENDING) == (State.LEASED,)
    assert sources(State.LEASED) == (State.PLANNED, State.RETRY)


def test_a_step_outside_of_the_table_is_an_error() -> None:
    assert step(State.PLANNED, State.LEASED) is State.LEASED
    with pytest.raises(ForbiddenStep, match="accepted -> retry"):
        step(State.ACCEPTED, State.RETRY)


def test_the_database_allows_the_steps_of_the_table_and_refuses_every_other(fulda: Jobcenter, now: datetime) -> None:
    allowed: set[tuple[State, State]] = set()
    refused: set[tuple[State, State]] = set()
    for number, (before, after) in enumerate(product(State, State)):
        if before is after:
            continue
        plan(now, subject=f"thing:{number}")
        message = Message.objects.get(subject=f"thing:{number}")
        for state in path_to(before):
            put(message, state)
        (allowed if is_possible(message, after) else refused).add((before, after))
    assert allowed == {(before, after) for before, following in TRANSITIONS.items() for after in following}
    assert len(refused) == len(State) * (len(State) - 1) - len(allowed)


def test_the_database_takes_no_message_that_does_not_begin_at_the_beginning(fulda: Jobcenter, now: datetime) -> None:
    plan(now)
    message = Message.objects.get()
    message.pk, message.subject, message.public_id, message.state = None, "thing:2", "x", State.ACCEPTED
    with pytest.raises(IntegrityError, match="a message begins as planned, not as accepted"), transaction.atomic():
        message.save(force_insert=True)


def test_exactly_what_a_worker_holds_carries_a_lease(fulda: Jobcenter, now: datetime) -> None:
    plan(now)
    with pytest.raises(IntegrityError, match="notifications_message_lease"), transaction.atomic():
        Message.objects.update(state=State.LEASED)
    with pytest.raises(IntegrityError, match="notifications_message_lease"), transaction.atomic():
        Message.objects.update(lease_token=uuid.uuid4())


def test_attempts_can_be_added_and_never_changed(fulda: Jobcenter) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('notifications_attempt', privilege) FROM unnest(%s::text[]) AS privilege",
            [["INSERT", "SELECT", "UPDATE"]],
        )
        assert cursor.fetchall() == [(True,), (True,), (False,)]
