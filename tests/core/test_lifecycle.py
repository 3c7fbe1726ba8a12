# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
from itertools import product

import pytest

from appointments.core.lifecycle import (
    INITIAL_STATUS,
    TRANSITIONS,
    UNDO_TARGETS,
    Actor,
    Kind,
    NotAllowed,
    Status,
    Verb,
    next_status,
    possible_verbs,
)

# The whole life once more, as one reads it at the desk: status, then what each verb makes of it.
LIFE = """
              book     reschedule  check_in    start       fulfil     record_no_show  cancel     undo
requested     booked   .           .           .           .          .               cancelled  .
booked        .        booked      checked_in  in_service  fulfilled  no_show         cancelled  .
checked_in    .        .           .           in_service  fulfilled  .               cancelled  booked
in_service    .        .           .           .           fulfilled  .               .          checked_in
fulfilled     .        .           .           .           .          .               .          checked_in
cancelled     .        .           .           .           .          .               .          booked
no_show       .        .           checked_in  .           .          .               .          booked
"""


def status_or_refusal(status: Status, verb: Verb, by: Actor = Actor.OFFICE, previous: Status | None = None) -> str:
    try:
        return next_status(status, verb, by=by, previous=previous).value
    except NotAllowed:
        return "."


def test_each_verb_in_each_status_does_what_the_table_says() -> None:
    verbs, *rows = [line.split() for line in LIFE.strip().splitlines()]

    assert {row[0]: dict(zip(verbs, row[1:], strict=True)) for row in rows} == {
        status.value: {verb.value: status_or_refusal(status, verb) for verb in Verb} for status in Status
    }


def test_customers_cancel_move_and_take_a_cancellation_back_and_no_more() -> None:
    allowed = {
        (status, verb)
        for status, verb in product(Status, Verb)
        if status_or_refusal(status, verb, by=Actor.CUSTOMER) != "."
    }

    assert allowed == {
        (Status.REQUESTED, Verb.CANCEL),
        (Status.BOOKED, Verb.CANCEL),
        (Status.BOOKED, Verb.RESCHEDULE),
        (Status.CANCELLED, Verb.UNDO),
    }


def test_the_system_itself_never_decides_what_became_of_an_appointment() -> None:
    assert {status_or_refusal(status, verb, by=Actor.SYSTEM) for status, verb in product(Status, Verb)} == {"."}


@pytest.mark.parametrize(("status", "verb"), [key for key in TRANSITIONS if TRANSITIONS[key] is not key[0]])
def test_every_step_but_granting_a_request_can_be_taken_back(status: Status, verb: Verb) -> None:
    after = next_status(status, verb)

    taken_back = status_or_refusal(after, Verb.UNDO, previous=status)

    assert taken_back == ("." if verb is Verb.BOOK else status.value)


@pytest.mark.parametrize(
    ("status", "previous"),
    [
        (Status.CANCELLED, Status.FULFILLED),
        (Status.NO_SHOW, Status.CHECKED_IN),
        (Status.CHECKED_IN, Status.CHECKED_IN),
        (Status.BOOKED, Status.REQUESTED),
    ],
)
def test_nothing_is_taken_back_to_where_it_cannot_come_from(status: Status, previous: Status) -> None:
    with pytest.raises(NotAllowed):
        next_status(status, Verb.UNDO, previous=previous)


def test_a_late_arrival_is_received_after_all() -> None:
    assert next_status(Status.NO_SHOW, Verb.CHECK_IN) is Status.CHECKED_IN


def test_a_refusal_says_what_was_tried_and_nothing_personal() -> None:
    with pytest.raises(NotAllowed) as refusal:
        next_status(Status.FULFILLED, Verb.CANCEL, by=Actor.CUSTOMER)

    assert str(refusal.value) == "cancel is not possible for customer while the appointment is fulfilled."
    assert (refusal.value.status, refusal.value.verb, refusal.value.by) == (
        Status.FULFILLED,
        Verb.CANCEL,
        Actor.CUSTOMER,
    )


@pytest.mark.parametrize("by", Actor)
@pytest.mark.parametrize("status", Status)
def test_the_buttons_shown_are_the_verbs_that_work(status: Status, by: Actor) -> None:
    assert possible_verbs(status, by=by) == {verb for verb in Verb if status_or_refusal(status, verb, by=by) != "."}


def test_each_kind_begins_in_a_status_of_its_own_choice() -> None:
    assert {kind: INITIAL_STATUS[kind] for kind in Kind} == {
        Kind.BOOKING: Status.BOOKED,
        Kind.REQUEST: Status.REQUESTED,
        Kind.GROUP: Status.BOOKED,
        Kind.WALK_IN: Status.CHECKED_IN,
    }


def test_open_final_and_under_way_share_out_the_statuses() -> None:
    assert {status: (status.is_open, status.is_final) for status in Status} == {
        Status.REQUESTED: (True, False),
        Status.BOOKED: (True, False),
        Status.CHECKED_IN: (False, False),
        Status.IN_SERVICE: (False, False),
        Status.FULFILLED: (False, True),
        Status.CANCELLED: (False, True),
        Status.NO_SHOW: (False, True),
    }


def test_nothing_is_undone_into_a_status_from_which_no_verb_leads_back() -> None:
    ways = {(start, end) for (start, _), end in TRANSITIONS.items()}

    assert {(target, status) for status, targets in UNDO_TARGETS.items() for target in targets} <= ways
