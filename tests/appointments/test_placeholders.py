# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an office is told that its texts can name is what messages really bring along."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from appointments import messages
from appointments.models import WaitingOffer
from appointments.office_notice import OFFICE_REQUESTS, remind_office
from appointments.placeholders import names_of_services
from appointments.waiting import messages as waiting_messages
from appointments.waiting.entries import subject_of_offer
from appointments.waiting.offering import offer_free_times
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.languages import LANGUAGES
from notifications.kinds import MessageRef, Value, kind_of
from notifications.models import Message
from notifications.service import Channel
from notifications.texts.placeholders import examples, worst_case
from notifications.texts.rendering import BY_POST
from tests.appointments.factories import Office, make_appointment, make_office, person
from tests.appointments.waiting_room import SECOND, joins, make_small_office, waits
from tests.factories import make_jobcenter

MONDAY_NINE = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
ANNA = person("Anna Ämter", email="anna@post.example")


def values_of(planned: Message, now: datetime) -> Mapping[str, Value]:
    """What a planned message brings along."""
    ref = MessageRef(planned.subject, planned.revision, planned.occasion, Channel.EMAIL, "de", bytes(planned.recipient))
    envelope = kind_of(planned.kind).compose(ref, now=now)
    assert envelope is not None
    return envelope.values


def missing(given: Mapping[str, Value], kind: str) -> dict[str, type]:
    """Of the names that the kind promises, those that are not given, or as another sort of value."""
    sorts = {name: _sort(value) for name, value in given.items()}
    promised = {name: _sort(value) for name, value in examples(kind, "de").items()}
    return {name: sort for name, sort in promised.items() if sorts.get(name) is not sort and name != BY_POST}


def _sort(value: Value) -> type:
    return type(value) if isinstance(value, str | bool | int) else list


@pytest.mark.parametrize("kind", [kind.key for kind in messages.KINDS])
def test_every_message_about_an_appointment_brings_what_its_texts_can_name(
    kind: str, fulda: Jobcenter, now: datetime
) -> None:
    """All of them bring the same values, which the confirmation shows."""
    make_appointment(make_office(fulda), MONDAY_NINE, now, ANNA)
    assert missing(values_of(Message.objects.get(kind="confirmation"), now), kind) == {}


@pytest.fixture
def small(db: None) -> Iterator[Office]:
    office = make_small_office(discreet=True)
    with tenant_context(office.jobcenter):
        yield office


@pytest.mark.parametrize(
    "kind", [kind.key for kind in waiting_messages.KINDS if isinstance(kind, waiting_messages.OfferMessage)]
)
def test_an_offer_does_too(kind: str, small: Office, now: datetime) -> None:
    waits(small, SECOND, now, ANNA)
    offer_free_times(small.jobcenter, now=now)
    planned = Message.objects.get(subject=subject_of_offer(WaitingOffer.objects.get()))
    assert missing(values_of(planned, now), kind) == {}


def test_a_place_on_the_list_does_too(small: Office, now: datetime) -> None:
    joins(small, now, "Änne Ämter", "aenne@post.example")
    assert missing(values_of(Message.objects.get(kind="waiting"), now), "waiting") == {}


def test_the_office_gets_what_its_text_can_name(db: None, now: datetime) -> None:
    jobcenter = make_jobcenter("kreis", booking_mode="request", request_answer_hours=24)
    with tenant_context(jobcenter):
        make_appointment(make_office(jobcenter), MONDAY_NINE, now - timedelta(days=4), ANNA)
        remind_office(jobcenter, now=now)
        planned = Message.objects.get(kind=OFFICE_REQUESTS)
        assert missing(values_of(planned, now), OFFICE_REQUESTS) == {}


def test_examples_and_longest_values_are_there_in_all_eight_languages() -> None:
    for kind in (*messages.KINDS, *waiting_messages.KINDS):
        for language in LANGUAGES:
            usual, longest = examples(kind.key, language.code), worst_case(kind.key, language.code)
            assert usual.keys() == longest.keys() == {*kind.placeholders, BY_POST}
            assert [name for name in usual if len(str(longest[name])) < len(str(usual[name]))] == []


def test_no_text_may_say_what_a_service_is_called(fulda: Jobcenter) -> None:
    office = make_office(fulda)
    titles = frozenset(office.service.titles.values())
    assert (names_of_services(), kind_of("reminder").never_said()) == (titles, titles)
