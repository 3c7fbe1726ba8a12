# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The desk's pages about hours: ill today in two clicks, a choice for each person, bad input in clear words."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from appointments.models import (
    Absence,
    Appointment,
    Calendar,
    Closure,
)
from jobcenter_portal.accounts.models import Membership
from notifications.models import Message
from tests.appointments.desk.conftest import EIGHT, booked
from tests.appointments.desk.schedule_pages import apply, fields_of, options_of, path
from tests.appointments.desk.staff import main_text
from tests.appointments.factories import Office, person


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
