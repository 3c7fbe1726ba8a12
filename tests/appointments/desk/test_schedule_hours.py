# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Hours at the desk: weekly rules, single days, absences, closures and moves of a house, and who may change whose."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from time_machine import Traveller

from appointments.models import (
    Absence,
    Appointment,
    Calendar,
    Closure,
    ClosureWindow,
    Location,
    LocationHours,
    OpeningException,
    OpeningRule,
)
from appointments.schedule_changes import Closed, preview
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.desk.conftest import EIGHT
from tests.appointments.desk.schedule_pages import MONDAY, TUESDAY, apply, fields_of, path
from tests.appointments.desk.staff import browser_of, main_text, make_member
from tests.appointments.factories import Office


def weekly(**changes: Any) -> dict[str, Any]:
    usual = {"tage": ["6"], "von": "08:00", "bis": "10:00", "standort": "haus", "treffen": ["1", "2"], "wochen": "1"}
    return {**usual, "ab": "2026-11-24", **changes}


def test_new_weekly_hours_on_several_days(desk: Client, own: Calendar) -> None:
    page = desk.post(path(own, "zeit/"), weekly(tage=["6", "7"]))
    assert "Kim ab Di 24.11.2026: Samstag 08:00–10:00, Haus der Arbeit; Sonntag" in main_text(page)
    assert "Das betrifft keinen Termin." in main_text(page)
    assert fields_of(page)["tage"] == ["6", "7"]
    assert apply(desk, page, path(own, "zeit/"))["Location"] == path(own) + "?getan=zeiten"
    made = OpeningRule.objects.filter(calendar=own, weekday__gte=6).order_by("weekday")
    assert [(one.weekday, one.start_minute, one.end_minute, one.modes, one.valid_from) for one in made] == [
        (6, 480, 600, 3, TUESDAY),
        (7, 480, 600, 3, TUESDAY),
    ]
    assert "Samstag 08:00–10:00 Haus der Arbeit vor Ort, am Telefon ab Di 24.11.2026" in main_text(desk.get(path(own)))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"von": "12:00", "bis": "10:00"},
            "Die Sprechzeit Samstag 12:00–10:00, Haus der Arbeit endet, bevor sie beginnt.",
        ),
        (
            {"tage": ["1"]},
            "Die Sprechzeit Montag 08:00–10:00, Haus der Arbeit liegt zur selben Zeit wie Montag 08:00–12:00",
        ),
        ({"von": "08:03"}, "muss auf fünf Minuten genau sein"),
        ({"wochen": "2"}, "gilt nicht jede Woche. Sagen Sie, in welcher Woche sie anfängt."),
        ({"gilt_ab": "2026-12-07", "gilt_bis": "2026-12-01"}, "ist vorbei, bevor sie anfängt"),
        ({"gilt_bis": "2026-11-01"}, "ist vorbei, bevor sie anfängt"),
        ({"gilt_ab": "2026-12-07", "gilt_bis": "2026-12-09"}, "käme nie vor"),
        ({"tage": []}, "Wählen Sie mindestens einen Wochentag."),
        ({"treffen": []}, "Wählen Sie mindestens eine Art."),
        ({"wochen": "0"}, "Geben Sie eine Zahl von 1 bis 52 ein."),
        ({"von": "halb acht"}, "Geben Sie eine Uhrzeit ein"),
        ({"ab": "2026-11-01"}, "Dieser Tag ist schon vorbei."),
        ({"ab": "2099-11-01"}, "in den nächsten zwei Jahren"),
    ],
)
def test_hours_that_cannot_be_meant_are_refused_in_a_sentence(
    desk: Client, own: Calendar, changes: dict[str, Any], sentence: str
) -> None:
    answer = desk.post(path(own, "zeit/"), weekly(**changes))
    assert (answer.status_code, OpeningRule.objects.filter(calendar=own).count()) == (422, 5)
    assert sentence in main_text(answer)


def test_hours_beyond_those_of_the_house_are_told_and_wholly_outside_refused(
    desk: Client, own: Calendar, office: Office
) -> None:
    LocationHours.objects.create(
        tenant=office.jobcenter, location=office.location, weekday=6, start_minute=540, end_minute=720
    )
    told = desk.post(path(own, "zeit/"), weekly())
    assert told.status_code == 200
    assert (
        "Gut zu wissen Die Sprechzeit Samstag 08:00–10:00, Haus der Arbeit reicht über die Öffnungszeiten"
        in main_text(told)
    )
    refused = desk.post(path(own, "zeit/"), weekly(von="13:00", bis="14:00"))
    assert refused.status_code == 422
    assert "liegt außerhalb der Öffnungszeiten des Standorts" in main_text(refused)


def test_a_rule_is_changed_and_taken_away_from_a_day_on(
    desk: Client, own: Calendar, two: tuple[Appointment, Appointment]
) -> None:
    monday = OpeningRule.objects.get(calendar=own, weekday=1)
    form = desk.get(path(own, f"zeit/?regel={monday.pk}")).content.decode()
    assert re.findall(r'name="(von|bis)" value="([\d:]+)"', form) == [("von", "08:00"), ("bis", "12:00")]
    shorter = weekly(tage=["1"], bis="09:30", regel=str(monday.pk), ab="2026-11-23")
    page = desk.post(path(own, "zeit/"), shorter)
    assert "Das betrifft einen Menschen mit Termin." in main_text(page), "who comes at nine keeps the time"
    assert "außerhalb der Sprechzeit" in main_text(page)
    apply(desk, page, path(own, "zeit/"))
    now = OpeningRule.objects.filter(calendar=own, weekday=1).order_by("valid_from")
    assert [(one.valid_from, one.valid_until, one.end_minute) for one in now] == [
        (MONDAY, None, 570),
        (None, MONDAY - timedelta(days=1), 720),
    ]
    end = desk.post(path(own, "zeit-entfernen/"), {"regel": str(now[0].pk)})
    assert apply(desk, end, path(own, "zeit-entfernen/")).status_code == 303
    assert not OpeningRule.objects.filter(calendar=own, weekday=1, valid_until=None).exists()


def test_other_hours_on_one_day_and_back(desk: Client, own: Calendar) -> None:
    page = desk.post(path(own, "tag/"), {"tag": "2026-11-24", "standort": "haus", "zeiten": "9-10:30, 13 bis 14 Uhr"})
    assert "Kim am Di 24.11.2026: 09:00–10:30, 13:00–14:00" in main_text(page)
    apply(desk, page, path(own, "tag/"))
    rows = OpeningException.objects.order_by("start_minute").values_list("start_minute", "end_minute")
    assert list(rows) == [(540, 630), (780, 840)]
    assert "Dienstag, 24. November 2026 Haus der Arbeit: 09:00–10:30, 13:00–14:00" in main_text(desk.get(path(own)))
    page = desk.post(path(own, "tag-wie-sonst/"), {"tag": "2026-11-24", "standort": "haus"})
    apply(desk, page, path(own, "tag-wie-sonst/"))
    assert OpeningException.objects.count() == 0
    assert desk.post(path(own, "tag-wie-sonst/"), {"tag": "2026-11-24", "standort": "haus"}).status_code == 404


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        ("morgens", "Schreiben Sie Zeiten so: 08:00-12:00, 13:30-16:00."),
        ("12-8", "Eine Zeit endet, bevor sie beginnt."),
        ("8-12, 11-13", "Zwei Zeiten überschneiden sich."),
        ("8:75-9", "Uhrzeiten gehen von 00:00 bis 24:00"),
        ("8-25", "Uhrzeiten gehen von 00:00 bis 24:00"),
        ("1-2,3-4,5-6,7-8,9-10,11-12,13-14", "Das sind zu viele Zeiten für einen Tag."),
    ],
)
def test_hours_of_a_day_are_read_as_people_write_them_or_refused(
    desk: Client, own: Calendar, hours: str, sentence: str
) -> None:
    answer = desk.post(path(own, "tag/"), {"tag": "2026-11-24", "standort": "haus", "zeiten": hours})
    assert answer.status_code == 422
    assert sentence in main_text(answer)


def test_an_absence_is_entered_and_taken_back(desk: Client, own: Calendar) -> None:
    sent = {"von_tag": "2026-12-01", "von_zeit": "10:00", "bis_tag": "2026-12-04"}
    page = desk.post(path(own, "abwesend/"), sent)
    apply(desk, page, path(own, "abwesend/"))
    assert "Di 01.12.2026, 10:00 bis Fr 04.12.2026, Ende des Tages" in main_text(desk.get(path(own)))
    row = Absence.objects.get()
    back = desk.post(path(own, "wieder-da/"), {"abwesenheit": str(row.pk)})
    assert "Abwesenheit von Kim löschen: Di 01.12.2026, 10:00" in main_text(back)
    apply(desk, back, path(own, "wieder-da/"))
    assert Absence.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"bis_tag": "2026-11-30"}, "Die Abwesenheit endet, bevor sie beginnt."),
        ({"von_tag": "", "bis_tag": ""}, "Geben Sie den ersten Tag ein, zum Beispiel 14.12.2026."),
        ({"bis_tag": "gestern"}, "Geben Sie den letzten Tag ein, zum Beispiel 14.12.2026."),
        ({"von_tag": "2026-11-20"}, "Dieser Tag ist schon vorbei."),
        ({"von_zeit": "25:00"}, "Geben Sie eine Uhrzeit ein, zum Beispiel 09:30."),
        ({"von_tag": "2026-11-23", "bis_tag": "2026-11-23", "bis_zeit": "08:00"}, "Diese Zeit ist schon vorbei."),
    ],
)
def test_an_absence_that_cannot_be_is_refused(
    desk: Client, own: Calendar, changes: dict[str, str], sentence: str
) -> None:
    answer = desk.post(path(own, "abwesend/"), {"von_tag": "2026-12-01", "bis_tag": "2026-12-04", **changes})
    assert answer.status_code == 422
    assert sentence in main_text(answer)


# --- Sites ------------------------------------------------------------------------------------------------------------
def test_a_house_closes_with_an_emergency_window_and_opens_again(lead: Client, office: Office) -> None:
    address = "/fulda/desk/standort/haus/"
    sent = {
        "von_tag": "2026-12-01",
        "bis_tag": "2026-12-02",
        "wo": "alles",
        "grund": "Betriebsfest",
        "notdienst": "9-11",
    }
    page = lead.post(f"{address}schliessen/", sent)
    assert "Das ganze Jobcenter geschlossen: Di 01.12.2026 bis Mi 02.12.2026" in main_text(page)
    assert apply(lead, page, f"{address}schliessen/")["Location"] == f"{address}?getan=geschlossen"
    assert list(ClosureWindow.objects.order_by("day").values_list("start_minute", "end_minute")) == [(540, 660)] * 2
    assert "Betriebsfest (ganzes Jobcenter). Notdienst: 09:00–11:00" in main_text(lead.get(address))
    page = lead.post(f"{address}wieder-auf/", {"schliessung": str(Closure.objects.get().pk)})
    apply(lead, page, f"{address}wieder-auf/")
    assert Closure.objects.count() == 0


def test_the_hours_of_a_house(lead: Client, office: Office, two: tuple[Appointment, Appointment]) -> None:
    address = "/fulda/desk/standort/haus/zeiten/"
    page = lead.post(address, {"ab": "2026-11-23", "tag_1": "8-9:15, 14-16", "tag_2": "8-12"})
    assert "Das betrifft 2 Menschen mit Termin." in main_text(page)
    apply(lead, page, address)
    assert "Montag 08:00–09:15, 14:00–16:00 Dienstag 08:00–12:00" in main_text(lead.get("/fulda/desk/standort/haus/"))
    again = lead.get(address).content.decode()
    assert 'name="tag_1" value="08:00–09:15, 14:00–16:00"' in again


def test_a_house_moves_and_everybody_goes_along(
    lead: Client, office: Office, two: tuple[Appointment, Appointment]
) -> None:
    Location.objects.create(tenant=office.jobcenter, slug="neu", name="Neubau", street="Ring 2", town="Fulda")
    address = "/fulda/desk/standort/haus/umzug/"
    page = lead.post(address, {"ab": "2026-11-23", "nach": "neu"})
    assert "Gleiche Zeit am neuen Standort" in main_text(page)
    done = apply(lead, page, address)
    assert "Yıldız Şahin" in main_text(done)
    assert {one.location.slug for one in Appointment.objects.all()} == {"neu"}


# --- Who may ----------------------------------------------------------------------------------------------------------
def test_a_caseworker_changes_their_own_calendar_and_no_other(desk: Client, own: Calendar, office: Office) -> None:
    assert "Kim" in main_text(desk.get("/fulda/desk/sprechzeiten/"))
    assert "Zimmer 2" not in main_text(desk.get("/fulda/desk/sprechzeiten/"))
    for what, method in (("", "get"), ("krank/", "post"), ("abwesend/", "get"), ("zeit/", "get"), ("tag/", "get")):
        assert getattr(desk, method)(path(office.calendars[1], what)).status_code == 403
    assert desk.get("/fulda/desk/standort/haus/").status_code == 403
    assert desk.get("/fulda/desk/sprechzeiten/999999/").status_code == 404


def test_who_has_no_calendar_is_told_so(clock: Traveller, fulda: Jobcenter, office: Office) -> None:
    client = browser_of(make_member(fulda, Role.CASEWORKER))
    assert "Sie haben keinen eigenen Kalender." in main_text(client.get("/fulda/desk/sprechzeiten/"))


def test_the_administration_sees_whom_it_concerns_in_numbers_and_no_names(
    admin: Client, own: Calendar, two: tuple[Appointment, Appointment]
) -> None:
    page = admin.post(path(own, "krank/"))
    text = main_text(page)
    assert "Das betrifft 2 Menschen mit Termin." in text
    assert "E-Mail oder SMS" in text
    assert not re.search("Jürgen|Yıldız|example.org", text)
    done = apply(
        admin, page, path(own, "abwesend/"), **{name: "cancel" for name in fields_of(page) if name[:2] == "w-"}
    )
    assert not re.search("Jürgen|Yıldız", main_text(done))


def test_a_preview_by_hand_agrees_with_the_page(
    lead: Client, office: Office, two: tuple[Appointment, Appointment]
) -> None:
    change = Closed(office.location.pk, MONDAY, MONDAY, {"de": "Umbau"})
    by_hand = preview(jobcenter=office.jobcenter, change=change, now=datetime.now(EIGHT.tzinfo))
    sent = {"von_tag": "2026-11-23", "bis_tag": "2026-11-23", "wo": "hier", "grund": "Umbau"}
    page = fields_of(lead.post("/fulda/desk/standort/haus/schliessen/", sent))
    assert page["fingerprint"] == by_hand.fingerprint
    assert {name[2:]: code for name, code in page.items() if name.startswith("w-")} == {
        case.key: case.default.code for case in by_hand.cases
    }
