# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""SMS pumping: codes that nobody types close the door to codes, and neighbouring numbers get none for a while."""

from datetime import timedelta

import pytest

from appointments import proving
from appointments.models import Hold
from appointments.proving import CODES, Anchor, NoCode, check_code, code_of
from appointments.pumping import Answered
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.tenancy.counting import Quota
from jobcenter_portal.tenancy.models import Tally
from jobcenter_portal.tenancy.tallies import refusals
from jobcenter_portal.tenancy.unusual import is_unusual
from tests.appointments.test_proving import SMS, ask, held, why_not

__all__ = ["held"]


@pytest.fixture(autouse=True)
def each_its_own_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "_PER_ANCHOR", (Quota(1000, timedelta(hours=1)),))


def number(place: int) -> str:
    """Numbers that are nobody's neighbours."""
    return f"+49152{place:02d}817386"


@pytest.mark.parametrize(
    ("asked", "typed", "is_pumped"), [(19, 0, False), (20, 3, True), (20, 4, False), (100, 65, False), (100, 19, True)]
)
def test_fewer_than_a_fifth_of_twenty_codes_typed_is_nobody_who_books(
    asked: int, typed: int, *, is_pumped: bool
) -> None:
    assert Answered(asked, typed).is_pumped is is_pumped


def test_when_nobody_types_machines_have_to_work_for_codes(held: Hold) -> None:
    begin = held.starts_at - timedelta(days=1)
    for place in range(21):
        ask(held, begin + timedelta(seconds=place), number(place), channel=SMS, network=str(place).encode())
    assert not is_unusual(CODES, now=begin)  # people may still be looking for them
    later = begin + timedelta(minutes=6)
    ask(held, later, number(50), channel=SMS, network=b"another")
    assert is_unusual(CODES, now=later)
    assert not is_unusual(CODES, now=later + timedelta(minutes=41))


def test_where_people_type_their_codes_the_door_stays_open(held: Hold) -> None:
    begin = held.starts_at - timedelta(days=1)
    for place in range(21):
        proof = ask(held, begin, number(place), channel=SMS, network=str(place).encode())
        if place < 5:
            anchor = Anchor(hold=held)
            check_code(anchor, channel=SMS, address=number(place), typed=code_of(proof), now=begin)
    later = begin + timedelta(minutes=6)
    ask(held, later, number(50), channel=SMS, network=b"another")
    assert not is_unusual(CODES, now=later)


def test_of_a_thousand_neighbours_ten_get_a_code_in_an_hour_and_everybody_else_gets_theirs(held: Hold) -> None:
    begin = held.starts_at - timedelta(days=1)

    def asks(phone: str, place: int, after: timedelta = timedelta(0)) -> NoCode | None:
        return why_not(held, begin + after, phone, channel=SMS, network=str(place).encode())

    answers = [asks(f"+4915228817{300 + place}", place) for place in range(11)]
    assert answers == [None] * 10 + [NoCode.BUDGET]
    assert asks("+4915228827310", 90) is None
    assert why_not(held, begin, "somebody@post.example", channel=ContactChannel.EMAIL, network=b"m") is None
    assert asks("+4915228817310", 91, timedelta(hours=1, seconds=1)) is None
    assert refusals(since=begin) == {"code-range": 1}


def test_of_ten_thousand_neighbours_twenty_get_a_code_in_an_hour(held: Hold) -> None:
    begin = held.starts_at - timedelta(days=1)
    numbers = [f"+491522881{1 + place % 3}3{place:02d}" for place in range(21)]
    answers = [
        why_not(held, begin, phone, channel=SMS, network=str(place).encode()) for place, phone in enumerate(numbers)
    ]
    assert answers == [None] * 20 + [NoCode.BUDGET]


def test_a_tally_names_nobody(held: Hold) -> None:
    begin = held.starts_at - timedelta(days=1)
    for _code in range(2):
        why_not(held, begin, number(1), channel=SMS)
    assert dict(Tally.objects.values_list("what", "count")) == {"codes": 1, "full:code-address": 1}
