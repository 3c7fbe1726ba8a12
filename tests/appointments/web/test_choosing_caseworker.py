# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where everybody has their own caseworker: the letters on one's letter open their times, and nobody else's."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import redis
from django.conf import settings as django_settings
from django.http import HttpResponse
from pytest_django import Settings

from appointments import caseworkers
from appointments.caseworkers import ticket_of
from appointments.models import Absence, Appointment, Calendar, Hold, Location, OpeningRule, ServiceCalendar
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import BookingMode, Jobcenter, TenantSettings
from jobcenter_portal.web.throttle import Limit
from tests.appointments.factories import Office, make_calendar, make_service
from tests.appointments.web.conftest import EIGHT
from tests.appointments.web.visitor import NOBODY, Visitor, heading_of, path_of, text_of, typed_in, values_of

TUESDAY_NINE = "20261124T0800Z"


@pytest.fixture(autouse=True)
def counters() -> Iterator[None]:
    """The real Redis, without the counts of this test before and after it."""
    with redis.Redis.from_url(django_settings.REDIS_URL) as server:
        for _when in ("before", "after"):
            for key in server.scan_iter("throttle:*"):
                server.delete(key)
            if _when == "before":
                yield


@pytest.fixture
def kaethe(office: Office) -> Calendar:
    """Käthe Schneider-Süß, whose letters are KSS 4; the Jobcenter books by one's own caseworker."""
    TenantSettings.objects.update(booking_mode=BookingMode.PERSONAL_CASEWORKER)
    return named(office.calendars[0], "Käthe Schneider-Süß", "KSS 4")


@pytest.fixture
def tobias(office: Office, kaethe: Calendar) -> Calendar:
    """A colleague with the same hours and other letters."""
    return named(make_calendar(office.jobcenter, office.location, office.service), "Tobias Abel", "TA7")


def named(calendar: Calendar, name: str, letters: str) -> Calendar:
    calendar.name, calendar.booking_code = name, letters
    calendar.save(update_fields=["name", "booking_code"])
    return calendar


def is_away(calendar: Calendar) -> None:
    """For all of the time that can be booked."""
    Absence.objects.create(
        tenant_id=calendar.tenant_id, calendar=calendar, starts_at=EIGHT, ends_at=EIGHT + timedelta(days=60)
    )


def arrives(visitor: Visitor, address: str) -> str:
    """Follow redirects; the address at which something is shown."""
    while (answer := visitor.get(address)).status_code == 303:
        address = answer["Location"]
    assert answer.status_code == 200, text_of(answer)
    return address


def chosen(visitor: Visitor, letters: str) -> HttpResponse:
    """The first screen filled in."""
    return visitor.post("buchen/", service="beratung", letters=letters)


def test_letters_and_concern_on_one_screen_lead_to_an_appointment_with_ones_own_caseworker(
    visitor: Visitor, kaethe: Calendar, tobias: Calendar
) -> None:
    asked = visitor.get("buchen/")
    assert (heading_of(asked), "0661 0000-0" in text_of(asked)) == ("Worum geht es?", True)
    assert "Bei uns haben Sie eine feste Ansprechperson." in text_of(asked)
    times = arrives(visitor, chosen(visitor, "TA7")["Location"])
    assert path_of(times) == "/fulda/de/buchen/beratung/haus/"
    assert "Bei Tobias Abel Ändern : Bei" in text_of(visitor.get(times))
    held = visitor.post(times, time=TUESDAY_NINE)["Location"]
    assert "Bei Tobias Abel" in text_of(visitor.get(held))
    visitor.post(held, **NOBODY)
    booked = visitor.post(held.replace("kontakt", "pruefen"))
    assert (booked.status_code, Appointment.objects.get().calendar) == (303, tobias)


def test_one_mistake_keeps_the_rest_of_the_screen(visitor: Visitor, kaethe: Calendar) -> None:
    no_concern = visitor.post("buchen/", letters="KSS4")
    assert (no_concern.status_code, typed_in(no_concern, ["letters"])) == (422, {"letters": "KSS4"})
    wrong_letters = chosen(visitor, "XYZ")
    assert (wrong_letters.status_code, typed_in(wrong_letters, ["letters", "service"])) == (
        422,
        {"letters": "XYZ", "service": "beratung"},
    )


def test_a_concern_of_somebody_else_is_said_and_only_those_of_ones_own_caseworker_are_left(
    visitor: Visitor, office: Office, kaethe: Calendar, tobias: Calendar
) -> None:
    debts = make_service(office.jobcenter, slug="schulden", titles={"de": "Schulden"})
    ServiceCalendar.objects.create(tenant=office.jobcenter, service=debts, calendar=tobias)
    make_calendar(office.jobcenter, office.location, make_service(office.jobcenter, slug="ohne-buchstaben"))
    assert values_of(visitor.get("buchen/"), "service") == ["beratung", "schulden"]
    answer = visitor.post("buchen/", service="schulden", letters="KSS4")
    said = "Das bespricht Ihre Ansprechperson nicht. Wählen Sie ein anderes Anliegen."
    assert (answer.status_code, text_of(answer).count(said)) == (422, 2)
    assert (values_of(answer, "service"), typed_in(answer, ["letters"])) == (["beratung"], {"letters": "KSS4"})
    assert visitor.post("buchen/", service="schulden", letters="TA7").status_code == 303


@pytest.mark.parametrize("typed", ["KSS 4", "kss4", " kss-4 ", "K S S 4"])
def test_letters_are_read_as_people_type_them(visitor: Visitor, kaethe: Calendar, typed: str) -> None:
    assert chosen(visitor, typed)["Location"] == f"/fulda/de/buchen/beratung/?bei={ticket_of(kaethe)}"


def test_the_letters_themselves_stand_in_no_address(visitor: Visitor, kaethe: Calendar) -> None:
    times = arrives(visitor, chosen(visitor, "KSS4")["Location"])
    assert list(parse_qs(urlsplit(times).query)) == ["bei"]
    assert [sign in times.lower() for sign in ("kss", "käthe", "schneider")] == [False] * 3


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "Geben Sie die Buchstaben von Ihrem Brief ein."),
        ("XYZ", "Diese Buchstaben kennen wir nicht. Bitte vergleichen Sie sie mit Ihrem Brief."),
        ("K" * 500, "Diese Buchstaben kennen wir nicht. Bitte vergleichen Sie sie mit Ihrem Brief."),
        ("---", "Diese Buchstaben kennen wir nicht. Bitte vergleichen Sie sie mit Ihrem Brief."),
    ],
)
def test_letters_that_nobody_has_are_said_at_the_field(
    visitor: Visitor, kaethe: Calendar, typed: str, complaint: str
) -> None:
    answer = chosen(visitor, typed)
    assert (answer.status_code, text_of(answer).count(complaint)) == (422, 2)


def test_letters_of_another_jobcenter_open_nothing_here(
    visitor: Visitor, kaethe: Calendar, second_office: Office, wiesbaden: Jobcenter
) -> None:
    with tenant_context(wiesbaden):
        foreign = named(second_office.calendars[0], "Cornelia Reuß", "CR1")
    assert visitor.post("buchen/", letters="CR1").status_code == 422
    assert visitor.get(f"buchen/?bei={ticket_of(foreign)}").content.decode().count('name="letters"') == 1


def test_letters_cannot_be_tried_by_the_hundred(
    visitor: Visitor, kaethe: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appointments.web.beginning.LETTER_CODES", Limit("letter-codes", attempts=2, seconds=600))
    assert [visitor.post("buchen/", letters="").status_code for _ in range(3)] == [422] * 3  # is no try
    tries = [visitor.post("buchen/", letters="XYZ").status_code for _ in range(3)]
    assert tries == [422, 422, 429]
    assert visitor.post("buchen/", letters="KSS4").status_code == 429
    assert visitor.get(f"buchen/?bei={ticket_of(kaethe)}").status_code == 200


def test_where_nobody_can_count_nobody_types_letters(visitor: Visitor, kaethe: Calendar, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert visitor.post("buchen/", letters="KSS4").status_code == 503


@pytest.mark.parametrize(
    "made_up", ["", "1", "1-", "{pk}", "{pk}-", "{pk}-00000000000000000000000000000000", "x-y", "²-1"]
)
def test_a_ticket_that_we_never_made_asks_for_the_letters(visitor: Visitor, kaethe: Calendar, made_up: str) -> None:
    query = {"bei": made_up.format(pk=kaethe.pk)}
    for page in ("buchen/", "buchen/beratung/", "buchen/beratung/haus/"):
        answer = visitor.client.get(f"/fulda/de/{page}", query)
        shown = answer if answer.status_code == 200 else visitor.get(answer["Location"])
        assert 'name="letters"' in shown.content.decode()
    refused = visitor.client.post(f"/fulda/de/buchen/beratung/haus/?bei={query['bei']}", {"time": TUESDAY_NINE})
    assert (refused["Location"], Hold.objects.count()) == ("/fulda/de/buchen/", 0)


def test_a_ticket_for_a_colleague_cannot_be_made_from_ones_own(
    visitor: Visitor, kaethe: Calendar, tobias: Calendar
) -> None:
    seal = ticket_of(kaethe).partition("-")[2]
    assert caseworkers.calendar_of_ticket(f"{kaethe.pk}-{seal}") == kaethe
    assert caseworkers.calendar_of_ticket(f"{tobias.pk}-{seal}") is None


def test_new_letters_end_the_tickets_of_the_old_ones(kaethe: Calendar) -> None:
    ticket = ticket_of(kaethe)
    named(kaethe, kaethe.name, "KSS 5")
    assert caseworkers.calendar_of_ticket(ticket) is None


def test_only_what_ones_caseworker_does_is_offered(visitor: Visitor, office: Office, kaethe: Calendar) -> None:
    make_service(office.jobcenter, slug="schulden", titles={"de": "Schulden"})
    concerns = visitor.get(f"buchen/?bei={ticket_of(kaethe)}")
    assert values_of(concerns, "service") == ["beratung"]


def test_the_times_are_those_of_one_person(visitor: Visitor, kaethe: Calendar, tobias: Calendar) -> None:
    Absence.objects.create(
        tenant_id=kaethe.tenant_id, calendar=kaethe, starts_at=EIGHT, ends_at=datetime(2026, 11, 26, tzinfo=UTC)
    )
    hers = visitor.get(f"buchen/beratung/haus/?bei={ticket_of(kaethe)}")
    his = visitor.get(f"buchen/beratung/haus/?bei={ticket_of(tobias)}")
    assert values_of(hers, "time")[0] == "20261126T0700Z"
    assert values_of(his, "time")[0] == "20261123T0900Z"


def test_when_the_caseworker_is_away_the_deputys_times_are_shown_and_named_so(
    visitor: Visitor, kaethe: Calendar, tobias: Calendar
) -> None:
    kaethe.deputy = tobias
    kaethe.save(update_fields=["deputy"])
    is_away(kaethe)
    times = arrives(visitor, f"buchen/beratung/?bei={ticket_of(kaethe)}")
    words = text_of(visitor.get(times))
    assert (
        "Käthe Schneider-Süß hat zurzeit keine freie Zeit. Diese Zeiten sind bei der Vertretung: Tobias Abel." in words
    )
    held = visitor.post(times, time=TUESDAY_NINE)["Location"]
    assert "Bei Tobias Abel" in text_of(visitor.get(held))
    assert Hold.objects.get().calendar == tobias


def test_when_the_deputy_is_away_too_the_page_says_so_and_gives_the_telephone(
    visitor: Visitor, kaethe: Calendar, tobias: Calendar
) -> None:
    kaethe.deputy = tobias
    kaethe.save(update_fields=["deputy"])
    is_away(kaethe)
    is_away(tobias)
    page = visitor.get(arrives(visitor, f"buchen/beratung/?bei={ticket_of(kaethe)}"))
    assert (
        "Weder Käthe Schneider-Süß noch die Vertretung, Tobias Abel, hat bis Montag, 14. Dezember 2026 eine freie Zeit."
        in text_of(page)
    )
    assert ("0661 0000-0" in text_of(page), values_of(page, "time")) == (True, [])


def test_without_a_deputy_nobody_else_is_offered(visitor: Visitor, kaethe: Calendar, tobias: Calendar) -> None:
    is_away(kaethe)
    page = visitor.get(f"buchen/beratung/haus/?bei={ticket_of(kaethe)}")
    assert "Käthe Schneider-Süß hat bis Montag, 14. Dezember 2026 keine freie Zeit." in text_of(page)
    assert values_of(page, "time") == []


def test_another_site_of_ones_own_caseworker_comes_before_the_deputy(
    visitor: Visitor, office: Office, kaethe: Calendar, tobias: Calendar
) -> None:
    kaethe.deputy = tobias
    kaethe.save(update_fields=["deputy"])
    annex = Location.objects.create(
        tenant=office.jobcenter, slug="annex", name="Nebenstelle", street="Weg 2", town="36088 Hünfeld", position=1
    )
    only_on_thursdays_at(kaethe, annex)
    page = visitor.get(f"buchen/beratung/haus/?bei={ticket_of(kaethe)}")
    assert "Nebenstelle erster freier Termin: Do., 26. November, 08:00 Uhr" in text_of(page)


def only_on_thursdays_at(calendar: Calendar, site: Location) -> None:
    """The hours at the first site begin next summer."""
    OpeningRule.objects.filter(calendar=calendar, weekday=4).update(location=site)
    OpeningRule.objects.filter(calendar=calendar).exclude(weekday=4).update(valid_from=date(2027, 6, 1))


def test_without_any_letters_the_telephone_is_the_way(visitor: Visitor, office: Office) -> None:
    TenantSettings.objects.update(booking_mode=BookingMode.PERSONAL_CASEWORKER)
    assert heading_of(visitor.get("buchen/")) == "Termin vereinbaren"


def test_a_hold_made_before_the_jobcenter_changed_its_ways_books_nothing(visitor: Visitor, office: Office) -> None:
    held = visitor.post("buchen/beratung/haus/", time=TUESDAY_NINE)["Location"]
    TenantSettings.objects.update(booking_mode=BookingMode.PERSONAL_CASEWORKER)
    named(office.calendars[0], "Käthe Schneider-Süß", "KSS 4")
    answers = [visitor.post(held, **NOBODY), visitor.post(held.replace("kontakt", "pruefen"))]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert Appointment.objects.count() == 0
