# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where everybody has their own caseworker, an emergency is met by whoever is there: no letters are needed for it."""

import pytest

from appointments.models import Appointment, Calendar, OpeningRule
from jobcenter_portal.tenancy.models import BookingMode, TenantSettings
from tests.appointments.factories import Office, make_calendar, make_service
from tests.appointments.web.conftest import EIGHT
from tests.appointments.web.visitor import NOBODY, Visitor, text_of, values_of


@pytest.fixture
def counter(office: Office) -> Calendar:
    """The emergency counter of a Jobcenter in which Käthe Schneider-Süß (KSS 4) gives advice to her own people."""
    TenantSettings.objects.update(booking_mode=BookingMode.PERSONAL_CASEWORKER)
    Calendar.objects.update(name="Käthe Schneider-Süß", booking_code="KSS 4")
    urgent = make_service(
        office.jobcenter, slug="notfall", titles={"de": "Notfall"}, is_emergency=True, min_lead_hours=0, position=9
    )
    made = make_calendar(office.jobcenter, office.location, urgent, name="Notfall-Sprechstunde")
    OpeningRule.objects.filter(calendar=made).update(is_emergency=True)
    return made


def follows(visitor: Visitor, address: str) -> str:
    while (answer := visitor.get(address)).status_code == 303:
        address = answer["Location"]
    assert answer.status_code == 200, text_of(answer)
    return address


def test_who_cannot_wait_books_without_any_letters(visitor: Visitor, counter: Calendar) -> None:
    chosen = visitor.post("buchen/", service="notfall", letters="")
    times = follows(visitor, chosen["Location"])
    assert times == "/fulda/de/buchen/notfall/haus/"
    today = values_of(visitor.get(times), "time")
    assert {value[:8] for value in today} == {f"{EIGHT:%Y%m%d}"}
    held = visitor.post(times, time=today[-1])["Location"]
    assert visitor.post(held, **NOBODY).status_code == 303
    assert visitor.post(held.replace("kontakt", "pruefen")).status_code == 303
    booked = Appointment.objects.get()
    assert (booked.service.slug, booked.calendar) == ("notfall", counter)


def test_who_typed_their_letters_finds_the_emergency_in_their_caseworkers_list(
    visitor: Visitor, counter: Calendar
) -> None:
    own = visitor.post("buchen/", service="beratung", letters="KSS 4")["Location"]
    listed = visitor.get("buchen/?" + own.partition("?")[2])
    assert values_of(listed, "service") == ["beratung", "notfall"]
    answer = visitor.post("buchen/?" + own.partition("?")[2], service="notfall")
    assert "Notfall" in text_of(visitor.get(follows(visitor, answer["Location"])))


def test_everything_else_still_wants_the_letters(visitor: Visitor, counter: Calendar) -> None:
    assert visitor.post("buchen/beratung/haus/", time="20261124T0800Z").status_code == 303
    assert Appointment.objects.count() == 0
    refused = visitor.post("buchen/", service="beratung", letters="")
    assert refused.status_code == 422
