# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The link in a reminder that switches reminders off: one click in the mail program, or a button on a page."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from appointments.messages import KINDS
from appointments.models import Appointment
from appointments.unsubscribe_links import unsubscribe_token
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.kernel.redaction import redact
from notifications.models import Message
from notifications.service import Channel, Envelope, MessageRef
from tests.appointments.factories import Office, make_appointment, person

MONDAY_NINE = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def appointment(office: Office, now: datetime) -> Appointment:
    return make_appointment(office, MONDAY_NINE, now, person(email="juergen@post.example", phone="+4915228817386"))


@pytest.fixture
def link(appointment: Appointment) -> str:
    return f"/fulda/de/erinnerungen/{unsubscribe_token(appointment, ContactChannel.EMAIL)}/"


@pytest.fixture
def strict() -> Client:
    """A mail program: no cookie, no CSRF token, no referrer."""
    return Client(enforce_csrf_checks=True)


def state_of_reminders() -> dict[str, str]:
    return dict(Message.objects.filter(kind="reminder").values_list("channel", "state"))


def envelope(appointment: Appointment, kind: str, channel: Channel = Channel.EMAIL) -> Envelope:
    point = ContactPoint.objects.get(customer_id=appointment.customer_id, channel=channel.value)
    ref = MessageRef(appointment.subject, 1, "P3D", channel, "de", bytes(point.address_index))
    composed = next(one for one in KINDS if one.key == kind).compose(ref, now=appointment.booked_at)
    assert composed is not None
    return composed


def test_one_click_in_the_mail_program_is_enough(strict: Client, link: str) -> None:
    for _twice in range(2):
        answer = strict.post(link, ONE_CLICK)
        assert answer.status_code == 200  # a redirect would be no answer to a mail program
        assert "Sie bekommen keine Erinnerungen mehr per E-Mail" in answer.content.decode()

    assert state_of_reminders() == {"email": "withdrawn", "sms": "planned"}
    assert Message.objects.get(kind="confirmation").state == "planned"  # what changes is said to everybody


def test_a_scanner_that_follows_the_link_changes_nothing(strict: Client, link: str) -> None:
    for method in (strict.get, strict.head):
        assert method(link).status_code == 200

    assert state_of_reminders() == {"email": "planned", "sms": "planned"}
    assert ContactPoint.objects.filter(reminders_wanted=False).count() == 0


def test_the_page_asks_says_and_offers_the_way_back(client: Client, link: str) -> None:
    asked = client.get(link).content.decode()
    assert "Keine Erinnerungen mehr per E-Mail?" in asked
    assert "Ihr Termin bleibt bestehen" in asked
    assert "Nicht mehr erinnern" in asked

    off = client.post(link, {"erinnern": "off"}).content.decode()
    assert "Sie bekommen keine Erinnerungen mehr per E-Mail" in off
    assert off == client.get(link).content.decode()

    on = client.post(link, {"erinnern": "on"}).content.decode()
    assert "Wir erinnern Sie per E-Mail" in on
    assert state_of_reminders() == {"email": "planned", "sms": "planned"}


def test_the_page_shows_nothing_of_the_appointment(client: Client, link: str) -> None:
    page = client.get(link).content.decode()

    for secret in ("30.11", "30. November", "09:00", "Größer", "Hauptstraße", "juergen"):
        assert secret not in page


def test_an_address_that_is_gone_needs_no_switch(client: Client, link: str) -> None:
    ContactPoint.objects.filter(channel="email").delete()

    page = client.post(link, ONE_CLICK).content.decode()

    assert "Diesen Kontaktweg haben wir nicht mehr." in page
    assert "<button" not in page[page.index("<main") :]


def test_links_that_we_did_not_make_open_nothing(client: Client, appointment: Appointment, link: str) -> None:
    token = unsubscribe_token(appointment, ContactChannel.EMAIL)
    other_channel = token[:22] + "s" + token[23:]
    for wrong in (token[:-1], token[:-1] + ("A" if token[-1] != "A" else "B"), other_channel, "x" * 45, "ä" * 45):
        assert client.post(f"/fulda/de/erinnerungen/{wrong}/", ONE_CLICK).status_code == 404
    Appointment.objects.update(link_version=2)
    assert client.post(link, ONE_CLICK).status_code == 404

    assert state_of_reminders() == {"email": "planned", "sms": "planned"}


def test_at_another_jobcenter_the_link_opens_nothing(client: Client, link: str, second_office: Office) -> None:
    assert client.post(link.replace("/fulda/", "/wiesbaden/"), ONE_CLICK).status_code == 404


def test_only_reminders_by_email_carry_the_link(appointment: Appointment, link: str) -> None:
    assert envelope(appointment, "reminder").unsubscribe_url == settings.PUBLIC_URL + link
    assert envelope(appointment, "reminder", Channel.SMS).unsubscribe_url is None
    assert envelope(appointment, "confirmation").unsubscribe_url is None


def test_the_link_speaks_a_language_that_the_jobcenter_shows(appointment: Appointment) -> None:
    Appointment.objects.update(language="ru")  # chosen while the Jobcenter still offered it

    assert "/fulda/de/erinnerungen/" in (envelope(appointment, "reminder").unsubscribe_url or "")


def test_the_link_never_reaches_a_log(link: str) -> None:
    assert redact(f"POST {link}") == "POST /fulda/de/erinnerungen/[link]/"


def test_switched_on_after_the_reminders_time_nothing_is_sent_late(
    client: Client, link: str, clock: time_machine.Traveller
) -> None:
    client.post(link, ONE_CLICK)
    clock.move_to(MONDAY_NINE - timedelta(days=2))
    client.post(link, {"erinnern": "on"})

    assert state_of_reminders()["email"] == "withdrawn"
