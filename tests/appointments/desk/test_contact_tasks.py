# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses that do not work: on the list, on the day, on the appointment; and putting one right."""

from collections.abc import Callable

import pytest
from django.test import Client
from time_machine import Traveller

from appointments.contact_tasks import close_task, open_task
from appointments.models import Appointment, ContactTask, TaskEnd, TaskReason
from jobcenter_portal.accounts.models import ContactPoint
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Suppression
from notifications.service import Channel
from tests.appointments.desk.conftest import BOOKED_AT
from tests.appointments.desk.staff import browser_of, main_text, make_member

LIST = "/fulda/desk/kontakte/"
Make = Callable[..., Appointment]


def task_about(one: Appointment, channel: Channel = Channel.EMAIL) -> ContactTask:
    point = ContactPoint.objects.get(customer_id=one.customer_id, channel=channel.value)
    recipient = bytes(point.address_index)
    open_task(
        customer_id=one.customer_id, channel=channel, recipient=recipient, reason=TaskReason.UNKNOWN, now=BOOKED_AT
    )
    Suppression.objects.create(
        tenant_id=one.tenant_id, channel=channel, recipient=recipient, reason="address_wrong", since=BOOKED_AT
    )
    task: ContactTask = ContactTask.objects.latest("id")
    return task


@pytest.fixture
def front(clock: Traveller, fulda: Jobcenter) -> Client:
    return browser_of(make_member(fulda, Role.FRONT_DESK))


@pytest.fixture
def olena(make: Make) -> Appointment:
    return make(60, "Olena Шевченко", email="olena.geheim@example.org", phone="+4915228817386")


def test_the_front_desk_sees_whom_to_ask_wherever_the_person_stands(front: Client, olena: Appointment) -> None:
    task = task_about(olena)
    text = main_text(front.get(LIST))
    assert "Olena Шевченко o…@example.org Diese E-Mail-Adresse gibt es nicht. Mo 23.11.2026, 09:00" in text
    day = front.get("/fulda/desk/haus/").content.decode()
    assert "Kontakt klären (1)" in day
    assert f'href="{LIST}{task.public_id}/"' in day


def test_the_appointments_page_says_it_too(desk: Client, olena: Appointment) -> None:
    task = task_about(olena, Channel.SMS)
    html = desk.get(f"/fulda/desk/termin/{olena.public_id}/").content.decode()
    assert "Diese Handynummer gibt es nicht, oder sie empfängt keine SMS." in html
    assert f'href="{LIST}{task.public_id}/"' in html


def test_without_tasks_there_is_no_way_there_and_the_page_says_that_all_is_well(
    front: Client, olena: Appointment
) -> None:
    assert "Kontakt klären" not in front.get("/fulda/desk/haus/").content.decode()
    assert "Zurzeit ist nichts zu klären" in main_text(front.get(LIST))


def test_the_page_of_one_shows_only_what_is_needed_to_ask(front: Client, olena: Appointment) -> None:
    html = front.get(f"{LIST}{task_about(olena).public_id}/").content.decode()
    assert "geheim" not in html
    assert "01522 8817386" in html  # to be called right now
    assert "Olena" not in html[html.index("<title>") : html.index("</title>")]


def test_a_new_address_is_saved_and_the_task_is_gone(front: Client, olena: Appointment) -> None:
    task = task_about(olena)
    answer = front.post(f"{LIST}{task.public_id}/", {"step": "neu", "address": "neu@example.org"})
    assert (answer.status_code, answer["Location"]) == (303, f"{LIST}?getan=neu")
    assert "Die neue Adresse ist gespeichert." in main_text(front.get(answer["Location"]))
    assert ContactPoint.objects.get(customer_id=olena.customer_id, channel="email").address == "neu@example.org"
    task.refresh_from_db()
    assert task.closed_as == TaskEnd.CORRECTED


@pytest.mark.parametrize(
    ("channel", "typed", "sentence"),
    [
        (Channel.EMAIL, "", "Geben Sie die E-Mail-Adresse so ein: name@beispiel.de."),
        (Channel.EMAIL, "olena@", "Geben Sie die E-Mail-Adresse so ein: name@beispiel.de."),
        (Channel.SMS, "0661 12345", "Geben Sie eine deutsche Handynummer ein, zum Beispiel 0151 23456789."),
    ],
)
def test_what_cannot_be_an_address_is_named_and_kept(
    front: Client, olena: Appointment, channel: Channel, typed: str, sentence: str
) -> None:
    answer = front.post(f"{LIST}{task_about(olena, channel).public_id}/", {"step": "neu", "address": typed})
    html = answer.content.decode()
    assert (answer.status_code, sentence in html, f'value="{typed}"' in html or not typed) == (422, True, True)
    assert ContactTask.objects.get().closed_at is None


def test_an_address_that_is_right_after_all_gets_messages_again(front: Client, olena: Appointment) -> None:
    front.post(f"{LIST}{task_about(olena).public_id}/", {"step": "stimmt"})
    assert Suppression.objects.count() == 0


def test_an_address_can_be_removed(front: Client, olena: Appointment) -> None:
    front.post(f"{LIST}{task_about(olena).public_id}/", {"step": "entfernen"})
    channels = ContactPoint.objects.filter(customer_id=olena.customer_id).values_list("channel", flat=True)
    assert list(channels) == ["sms"]


def test_a_colleague_was_faster(front: Client, olena: Appointment) -> None:
    task = task_about(olena)
    close_task(task, as_=TaskEnd.DONE, by=audit.SYSTEM, now=BOOKED_AT)
    answer = front.post(f"{LIST}{task.public_id}/", {"step": "entfernen"})
    assert answer["Location"] == f"{LIST}?getan=weg"
    assert "Das hat schon jemand geklärt." in main_text(front.get(answer["Location"]))
    assert ContactPoint.objects.filter(customer_id=olena.customer_id).count() == 2


@pytest.mark.parametrize("step", ["", "x"])
def test_a_button_that_is_none_does_nothing(front: Client, olena: Appointment, step: str) -> None:
    assert front.post(f"{LIST}{task_about(olena).public_id}/", {"step": step}).status_code == 422
    assert ContactTask.objects.get().closed_at is None


def test_an_unknown_task_and_another_jobcenters_look_alike(
    olena: Appointment, front: Client, wiesbaden: Jobcenter, clock: Traveller
) -> None:
    task = task_about(olena)
    elsewhere = browser_of(make_member(wiesbaden, Role.CASEWORKER))
    known = elsewhere.get(f"/wiesbaden/desk/kontakte/{task.public_id}/")
    unknown = elsewhere.get(f"/wiesbaden/desk/kontakte/{'A' * 22}/")
    assert (known.status_code, known.content) == (404, unknown.content)
