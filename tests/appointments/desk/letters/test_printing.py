# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The office prints its letters: what waits, a batch on paper, what must not be posted, and that it is in the post."""

from datetime import timedelta

import pytest
from django.test import Client

from appointments.service import cancel
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications.channels.letter.press import CannotBeSet, NoFonts
from notifications.letters import printing
from notifications.models import Letter, LetterBatch, Message, TextVersion
from tests.appointments.desk.letters.conftest import BRIEFE, IN_TIME, Later, Write, letter_about, open_batch, post_batch
from tests.appointments.desk.staff import main_text
from tests.appointments.factories import Office
from tests.notifications.channels.paper import said

TOO_LATE_BY = timedelta(days=10)
"""So long after booking, four days before the appointment, no letter helps any more."""


def test_the_front_desk_sees_how_many_wait_since_when_and_until_when_there_is_time(front: Client, write: Write) -> None:
    write("Olena Шевченко", town="36041 Fulda", language="uk")
    write("Jürgen Größer")
    answer = front.get(BRIEFE)
    text = main_text(answer)
    assert "2 Briefe warten. Der älteste seit Mo 23.11.2026, 08:20 ." in text
    assert (
        "Olena Шевченко 36041 Fulda Bestätigung Українська Mo 07.12.2026, 08:00 am Mi 02.12.2026 um 08:00 Uhr" in text
    )
    assert "müssen in den nächsten 24 Stunden" not in text
    assert f'href="{BRIEFE}" aria-current="page">Briefe (2)</a>' in answer.content.decode()


def test_what_has_to_be_posted_within_a_day_is_said_aloud_and_stands_above(
    front: Client, write: Write, later: Later
) -> None:
    write("Jürgen Größer", after=IN_TIME + timedelta(days=1))
    write("Yıldız Şahin")
    front = later(timedelta(days=8))
    text = main_text(front.get(BRIEFE))
    assert "1 Brief muss in den nächsten 24 Stunden zur Post" in text
    assert text.index("Yıldız Şahin") < text.index("Jürgen Größer")


def test_who_would_get_a_letter_too_late_is_to_be_called_until_somebody_did(
    front: Client, write: Write, later: Later
) -> None:
    one = write("Yıldız Şahin", phone="0661 6006-80")
    front = later(TOO_LATE_BY)
    page = front.get(BRIEFE)
    assert "Bitte anrufen (1)" in main_text(page)
    assert "Yıldız Şahin 36037 Fulda 0661 600680 Bestätigung Deutsch Mo 07.12.2026, 08:00 Ist angerufen" in main_text(
        page
    )
    assert "Zurzeit wartet kein Brief." in main_text(page)
    assert front.post(f"{BRIEFE}drucken/")["Location"] == f"{BRIEFE}?getan=nichts"
    assert "Bitte anrufen (1)" in main_text(front.get(BRIEFE)), "printing must not hide whom nobody has told"
    done = front.post(f"{BRIEFE}{letter_about(one).public_id}/angerufen/")
    text = main_text(front.get(done["Location"]))
    assert ("Eingetragen: Jemand hat angerufen." in text, "Bitte anrufen" in text) == (True, False)
    assert "Jemand hat angerufen." in main_text(front.get(done["Location"]))


def test_nobody_is_to_be_called_about_an_appointment_that_was_cancelled_or_is_over(
    front: Client, write: Write, house: Office, later: Later
) -> None:
    write("Jürgen Größer")
    cancelled = write("Yıldız Şahin")
    front = later(TOO_LATE_BY)
    cancel(jobcenter=house.jobcenter, appointment=cancelled, by=audit.CUSTOMER, now=cancelled.booked_at)
    front.post(f"{BRIEFE}drucken/")
    assert {code for (code,) in Letter.objects.values_list("code")} >= {"too-late", "no-longer-true"}
    text = main_text(front.get(BRIEFE))
    assert ("Jürgen" in text, "Şahin" in text) == (True, False)
    front = later(timedelta(days=6))
    assert "Jürgen" not in main_text(front.get(BRIEFE))


def test_a_batch_is_printed_on_one_side_or_both_and_then_posted(front: Client, write: Write) -> None:
    write("Jürgen Größer")
    write("Yıldız Şahin")
    answer = front.post(f"{BRIEFE}drucken/")
    batch = answer["Location"].partition("?")[0]
    text = main_text(front.get(answer["Location"]))
    assert "Der Stapel ist bereit zum Drucken." in text
    assert "2 Briefe, in der Reihenfolge der Blätter" in text
    sheets = front.get(f"{batch}pdf/")
    assert sheets["Content-Type"] == "application/pdf"
    assert sheets["Content-Disposition"] == 'inline; filename="briefe-2026-11-23-0820.pdf"'
    assert sheets["Cache-Control"] == "no-store"
    marks = Letter.objects.values_list("mark", flat=True)
    printed = said(sheets.content)
    assert all(f"Brief-Nr.{mark[:4]}-{mark[4:]}" in printed for mark in marks)
    assert len(front.get(f"{batch}pdf/?seiten=eine").content) < len(sheets.content)
    assert "Alle 2 Briefe sind in der Post?" in main_text(front.get(f"{batch}zur-post/"))
    done = front.post(f"{batch}zur-post/")
    text = main_text(front.get(done["Location"]))
    assert "Eingetragen: Die Briefe sind in der Post." in text
    assert text.count("Kam zurück") == 2
    assert "Stapel vom Zur Post gegeben Briefe Kamen zurück Mo 23.11.2026, 08:20 Mo 23.11.2026, 08:20 2 0" in main_text(
        front.get(BRIEFE)
    )


def test_a_batch_that_was_opened_between_two_seconds_is_printed_too(front: Client, write: Write, later: Later) -> None:
    write("Jürgen Größer")
    front = later(timedelta(microseconds=2051))
    assert front.get(f"{open_batch(front)}pdf/").status_code == 200


def test_looking_at_pages_and_sheets_changes_nothing_but_the_trail(front: Client, write: Write) -> None:
    write("Jürgen Größer")
    batch = open_batch(front)
    letter = Letter.objects.get()

    def stand() -> list[object]:
        rows = [*Letter.objects.values(), *LetterBatch.objects.values(), *Message.objects.values()]
        return [{key: bytes(one) if isinstance(one, memoryview) else one for key, one in row.items()} for row in rows]

    before, trail = stand(), AuditEntry.objects.count()
    for path in ("", "pdf/", "zur-post/", "zuruecklegen/"):
        assert front.get(batch + path).status_code == 200
    for path in ("pdf/", "herausnehmen/"):
        assert front.get(f"{BRIEFE}{letter.public_id}/{path}").status_code == 200
    assert stand() == before
    new = AuditEntry.objects.order_by("id")[trail:].values_list("action", flat=True)
    assert list(new) == ["viewed", "letters:printed", "letters:reprinted", "viewed"]


def test_one_sheet_is_printed_again(front: Client, write: Write) -> None:
    write("Jürgen Größer")
    two = write("Yıldız Şahin")
    open_batch(front)
    sheet = front.get(f"{BRIEFE}{letter_about(two).public_id}/pdf/")
    assert sheet["Content-Disposition"] == 'inline; filename="brief-2.pdf"'
    assert ("YıldızŞahin" in said(sheet.content), "Jürgen" in said(sheet.content)) == (True, False)


def test_what_is_cancelled_after_the_batch_was_opened_stands_first_and_is_taken_out(
    front: Client, write: Write, house: Office
) -> None:
    write("Jürgen Größer")
    two = write("Yıldız Şahin")
    batch = open_batch(front)
    cancel(jobcenter=house.jobcenter, appointment=two, by=audit.CUSTOMER, now=two.booked_at)
    text = main_text(front.get(batch))
    assert "Bitte nicht abschicken (1)" in text
    assert "2 Yıldız Şahin 36037 Fulda Stimmt nicht mehr: Der Termin oder die Adresse hat sich geändert." in text
    assert "1 Brief in diesem Stapel stimmt nicht mehr" in main_text(front.get(f"{batch}zur-post/"))
    done = front.post(f"{BRIEFE}{letter_about(two).public_id}/herausnehmen/")
    text = main_text(front.get(done["Location"]))
    assert ("Bitte nicht abschicken" in text, "1 Brief, in der Reihenfolge der Blätter" in text) == (False, True)
    assert "Yıldız" not in said(front.get(f"{batch}pdf/").content)


def test_what_became_too_late_in_the_batch_is_taken_out_and_called(front: Client, write: Write, later: Later) -> None:
    one = write("Yıldız Şahin", phone="0661 6006-80")
    batch = open_batch(front)
    front = later(TOO_LATE_BY)
    assert "Kommt nicht mehr rechtzeitig an: bitte anrufen. 0661 600680" in main_text(front.get(batch))
    front.post(f"{BRIEFE}{letter_about(one).public_id}/herausnehmen/")
    assert "Bitte anrufen (1)" in main_text(front.get(BRIEFE))


def test_a_batch_put_back_waits_again(front: Client, write: Write) -> None:
    write("Jürgen Größer")
    batch = open_batch(front)
    assert "Schon gedruckte Blätter vernichten Sie bitte" in main_text(front.get(f"{batch}zuruecklegen/"))
    done = front.post(f"{batch}zuruecklegen/")
    text = main_text(front.get(done["Location"]))
    assert ("Die Briefe warten wieder auf den Druck." in text, "1 Brief wartet." in text) == (True, True)
    assert front.get(batch).status_code == 404


@pytest.mark.parametrize("step", ["zur-post/", "zuruecklegen/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_batch_that_a_colleague_posted_meanwhile_shows_its_stand(
    front: Client, write: Write, step: str, method: str
) -> None:
    write("Jürgen Größer")
    batch = post_batch(front)
    answer = getattr(front, method)(batch + step)
    assert (answer.status_code, "Der Stapel ist schon in der Post" in main_text(answer)) == (409, True)


def test_of_a_posted_batch_nothing_is_left_to_print_or_take_out(front: Client, write: Write) -> None:
    one = write("Jürgen Größer")
    batch = post_batch(front)
    gone = front.get(f"{batch}pdf/")
    assert (gone.status_code, "Das lässt sich nicht mehr drucken" in main_text(gone)) == (409, True)
    letter = f"{BRIEFE}{letter_about(one).public_id}/"
    assert [front.get(f"{letter}pdf/").status_code, front.post(f"{letter}herausnehmen/").status_code] == [409, 409]


def test_a_letter_that_no_page_can_be_made_of_is_named_with_the_way_on(
    front: Client, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("Jürgen Größer")
    write("Yıldız Şahin")
    batch = open_batch(front)

    def refuse(*_: object, **__: object) -> bytes:
        raise CannotBeSet((1,))

    monkeypatch.setattr(printing, "typeset", refuse)
    answer = front.get(f"{batch}pdf/")
    text = main_text(answer)
    assert answer.status_code == 409
    assert "Diese Briefe lassen sich nicht setzen" in text
    assert "Yıldız Şahin, Bestätigung Aus dem Stapel nehmen" in text


def test_a_press_that_is_down_loses_nothing_and_says_so(
    front: Client, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("Jürgen Größer")
    batch = open_batch(front)

    def refuse(*_: object, **__: object) -> bytes:
        raise NoFonts

    monkeypatch.setattr(printing, "typeset", refuse)
    answer = front.get(f"{batch}pdf/")
    assert (answer.status_code, "Die Briefe lassen sich gerade nicht setzen" in main_text(answer)) == (503, True)


def test_the_words_on_paper_are_known_by_their_version(front: Client, write: Write, fulda: Jobcenter) -> None:
    one = write("Jürgen Größer")
    assert Message.objects.get(subject=one.subject).text_version == 0
    TextVersion.objects.create(
        tenant=fulda,
        kind="confirmation",
        channel="letter",
        language="de",
        version=7,
        subject="Ihr Termin",
        body="Eigene Worte des Hauses.",
        is_active=True,
        created_at=one.booked_at,
    )
    batch = open_batch(front)
    assert "EigeneWortedesHauses." in said(front.get(f"{batch}pdf/").content)
    assert Message.objects.get(subject=one.subject).text_version == 7


def test_without_letters_the_page_says_so_and_the_way_there_is_hidden(front: Client, office: Office) -> None:
    TenantSettings.objects.update(letters_enabled=False)
    answer = front.get(BRIEFE)
    text = main_text(answer)
    assert "Ihr Haus verschickt zurzeit keine Briefe" in text
    assert "Zurzeit wartet kein Brief." in text
    assert "Briefe (0)" not in answer.content.decode()
    assert not any(word in text for word in ("Offene Stapel", "In der Post", "Bitte anrufen"))


def test_letters_of_the_time_before_they_were_switched_off_can_still_be_printed(front: Client, write: Write) -> None:
    write("Jürgen Größer")
    TenantSettings.objects.update(letters_enabled=False)
    assert "Briefe (1)" in front.get("/fulda/desk/haus/").content.decode()
    assert "1 Brief, in der Reihenfolge" in main_text(front.get(open_batch(front)))


@pytest.mark.parametrize(
    "path", ["stapel/{id}/", "stapel/{id}/pdf/", "stapel/{id}/zur-post/", "stapel/{id}/zuruecklegen/"]
)
def test_an_unknown_batch_and_another_jobcenters_look_alike(
    front: Client, write: Write, wiesbaden: Jobcenter, path: str
) -> None:
    assert front.get(BRIEFE + path.format(id="A" * 22)).status_code == 404
    assert front.get(BRIEFE + path.format(id="x")).status_code == 404


@pytest.mark.parametrize("path", ["pdf/", "herausnehmen/", "zurueck/"])
def test_a_letter_that_waits_has_no_sheet_to_print_and_nothing_to_take_out(
    front: Client, write: Write, path: str
) -> None:
    letter = letter_about(write("Jürgen Größer"))
    assert front.get(f"{BRIEFE}{letter.public_id}/{path}").status_code == 404
    assert front.get(f"{BRIEFE}{'A' * 22}/{path}").status_code == 404
