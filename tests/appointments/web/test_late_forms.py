# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Forms that come twice, or after the hold they belong to: nobody types again, nobody books twice."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from appointments.core.lifecycle import Status
from appointments.models import Appointment, Hold, Occupancy
from jobcenter_portal.accounts.models import ContactPoint
from jobcenter_portal.tenancy.models import TenantSettings
from tests.appointments.factories import Office
from tests.appointments.web.visitor import NOBODY, Visitor, heading_of, text_of, typed_in, values_of

TUESDAY_NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
"""09:00 in Fulda."""
TYPED = {"name": "Jürgen Größer", "remind": "email", "email": "j.groesser@post.example", "companion": "on"}
MARK = "m" * 64


def chosen_on(page: HttpResponse) -> str:
    (chosen,) = values_of(page, "chosen")
    return chosen.replace("&amp;", "&")


def follow(visitor: Visitor, answer: HttpResponse, **typed: str) -> HttpResponse:
    """As a browser does: after a 307 the same form once more."""
    assert answer.status_code == 307, text_of(answer)
    return visitor.post(answer["Location"], **typed)


def everything_ran_out() -> None:
    """More than half an hour after the hold, its row is swept away with the words on it."""
    Hold.objects.all().delete()


def test_a_choice_that_is_sent_twice_is_one_hold_even_when_the_first_answer_never_came(office: Office) -> None:
    first, second = Visitor("/fulda/de/", Client()), Visitor("/fulda/de/", Client())  # the first cookie got lost
    choice = {"time": "20261124T0800Z", "csrfmiddlewaretoken": MARK}
    once, twice = (one.post("buchen/beratung/haus/", **choice) for one in (first, second))
    assert (twice.status_code, twice["Location"]) == (303, once["Location"])
    assert (Hold.objects.count(), Occupancy.objects.count()) == (1, 1)
    assert second.post(twice["Location"], **NOBODY).status_code == 303


def test_the_same_page_with_another_time_is_another_hold(visitor: Visitor) -> None:
    nine, ten = (
        visitor.post("buchen/beratung/haus/", time=time, csrfmiddlewaretoken=MARK)["Location"]
        for time in ("20261124T0800Z", "20261124T0900Z")
    )
    assert (nine != ten, Hold.objects.count()) == (True, 1)


def test_somebody_elses_page_is_told_that_the_time_is_taken(office: Office) -> None:
    one, other = Visitor("/fulda/de/", Client()), Visitor("/fulda/de/", Client())
    one.post("buchen/beratung/haus/", time="20261124T0800Z", csrfmiddlewaretoken=MARK)
    answer = other.post("buchen/beratung/haus/", time="20261124T0800Z", csrfmiddlewaretoken="n" * 64)
    assert (answer.status_code, heading_of(answer)) == (409, "Diese Zeit ist gerade vergeben worden")


def test_a_mark_that_has_served_for_a_booking_serves_for_no_other(visitor: Visitor) -> None:
    choice = {"time": "20261124T0800Z", "csrfmiddlewaretoken": MARK}
    for _ in range(2):
        contact = visitor.post("buchen/beratung/haus/", **choice)["Location"]
        check = visitor.post(contact, **NOBODY)["Location"]
        own = visitor.post(check)["Location"]
        visitor.post(f"{own}absagen/")
        Occupancy.objects.all().delete()  # the time is offered again
    assert Appointment.objects.filter(status=Status.CANCELLED).count() == 2


def test_whoever_goes_back_after_booking_is_led_to_the_appointment(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **NOBODY)
    own = visitor.post(f"{hold}pruefen/")["Location"]
    back = [visitor.get(hold + step) for step in ("kontakt/", "pruefen/", "zeit/")]
    sent = visitor.post(f"{hold}kontakt/", **{**NOBODY, "name": "Jemand Anderes"})
    assert [(one.status_code, one["Location"]) for one in (*back, sent)] == [(303, own)] * 4
    assert Appointment.objects.get().customer.name == "Jürgen Größer"


def test_to_another_browser_the_token_of_a_booked_hold_opens_nothing(visitor: Visitor, office: Office) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **NOBODY)
    visitor.post(f"{hold}pruefen/")
    assert Visitor("/fulda/de/", Client()).get(f"{hold}kontakt/").status_code == 410
    visitor.post("beenden/")
    assert visitor.get(f"{hold}kontakt/").status_code == 410


def test_who_typed_longer_than_everything_lasts_goes_on_with_the_same_time(visitor: Visitor) -> None:
    contact = f"{visitor.holds(TUESDAY_NINE)}kontakt/"
    chosen = chosen_on(visitor.get(contact))
    everything_ran_out()
    answer = visitor.post(contact, **TYPED, chosen=chosen)
    onward = follow(visitor, answer, **TYPED, chosen=chosen)
    assert (onward.status_code, onward["Location"].endswith("/pruefen/")) == (303, True)
    booked = visitor.post(onward["Location"])
    assert booked.status_code == 303
    appointment = Appointment.objects.get()
    assert (appointment.starts_at, appointment.customer.name, appointment.with_companion) == (
        TUESDAY_NINE,
        "Jürgen Größer",
        True,
    )
    assert ContactPoint.objects.get().address == "j.groesser@post.example"


def test_a_slip_that_comes_too_late_is_shown_with_all_that_was_typed(visitor: Visitor) -> None:
    contact = f"{visitor.holds(TUESDAY_NINE)}kontakt/"
    chosen = chosen_on(visitor.get(contact))
    everything_ran_out()
    wrong = {**TYPED, "email": "falsch"}
    page = follow(visitor, visitor.post(contact, **wrong, chosen=chosen), **wrong, chosen=chosen)
    assert (page.status_code, typed_in(page, ("name", "email"))) == (422, {"name": "Jürgen Größer", "email": "falsch"})


def test_if_the_time_has_gone_meanwhile_the_nearest_are_offered_and_the_words_are_kept(
    visitor: Visitor, office: Office
) -> None:
    contact = f"{visitor.holds(TUESDAY_NINE)}kontakt/"
    chosen = chosen_on(visitor.get(contact))
    everything_ran_out()
    Visitor("/fulda/de/", Client()).books(TUESDAY_NINE)
    page = follow(visitor, visitor.post(contact, **TYPED, chosen=chosen), **TYPED, chosen=chosen)
    assert (page.status_code, heading_of(page)) == (409, "Diese Zeit ist gerade vergeben worden")
    assert "Was Sie eingegeben haben, ist noch da." in text_of(page)
    times = values_of(page, "time")
    assert len(times) == 3
    (other,) = re.findall(r'action="([^"]+/zeit/)"', page.content.decode())
    check = visitor.post(other, time=times[0])["Location"]
    assert "Jürgen Größer" in text_of(visitor.get(check))


@pytest.mark.parametrize(
    ("until", "why"),
    [
        (timedelta(hours=1), "Diese Zeit ist zu nah. Bitte wählen Sie eine spätere."),
        (timedelta(minutes=-1), "Diese Zeit ist schon vorbei."),
    ],
)
def test_a_time_that_has_come_too_near_meanwhile_is_not_called_somebody_elses(
    visitor: Visitor, clock: time_machine.Traveller, until: timedelta, why: str
) -> None:
    TenantSettings.objects.update(min_lead_hours=2)
    contact = f"{visitor.holds(TUESDAY_NINE)}kontakt/"
    chosen = chosen_on(visitor.get(contact))
    everything_ran_out()
    clock.move_to(TUESDAY_NINE - until)
    page = follow(visitor, visitor.post(contact, **TYPED, chosen=chosen), **TYPED, chosen=chosen)
    assert (page.status_code, heading_of(page)) == (409, "Diese Zeit geht leider nicht mehr")
    assert f"{why} Was Sie eingegeben haben, ist noch da." in text_of(page)
    assert "schneller" not in text_of(page)
    assert len(values_of(page, "time")) == 3


def test_the_last_page_brings_along_what_it_shows(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **TYPED)
    page = visitor.get(f"{hold}pruefen/")
    brought = {name: values_of(page, name)[0] for name in TYPED}
    chosen = chosen_on(page)
    everything_ran_out()
    answer = visitor.post(f"{hold}pruefen/", **brought, chosen=chosen)
    onward = follow(visitor, answer, **brought, chosen=chosen)
    assert (brought, onward["Location"].endswith("/pruefen/"), Appointment.objects.count()) == (TYPED, True, 0)


@pytest.mark.parametrize(
    "chosen", ["", "service=fremd", "service=beratung&time=morgen", "session=fremd", "service=%00"]
)
def test_what_no_page_of_ours_has_sent_begins_nothing(visitor: Visitor, chosen: str) -> None:
    answer = visitor.post("buchen/halt/AAAAAAAAAAAAAAAAAAAAAA/kontakt/", **TYPED, chosen=chosen)
    assert (answer.status_code, Hold.objects.count()) == (410, 0)


def test_pressing_cancel_twice_cancels_once_and_says_so(visitor: Visitor) -> None:
    own = visitor.books(TUESDAY_NINE)
    answers = [visitor.post(f"{own}absagen/") for _ in range(2)]
    assert [(one.status_code, one["Location"]) for one in answers] == [(303, own)] * 2
    assert Appointment.objects.get().status == Status.CANCELLED
