# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Dates of groups at the desk: open one, see who comes, record it, change seats, move somebody, call it all off."""

from datetime import timedelta

import pytest
from django.test import Client
from time_machine import Traveller

from appointments.changing import cancel
from appointments.models import Appointment, GroupSession, Location, OpeningRule, Service
from appointments.seats import book_seat, hold_seat
from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Message
from tests.appointments.desk.conftest import EIGHT, booked
from tests.appointments.desk.staff import browser_of, main_text, make_member
from tests.appointments.factories import Office, person
from tests.appointments.sessions import fill, make_group_office, make_session, numbers, oversold

NOW = EIGHT + timedelta(minutes=20)
NINE_TOMORROW = EIGHT + timedelta(days=1, hours=1)
LIST = "/fulda/desk/gruppentermine/haus/"


@pytest.fixture
def office(fulda: Jobcenter) -> Office:
    return make_group_office(fulda, calendars=2)


def typed(office: Office, **changes: str) -> dict[str, str]:
    """A form as it is sent when all is well: tomorrow at nine, eight seats."""
    fine = {
        "service": "gruppe",
        "calendar": str(office.calendars[0].pk),
        "day": "2026-11-24",
        "time": "09:00",
        "seats": "8",
        "title_de": "Bewerben mit dem Handy",
        "title_en": "",
    }
    return {**fine, **changes}


def path(session: GroupSession, what: str = "") -> str:
    return f"/fulda/desk/gruppentermin/{session.public_id}/{what}"


def seated(session: GroupSession, name: str, member: Membership, **details: str) -> Appointment:
    by = audit.staff(member.pk)
    return book_seat(jobcenter=session.tenant, session=session, person=person(name, **details), now=NOW, by=by)


def kinds_of(appointment: Appointment) -> list[tuple[str, str, str]]:
    messages = Message.objects.filter(subject=appointment.subject).order_by("id")
    return [(message.kind, message.channel, message.state) for message in messages]


def test_the_list_says_how_full_each_date_is(desk: Client, office: Office) -> None:
    first = make_session(office, NINE_TOMORROW, NOW, title="Bewerben mit dem Handy")
    fill(first, NOW, leaving=3)
    hold_seat(jobcenter=office.jobcenter, session=first, now=NOW)
    make_session(office, NINE_TOMORROW + timedelta(days=1), NOW, seats=15, calendar=1)

    text = main_text(desk.get(LIST))
    assert "Gruppentermine am Standort Haus der Arbeit" in text
    assert (
        "Gruppeninformation: Bewerben mit dem Handy Zimmer 1 8, davon 5 gebucht, 1 wird gerade gebucht, 2 frei" in text
    )
    assert "Gruppeninformation Zimmer 2 15, davon 0 gebucht, 15 frei" in text
    assert "Gruppentermine" in main_text(desk.get("/fulda/desk/haus/"))


def test_the_day_shows_its_dates_even_when_nobody_has_booked(desk: Client, office: Office) -> None:
    make_session(office, NINE_TOMORROW, NOW)
    off = make_session(office, NINE_TOMORROW, NOW, calendar=1)
    desk.post(path(off, "absagen/"))

    text = main_text(desk.get("/fulda/desk/haus/?tag=2026-11-24"))
    assert "Gruppentermine 09:00 Gruppeninformation , Zimmer 1: 8, davon 0 gebucht, 8 frei" in text
    assert "Zimmer 2:" not in text
    assert "davon" not in main_text(desk.get("/fulda/desk/haus/?tag=2026-11-25"))


def test_without_groups_nothing_points_to_them_and_the_list_is_honestly_empty(desk: Client, office: Office) -> None:
    assert "Hier sind keine Gruppentermine geplant." in main_text(desk.get(LIST))
    Service.objects.update(is_group=False)
    assert "Gruppentermine" not in main_text(desk.get("/fulda/desk/haus/"))
    assert "Hier kann noch kein Gruppentermin angelegt werden." in main_text(desk.get(f"{LIST}neu/"))


def test_earlier_dates_can_be_looked_up(office: Office, caseworker: Membership, clock: Traveller) -> None:
    make_session(office, NINE_TOMORROW, NOW)
    clock.shift(timedelta(days=7))
    desk = browser_of(caseworker)
    assert "Hier sind keine Gruppentermine geplant." in main_text(desk.get(LIST))
    earlier = main_text(desk.get(f"{LIST}?tag=2026-11-02"))
    assert "Dienstag, 24. November 2026" in earlier
    assert desk.get(f"{LIST}?tag=1900-01-01").status_code == 404


def test_a_new_date_stands_in_the_list_and_can_be_booked(desk: Client, office: Office) -> None:
    response = desk.post(f"{LIST}neu/", typed(office, title_en="Apply by phone"))
    session = GroupSession.objects.get()
    assert (response.status_code, response["Location"]) == (303, path(session) + "?getan=angelegt")
    text = main_text(desk.get(response["Location"]))
    assert "Der Gruppentermin ist angelegt. Er kann ab jetzt gebucht werden." in text
    assert "Plätze 8, davon 0 gebucht, 8 frei" in text
    assert "Noch hat niemand einen Platz gebucht." in text
    assert (session.starts_at, session.ends_at, session.seats, session.titles) == (
        NINE_TOMORROW,
        NINE_TOMORROW + timedelta(hours=1),
        8,
        {"de": "Bewerben mit dem Handy", "en": "Apply by phone"},
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"service": ""}, "Wählen Sie ein Anliegen aus."),
        ({"calendar": "999999"}, "Wählen Sie aus, bei wem oder wo er ist."),
        ({"day": "morgen"}, "Geben Sie einen Tag ein, zum Beispiel 14.12.2026."),
        ({"day": "2099-01-01"}, "Wählen Sie einen Tag in den nächsten zwei Jahren."),
        ({"day": "2026-11-20"}, "Diese Zeit ist schon vorbei. Wählen Sie eine spätere."),
        ({"day": "2026-11-29"}, "Dann ist hier keine Sprechzeit"),
        ({"time": "25:00"}, "Geben Sie eine Uhrzeit ein, zum Beispiel 09:30."),
        ({"time": "09:32"}, "Wählen Sie eine Uhrzeit in Schritten von fünf Minuten, zum Beispiel 09:30."),
        ({"time": "11:30"}, "Dann ist hier keine Sprechzeit"),
        ({"time": "10:30"}, "Zu dieser Zeit ist der Kalender schon belegt. Wählen Sie eine andere Zeit."),
        ({"seats": "0"}, "Geben Sie eine Zahl von 1 bis 500 ein."),
        ({"seats": "501"}, "Geben Sie eine Zahl von 1 bis 500 ein."),
        ({"seats": "viele"}, "Geben Sie eine Zahl von 1 bis 500 ein."),
        ({"title_de": "x" * 81}, "Bitte kürzen Sie den Text auf 80 Zeichen."),
        ({"title_de": "", "title_en": "Only English"}, "Geben Sie den Text auch auf Deutsch ein."),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence_and_nothing_is_lost(
    desk: Client, office: Office, changes: dict[str, str], said: str
) -> None:
    make_session(office, NINE_TOMORROW + timedelta(hours=1), NOW)
    sent = typed(office, **changes)
    answer = desk.post(f"{LIST}neu/", sent)

    assert (answer.status_code, said in main_text(answer), GroupSession.objects.count()) == (422, True, 1)
    kept = sent["title_de"] or sent["title_en"]
    assert f'value="{kept}"' in answer.content.decode()


def test_the_page_of_a_date_records_who_came(
    desk: Client, office: Office, caseworker: Membership, clock: Traveller
) -> None:
    session = make_session(office, NINE_TOMORROW, NOW)
    anna, bela = seated(session, "Anna Adler", caseworker), seated(session, "Béla Bauer", caseworker, language="tr")
    gone = seated(session, "Zoe Zander", caseworker)
    cancel(jobcenter=office.jobcenter, appointment=gone, by=audit.CUSTOMER, now=NOW)

    before = main_text(desk.get(path(session)))
    assert "Wer gekommen ist, können Sie erst am Tag selbst eintragen." in before
    assert "Anna Adler Deutsch gebucht Béla Bauer Türkçe gebucht Zoe Zander Deutsch abgesagt" in before

    clock.move_to(NINE_TOMORROW + timedelta(minutes=5))
    desk = browser_of(caseworker)  # the session of yesterday has ended
    stand = f"stand/{anna.public_id}/"
    response = desk.post(path(session, stand), {"verb": "check_in", "seen": "booked"})
    assert (response.status_code, response["Location"]) == (303, path(session) + f"#termin-{anna.public_id}")
    again = desk.post(path(session, stand), {"verb": "check_in", "seen": "booked"})
    assert (again.status_code, "Ihr Knopf hat nichts bewirkt." in main_text(again)) == (409, True)
    desk.post(path(session, f"stand/{bela.public_id}/"), {"verb": "record_no_show", "seen": "booked"})
    assert [Appointment.objects.get(pk=one.pk).status for one in (anna, bela, gone)] == [
        "checked_in",
        "no_show",
        "cancelled",
    ]
    assert desk.post(path(session, stand), {"verb": "vanish", "seen": "booked"}).status_code == 422


def test_somebody_of_another_date_is_not_recorded_here(desk: Client, office: Office, caseworker: Membership) -> None:
    here, there = (make_session(office, NINE_TOMORROW + timedelta(days=days), NOW) for days in (0, 1))
    stranger = seated(there, "Anna Adler", caseworker)
    answer = desk.post(path(here, f"stand/{stranger.public_id}/"), {"verb": "check_in", "seen": "booked"})
    assert (answer.status_code, Appointment.objects.get().status) == (404, "booked")


def test_seats_are_changed_down_to_those_in_use(desk: Client, office: Office) -> None:
    session = make_session(office, NINE_TOMORROW, NOW)
    fill(session, NOW, leaving=3)
    hold_seat(jobcenter=office.jobcenter, session=session, now=NOW)

    refused = desk.post(path(session, "plaetze/"), {"seats": "5"})
    text = "5 Plätze sind gebucht und 1 werden gerade gebucht. Weniger als 6 geht deshalb nicht."
    assert (refused.status_code, text in main_text(refused)) == (422, True)
    assert desk.post(path(session, "plaetze/"), {"seats": "x"}).status_code == 422
    assert desk.post(path(session, "plaetze/"), {"seats": "6"})["Location"] == path(session) + "?getan=plaetze"
    session.refresh_from_db()
    assert (session.seats, numbers(session), oversold()) == (6, [1, 2, 3, 4, 5, 6], [])


def test_calling_off_says_before_who_is_told_where_and_who_has_to_be_called(
    desk: Client, office: Office, caseworker: Membership
) -> None:
    session = make_session(office, NINE_TOMORROW, NOW)
    reached = seated(session, "Anna Adler", caseworker, email="anna@example.org", phone="+4915228817386")
    unreached = seated(session, "Béla Bauer", caseworker)

    page = main_text(desk.get(path(session, "absagen/")))
    assert "2 Menschen verlieren den Termin. Das lässt sich nicht zurücknehmen." in page
    assert "Sofort geht eine Nachricht hinaus an Anna Adler: E-Mail an a…@example.org, SMS an" in page
    assert "Bitte geben Sie selbst Bescheid Béla Bauer" in page
    assert Appointment.objects.filter(status="booked").count() == 2

    response = desk.post(path(session, "absagen/"))
    assert response["Location"] == path(session) + "?getan=abgesagt"
    text = main_text(desk.get(response["Location"]))
    assert "Der Gruppentermin ist abgesagt." in text
    assert "Gruppentermin absagen" not in text
    assert [(one.kind, one.state) for one in Message.objects.filter(subject=reached.subject).order_by("id")][-2:] == [
        ("cancelled", "planned"),
        ("cancelled", "planned"),
    ]
    assert kinds_of(unreached) == []
    assert {one.cancelled_by for one in Appointment.objects.all()} == {"staff"}
    again = desk.post(path(session, "absagen/"))
    assert (again.status_code, "nicht mehr möglich" in main_text(again)) == (409, True)


def test_a_date_nobody_booked_is_called_off_without_a_message(desk: Client, office: Office) -> None:
    session = make_session(office, NINE_TOMORROW, NOW)
    assert "Es geht keine Nachricht hinaus." in main_text(desk.get(path(session, "absagen/")))
    desk.post(path(session, "absagen/"))
    assert (Message.objects.count(), "abgesagt" in main_text(desk.get(LIST))) == (0, True)


def test_once_it_has_begun_nothing_is_changed_any_more(
    office: Office, caseworker: Membership, clock: Traveller
) -> None:
    session = make_session(office, NINE_TOMORROW, NOW)
    clock.move_to(NINE_TOMORROW)
    desk = browser_of(caseworker)
    assert "Plätze ändern" not in main_text(desk.get(path(session)))
    for what, sent in (("absagen/", {}), ("plaetze/", {"seats": "9"})):
        answer = desk.post(path(session, what), sent)
        assert (answer.status_code, "hat schon begonnen oder ist abgesagt" in main_text(answer)) == (409, True)
    session.refresh_from_db()
    assert (session.seats, session.cancelled_at) == (8, None)


def test_somebody_is_moved_to_another_date_of_the_group(desk: Client, office: Office, caseworker: Membership) -> None:
    here, full, there = (make_session(office, NINE_TOMORROW + timedelta(days=days), NOW, seats=2) for days in (0, 1, 3))
    fill(full, NOW)
    anna = seated(here, "Anna Adler", caseworker, email="anna@example.org")
    own = f"/fulda/desk/termin/{anna.public_id}/"

    address = desk.get(f"{own}verschieben/")["Location"]
    page = desk.get(address)
    assert address == f"{own}anderer-termin/"
    assert (there.public_id in page.content.decode(), full.public_id in page.content.decode()) == (True, False)
    assert "E-Mail an a…@example.org" in main_text(page)
    for sent, status in (
        ({}, 422),
        ({"session": "never-made", "revision": "1"}, 422),
        ({"session": full.public_id, "revision": "1"}, 409),
        ({"session": there.public_id, "revision": "7"}, 409),
    ):
        assert desk.post(address, sent).status_code == status
    assert Appointment.objects.get(pk=anna.pk).session_id == here.pk

    moved = desk.post(address, {"session": there.public_id, "revision": "1"})
    assert moved["Location"] == f"{own}?getan=verschoben"
    assert (Appointment.objects.get(pk=anna.pk).session_id, oversold()) == (there.pk, [])
    assert [kind for kind, _channel, _state in kinds_of(anna)] == ["confirmation", "changed", "reminder"]


def test_who_is_in_no_group_has_no_other_date(desk: Client, office: Office, caseworker: Membership) -> None:
    office.service.is_group = False
    office.service.save()
    alone = booked(office, NINE_TOMORROW, person("Anna Adler"), caseworker)
    assert desk.get(f"/fulda/desk/termin/{alone.public_id}/anderer-termin/").status_code == 404


def test_the_front_desk_sees_and_records_but_does_not_manage(
    fulda: Jobcenter, office: Office, caseworker: Membership, clock: Traveller
) -> None:
    session = make_session(office, NINE_TOMORROW, NOW)
    anna = seated(session, "Anna Adler", caseworker)
    clock.move_to(NINE_TOMORROW)
    reception = browser_of(make_member(fulda, Role.FRONT_DESK))

    assert "Neuer Gruppentermin" not in main_text(reception.get(LIST))
    text = main_text(reception.get(path(session)))
    assert ("Anna Adler" in text, "Plätze ändern" in text) == (True, False)
    assert (
        reception.post(path(session, f"stand/{anna.public_id}/"), {"verb": "check_in", "seen": "booked"}).status_code
        == 303
    )
    for what in ("absagen/", "plaetze/"):
        assert reception.post(path(session, what), {"seats": "1"}).status_code == 403
    assert reception.get(f"{LIST}neu/").status_code == 403


def test_another_jobcenters_date_is_unknown(desk: Client, office: Office, wiesbaden: Jobcenter) -> None:
    session = make_session(office, NINE_TOMORROW, NOW)
    stranger = browser_of(make_member(wiesbaden, Role.TEAM_LEAD))
    for what in ("", "absagen/"):
        assert stranger.get(f"/wiesbaden/desk/gruppentermin/{session.public_id}/{what}").status_code == 404
    assert desk.get("/fulda/desk/gruppentermin/never-made/").status_code == 404
    assert desk.get("/fulda/desk/gruppentermine/nirgends/").status_code == 404
    assert (Location.objects.count(), OpeningRule.objects.count()) == (1, 10)
