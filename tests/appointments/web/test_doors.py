# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The ways in: start page, language, printed code, short link of an SMS; and the limits on guessing."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import redis
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from appointments import doors
from appointments.links import keys_of, readable_code
from appointments.models import Appointment
from jobcenter_portal.tenancy.models import JobcenterHost
from jobcenter_portal.tenancy.tallies import refusals
from jobcenter_portal.web.throttle import Limit
from tests.appointments.factories import Office, make_appointment, person
from tests.appointments.web.conftest import EIGHT
from tests.appointments.web.visitor import Visitor, buttons_of, heading_of, text_of

THURSDAY_NINE = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


@pytest.fixture
def booked(office: Office) -> Appointment:
    return make_appointment(office, THURSDAY_NINE, EIGHT, person(language="en"))


@pytest.fixture
def counters() -> Iterator["redis.Redis"]:
    """The real Redis, without the counts of this test before and after it."""
    with redis.Redis.from_url(django_settings.REDIS_URL) as server:
        _forget(server)
        yield server
        _forget(server)


def _forget(server: "redis.Redis") -> None:
    for key in server.scan_iter("throttle:*"):
        server.delete(key)


def test_the_start_page_offers_booking_and_the_code(visitor: Visitor) -> None:
    page = visitor.get()
    assert (heading_of(page), buttons_of(page)) == (
        "Termin buchen, verschieben oder absagen",
        ["Termin buchen", "Mein Termin"],
    )
    assert "0661 0000-0" in text_of(page)


def test_only_the_start_page_may_be_found_by_search_engines(visitor: Visitor, booked: Appointment) -> None:
    assert "X-Robots-Tag" not in visitor.get()
    for page in ("buchen/", "mein-termin/", f"t/{keys_of(booked).token}/"):
        answer = visitor.get(page)
        assert (answer["X-Robots-Tag"], answer["Cache-Control"]) == ("noindex, nofollow", "no-store")


@pytest.mark.parametrize(
    ("wanted", "start"),
    [("", "/fulda/de/"), ("en-GB,en;q=0.9", "/fulda/en/"), ("fr, uk;q=0.5", "/fulda/de/"), ("de-CH", "/fulda/de/")],
)
@pytest.mark.usefixtures("english")
def test_a_jobcenter_without_a_language_opens_in_the_browsers(visitor: Visitor, wanted: str, start: str) -> None:
    answer = visitor.get("/fulda/", accept_language=wanted)
    assert (answer.status_code, answer["Location"]) == (302, start)
    assert "Accept-Language" in answer["Vary"]


def test_the_platform_lists_its_jobcenters_and_a_host_of_ones_own_leads_to_one(
    office: Office, second_office: Office
) -> None:
    page = text_of(Client().get("/"))
    assert "Jobcenter Fulda Jobcenter Wiesbaden" in page
    JobcenterHost.objects.create(host="termine.fulda.example", jobcenter=office.jobcenter)
    answer = Client(headers={"host": "termine.fulda.example"}).get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/fulda/")


def test_a_printed_code_opens_the_appointment_however_it_is_typed(
    visitor: Visitor, booked: Appointment, counters: "redis.Redis"
) -> None:
    code = keys_of(booked).code
    for typed in (code, readable_code(code), f" {readable_code(code).lower().replace('-', ' ')} "):
        answer = visitor.post("mein-termin/", code=typed)
        assert (answer.status_code, answer["Location"]) == (303, f"/fulda/de/t/{code}/")


def test_an_unknown_code_and_one_of_another_jobcenter_look_alike(
    booked: Appointment, second_office: Office, counters: "redis.Redis"
) -> None:
    elsewhere = Visitor("/wiesbaden/de/")
    answers = [
        elsewhere.post("mein-termin/", code=code)
        for code in (keys_of(booked).code, "AAAA-AAAA-AAAA-AAAA-A", "", "x" * 99)
    ]
    assert [answer.status_code for answer in answers] == [422] * 4
    assert [text_of(answer).count("Diesen Code kennen wir nicht.") for answer in answers] == [2, 2, 0, 2]


def test_nobody_tries_codes_by_the_dozen_and_no_address_lies_in_redis(
    visitor: Visitor, booked: Appointment, counters: "redis.Redis"
) -> None:
    for _ in range(doors.TYPED_CODES.attempts):
        assert visitor.post("mein-termin/", code="AAAA").status_code == 422
    stopped = visitor.post("mein-termin/", code=keys_of(booked).code)
    assert (stopped.status_code, heading_of(stopped)) == (429, "Mein Termin")
    assert "Das waren zu viele Versuche. Bitte warten Sie zehn Minuten oder rufen Sie uns an." in text_of(stopped)
    assert f'value="{keys_of(booked).code}"' in stopped.content.decode()
    assert refusals(since=EIGHT) == {"typed-codes": 1}
    [key] = counters.scan_iter("throttle:typed-codes:*")
    assert b"127.0.0.1" not in key
    assert 0 < counters.ttl(key) <= doors.TYPED_CODES.seconds
    other_network = visitor.client.post("/fulda/de/mein-termin/", {"code": "AAAA"}, REMOTE_ADDR="192.0.2.7")
    assert other_network.status_code == 422


def test_without_redis_no_code_is_taken_but_booking_and_links_go_on(
    visitor: Visitor, booked: Appointment, settings: Settings
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = visitor.post("mein-termin/", code=keys_of(booked).code)
    assert (answer.status_code, heading_of(answer)) == (503, "Mein Termin")
    assert "Das geht gerade nicht. Bitte versuchen Sie es in einigen Minuten noch einmal." in text_of(answer)
    assert visitor.get(f"/a/{keys_of(booked).code}").status_code == 302
    assert visitor.get("/a/AAAAAAAAAAAAAAAAA").status_code == 404
    assert visitor.get(visitor.books(datetime(2026, 11, 27, 8, 0, tzinfo=UTC))).status_code == 200


@pytest.mark.usefixtures("english")
def test_a_short_link_opens_the_page_in_the_language_of_the_appointment(booked: Appointment) -> None:
    code = keys_of(booked).code
    answer = Client().get(f"/a/{code}")
    assert (answer.status_code, answer["Location"]) == (302, f"/fulda/en/t/{code}/")
    assert Client().get(answer["Location"]).status_code == 200


def test_a_language_that_is_no_longer_shown_becomes_german(booked: Appointment) -> None:
    Appointment.objects.update(language="uk")
    assert Client().get(f"/a/{keys_of(booked).code}")["Location"].startswith("/fulda/de/t/")


def test_a_short_link_opens_nothing_on_another_jobcenters_own_host(booked: Appointment, second_office: Office) -> None:
    JobcenterHost.objects.create(host="termine.wiesbaden.example", jobcenter=second_office.jobcenter)
    client = Client(headers={"host": "termine.wiesbaden.example"})
    assert client.get(f"/a/{keys_of(booked).code}").status_code == 404


def test_guessing_addresses_with_codes_is_stopped_and_real_links_still_open(
    booked: Appointment, counters: "redis.Redis", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "WRONG_CODES", Limit("wrong-codes", attempts=2, seconds=600))
    guesses = ["/a/AAAAAAAAAAAAAAAAA", "/fulda/de/t/AAAAAAAAAAAAAAAAA/"]
    assert [Client().get(guess).status_code for guess in guesses * 3] == [404, 404, 404, 404, 429, 429]
    assert Client().get(f"/fulda/de/t/{keys_of(booked).code}/").status_code == 200


@pytest.mark.usefixtures("english")
def test_on_the_short_host_of_sms_people_are_led_to_the_portals_own_address(
    booked: Appointment, settings: Settings
) -> None:
    settings.SHORT_URL, settings.PORTAL_HOSTS = "https://jc-term.de", ["testserver", "jc-term.de"]
    key = keys_of(booked).code
    there = f"/fulda/en/t/{key}/"  # in the person's language
    assert [Client().get(f"/a/{key}", headers={"host": host})["Location"] for host in settings.PORTAL_HOSTS] == [
        there,
        f"{settings.PUBLIC_URL}{there}",
    ]
