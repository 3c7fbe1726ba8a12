# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A letter that the post brings back: found by what stands on it, noted, the person asked; and a mistake undone."""

from datetime import timedelta

import pytest
from django.test import Client

from appointments.contact_changes import change_address
from appointments.models import ContactTask, TaskEnd
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Attempt, Letter, Message, Suppression
from tests.appointments.desk.letters.conftest import (
    BRIEFE,
    IN_TIME,
    Later,
    Write,
    deliver,
    letter_about,
    open_batch,
    post_batch,
)
from tests.appointments.desk.staff import browser_of, main_text, make_member
from tests.appointments.factories import Office

KONTAKTE = "/fulda/desk/kontakte/"


def come_back(client: Client, letter: Letter) -> str:
    """Says that a letter came back; returns the address that follows."""
    answer = client.post(f"{BRIEFE}{letter.public_id}/zurueck/")
    assert answer.status_code == 303, answer.content
    return str(answer["Location"])


def test_by_what_stands_on_the_sheet_one_finds_whose_letter_it_is(front: Client, write: Write) -> None:
    write("Jürgen Größer")
    letter = letter_about(write("Yıldız Şahin"))
    post_batch(front)
    typed = f" {letter.mark[:4].lower()} {letter.mark[4:]}"
    found = front.post(f"{BRIEFE}suchen/", {"mark": typed})
    assert (found.status_code, found["Location"]) == (303, f"{BRIEFE}{letter.public_id}/zurueck/")
    text = main_text(front.get(found["Location"]))
    assert "Kam der Brief an Yıldız Şahin zurück?" in text
    assert (
        f"Brief-Nr. {letter.mark[:4]}-{letter.mark[4:]} Termin Mo 07.12.2026, 08:00 Zur Post gegeben Mo 23.11" in text
    )
    assert Letter.objects.filter(returned_at__isnull=False).count() == 0


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Geben Sie die Brief-Nr. ein, die oben rechts auf dem Blatt steht."),
        ("2222-2222", "Einen Brief mit dieser Nummer gibt es hier nicht. Bitte prüfen Sie sie."),
        ("- -", "Einen Brief mit dieser Nummer gibt es hier nicht. Bitte prüfen Sie sie."),
        ("x" * 31, "Geben Sie die Brief-Nr. ein, die oben rechts auf dem Blatt steht."),
    ],
)
def test_a_number_that_no_letter_has_is_named_and_kept(front: Client, write: Write, typed: str, sentence: str) -> None:
    write("Jürgen Größer")
    post_batch(front)
    answer = front.post(f"{BRIEFE}suchen/", {"mark": typed})
    html = answer.content.decode()
    assert (answer.status_code, sentence in html, f'value="{typed}"' in html or not typed) == (422, True, True)


def test_what_is_not_in_the_post_yet_cannot_have_come_back(front: Client, write: Write) -> None:
    letter = letter_about(write("Jürgen Größer"))
    answer = front.post(f"{BRIEFE}suchen/", {"mark": letter.mark})
    assert (answer.status_code, "Dieser Brief war noch nicht in der Post." in main_text(answer)) == (422, True)
    batch = open_batch(front)
    assert front.post(f"{BRIEFE}suchen/", {"mark": letter.mark})["Location"] == batch


def test_it_did_not_arrive_nothing_more_goes_there_and_the_person_is_asked(front: Client, write: Write) -> None:
    one = write("Yıldız Şahin")
    post_batch(front)
    follows = come_back(front, letter_about(one))
    assert "Eingetragen: Der Brief kam zurück." in main_text(front.get(follows))
    message = Message.objects.get(subject=one.subject, kind="confirmation")
    assert (message.state, message.result_code, message.needs_other_way) == ("bounced", "letter-returned", True)
    assert Attempt.objects.filter(message=message).latest("n").outcome == "told-address_wrong"
    closed = Suppression.objects.get()
    assert (closed.channel, bytes(closed.recipient), closed.reason) == (
        "letter",
        bytes(message.recipient),
        "address_wrong",
    )
    (task,) = ContactTask.objects.all()
    text = main_text(front.get(f"{KONTAKTE}{task.public_id}/"))
    assert "Ein Brief an diese Adresse kam zurück." in text
    assert "Adresse in 36037 Fulda" in text


def test_the_task_is_there_even_when_the_appointment_is_over(front: Client, write: Write, later: Later) -> None:
    one = write("Yıldız Şahin")
    post_batch(front)
    come_back(later(IN_TIME + timedelta(days=2)), letter_about(one))
    assert ContactTask.objects.get().customer_id == one.customer_id


def test_what_still_holds_is_said_on_another_way(front: Client, write: Write, house: Office) -> None:
    one = write("Yıldız Şahin")
    post_batch(front)
    change_address(
        jobcenter=house.jobcenter,
        appointment=one,
        channel=ContactChannel.EMAIL,
        address="yildiz@example.org",
        by=audit.CUSTOMER,
        now=one.booked_at,
    )
    Message.objects.filter(channel="email").delete()
    come_back(front, letter_about(one))
    deliver()
    again = Message.objects.get(channel="email", kind="confirmation")
    assert again.occasion.endswith("/letter")


def test_a_new_postal_address_is_typed_line_by_line_and_written_to(front: Client, write: Write) -> None:
    one = write("Yıldız Şahin")
    post_batch(front)
    come_back(front, letter_about(one))
    task = f"{KONTAKTE}{ContactTask.objects.get().public_id}/"
    wrong = front.post(task, {"step": "neu", "address": "Yıldız Şahin\nNeuer Weg 2"})
    html = wrong.content.decode()
    assert (wrong.status_code, "unten Postleitzahl und Ort" in html, "Neuer Weg 2</textarea>" in html) == (
        422,
        True,
        True,
    )
    done = front.post(task, {"step": "neu", "address": "Yıldız Şahin\r\nNeuer Weg 2\r\n36041 Fulda"})
    assert done["Location"] == f"{KONTAKTE}?getan=neu"
    point = ContactPoint.objects.get(customer_id=one.customer_id, channel="letter")
    assert point.address == "Yıldız Şahin\nNeuer Weg 2\n36041 Fulda"
    deliver()
    assert "1 Brief wartet." in main_text(front.get(BRIEFE))


def test_other_letters_to_that_address_are_not_printed_and_somebody_calls(front: Client, write: Write) -> None:
    one = write("Yıldız Şahin")
    post_batch(front)
    come_back(front, letter_about(one))
    Message.objects.filter(subject=one.subject).update(needs_other_way=False)
    two = write("Yıldız Şahin", after=IN_TIME + timedelta(hours=1))
    assert Message.objects.get(subject=two.subject, kind="confirmation").state == "suppressed"


def test_a_letter_that_waited_when_another_came_back_is_not_printed(front: Client, write: Write) -> None:
    one = write("Yıldız Şahin", phone="0661 6006-80")
    post_batch(front)
    two = write("Yıldız Şahin", after=IN_TIME + timedelta(hours=1), phone="0661 6006-80")
    come_back(front, letter_about(one))
    front.post(f"{BRIEFE}drucken/")
    assert letter_about(two).code == "address-closed"
    text = main_text(front.get(BRIEFE))
    assert "Yıldız Şahin 0661 600680 Bestätigung Deutsch Mo 07.12.2026, 09:00 Ist angerufen" in text


def test_pressed_by_mistake_everything_is_as_it_was(front: Client, write: Write) -> None:
    one = write("Yıldız Şahin")
    batch = post_batch(front)
    letter = letter_about(one)
    come_back(front, letter)
    assert "War das ein Versehen?" in main_text(front.get(f"{BRIEFE}{letter.public_id}/zurueck/"))
    done = front.post(f"{BRIEFE}{letter.public_id}/doch-nicht-zurueck/")
    assert done["Location"] == f"{batch}?getan=nicht-zurueck"
    assert "zur Post gegeben Kam zurück" in main_text(front.get(done["Location"]))
    assert Suppression.objects.count() == 0
    assert ContactTask.objects.get().closed_as == TaskEnd.CONFIRMED
    message = Message.objects.get(subject=one.subject, kind="confirmation")
    assert (message.result_code, message.needs_other_way) == ("by-hand", False)
    come_back(front, letter)
    assert ContactTask.objects.get().closed_at is None


def test_the_address_stays_closed_while_another_letter_came_back_from_it(front: Client, write: Write) -> None:
    one, two = write("Yıldız Şahin"), write("Yıldız Şahin", after=IN_TIME + timedelta(hours=1))
    post_batch(front)
    for letter in (letter_about(one), letter_about(two)):
        come_back(front, letter)
    front.post(f"{BRIEFE}{letter_about(one).public_id}/doch-nicht-zurueck/")
    assert Suppression.objects.count() == 1
    front.post(f"{BRIEFE}{letter_about(two).public_id}/doch-nicht-zurueck/")
    assert Suppression.objects.count() == 0


def test_what_the_office_closed_for_another_reason_stays_closed(front: Client, write: Write) -> None:
    one = write("Yıldız Şahin")
    post_batch(front)
    recipient = bytes(Message.objects.get(subject=one.subject, kind="confirmation").recipient)
    Suppression.objects.create(
        tenant_id=one.tenant_id, channel="letter", recipient=recipient, reason="by_office", since=one.booked_at
    )
    come_back(front, letter_about(one))
    front.post(f"{BRIEFE}{letter_about(one).public_id}/doch-nicht-zurueck/")
    assert Suppression.objects.get().reason == "by_office"


def test_a_colleague_was_faster(front: Client, write: Write) -> None:
    letter = letter_about(write("Yıldız Şahin"))
    post_batch(front)
    early = front.post(f"{BRIEFE}{letter.public_id}/doch-nicht-zurueck/")
    assert early.status_code == 409
    come_back(front, letter)
    again = front.post(f"{BRIEFE}{letter.public_id}/zurueck/")
    assert (again.status_code, "War das ein Versehen?" in main_text(again)) == (200, True)
    assert Attempt.objects.filter(outcome="told-address_wrong").count() == 1


def test_another_jobcenters_letters_cannot_be_found_or_changed(
    front: Client, write: Write, wiesbaden: Jobcenter
) -> None:
    letter = letter_about(write("Yıldız Şahin"))
    batch = post_batch(front)
    elsewhere = browser_of(make_member(wiesbaden, Role.FRONT_DESK))
    assert elsewhere.post("/wiesbaden/desk/briefe/suchen/", {"mark": letter.mark}).status_code == 422
    own = batch.replace("/fulda/", "/wiesbaden/")
    unknown = elsewhere.get(own.replace(own.split("/")[-2], "A" * 22))
    assert (elsewhere.get(own).status_code, elsewhere.get(own).content) == (404, unknown.content)
    for step in ("zurueck/", "doch-nicht-zurueck/", "angerufen/", "herausnehmen/"):
        assert elsewhere.post(f"/wiesbaden/desk/briefe/{letter.public_id}/{step}").status_code == 404
    assert Letter.objects.filter(returned_at__isnull=False).count() == 0


def test_the_appointment_tells_how_far_its_letter_is(front: Client, desk: Client, write: Write) -> None:
    one = write("Yıldız Şahin")
    page = f"/fulda/desk/termin/{one.public_id}/"
    assert "Bestätigung per Brief wartet auf den Druck" in main_text(desk.get(page))
    open_batch(front)
    assert "im Druck Der Brief ist im Stapel, der heute um 08:20 Uhr geöffnet wurde." in main_text(desk.get(page))
    letter = letter_about(one)
    front.post(f"{BRIEFE}stapel/{letter.batch.public_id}/zur-post/")
    assert "zur Post gegeben Der Brief ging heute um 08:20 Uhr zur Post." in main_text(desk.get(page))
    come_back(front, letter)
    text = main_text(desk.get(page))
    assert "kam zurück Jemand hat heute um 08:20 Uhr eingetragen, dass der Brief zurückkam." in text
    assert "Ein Brief an diese Adresse kam zurück. Kontakt klären" in text
    assert "kam zurück" in main_text(desk.get("/fulda/desk/nachrichten/"))
