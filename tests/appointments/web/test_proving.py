# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Booking where the Jobcenter wants addresses proven, without JavaScript: the code, and what to do when none came.

The code is typed on the last page, beside the summary: no screen of its own.
"""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from time_machine import Traveller

from appointments.models import Appointment, Hold, Occupancy, Proof
from appointments.proof_messages import ProofMessage
from appointments.proving import code_of
from appointments.web.proving import Codes, judged
from jobcenter_portal.accounts.models import ContactPoint
from jobcenter_portal.tenancy.models import Counted, TenantSettings
from notifications.models import Message
from notifications.service import Channel, MessageRef
from notifications.texts.rendering import render_email, render_sms
from tests.appointments.factories import Office
from tests.appointments.web.test_way_in import solution_in
from tests.appointments.web.visitor import Visitor, buttons_of, heading_of, text_of

TUESDAY_NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
MAIL = {"name": "Jürgen Größer", "remind": "email", "email": "j.groesser@post.example"}
BOTH = {**MAIL, "remind": "both", "mobile": "0152 28817386"}


@pytest.fixture(autouse=True)
def addresses_are_proven(office: Office) -> None:
    TenantSettings.objects.update(prove_addresses=True)


def code_for(channel: str = "email") -> str:
    return code_of(Proof.objects.get(channel=channel))


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def sent() -> list[str]:
    return sorted(Message.objects.values_list("kind", flat=True))


def test_the_code_is_typed_beside_the_summary_and_the_button_that_books_judges_it(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    contact = visitor.post(f"{hold}kontakt/", **MAIL)
    page = visitor.get(contact["Location"])
    assert (contact["Location"], heading_of(page)) == (f"{hold}pruefen/", "Stimmt alles?")
    assert 'autocomplete="one-time-code"' in page.content.decode()
    assert 'inputmode="numeric"' in page.content.decode()
    assert (buttons_of(page)[0], sent()) == ("Verbindlich buchen", ["proof_code"])
    booked = visitor.post(f"{hold}pruefen/", code_email=code_for())
    assert heading_of(visitor.get(booked["Location"])) == "Ihr Termin"
    assert (sent()[0], ContactPoint.objects.get().proven_at is not None) == ("confirmation", True)


def test_pressed_twice_with_the_right_code_it_books_once(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **MAIL)
    code = code_for()
    pages = [visitor.post(f"{hold}pruefen/", code_email=code)["Location"] for _press in range(2)]
    assert (pages[0], Appointment.objects.count()) == (pages[1], 1)


def test_a_second_press_that_finds_the_codes_gone_with_the_first_still_leads_to_the_appointment(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first press books between the moment the second one reads the hold and the moment it judges the code."""
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **MAIL)
    code = code_for()
    first: list[str] = []

    def judged_late(*given: Any) -> Codes | None:
        if not first:
            first.append("")
            first[0] = Visitor("/fulda/de/", visitor.client).post(f"{hold}pruefen/", code_email=code)["Location"]
        return judged(*given)

    monkeypatch.setattr("appointments.web.proving.judged", judged_late)
    assert visitor.post(f"{hold}pruefen/", code_email=code)["Location"] == first[0]
    assert Appointment.objects.count() == 1


def test_blanks_dashes_and_digits_of_other_scripts_are_understood(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **MAIL)
    code = code_for()
    arabic = "".join(chr(0x660 + int(digit)) for digit in code)
    answer = visitor.post(f"{hold}pruefen/", code_email=f" {arabic[:3]}-{arabic[3:]} ")
    assert (answer.status_code, Appointment.objects.count()) == (303, 1)


def test_without_the_code_nothing_is_booked_and_no_confirmation_leaves(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **MAIL)
    answer = visitor.post(f"{hold}pruefen/")
    assert (answer.status_code, "Geben Sie den Code ein. Er hat 6 Ziffern." in text_of(answer)) == (422, True)
    assert (Appointment.objects.count(), sent()) == (0, ["proof_code"])


def test_a_slip_is_no_guess_and_a_wrong_code_is_said_at_its_field(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **MAIL)
    for slip in ("", "12345", "abcdef"):
        page = visitor.post(f"{hold}pruefen/", code_email=slip)
        assert (page.status_code, "Er hat 6 Ziffern." in text_of(page)) == (422, True)
    assert Proof.objects.get().attempts == 0
    page = visitor.post(f"{hold}pruefen/", code_email=wrong(code_for()))
    assert (page.status_code, "Dieser Code stimmt nicht." in text_of(page)) == (422, True)
    assert Proof.objects.get().attempts == 1


def test_after_three_wrong_codes_a_new_one_is_offered_and_works(visitor: Visitor, clock: Traveller) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **MAIL)
    pages = [visitor.post(f"{hold}pruefen/", code_email=wrong(code_for())) for _try in range(3)]
    assert "Dieser Code gilt nicht mehr." in text_of(pages[-1])
    page = visitor.get(f"{hold}pruefen/")
    assert "Hier fehlt noch ein Code" in text_of(page)
    clock.shift(timedelta(seconds=61))
    assert visitor.post(f"{hold}pruefen/", again="email")["Location"] == f"{hold}pruefen/"
    assert "/t/" in visitor.post(f"{hold}pruefen/", code_email=code_for())["Location"]


def test_a_code_that_ran_out_while_the_page_was_open_is_said_to_be_void(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **MAIL)
    Proof.objects.update(expires_at=datetime(2026, 11, 23, 6, 0, tzinfo=UTC))
    page = visitor.post(f"{hold}pruefen/", code_email=code_for())
    assert (page.status_code, "Dieser Code gilt nicht mehr." in text_of(page)) == (422, True)


def test_going_back_and_on_sends_no_second_code(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    for _click in range(3):
        visitor.post(f"{hold}kontakt/", **MAIL)
    assert (sent(), Proof.objects.get().round) == (["proof_code"], 1)


def test_asking_again_within_a_minute_is_answered_kindly(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **MAIL)
    page = visitor.post(f"{hold}pruefen/", again="email")
    assert (page.status_code, "Bitte warten Sie eine Minute." in text_of(page), sent()) == (422, True, ["proof_code"])


def test_both_addresses_are_proven_on_one_screen_and_a_right_code_stays_right(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **BOTH)
    page = visitor.post(f"{hold}pruefen/", code_email=code_for(), code_sms=wrong(code_for("sms")))
    html = page.content.decode()
    assert (page.status_code, 'name="code_email"' in html, 'name="code_sms"' in html) == (422, False, True)
    assert "Geschafft: j.groesser@post.example stimmt." in text_of(page)
    assert Appointment.objects.count() == 0
    assert "/t/" in visitor.post(f"{hold}pruefen/", code_sms=code_for("sms"))["Location"]


def test_whom_no_code_reaches_can_give_another_address_or_go_without(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **MAIL)
    page = visitor.get(f"{hold}pruefen/")
    assert buttons_of(page)[:4] == [
        "Verbindlich buchen",
        "Neuen Code per E-Mail schicken",
        "Ohne Nachrichten weiter",
        "Zeit verlängern",
    ]
    assert f'href="{hold}kontakt/"' in page.content.decode()
    assert "0661 0000-0" in text_of(page)
    other = visitor.post(f"{hold}kontakt/", **{**MAIL, "email": "other@post.example"})
    assert (other["Location"], Proof.objects.count()) == (f"{hold}pruefen/", 2)
    assert visitor.post(f"{hold}pruefen/", without="1")["Location"] == f"{hold}pruefen/"
    assert visitor.post(f"{hold}pruefen/").status_code == 303
    assert (ContactPoint.objects.count(), Proof.objects.count(), Hold.objects.count()) == (0, 0, 0)


def test_who_wants_no_messages_is_asked_for_no_code(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    check = visitor.get(visitor.post(f"{hold}kontakt/", name="Jürgen Größer", remind="none")["Location"])
    assert (heading_of(check), "one-time-code" in check.content.decode(), sent()) == ("Stimmt alles?", False, [])


def test_a_time_that_somebody_else_took_meanwhile_is_said_before_any_code_is_judged_wrong(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **MAIL)
    Occupancy.objects.all().delete()
    answer = visitor.post(f"{hold}pruefen/", code_email=wrong(code_for()))
    assert (answer.status_code, heading_of(answer)) == (409, "Diese Zeit ist gerade vergeben worden")


def test_the_page_that_the_codes_once_had_leads_on_and_loses_no_code(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **MAIL)
    answers = [visitor.get(f"{hold}code/"), visitor.post(f"{hold}code/", code_email=code_for())]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(303, f"{hold}pruefen/")] * 2
    assert (Appointment.objects.count(), Proof.objects.get().proven_at is not None) == (0, True)
    assert "/t/" in visitor.post(f"{hold}pruefen/")["Location"]


def test_the_page_is_the_same_whether_we_know_the_address_or_not(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **MAIL)
    visitor.post(f"{hold}pruefen/", code_email=code_for())
    visitor.post(f"{hold}pruefen/")
    pages: list[str] = []
    for address in ("j.groesser@post.example", "n.obody00@post.example"):
        someone = Visitor("/fulda/de/")
        own = someone.holds(TUESDAY_NINE + timedelta(hours=len(pages) + 1))
        Message.objects.all().delete()
        Counted.objects.all().delete()
        someone.post(f"{own}kontakt/", **{**MAIL, "email": address})
        pages.append(
            text_of(someone.get(f"{own}pruefen/")).replace(address, "…").replace("10:00", "t").replace("11:00", "t")
        )
    assert pages[0] == pages[1]


def test_nothing_that_was_typed_stands_in_the_message_or_in_a_log(
    visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    payload = "Gewinn"
    hold = visitor.holds(TUESDAY_NINE)
    typed = {field: f"{payload} {field}" for field in ("name", "post", "helper", "companion", "phone", "mobile")}
    visitor.post(f"{hold}kontakt/", **typed, remind="email", email="stranger@post.example", language="de")
    [message] = Message.objects.all()
    code = code_for()
    said = _rendered(message)
    assert [payload in text for text in said] == [False] * len(said)
    assert all(code in text for text in said[1:])
    assert [one for one in caplog.messages if code in one or payload in one] == []


def _rendered(message: Message) -> list[str]:
    ref = MessageRef(message.subject, message.revision, message.occasion, Channel.EMAIL, "de", bytes(message.recipient))
    envelope = ProofMessage().compose(ref, now=message.due_at)
    assert envelope is not None
    mail = render_email("proof_code", "de", envelope.values, sender="Terminservice")
    return [mail.subject, mail.text, render_sms("proof_code", "de", envelope.values).text]


def test_bad_input_is_no_server_error(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **MAIL)
    for typed in (
        {"again": "phone"},
        {"again": ""},
        {"code_email": "9" * 500},
        {"code_sms": "123456"},
        {"without": ""},
    ):
        assert visitor.post(f"{hold}pruefen/", **typed).status_code in (303, 422)
    assert visitor.get("buchen/halt/unknown/code/").status_code == 410


def test_after_ten_codes_of_a_network_its_machines_work_for_each_and_nobody_is_shut_out(visitor: Visitor) -> None:
    neighbour = Visitor("/fulda/de/")
    before = neighbour.holds(TUESDAY_NINE + timedelta(hours=1))
    for number in range(5):
        neighbour.post(f"{before}kontakt/", **{**MAIL, "email": f"n{number}@post.example"})
    hold = visitor.holds(TUESDAY_NINE)
    for number in range(6):
        visitor.post(f"{hold}kontakt/", **{**MAIL, "email": f"p{number}@post.example"})
    page = visitor.get(f"{hold}pruefen/")
    assert (sent(), "Hier fehlt noch ein Code" in text_of(page)) == (["proof_code"] * 10, True)
    assert heading_of(visitor.post(f"{hold}pruefen/", again="email")) == "Gleich geht es weiter"
    answer = visitor.post(f"{hold}pruefen/", again="email", altcha=solution_in(page))
    assert (answer.status_code, len(sent())) == (303, 11)
