# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How much a booking asks of people: at most four screens and six inputs, counted in the pages themselves.

At every kind of Jobcenter: with its towns, with the letters of caseworkers, with several houses, with proven addresses.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape

import pytest
from django.http import HttpResponse

from appointments.core.modes import Mode
from appointments.models import Appointment, Calendar, Catchment, Location, Municipality, Proof
from appointments.proving import code_of
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.tenancy.models import BookingMode, TenantSettings
from tests.appointments.factories import Office, make_calendar
from tests.appointments.web.visitor import Visitor, heading_of, values_of

MOST_SCREENS, MOST_INPUTS = 4, 6
_ANSWERS = {
    "service": "beratung",
    "town": "trebur",
    "letters": "KSS 4",
    "name": "Jürgen Größer",
    "phone": "0152 28817386",
    "email": "j@post.example",
}
_SCREENS = ["Worum geht es?", "Wann passt es Ihnen?", "Wie erreichen wir Sie?", "Stimmt alles?"]
_OF_OTHER_WAYS = {"email": {"mobile", "post"}, "sms": {"email", "post"}}
"""Fields of the ways that were not chosen; they are out of sight (`.contact` in _booking.scss)."""


@dataclass(slots=True)
class Count:
    screens: list[str] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)


def names_in_sight(page: HttpResponse) -> list[str]:
    """What a page asks for: each group of buttons once, and nothing that opens only by touch."""
    html = page.content.decode().partition("<main")[2].partition("</main>")[0]
    in_sight = re.sub(r"<details(?! open).*?</details>", "", html, flags=re.DOTALL)
    fields = re.findall(r"<(?:input|select|textarea)\b[^>]*?>", in_sight, flags=re.DOTALL)
    asked = [one for one in fields if 'type="hidden"' not in one]
    return list(dict.fromkeys(unescape(match[1]) for one in asked if (match := re.search(r'name="([^"]+)"', one))))


def walk_through(visitor: Visitor, remind: str = "email") -> Count:
    """From the first question to the appointment, answering what each page asks for."""
    count, address = Count(), "buchen/"
    while True:
        page = visitor.get(address)
        if page.status_code == 303:
            address = page["Location"]
            continue
        if "/t/" in address:
            return count
        count.screens.append(heading_of(page))
        asked = [name for name in names_in_sight(page) if name not in _OF_OTHER_WAYS[remind]]
        count.inputs += asked
        typed = {name: _ANSWERS[name] for name in asked if name in _ANSWERS}
        if "remind" in asked:
            typed["remind"] = remind
        if "time" in asked:
            typed["time"] = values_of(page, "time")[0]
        if "code_email" in asked:
            typed["code_email"] = code_of(Proof.objects.get())
        answer = visitor.post(address, **typed)
        assert answer.status_code == 303, page.content
        address = answer["Location"]


@pytest.mark.parametrize("mode", [BookingMode.INSTANT, BookingMode.REQUEST])
@pytest.mark.parametrize("modes", [1, 7])
def test_a_booking_takes_four_screens_and_five_inputs(
    visitor: Visitor, office: Office, mode: BookingMode, modes: int
) -> None:
    TenantSettings.objects.update(booking_mode=mode, letters_enabled=True, languages=["de", "uk", "ar"], max_concerns=3)
    office.service.modes = modes
    office.service.save(update_fields=["modes"])
    assert walk_through(visitor) == Count(_SCREENS, ["service", "time", "name", "remind", "email"])
    assert Appointment.objects.count() == 1


def has_two_houses(office: Office) -> None:
    annex = Location.objects.create(tenant=office.jobcenter, slug="annex", name="Annex", street="Weg 2", town="Hünfeld")
    make_calendar(office.jobcenter, annex, office.service)


def has_towns(office: Office) -> None:
    has_two_houses(office)
    trebur = Municipality.objects.create(tenant=office.jobcenter, slug="trebur", name="Trebur", postcodes=["65468"])
    for house in Location.objects.all():
        Catchment.objects.create(tenant=office.jobcenter, location=house, municipality=trebur)


def has_letters(office: Office) -> None:
    TenantSettings.objects.update(booking_mode=BookingMode.PERSONAL_CASEWORKER)
    Calendar.objects.update(booking_code="KSS 4")


def proves_addresses(office: Office) -> None:
    TenantSettings.objects.update(prove_addresses=True)


def only_calls(office: Office) -> None:
    """Or meets by video: nobody is asked which, the office calls unless somebody wants it otherwise."""
    office.service.modes = int(Mode.PHONE | Mode.VIDEO)
    office.service.save(update_fields=["modes"])


@pytest.mark.parametrize(
    ("kind", "one_more"),
    [
        (has_two_houses, None),
        (has_towns, (1, "town")),
        (has_letters, (1, "letters")),
        (proves_addresses, (5, "code_email")),
        (only_calls, (3, "phone")),
    ],
)
def test_at_no_kind_of_jobcenter_it_takes_more_than_four_screens_and_six_inputs(
    visitor: Visitor, office: Office, kind: Callable[[Office], None], one_more: tuple[int, str] | None
) -> None:
    kind(office)
    count = walk_through(visitor)
    inputs = ["service", "time", "name", "remind", "email"]
    if one_more is not None:
        inputs.insert(*one_more)
    assert count == Count(_SCREENS, inputs)
    assert (len(count.screens) <= MOST_SCREENS, len(count.inputs) <= MOST_INPUTS) == (True, True)
    assert Appointment.objects.count() == 1


def test_whoever_is_called_and_reminded_by_sms_types_one_number(visitor: Visitor, office: Office) -> None:
    """With towns and an e-mail address besides it would be seven; with the number that is there already it is six."""
    has_towns(office)
    only_calls(office)
    TenantSettings.objects.update(sms_enabled=True)
    assert walk_through(visitor, "sms") == Count(_SCREENS, ["service", "town", "time", "name", "phone", "remind"])
    reached_by = ContactPoint.objects.values_list("channel", flat=True)
    assert set(reached_by) == {ContactChannel.PHONE, ContactChannel.SMS}
