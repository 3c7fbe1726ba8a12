# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""„Code oder Link verloren?“: the link goes to the address alone, and nobody learns whether somebody exists."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments import lost_links
from appointments.changing import cancel, reschedule
from appointments.links import keys_of, short_url
from appointments.lost_links import KINDS
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import TenantSettings
from notifications.channels.base import Channel
from notifications.kinds import Envelope, MessageRef
from notifications.models import Message
from tests.appointments.factories import Office, make_appointment, person
from tests.appointments.web.conftest import EIGHT
from tests.appointments.web.visitor import Visitor, heading_of, text_of

MONDAY_NINE = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
EMAIL, MOBILE = "j.groesser@example.org", "0151 23456789"
PAGE = "mein-termin/link/"
[KIND] = KINDS
_VALUE = re.compile(r"'(?:[^']|'')*'(?:::\w+)?|\b\d+\b|\"s\d+_x\d+\"")


def planned() -> list[Message]:
    return list(Message.objects.filter(kind="own_link").order_by("pk"))


def leaving(now: datetime = EIGHT) -> list[Envelope]:
    """What a worker would send now."""
    refs = [
        MessageRef(one.subject, one.revision, one.occasion, Channel(one.channel), one.language, bytes(one.recipient))
        for one in planned()
    ]
    return [envelope for envelope in KIND.compose_all(refs, now=now) if envelope is not None]


def test_the_answer_is_the_same_for_everybody(visitor: Visitor, office: Office) -> None:
    make_appointment(office, MONDAY_NINE, EIGHT, person(email=EMAIL))
    answers = [visitor.post(PAGE, address=address) for address in (EMAIL, "niemand@example.org", MOBILE)]
    assert {answer["Location"] for answer in answers} == {f"/fulda/de/{PAGE}?gesendet=ja"}
    heads = [{name: value for name, value in answer.items() if name != "Content-Length"} for answer in answers]
    assert (heads[0], [answer.content for answer in answers]) == (heads[1], [b"", b"", b""])
    page = visitor.get(f"{PAGE}?gesendet=ja")
    assert heading_of(page) == "Bitte schauen Sie nach"
    assert "Wenn wir unter dieser Adresse einen Termin kennen, schicken wir Ihnen gleich den Link." in text_of(page)
    assert EMAIL not in page.content.decode()


def test_the_same_is_written_down_for_a_stranger_as_for_somebody_we_know(visitor: Visitor, office: Office) -> None:
    make_appointment(office, MONDAY_NINE, EIGHT, person(email=EMAIL))

    def rows(address: str) -> list[tuple[object, ...]]:
        Message.objects.filter(kind="own_link").delete()
        visitor.post(PAGE, address=address)
        return [(one.occasion, one.channel, one.language, one.priority, one.due_at, one.state) for one in planned()]

    assert (
        rows(EMAIL)
        == rows("niemand@example.org")
        == [(place, "email", "de", 1, EIGHT, "planned") for place in ("1", "2", "3")]
    )
    assert [entry.action for entry in AuditEntry.objects.filter(subject__startswith="links:")] == ["link_asked"] * 2


def test_the_links_of_all_that_is_to_come_go_to_the_address(visitor: Visitor, office: Office) -> None:
    gone = make_appointment(office, MONDAY_NINE + timedelta(hours=2), EIGHT, person(email=EMAIL))
    cancel(jobcenter=office.jobcenter, appointment=gone, by=audit.CUSTOMER, now=EIGHT)
    later = make_appointment(office, MONDAY_NINE + timedelta(hours=1), EIGHT, person(email=EMAIL))
    sooner = make_appointment(office, MONDAY_NINE, EIGHT, person("Jemand Anderes", email=EMAIL))
    make_appointment(office, MONDAY_NINE + timedelta(minutes=30), EIGHT, person(email="x@example.org"))
    visitor.post(PAGE, address=" J.Groesser@Example.org")
    sent = leaving()
    assert [(one.address, str(one.values["link"])[-44:-1]) for one in sent] == [
        (EMAIL, keys_of(sooner).token),
        (EMAIL, keys_of(later).token),
    ]
    assert [one.values["time"] for one in sent] == ["09:00", "10:00"]
    assert ["name" in one.values for one in sent] == [False, False]
    assert [one.values["time"] for one in leaving(now=MONDAY_NINE + timedelta(minutes=30))] == ["10:00"]


def test_a_mobile_gets_a_short_link_and_a_stranger_nothing(visitor: Visitor, office: Office) -> None:
    booked = make_appointment(office, MONDAY_NINE, EIGHT, person(phone=MOBILE))
    visitor.post(PAGE, address="+49 151 23456789")
    [sent] = leaving()
    assert (sent.address, sent.values["link"]) == ("+4915123456789", short_url(keys_of(booked).code))
    visitor.post(PAGE, address="0151 99999999")
    assert len(leaving()) == 1


def test_what_is_said_is_true_when_it_leaves(visitor: Visitor, office: Office) -> None:
    booked = make_appointment(office, MONDAY_NINE, EIGHT, person(email=EMAIL))
    visitor.post(PAGE, address=EMAIL)
    moved = reschedule(
        jobcenter=office.jobcenter,
        appointment=booked,
        starts_at=MONDAY_NINE + timedelta(hours=1),
        by=audit.staff(1),
        now=EIGHT,
    )
    assert [one.values["time"] for one in leaving()] == ["10:00"]
    cancel(jobcenter=office.jobcenter, appointment=moved, by=audit.CUSTOMER, now=EIGHT)
    assert leaving() == []


def test_another_jobcenter_sends_nothing(office: Office, second_office: Office) -> None:
    make_appointment(office, MONDAY_NINE, EIGHT, person(email=EMAIL))
    Visitor("/wiesbaden/de/").post(PAGE, address=EMAIL)
    assert planned() == []
    with tenant_context(second_office.jobcenter):
        assert (len(planned()), leaving()) == (3, [])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Geben Sie Ihre E-Mail-Adresse oder Ihre Handynummer ein."),
        ("Jürgen Größer", "Das ist keine E-Mail-Adresse und keine deutsche Handynummer."),
        ("0661 6006123", "Das ist keine E-Mail-Adresse und keine deutsche Handynummer."),
        ("+44 7911 123456", "Das ist keine E-Mail-Adresse und keine deutsche Handynummer."),
        ("a@b", "Das ist keine E-Mail-Adresse und keine deutsche Handynummer."),
        ("x" * 300 + "@example.org", "Die E-Mail-Adresse ist zu lang."),
    ],
)
def test_what_is_no_address_is_explained(visitor: Visitor, typed: str, said: str) -> None:
    answer = visitor.post(PAGE, address=typed)
    assert (answer.status_code, said in text_of(answer), planned()) == (422, True, [])
    assert f'value="{typed}"' in answer.content.decode() or not typed


def test_nobody_is_promised_an_sms_where_none_are_sent(visitor: Visitor) -> None:
    TenantSettings.objects.update(sms_enabled=False)
    answer = visitor.post(PAGE, address=MOBILE)
    assert (answer.status_code, "Hier verschicken wir keine SMS." in text_of(answer)) == (422, True)
    assert "Ihre E-Mail-Adresse" in text_of(visitor.get(PAGE))
    TenantSettings.objects.update(email_enabled=False)
    assert visitor.get(PAGE)["Location"] == "/fulda/de/mein-termin/"
    assert "Code oder Link verloren?" not in text_of(visitor.get("mein-termin/"))


def test_an_address_is_written_to_three_times_an_hour_and_five_times_a_day(
    visitor: Visitor, clock: time_machine.Traveller
) -> None:
    def asks(times: int) -> int:
        """Always the same answer; how many of them were planned."""
        before = len(planned())
        assert {visitor.post(PAGE, address=EMAIL).status_code for _ in range(times)} == {303}
        return (len(planned()) - before) // 3

    assert asks(5) == 3
    clock.shift(timedelta(hours=1, seconds=1))
    assert asks(5) == 2
    clock.shift(timedelta(hours=22))
    assert asks(1) == 0
    clock.shift(timedelta(hours=2))
    assert asks(1) == 1


def test_a_network_cannot_ask_for_everybody(visitor: Visitor) -> None:
    limit = lost_links.PER_NETWORK[0].most
    answers = [visitor.post(PAGE, address=f"p{n}@example.org").status_code for n in range(limit + 1)]
    assert answers == [303] * limit + [429]
    other = visitor.client.post(f"/fulda/de/{PAGE}", {"address": EMAIL}, REMOTE_ADDR="192.0.2.7")
    assert other.status_code == 303


def test_for_a_stranger_exactly_the_same_is_done_as_for_somebody_we_know(visitor: Visitor, office: Office) -> None:
    """The clock is not asked: on a busy machine it tells of the machine. Equal work takes equal time."""
    make_appointment(office, MONDAY_NINE, EIGHT, person(email=EMAIL))

    def done(address: str) -> tuple[list[str], int, bytes, int]:
        """All statements with their values left out, how many rows there are then, and every byte of the answer."""
        Message.objects.filter(kind="own_link").delete()
        with CaptureQueriesContext(connection) as seen:
            answer = visitor.post(PAGE, address=address)
        statements = [_VALUE.sub("?", one["sql"]) for one in seen.captured_queries]
        return statements, Message.objects.filter(kind="own_link").count(), answer.content, answer.status_code

    done("warm@example.org")
    known, unknown = done(EMAIL), done("niemand@example.org")
    assert (known == unknown, known[1:]) == (True, (3, b"", 303))
    assert not any("contactpoint" in statement for statement in known[0])


def test_who_is_asked_to_wait_keeps_what_they_typed(visitor: Visitor) -> None:
    for number in range(lost_links.PER_NETWORK[0].most):
        visitor.post(PAGE, address=f"p{number}@example.org")
    refused = visitor.post(PAGE, address=EMAIL)
    assert "Aus Ihrem WLAN oder Handy-Netz kamen gerade sehr viele Anfragen." in text_of(refused)
    assert f'value="{EMAIL}"' in refused.content.decode()
