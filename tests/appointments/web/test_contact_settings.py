# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How we reach somebody, by their own link: what is sent where, reminders off and on, other addresses and languages."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from appointments.changing import cancel
from appointments.contact_changes import change_address
from appointments.core.modes import Mode
from appointments.links import keys_of
from appointments.models import Appointment, Proof
from appointments.proving import code_of
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import TenantSettings
from notifications.models import Message, Suppression
from tests.appointments.factories import Office, make_appointment, person
from tests.appointments.web.conftest import EIGHT
from tests.appointments.web.visitor import Visitor, buttons_of, heading_of, text_of

MONDAY_NINE = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
"""09:00 in Fulda, a week ahead: every reminder is still to come."""
EMAIL, MOBILE = "j.groesser@example.org", "015123456789"


@pytest.fixture
def booked(office: Office) -> Appointment:
    TenantSettings.objects.update(languages=["de", "en", "uk"])
    return make_appointment(office, MONDAY_NINE, EIGHT, person(email=EMAIL, phone=MOBILE))


@pytest.fixture
def page(booked: Appointment) -> str:
    return f"t/{keys_of(booked).token}/nachrichten/"


def addresses() -> dict[str, tuple[str, bool]]:
    return {str(one.channel): (one.address, one.reminders_wanted) for one in ContactPoint.objects.all()}


def waiting() -> set[tuple[str, str, bytes]]:
    """Kind, channel and address of what still waits."""
    return {
        (one.kind, one.channel, bytes(one.recipient))
        for one in Message.objects.filter(state="planned", kind="reminder")
    }


def test_the_page_says_what_goes_where_and_shows_no_address_whole(visitor: Visitor, page: str) -> None:
    answer = visitor.get(page)
    words = text_of(answer)
    assert heading_of(answer) == "Nachrichten und Erinnerungen"
    facts = [
        "Ihr Termin: Montag, 30. November 2026, 09:00 Uhr",
        "E-Mail j…@example.org Wir erinnern Sie hier und sagen Ihnen, wenn sich etwas ändert.",
        "SMS +49 … 789 Wir erinnern Sie hier und sagen Ihnen, wenn sich etwas ändert.",
    ]
    assert [fact for fact in facts if fact not in words] == []
    assert (EMAIL in answer.content.decode(), "23456789" in answer.content.decode()) == (False, False)
    assert buttons_of(answer) == [
        *("Nicht mehr erinnern", "Ändern oder löschen"),
        *("Nicht mehr erinnern", "Ändern oder löschen"),
        "Sprache speichern",
    ]


def test_each_way_is_switched_off_and_on_by_itself(visitor: Visitor, page: str) -> None:
    everything = waiting()
    assert {channel for _, channel, _ in everything} == {"email", "sms"}
    assert visitor.post(page, weg="sms", erinnern="aus")["Location"] == f"/fulda/de/{page}?gespeichert=ja"
    assert "Gespeichert." in text_of(visitor.get(f"{page}?gespeichert=ja"))
    assert {channel for _, channel, _ in waiting()} == {"email"}
    words = text_of(visitor.get(page))
    assert "SMS +49 … 789 Wir erinnern Sie hier nicht. Wenn sich etwas ändert, sagen wir Ihnen trotzdem" in words
    assert "Wieder erinnern" in buttons_of(visitor.get(page))
    visitor.post(page, weg="sms", erinnern="an")
    assert waiting() == everything


def test_who_once_answered_stop_is_reminded_again_when_they_say_so(
    visitor: Visitor, booked: Appointment, page: str
) -> None:
    point = ContactPoint.objects.get(channel="sms")
    Suppression.objects.create(
        tenant=booked.tenant,
        channel="sms",
        recipient=point.address_index,
        reason="stop",
        only_reminders=True,
        since=EIGHT,
    )
    assert "Wieder erinnern" in buttons_of(visitor.get(page))
    visitor.post(page, weg="sms", erinnern="an")
    assert (Suppression.objects.count(), "Wieder erinnern" in buttons_of(visitor.get(page))) == (0, False)


def test_another_address_is_used_from_now_on_for_what_waits_too(visitor: Visitor, page: str) -> None:
    old = {address for _, channel, address in waiting() if channel == "email"}
    form = visitor.get(page + "email/")
    assert heading_of(form) == "An welche E-Mail-Adresse sollen wir schreiben?"
    assert "Im Moment: j…@example.org" in text_of(form)
    assert visitor.post(page + "email/", address=" Neu@Example.org ")["Location"] == f"/fulda/de/{page}?gespeichert=ja"
    assert addresses()["email"] == ("neu@example.org", True)
    now = {address for _, channel, address in waiting() if channel == "email"}
    assert (len(now), now & old) == (1, set())
    assert Message.objects.filter(kind="confirmation", recipient=now.pop()).exists()


def test_a_way_that_was_never_given_can_be_given_now(visitor: Visitor, office: Office) -> None:
    nobody = make_appointment(office, MONDAY_NINE, EIGHT, person())
    page = f"t/{keys_of(nobody).token}/nachrichten/"
    assert "SMS Nicht angegeben." in text_of(visitor.get(page))
    assert visitor.post(page + "sms/", address="0151 23456789").status_code == 303
    assert addresses() == {"sms": ("+4915123456789", True)}
    assert {channel for _, channel, _ in waiting()} == {"sms"}


@pytest.mark.parametrize(
    ("way", "typed", "said"),
    [
        ("email", "", "Geben Sie Ihre E-Mail-Adresse ein."),
        ("email", "kein-at", "Diese E-Mail-Adresse stimmt nicht."),
        ("email", "a@example.org\nBcc: b@example.org", "Diese E-Mail-Adresse stimmt nicht."),
        ("sms", "0661 6006123", "Das ist keine deutsche Handynummer."),
        ("sms", "+44 7911 123456", "Das ist keine deutsche Handynummer."),
        ("sms", "0900 1234567", "Das ist keine deutsche Handynummer."),
    ],
)
def test_bad_input_is_explained_and_nothing_typed_is_lost(
    visitor: Visitor, page: str, way: str, typed: str, said: str
) -> None:
    before = addresses()
    answer = visitor.post(f"{page}{way}/", address=typed)
    assert (answer.status_code, said in text_of(answer), addresses()) == (422, True, before)
    first_line = typed.split("\n", maxsplit=1)[0]
    assert f'value="{first_line}' in answer.content.decode() or not typed


def test_an_address_can_be_taken_back_and_nothing_goes_there_any_more(visitor: Visitor, page: str) -> None:
    assert "Nummer löschen" in buttons_of(visitor.get(page + "sms/"))
    assert visitor.post(page + "sms/", loeschen="ja").status_code == 303
    assert addresses() == {"email": (EMAIL, True)}
    assert {channel for _, channel, _ in waiting()} == {"email"}
    assert visitor.post(page + "sms/", loeschen="ja").status_code == 303  # the second half of a double click


def test_a_talk_on_the_telephone_keeps_its_number_but_it_may_be_another(
    visitor: Visitor, booked: Appointment, page: str
) -> None:
    Appointment.objects.update(mode=int(Mode.PHONE))
    assert visitor.post(page + "telefon/", address="0661 6006123").status_code == 303
    assert "Nummer löschen" not in buttons_of(visitor.get(page + "telefon/"))
    visitor.post(page + "telefon/", loeschen="ja")
    assert addresses()["phone"] == ("+496616006123", True)


def test_messages_can_speak_another_language_than_the_page(visitor: Visitor, page: str) -> None:
    assert 'value="uk"' in visitor.get(page).content.decode()
    assert visitor.post(page, language="uk").status_code == 303
    assert set(Message.objects.filter(state="planned").values_list("language", flat=True)) == {"uk"}
    refused = visitor.post(page, language="fr")
    assert (refused.status_code, "Wählen Sie eine Sprache." in text_of(refused)) == (422, True)
    assert Appointment.objects.get().language == "uk"


def test_a_link_in_wrong_hands_writes_to_five_strangers_a_day_and_no_more(
    visitor: Visitor, page: str, clock: time_machine.Traveller
) -> None:
    answers = [visitor.post(page + "email/", address=f"stranger{n}@example.org").status_code for n in range(6)]
    assert answers == [303] * 5 + [422]
    assert addresses()["email"] == ("stranger4@example.org", True)
    clock.shift(timedelta(days=1, seconds=1))
    assert visitor.post(page + "email/", address="stranger5@example.org").status_code == 303


def test_where_addresses_are_proven_a_new_one_counts_once_its_code_is_typed(
    visitor: Visitor, booked: Appointment, page: str
) -> None:
    TenantSettings.objects.update(prove_addresses=True)
    answer = visitor.post(page + "email/", address="neu@example.org")
    assert answer["Location"] == f"/fulda/de/{page}email/code/"
    assert addresses()["email"] == (EMAIL, True)
    assert set(Message.objects.filter(kind="proof_code").values_list("channel", flat=True)) == {"email"}
    assert "neu@example.org" in text_of(visitor.get(page + "email/code/"))
    code = code_of(Proof.objects.get())
    wrong = visitor.post(page + "email/code/", code=f"{(int(code) + 1) % 10**6:06}")
    assert (wrong.status_code, "Dieser Code stimmt nicht." in text_of(wrong)) == (422, True)
    assert addresses()["email"] == (EMAIL, True)
    assert visitor.post(page + "email/code/", code=f"{code[:3]} {code[3:]}").status_code == 303
    assert addresses()["email"] == ("neu@example.org", True)
    assert ContactPoint.objects.get(channel="email").proven_at == EIGHT
    assert visitor.get(page + "email/code/")["Location"] == f"/fulda/de/{page}email/"


def test_a_second_tap_with_the_right_code_is_told_the_same_as_the_first(
    visitor: Visitor, booked: Appointment, page: str
) -> None:
    TenantSettings.objects.update(prove_addresses=True)
    visitor.post(page + "email/", address="neu@example.org")
    code = code_of(Proof.objects.get())
    first, second = (visitor.post(page + "email/code/", code=code) for _tap in range(2))
    assert first["Location"] == second["Location"] == f"/fulda/de/{page}?gespeichert=ja"

    change_address(  # who has another address meanwhile is told nothing of that kind
        jobcenter=booked.tenant,
        appointment=booked,
        channel=ContactChannel.EMAIL,
        address=EMAIL,
        by=audit.CUSTOMER,
        now=EIGHT,
    )
    assert visitor.post(page + "email/code/", code=code)["Location"] == f"/fulda/de/{page}email/"


def test_ways_that_do_not_exist_are_no_pages(visitor: Visitor, page: str) -> None:
    assert [visitor.get(f"{page}{way}/").status_code for way in ("fax", "geraet", "telefon", "brief")] == [404] * 4
    before = addresses()
    for typed in ({"weg": "fax", "erinnern": "aus"}, {"weg": "sms", "erinnern": "vielleicht"}, {"erinnern": "aus"}):
        visitor.post(page, **typed)
    assert addresses() == before


def test_what_is_over_or_cancelled_has_no_settings_any_more(
    visitor: Visitor, office: Office, booked: Appointment, page: str
) -> None:
    cancel(jobcenter=office.jobcenter, appointment=booked, by=audit.CUSTOMER, now=EIGHT)
    own = f"/fulda/de/t/{keys_of(booked).token}/"
    pages = (page, page + "email/", page + "email/code/")
    assert [visitor.get(one)["Location"] for one in pages[:2]] == [own, own]
    assert visitor.post(page + "email/", address="neu@example.org")["Location"] == own
    assert addresses()["email"] == (EMAIL, True)


def test_reading_changes_nothing_and_strangers_get_nowhere(visitor: Visitor, second_office: Office, page: str) -> None:
    before = (addresses(), waiting(), Message.objects.count())
    for one in (
        page,
        page + "email/",
        page + "email/code/",
        f"{page}?erinnern=aus&weg=sms",
        f"{page}email/?loeschen=ja",
    ):
        visitor.get(one)
        assert Visitor("/wiesbaden/de/").get(one).status_code == 404
    assert Visitor("/wiesbaden/de/").post(page, weg="sms", erinnern="aus").status_code == 404
    assert (addresses(), waiting(), Message.objects.count()) == before
