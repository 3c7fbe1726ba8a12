# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The desk's pages about hours: ill today in two clicks, a choice for each person, bad input in clear words."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
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
from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Message
from tests.appointments.desk.conftest import EIGHT, booked
from tests.appointments.desk.staff import browser_of, main_text, make_member
from tests.appointments.factories import Office, person

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)


@pytest.fixture
def own(office: Office, caseworker: Membership) -> Calendar:
    """The caseworker's calendar, with everybody of the morning in it."""
    Calendar.objects.filter(pk=office.calendars[0].pk).update(name="Kim", membership=caseworker)
    office.calendars[0].refresh_from_db()
    return office.calendars[0]


@pytest.fixture
def lead(clock: Traveller, fulda: Jobcenter) -> Client:
    return browser_of(make_member(fulda, Role.TEAM_LEAD, "Dr. Bärbel Fröhlich"))


@pytest.fixture
def admin(clock: Traveller, fulda: Jobcenter) -> Client:
    return browser_of(make_member(fulda, Role.TENANT_ADMIN, "Stefan Groß"))


def path(calendar: Calendar, what: str = "") -> str:
    return f"/fulda/desk/sprechzeiten/{calendar.pk}/{what}"


def fields_of(response: Any) -> dict[str, Any]:
    """What the page's form would send, with what is selected in it; what stands there several times is a list."""
    html = response.content.decode()
    form = html[html.index('<form class="stack"') :]
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    values = {name: [value for other, value in hidden if other == name] for name, _value in hidden}
    sent: dict[str, Any] = {name: found if len(found) > 1 else found[0] for name, found in values.items()}
    for name, options in re.findall(r'<select[^>]* name="(w-[^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        sent[name] = re.findall(r'<option value="([^"]+)" selected', options)[0]
    return sent


def options_of(response: Any, appointment: Appointment) -> list[str]:
    html = response.content.decode()
    (options,) = re.findall(rf'name="w-a{appointment.pk}"[^>]*>(.*?)</select>', html, re.DOTALL)
    return re.findall(r'<option value="([^"]+)"', options)


@pytest.fixture
def two(own: Calendar, office: Office, make: Callable[..., Appointment]) -> tuple[Appointment, Appointment]:
    """Two people of the caseworker's own day: at 9 with an e-mail address, at 10 without any."""
    Calendar.objects.filter(pk__in=[one.pk for one in office.calendars[1:]]).update(max_per_day=0)
    first = make(60, "Jürgen Größer", email="juergen.groesser@example.org")
    second = make(120, "Yıldız Şahin")
    Calendar.objects.update(max_per_day=None)
    assert {first.calendar_id, second.calendar_id} == {own.pk}
    return first, second


def apply(client: Client, page: Any, address: str, **changes: str) -> Any:
    return client.post(address, {**fields_of(page), "tun": "anwenden", **changes})


# --- Ill today --------------------------------------------------------------------------------------------------------
def test_ill_today_is_one_button_one_look_and_one_more(
    desk: Client, own: Calendar, office: Office, two: tuple[Appointment, Appointment]
) -> None:
    assert "Heute krank" in main_text(desk.get(path(own)))
    page = desk.post(path(own, "krank/"))
    text = main_text(page)
    assert page.status_code == 200
    assert "Abwesenheit von Kim: Mo 23.11.2026, 08:20 bis Mo 23.11.2026, Ende des Tages" in text
    assert "Das betrifft 2 Menschen mit Termin." in text
    assert "Gleiche Zeit, Vertretung: Zimmer 2" in text
    assert "E-Mail an j…@example.org" in text
    assert "nichts: bitte selbst Bescheid geben" in text
    assert "Vertretung: keine Nachricht, denn Tag, Uhrzeit und Ort bleiben gleich." in text
    assert Absence.objects.count() == 0

    done = apply(desk, page, path(own, "abwesend/"))
    assert (done.status_code, done["Location"]) == (303, path(own) + "?getan=abwesend")
    assert "Die Abwesenheit ist eingetragen." in main_text(desk.get(done["Location"]))
    for one in two:
        one.refresh_from_db()
        assert one.calendar_id in {other.pk for other in office.calendars[1:]}
    assert Absence.objects.get().starts_at == EIGHT + timedelta(minutes=20)


def test_each_person_can_go_another_way_and_who_cannot_be_told_is_named(
    desk: Client, own: Calendar, two: tuple[Appointment, Appointment]
) -> None:
    first, second = two
    page = desk.post(path(own, "krank/"))
    assert [code.partition(".")[0] for code in options_of(page, first)] == ["deputy", "move", "offer", "cancel"]
    move = options_of(page, second)[1]
    done = apply(desk, page, path(own, "abwesend/"), **{f"w-a{first.pk}": "offer", f"w-a{second.pk}": move})

    text = main_text(done)
    assert done.status_code == 200
    assert "1 Mensch: neue Zeit 1 Mensch: abgesagt mit der Bitte, selbst neu zu wählen" in text
    assert "Yıldız Şahin" in text
    assert "Jürgen Größer" not in text
    kinds = Message.objects.filter(subject=first.subject, state="planned").values_list("kind", flat=True)
    assert list(kinds) == ["new_choice"]


def test_the_same_way_for_everybody_is_a_button_that_changes_nothing_yet(
    desk: Client, own: Calendar, two: tuple[Appointment, Appointment]
) -> None:
    page = desk.post(path(own, "krank/"))
    again = desk.post(path(own, "abwesend/"), {**fields_of(page), "alle": "cancel"})
    assert (again.status_code, Absence.objects.count()) == (200, 0)
    assert [value for name, value in fields_of(again).items() if name.startswith("w-")] == ["cancel", "cancel"]
    apply(desk, again, path(own, "abwesend/"))
    assert {one.status for one in Appointment.objects.all()} == {"cancelled"}


def test_who_booked_meanwhile_shows_in_a_fresh_page_and_nothing_was_done(
    desk: Client, own: Calendar, office: Office, two: tuple[Appointment, Appointment], make: Callable[..., Appointment]
) -> None:
    page = desk.post(path(own, "krank/"))
    Calendar.objects.filter(pk__in=[one.pk for one in office.calendars[1:]]).update(max_per_day=0)
    make(180, "Olena Шевченко")
    Calendar.objects.update(max_per_day=None)
    answer = apply(desk, page, path(own, "abwesend/"))
    assert (answer.status_code, Absence.objects.count()) == (409, 0)
    assert "Noch nicht umgesetzt Inzwischen hat sich etwas geändert." in main_text(answer)
    assert "Das betrifft 3 Menschen mit Termin." in main_text(answer)
    assert apply(desk, answer, path(own, "abwesend/")).status_code == 303


def test_a_way_that_has_gone_is_marked(
    desk: Client, own: Calendar, office: Office, two: tuple[Appointment, Appointment], caseworker: Membership
) -> None:
    page = desk.post(path(own, "krank/"))
    for number in range(2):
        booked(office, two[1].starts_at, person(f"Person {number}"), caseworker)
    answer = apply(desk, page, path(own, "abwesend/"))
    assert (answer.status_code, Absence.objects.count()) == (409, 0)
    assert "Bitte neu wählen" in main_text(answer)


@pytest.mark.parametrize("plan", ["", "x", "a1=cancel,a2", "s9=cancel", "a99999999999999999999=keep", "a1=fly"])
def test_a_plan_that_no_page_made_changes_nothing(
    desk: Client, own: Calendar, two: tuple[Appointment, Appointment], plan: str
) -> None:
    sent = {"von_tag": "2026-11-23", "bis_tag": "2026-11-23", "plan": plan, "fingerprint": "x", "tun": "anwenden"}
    assert desk.post(path(own, "abwesend/"), sent).status_code == 409
    assert Absence.objects.count() == 0


def test_a_crowd_comes_in_pages_and_every_choice_is_kept(
    lead: Client, office: Office, make: Callable[..., Appointment]
) -> None:
    for number in range(30):
        day, half_hour = divmod(number // 3, 8)
        make((day + 1) * 24 * 60 + 30 * half_hour, f"Person {number}")
    address = "/fulda/desk/standort/haus/schliessen/"
    sent = {"von_tag": "2026-11-24", "bis_tag": "2026-11-25", "wo": "hier", "grund": "Umbau"}
    first = lead.post(address, sent)
    assert "Das betrifft 30 Menschen mit Termin." in main_text(first)
    page = fields_of(first)
    assert (sum(name.startswith("w-") for name in page), page["plan"].count("=")) == (25, 5)
    assert len(page) < 60

    key = next(name for name in page if name.startswith("w-"))
    second = lead.post(address, {**page, key: "cancel", "seite": "2"})
    assert (sum(name.startswith("w-") for name in fields_of(second)), second.status_code) == (5, 200)
    assert f"{key[2:]}=cancel" in fields_of(second)["plan"].split(",")
    done = apply(lead, second, address)
    assert done.status_code == 200, "somebody has to tell those without an address"
    assert Closure.objects.get().reasons == {"de": "Umbau"}
    assert Appointment.objects.get(pk=int(key[3:])).status == "cancelled"
    assert not Appointment.objects.filter(status="booked", starts_at__date__lte=date(2026, 11, 25)).exists()


# --- Hours ------------------------------------------------------------------------------------------------------------
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
        ({"von_tag": "", "bis_tag": ""}, "Geben Sie einen Tag ein, zum Beispiel 14.12.2026."),
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
