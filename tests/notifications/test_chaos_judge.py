# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The judge of `make chaos` must be able to say no: each fault that the run could find, and what is none."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.killing import sink
from bench.killing.judge import GRACE, Row, Verdict, judge

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def row(**changes: Any) -> Row:
    values: dict[str, Any] = {
        "subject": "1/thing:1",
        "revision": 1,
        "reference": "a1",
        "kind": "test-note",
        "state": "accepted",
        "not_after": NOON,
        "trace": ("accepted",),
    }
    return Row(**(values | changes))


def judged(one: Row, *taken: datetime) -> Verdict:
    return judge({"1/thing:1 r1"}, [one], {"a1": list(taken)} if taken else {})


@dataclass(frozen=True)
class Case:
    row: Row
    taken: tuple[datetime, ...]
    lost: int = 0
    twice: int = 0
    late: int = 0


ONCE = (NOON - SECOND,)
TWICE = (NOON - 2 * SECOND, NOON - SECOND)
DOUBTED = ("ambiguous", "send-again", "accepted")
CASES = {
    "sent once": Case(row(), ONCE),
    "noted as sent and never taken": Case(row(), (), lost=1),
    "found at the provider that never had it": Case(row(trace=("ambiguous", "found-accepted")), (), lost=1),
    "still waiting at the end": Case(row(state="planned", trace=()), (), lost=1),
    "held for ever": Case(row(state="sending", trace=()), ONCE, lost=1),
    "refused though the server refuses nobody": Case(row(state="failed", trace=("rejected",)), (), lost=1),
    "unclear and listed": Case(row(state="ambiguous", is_listed=True, trace=("ambiguous",)), ONCE),
    "unclear, never sent, and listed": Case(row(state="ambiguous", is_listed=True, trace=("ambiguous",)), ()),
    "unclear and not listed": Case(row(state="ambiguous", trace=("ambiguous",)), (), lost=1),
    "unclear, and somebody should still look": Case(
        row(state="ambiguous", is_listed=True, is_waiting=True, trace=("ambiguous",)), (), lost=1
    ),
    "expired when it was too late": Case(row(state="expired", closed_at=NOON, trace=()), ()),
    "expired before it was too late": Case(row(state="expired", closed_at=NOON - SECOND, trace=()), (), lost=1),
    "twice, and nobody knows why": Case(row(kind="test-change"), TWICE, twice=1),
    "twice, as its kind wants it": Case(row(kind="test-change", trace=DOUBTED), TWICE),
    "twice, of a kind that is not repeated": Case(row(trace=DOUBTED), TWICE, twice=1),
    "three times after one doubt": Case(row(kind="test-change", trace=DOUBTED), (*TWICE, NOON), twice=1),
    "taken back, and nothing newer speaks": Case(row(state="superseded", trace=()), (), lost=1),
    "a little after its time": Case(row(), (NOON + GRACE,)),
    "long after its time": Case(row(), (NOON + GRACE + SECOND,), late=1),
}


@pytest.mark.parametrize("name", CASES)
def test_each_fault_is_seen_and_nothing_else(name: str) -> None:
    case = CASES[name]
    verdict = judged(case.row, *case.taken)
    found = (len(verdict.lost), len(verdict.unexplained_duplicates), len(verdict.late_useless))
    assert found == (case.lost, case.twice, case.late)
    assert verdict.is_good == (found == (0, 0, 0))


def test_a_message_whose_planning_was_committed_and_that_no_row_knows_is_lost() -> None:
    verdict = judge({"1/thing:1 r1", "1/thing:1 r2"}, [row()], {"a1": list(ONCE)})
    assert verdict.lost == ["1/thing:1 r2: committed, and no row knows it"]


def test_a_mail_that_no_row_knows_is_lost() -> None:
    verdict = judge({"1/thing:1 r1"}, [row()], {"a1": list(ONCE), "b2": list(ONCE)})
    assert verdict.lost == ["mail b2: taken, and no row knows it"]


@pytest.mark.parametrize(("old", "new", "wrong"), [(NOON - SECOND, NOON, 0), (NOON, NOON - SECOND, 1)])
def test_an_old_time_told_after_the_new_one_is_seen(old: datetime, new: datetime, wrong: int) -> None:
    moved = row(revision=2, reference="a2")
    verdict = judge({row().about, moved.about}, [moved, row()], {"a1": [old], "a2": [new]})
    assert (len(verdict.out_of_order), verdict.lost, verdict.is_good) == (wrong, [], not wrong)


def test_what_is_taken_back_for_something_newer_is_not_lost() -> None:
    old, moved = row(state="superseded", trace=()), row(revision=2, reference="a2")
    assert judge({old.about, moved.about}, [old, moved], {"a2": [NOON]}).is_good


def test_the_journal_counts_a_mail_as_often_as_it_was_taken(tmp_path: Path) -> None:
    journal = tmp_path / "journal.txt"
    journal.write_text(f"{NOON.isoformat()} a1\n{(NOON + SECOND).isoformat()} a1\n{NOON.isoformat()} b2\n")
    assert sink.read(journal) == {"a1": [NOON, NOON + SECOND], "b2": [NOON]}
