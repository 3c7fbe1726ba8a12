# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The list of all messages: what did not arrive first, and what the desk can do about one."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from django.test import Client
from time_machine import Traveller

from appointments.links import keys_of, readable_code
from appointments.models import Appointment
from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Attempt, Message
from notifications.outbox import listing
from notifications.states import State
from tests.appointments.desk.staff import browser_of, main_text, make_member
from tests.notifications.steps import brought_to

LIST = "/fulda/desk/nachrichten/"
NOW = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
Make = Callable[..., Appointment]


def confirmation_of(one: Appointment, state: State, **changes: object) -> Message:
    message = Message.objects.get(subject=one.subject, kind="confirmation", channel="email")
    return brought_to(state, now=NOW, message=message, **changes)


def press(desk: Client, message: Message, step: str, **sent: str) -> object:
    form = {"step": step, "seen": message.state, **sent}
    return desk.post(f"/fulda/desk/nachricht/{message.public_id}/", form)


def test_problems_come_first_and_say_why_and_for_whom(desk: Client, make: Make) -> None:
    bad = make(60, "Olena Шевченко", email="olena@example.org")
    make(90, "Yıldız Şahin", email="yildiz@example.org")
    confirmation_of(bad, State.FAILED, result_code="rcpt-550-5.1.1")
    text = main_text(desk.get(LIST))
    assert "Probleme (1) Geplant oder wartend (1) Gesendet Alle" in text
    assert (
        "Bestätigung per E-Mail Olena Шевченко Mo 23.11.2026, 09:00 nicht angekommen "
        "Dieses E-Mail-Postfach gibt es nicht. Meldung: rcpt-550-5.1.1. Noch einmal senden" in text
    )
    assert "Yıldız" not in text


def test_without_problems_the_page_says_so(desk: Client, make: Make) -> None:
    make(60, "Olena Шевченко", email="olena@example.org")
    assert "Alles in Ordnung: Keine Nachricht ist liegen geblieben" in main_text(desk.get(LIST))


def test_filters_narrow_by_group_channel_kind_and_day(desk: Client, make: Make) -> None:
    make(7 * 24 * 60 + 60, "Olena Шевченко", email="olena@example.org", phone="+4915228817386")
    found = {
        query: len(re.findall("Olena Шевченко</a>", desk.get(f"{LIST}?{query}").content.decode()))
        for query in (
            "gruppe=wartet",
            "gruppe=wartet&weg=sms",
            "gruppe=wartet&art=confirmation",
            "gruppe=wartet&von=2026-11-28",
            "gruppe=wartet&bis=2026-11-21",
            "gruppe=wartet&von=27.11.2026&bis=27.11.2026",
            "gruppe=gesendet",
            "gruppe=alle",
        )
    }
    assert found == {
        "gruppe=wartet": 3,
        "gruppe=wartet&weg=sms": 1,
        "gruppe=wartet&art=confirmation": 1,
        "gruppe=wartet&von=2026-11-28": 1,
        "gruppe=wartet&bis=2026-11-21": 1,
        "gruppe=wartet&von=27.11.2026&bis=27.11.2026": 1,
        "gruppe=gesendet": 0,
        "gruppe=alle": 3,
    }


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("von=gestern", "Schreiben Sie den Tag so: 24.11.2026."),
        ("von=2026-11-24&bis=2026-11-23", "Der letzte Tag liegt vor dem ersten."),
        ("von=0001-01-01", "Schreiben Sie den Tag so: 24.11.2026."),
        ("bis=9999-12-31", "Schreiben Sie den Tag so: 24.11.2026."),
    ],
)
def test_a_day_that_cannot_be_is_named(desk: Client, make: Make, query: str, sentence: str) -> None:
    answer = desk.get(f"{LIST}?{query}")
    assert (answer.status_code, sentence in main_text(answer)) == (422, True)


@pytest.mark.parametrize("query", ["gruppe=x", "weg=x", "art=x", "termin=AAAAAAAAAAAAAAAAAAAAAA"])
def test_a_choice_that_is_none_shows_no_messages(desk: Client, make: Make, query: str) -> None:
    make(60, "Olena Шевченко", email="olena@example.org")
    answer = desk.get(f"{LIST}?{query}")
    assert answer.status_code in (404, 422)
    assert "Olena" not in answer.content.decode()


def test_a_code_leads_to_its_messages_and_never_into_an_address(desk: Client, make: Make) -> None:
    one = make(60, "Olena Шевченко", email="olena@example.org")
    make(90, "Yıldız Şahin", email="yildiz@example.org")
    code = readable_code(keys_of(one).code).lower()
    answer = desk.post(f"{LIST}suchen/", {"code": code})
    assert (answer.status_code, answer["Location"]) == (303, f"{LIST}?gruppe=alle&termin={one.public_id}")
    text = main_text(desk.get(answer["Location"]))
    assert ("Nur die Nachrichten zu: Olena Шевченко" in text, "Yıldız" in text) == (True, False)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", "Geben Sie den Code ein."),
        ("ABCD-EFGH", "Zu diesem Code gibt es hier keinen Termin."),
        ("x" * 100, "höchstens 60"),
    ],
)
def test_a_code_that_opens_nothing_keeps_what_was_typed(desk: Client, make: Make, code: str, sentence: str) -> None:
    answer = desk.post(f"{LIST}suchen/", {"code": code})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{code}"' in html
    assert sentence in html or code == "x" * 100


def test_a_hundred_messages_are_walked_page_by_page_without_gap_or_repetition(
    desk: Client, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = make(60, "Olena Шевченко", email="olena@example.org")
    first = Message.objects.get(subject=one.subject)
    due = [NOW - timedelta(hours=n // 3) for n in range(11)]  # several at the same instant
    for n, at in enumerate(due):
        first.pk, first.public_id, first.occasion, first.due_at = None, f"P{n:021}", f"n{n}", at
        first.save(force_insert=True)
    monkeypatch.setattr(listing, "PAGE", 4)
    for group in ("alle", "wartet"):
        seen: list[str] = []
        address: str | None = f"{LIST}?gruppe={group}"
        while address:
            html = desk.get(address).content.decode()
            seen += re.findall(r"/nachricht/([\w-]+)/", html)
            link = re.search(r'href="([^"]+)">Weitere Nachrichten', html)
            address = unquote(link[1].replace("&amp;", "&")) if link else None
        order = ("due_at", "id") if group == "wartet" else ("-due_at", "-id")
        assert seen == list(Message.objects.order_by(*order).values_list("public_id", flat=True))


def test_a_place_in_the_list_that_cannot_be_is_its_beginning(desk: Client, make: Make) -> None:
    make(60, "Olena Шевченко", email="olena@example.org")
    for place in (
        "x",
        "20261123T070000.000000-",
        "-1",
        "20269999T070000.000000-1",
        "20261123T070000.000000-" + "9" * 30,
    ):
        assert "Olena" in desk.get(f"{LIST}?gruppe=alle&ab={place}").content.decode() or place.endswith("9")


def test_sending_again_comes_back_to_the_same_list(desk: Client, make: Make) -> None:
    one = make(60, "Olena Шевченко", email="olena@example.org")
    message = confirmation_of(one, State.FAILED)
    answer = press(desk, message, "nochmal", filter="gruppe=alle&weg=email")
    assert answer["Location"] == f"{LIST}?gruppe=alle&weg=email&getan=nochmal"  # type: ignore[index]
    text = main_text(desk.get(answer["Location"]))  # type: ignore[index]
    assert "Die Nachricht wird noch einmal gesendet." in text
    assert "Bestätigung per E-Mail, noch einmal gesendet Olena Шевченко" in text
    assert "Nachricht noch einmal gesendet" in main_text(desk.get(f"/fulda/desk/termin/{one.public_id}/"))


def test_taking_back_lets_it_not_leave(desk: Client, make: Make) -> None:
    message = confirmation_of(make(60, "Olena Шевченко", email="olena@example.org"), State.PLANNED)
    assert press(desk, message, "zurueck")["Location"] == f"{LIST}?getan=zurueck"  # type: ignore[index]
    assert "zurückgenommen Das Haus hat sie zurückgenommen; sie ging nicht hinaus." in main_text(
        desk.get(f"{LIST}?gruppe=alle")
    )


def test_an_unclear_one_can_be_said_to_have_arrived(desk: Client, make: Make) -> None:
    message = confirmation_of(make(60, "Olena Шевченко", email="olena@example.org"), State.AMBIGUOUS)
    assert "Sie ist angekommen" in main_text(desk.get(LIST))
    press(desk, message, "angekommen")
    message.refresh_from_db()
    assert (message.state, Attempt.objects.get(message=message).outcome) == ("delivered", "said-arrived")


def test_an_old_page_decides_nothing(desk: Client, make: Make) -> None:
    one = make(60, "Olena Шевченко", email="olena@example.org")
    message = confirmation_of(one, State.PLANNED)
    confirmation_of(one, State.ACCEPTED)
    answer = press(desk, message, "zurueck")
    assert answer.status_code == 409  # type: ignore[attr-defined]
    assert "Ihr Knopf hat nichts bewirkt. Die Liste zeigt jetzt den neuen Stand." in main_text(answer)
    assert Message.objects.get(pk=message.pk).state == "accepted"
    assert not AuditEntry.objects.filter(action="message_taken_back").exists()


def test_what_is_no_longer_true_says_so(desk: Client, make: Make) -> None:
    one = make(60, "Olena Шевченко", email="olena@example.org")
    message = confirmation_of(one, State.FAILED)
    Appointment.objects.filter(pk=one.pk).update(revision=2)
    answer = press(desk, message, "nochmal")
    assert (answer.status_code, "Diese Nachricht stimmt nicht mehr" in main_text(answer)) == (409, True)  # type: ignore[attr-defined]


@pytest.mark.parametrize("sent", [{"step": "x"}, {"seen": "x"}, {"filter": "x" * 400}])
def test_a_button_that_is_none_does_nothing(desk: Client, make: Make, sent: dict[str, str]) -> None:
    message = confirmation_of(make(60, "Olena Шевченко", email="olena@example.org"), State.FAILED)
    form = {"step": "nochmal", "seen": "failed", **sent}
    assert desk.post(f"/fulda/desk/nachricht/{message.public_id}/", form).status_code == 422
    assert Message.objects.count() == 1


def test_a_filter_from_elsewhere_leads_nowhere_else(desk: Client, make: Make) -> None:
    message = confirmation_of(make(60, "Olena Шевченко", email="olena@example.org"), State.FAILED)
    answer = press(desk, message, "nochmal", filter="gruppe=alle&next=//evil.example&ab=x")
    assert answer["Location"] == f"{LIST}?gruppe=alle&getan=nochmal"  # type: ignore[index]


def test_the_front_desk_has_no_list_of_messages_and_no_way_to_it(
    fulda: Jobcenter, clock: Traveller, make: Make
) -> None:
    front = browser_of(make_member(fulda, Role.FRONT_DESK))
    assert front.get(LIST).status_code == 403
    assert "Nachrichten" not in front.get("/fulda/desk/haus/").content.decode()


def test_the_list_tells_nobodys_address(desk: Client, caseworker: Membership, make: Make) -> None:
    one = make(60, "Olena Шевченко", email="olena.geheim@example.org", phone="+4915228817386")
    confirmation_of(one, State.FAILED)
    html = desk.get(f"{LIST}?gruppe=alle").content.decode()
    assert [word for word in ("geheim", "28817386", "rcpt-to") if word in html] == []
