# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Five hundred attempts of bots against twenty-five people: the people book, the bots end with next to nothing.

A tenth of what a large Jobcenter would see, so the number that is never unusual is a tenth too. The bots have twenty
networks and a fresh browser for each attempt, and do no work: most real ones only send forms.
"""

import re
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.test import Client
from time_machine import Traveller

from appointments.models import Appointment, Hold
from appointments.web.times import slot_value
from jobcenter_portal.tenancy.models import Tally
from tests.appointments.factories import Office, make_calendar
from tests.appointments.web.test_way_in import TIMES, solution_in, ticket_in
from tests.appointments.web.visitor import NOBODY, Visitor, values_of

BOTS, PEOPLE = 500, 25
TUESDAY_EIGHT = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


def times() -> list[datetime]:
    """All that the office has in its first ten days."""
    days = [day for day in range(14) if (TUESDAY_EIGHT + timedelta(days=day)).isoweekday() < 6]
    return [TUESDAY_EIGHT + timedelta(days=day, minutes=30 * place) for day in days for place in range(8)]


def bot(number: int, chance: Random) -> bool:
    """Whether it got a time."""
    client = Client(REMOTE_ADDR=f"203.0.113.{number % 20}")
    answer = Visitor("/fulda/de/", client).post(TIMES, time=slot_value(chance.choice(times())))
    return answer.status_code == 303


def books(number: int, clock: Traveller) -> bool:
    """A person takes the last time that the page shows; every tenth has no script and waits. Whether they booked."""
    visitor = Visitor("/fulda/de/", Client(REMOTE_ADDR=f"198.51.100.{number}"))
    offered = values_of(visitor.get(TIMES), "time")
    answer = visitor.post(TIMES, time=offered[-1])
    if answer.status_code == 429 and number % 10:
        answer = visitor.post(TIMES, time=offered[-1], altcha=solution_in(answer))
    elif answer.status_code == 429:
        clock.shift(timedelta(seconds=20))
        answer = visitor.post(TIMES, time=offered[-1], **ticket_in(answer))
    return answer.status_code == 303 and _confirms(visitor, answer)


def _confirms(visitor: Visitor, held: Any) -> bool:
    contact = visitor.post(held["Location"], **NOBODY)
    return bool(re.search("/t/", visitor.post(contact["Location"])["Location"]))


@pytest.fixture
def large_office(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr("jobcenter_portal.tenancy.unusual.NEVER_UNUSUAL", 12)
    make_calendar(office.jobcenter, office.location, office.service, name="Zimmer 2")
    return office


def test_people_book_while_bots_hoard_and_the_bots_end_with_little(large_office: Office, clock: Traveller) -> None:
    chance = Random(50)
    taken = 0
    booked = []
    for number in range(PEOPLE):
        taken += sum(bot(number * (BOTS // PEOPLE) + one, chance) for one in range(BOTS // PEOPLE))
        booked.append(books(number, clock))
        clock.shift(timedelta(seconds=12))
    assert booked.count(True) / PEOPLE >= 0.99
    assert (Appointment.objects.count(), Tally.objects.filter(is_unusual=True).exists()) == (PEOPLE, True)
    assert taken <= 15  # of five hundred; without the door it would be nearly every time there is
    assert Hold.objects.count() <= 15
