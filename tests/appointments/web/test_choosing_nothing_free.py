# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Emergencies, the earliest times of several houses, and what is said when nothing is free."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from appointments.core.modes import Mode
from appointments.links import keys_of
from appointments.models import Absence, Calendar, Closure, Location, OpeningRule, Service
from jobcenter_portal.tenancy.models import TenantSettings
from tests.appointments.factories import Office, make_appointment, make_calendar
from tests.appointments.web.conftest import EIGHT
from tests.appointments.web.visitor import FRAME, Visitor, text_of, values_of

SOMETIME_LATER = timedelta(days=99)


@pytest.fixture
def annex(office: Office) -> Location:
    """A second house with the same service."""
    location: Location = Location.objects.create(
        tenant=office.jobcenter, slug="annex", name="Nebenstelle", street="Weg 2", town="36088 Hünfeld", position=1
    )
    make_calendar(office.jobcenter, location, office.service, name="Zimmer 9")
    return location


@pytest.fixture
def emergency(office: Office) -> Office:
    """Advice for people without money: hours of its own, released day by day at seven."""
    Service.objects.update(is_emergency=True, min_lead_hours=0)
    OpeningRule.objects.update(is_emergency=True)
    return office


def is_full(calendar: Calendar, *, until: datetime = EIGHT + SOMETIME_LATER) -> None:
    Absence.objects.create(tenant_id=calendar.tenant_id, calendar=calendar, starts_at=EIGHT, ends_at=until)


def missing_in(answer: Any, *facts: str) -> list[str]:
    words = text_of(answer)
    return [fact for fact in facts if fact not in words]


# --- Several houses ---------------------------------------------------------------------------------------------------


def test_each_house_shows_its_first_free_time_and_the_earliest_is_marked(
    visitor: Visitor, office: Office, annex: Location, django_assert_max_num_queries: Any
) -> None:
    is_full(office.calendars[0], until=datetime(2026, 11, 25, 6, tzinfo=UTC))
    with django_assert_max_num_queries(5 + FRAME):
        page = visitor.get("buchen/beratung/?frage=standort")
    assert values_of(page, "location") == ["haus", "annex"]
    facts = [
        "Haus der Arbeit Hauptstraße 1, 36037 Fulda Erster freier Termin: Mi., 25. November, 08:00 Uhr Nebenstelle",
        "Weg 2, 36088 Hünfeld Erster freier Termin: Mo., 23. November, 10:00 Uhr. Früher geht es nirgends.",
    ]
    assert missing_in(page, *facts) == []


def test_a_house_that_is_full_says_so_and_can_be_chosen_all_the_same(
    visitor: Visitor, office: Office, annex: Location
) -> None:
    is_full(office.calendars[0])
    page = visitor.get("buchen/beratung/?frage=standort")
    assert missing_in(page, "Haus der Arbeit Hauptstraße 1, 36037 Fulda Zurzeit ist hier keine Zeit frei.") == []
    assert visitor.post("buchen/beratung/", location="haus").status_code == 303


@pytest.mark.parametrize("typed", [{}, {"location": "nirgends"}])
def test_a_house_that_was_not_chosen_is_asked_for_again(
    visitor: Visitor, annex: Location, typed: dict[str, str]
) -> None:
    answer = visitor.post("buchen/beratung/?frage=standort", **typed)
    assert (answer.status_code, text_of(answer).count("Wählen Sie aus, wohin Sie kommen möchten.")) == (422, 2)


def test_a_house_that_has_closed_for_good_is_not_shown(visitor: Visitor, office: Office, annex: Location) -> None:
    Location.objects.filter(pk=annex.pk).update(valid_until=date(2026, 11, 20))
    assert visitor.get("buchen/beratung/")["Location"] == "/fulda/de/buchen/beratung/haus/"


def test_a_house_that_opens_after_the_last_day_is_not_shown_yet(
    visitor: Visitor, office: Office, annex: Location
) -> None:
    Location.objects.filter(pk=annex.pk).update(valid_from=date(2026, 12, 15))
    assert visitor.get("buchen/beratung/")["Location"] == "/fulda/de/buchen/beratung/haus/"
    Location.objects.filter(pk=annex.pk).update(valid_from=date(2026, 12, 14))
    assert values_of(visitor.get("buchen/beratung/?frage=standort"), "location") == ["haus", "annex"]


def test_a_service_that_nobody_offers_says_so_and_gives_the_telephone(visitor: Visitor, office: Office) -> None:
    OpeningRule.objects.all().delete()
    page = visitor.get("buchen/beratung/")
    assert missing_in(page, "Dieses Anliegen ist zurzeit an keinem Standort buchbar.", "0661 0000-0") == []


# --- Nothing free -----------------------------------------------------------------------------------------------------


def test_an_empty_page_says_how_far_we_looked_and_when_new_times_come(visitor: Visitor, office: Office) -> None:
    is_full(office.calendars[0], until=datetime(2026, 12, 16, 23, tzinfo=UTC))
    TenantSettings.objects.update(day_release_minute=9 * 60)
    page = visitor.get("buchen/beratung/haus/")
    # At eight the last day is Sunday the 13th; the next free one, Thursday the 17th, comes 21 days before it at nine.
    facts = [
        "Zurzeit ist keine Zeit frei.",
        "Wir haben bis Sonntag, 13. Dezember 2026 gesucht.",
        "Neue Zeiten gibt es am Donnerstag, 26. November 2026 ab 09:00 Uhr.",
        "Auch wenn jemand absagt, wird eine Zeit frei.",
    ]
    assert missing_in(page, *facts) == []


def test_what_is_promised_for_a_day_is_there_on_that_day(
    visitor: Visitor, office: Office, clock: time_machine.Traveller
) -> None:
    is_full(office.calendars[0], until=datetime(2026, 12, 16, 23, tzinfo=UTC))
    assert (
        missing_in(visitor.get("buchen/beratung/haus/"), "Neue Zeiten gibt es ab Donnerstag, 26. November 2026.") == []
    )
    clock.move_to(datetime(2026, 11, 25, 22, 59, tzinfo=UTC))
    assert values_of(visitor.get("buchen/beratung/haus/"), "time") == []
    clock.move_to(datetime(2026, 11, 25, 23, 0, tzinfo=UTC))
    assert values_of(visitor.get("buchen/beratung/haus/"), "time")[0] == "20261217T0700Z"


def test_without_any_time_in_sight_no_day_is_promised(visitor: Visitor, office: Office) -> None:
    is_full(office.calendars[0])
    page = visitor.get("buchen/beratung/haus/")
    assert "Neue Zeiten" not in text_of(page)
    assert missing_in(page, "Schauen Sie wieder herein oder rufen Sie uns an.", "0661 0000-0") == []


def test_an_empty_page_leads_to_the_other_houses_and_ways(visitor: Visitor, office: Office, annex: Location) -> None:
    Service.objects.update(modes=int(Mode.IN_PERSON | Mode.PHONE))
    OpeningRule.objects.filter(location=office.location).update(modes=int(Mode.PHONE))
    closed = Location.objects.create(
        tenant=office.jobcenter, slug="dritte", name="Dritte Stelle", street="Weg 3", town="36088 Hünfeld", position=2
    )
    third = make_calendar(office.jobcenter, closed, office.service)
    is_full(third)
    OpeningRule.objects.filter(location=office.location, weekday=1).update(modes=int(Mode.IN_PERSON))
    for monday in (date(2026, 11, 23), date(2026, 11, 30)):
        Closure.objects.create(
            tenant=office.jobcenter,
            location=office.location,
            first_day=monday,
            last_day=monday,
            reasons={"de": "Umbau"},
        )
    OpeningRule.objects.filter(location=office.location, weekday=1).update(valid_until=date(2026, 11, 30))
    page = visitor.get("buchen/beratung/haus/?art=vor-ort")
    facts = [
        "Das geht auch",
        "Nebenstelle erster freier Termin: Mo., 23. November, 10:00 Uhr",
        "Dritte Stelle: zurzeit nichts frei",
        "Am Telefon erster freier Termin: Di., 24. November, 08:00 Uhr",
    ]
    assert missing_in(page, *facts) == []
    html = page.content.decode()
    assert 'href="/fulda/de/buchen/beratung/annex/?art=vor-ort"' in html
    assert 'href="/fulda/de/buchen/beratung/haus/?art=telefon"' in html


def test_where_a_jobcenter_keeps_a_waiting_list_the_page_leads_to_it(visitor: Visitor, office: Office) -> None:
    is_full(office.calendars[0])
    assert "Warteliste" not in text_of(visitor.get("buchen/beratung/haus/"))
    TenantSettings.objects.update(waiting_list=True)
    page = visitor.get("buchen/beratung/haus/")
    assert missing_in(page, "Auf die Warteliste setzen") == []
    assert "/warten/?service=beratung&amp;location=haus" in page.content.decode()


def test_who_wants_to_move_and_finds_nothing_hears_the_same(visitor: Visitor, office: Office) -> None:
    booked = make_appointment(office, datetime(2026, 11, 26, 8, tzinfo=UTC), EIGHT)
    is_full(office.calendars[0])
    page = visitor.get(f"t/{keys_of(booked).token}/verschieben/")
    facts = ["Ihr bisheriger Termin bleibt", "Wir haben bis Montag, 14. Dezember 2026 gesucht.", "rufen Sie uns an"]
    assert missing_in(page, *facts) == []


# --- Emergencies ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("emergency")
def test_emergency_times_are_for_today_and_say_when_new_ones_come(visitor: Visitor) -> None:
    page = visitor.get("buchen/beratung/haus/")
    assert {value[:8] for value in values_of(page, "time")} == {"20261123"}
    assert missing_in(page, "Nur für heute. Neue Zeiten gibt es an jedem Öffnungstag ab 07:00 Uhr.") == []
    assert "Termine vergeben wir zurzeit bis" not in text_of(page)


def test_when_all_emergency_times_are_gone_the_page_says_what_to_do(visitor: Visitor, emergency: Office) -> None:
    is_full(emergency.calendars[0], until=datetime(2026, 11, 23, 23, tzinfo=UTC))
    page = visitor.get("buchen/beratung/haus/")
    facts = [
        "Zurzeit ist kein Notfalltermin frei.",
        "Neue Zeiten gibt es am Dienstag, 24. November 2026 ab 07:00 Uhr.",
        "Können Sie nicht warten? Rufen Sie uns bitte an.",
        "0661 0000-0",
    ]
    assert missing_in(page, *facts) == []
    assert "ohne Termin" not in text_of(page)
    TenantSettings.objects.update(walk_in=True, waiting_list=True)
    page = visitor.get("buchen/beratung/haus/")
    assert missing_in(page, "Sie können auch ohne Termin kommen, solange wir geöffnet haben.") == []
    assert "Warteliste" not in text_of(page)


@pytest.mark.usefixtures("emergency")
def test_on_a_saturday_nobody_is_sent_to_an_empty_sunday(visitor: Visitor, clock: time_machine.Traveller) -> None:
    clock.move_to(datetime(2026, 11, 28, 9, tzinfo=UTC))
    page = visitor.get("buchen/beratung/haus/")
    assert missing_in(page, "Neue Zeiten gibt es am Montag, 30. November 2026 ab 07:00 Uhr.") == []


@pytest.mark.usefixtures("emergency")
def test_before_seven_todays_times_are_promised_for_seven(visitor: Visitor, clock: time_machine.Traveller) -> None:
    clock.move_to(datetime(2026, 11, 24, 5, 59, tzinfo=UTC))
    page = visitor.get("buchen/beratung/haus/")
    assert missing_in(page, "Neue Zeiten gibt es am Dienstag, 24. November 2026 ab 07:00 Uhr.") == []
    refused = visitor.post("buchen/beratung/haus/", time="20261124T0800Z")
    assert (refused.status_code, "So weit im Voraus" in text_of(refused)) == (422, True)
    clock.move_to(datetime(2026, 11, 24, 6, 0, tzinfo=UTC))
    assert values_of(visitor.get("buchen/beratung/haus/"), "time")[0] == "20261124T0700Z"


@pytest.mark.usefixtures("emergency")
def test_a_jobcenter_may_give_emergency_times_the_afternoon_before(
    visitor: Visitor, clock: time_machine.Traveller
) -> None:
    TenantSettings.objects.update(emergency_days_before=1, emergency_release_minute=16 * 60)
    clock.move_to(datetime(2026, 11, 23, 15, 0, tzinfo=UTC))
    page = visitor.get("buchen/beratung/haus/")
    assert {value[:8] for value in values_of(page, "time")} == {"20261124"}
    said = "Nur bis Dienstag, 24. November 2026. Neue Zeiten gibt es an jedem Öffnungstag ab 16:00 Uhr."
    assert missing_in(page, said) == []


@pytest.mark.usefixtures("emergency")
def test_ordinary_hours_are_no_emergency_hours(visitor: Visitor) -> None:
    OpeningRule.objects.update(is_emergency=False)
    assert missing_in(visitor.get("buchen/beratung/"), "Dieses Anliegen ist zurzeit an keinem Standort buchbar.") == []
