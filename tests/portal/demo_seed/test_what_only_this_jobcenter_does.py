# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One table: for each of the seven Jobcenters something that a visitor sees there and at no other."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from appointments.web.times import slot_start
from jobcenter_portal.demo.seed.data import load, slugs
from jobcenter_portal.demo.seed.office import build
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web import coverage
from jobcenter_portal.web.catalogues import compile_all
from tests.appointments.web.visitor import Visitor, buttons_of, heading_of, text_of, values_of

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
"""08:00 in Hesse; every Jobcenter is built on this morning, without any appointment."""
TUESDAY = MONDAY + timedelta(days=1)
BEFORE_CHRISTMAS = datetime(2026, 12, 10, 7, 0, tzinfo=UTC)
HALF_A_YEAR_LATER = datetime(2027, 5, 24, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Looks:
    """What somebody finds out about one Jobcenter with nothing but its pages."""

    slug: str
    clock: time_machine.Traveller
    language: str = "de"

    @property
    def visitor(self) -> Visitor:
        return Visitor(f"/{self.slug}/{self.language}/")

    @property
    def services(self) -> list[str]:
        """What can be booked at a time of one's own: emergencies come on the day, groups have dates."""
        offered = values_of(self.visitor.get("buchen/"), "service")
        return [slug for slug in offered if slug not in ("notfall", "notlage") and not slug.endswith("-gruppe")]

    def places(self, service: str, town: str = "") -> list[str]:
        """Addresses of the pages with times, one for each place, for somebody who comes and needs nobody to interpret.

        Where the place follows from where one lives, somebody from each town asks.
        """
        said = f"?art=vor-ort&wohnort={town}"
        page = self.visitor.get(f"buchen/{service}/{said}")
        if page.status_code == 303:
            return [page["Location"].partition(f"/{self.language}/")[2]]
        towns = [] if town else sorted(set(re.findall(r"wohnort=([\w-]+)", page.content.decode())))
        if towns:
            return [*{place.partition("?")[0]: place for one in towns for place in self.places(service, one)}.values()]
        return [f"buchen/{service}/{place}/{said}" for place in values_of(page, "location")]

    def offers(self) -> Iterator[tuple[list[datetime], set[date]]]:
        """For each service and place the times on the first page, and all days with free times."""
        for service in self.services:
            for place in self.places(service):
                page = self.visitor.get(place)
                times = [slot_start(value) for value in values_of(page, "time")]
                days = {date.fromisoformat(day) for day in re.findall(r"[?;&]ab=([\d-]{10})", page.content.decode())}
                yield times, days | {moment.date() for moment in times}

    def earliest(self) -> timedelta:
        """From now to the first time that can be booked; very long where none can."""
        now = datetime.now(UTC)
        return min((times[0] - now for times, _days in self.offers() if times), default=timedelta.max)

    def grid(self) -> set[int]:
        """Minutes of the hour at which appointments begin."""
        return {moment.minute for times, _days in self.offers() for moment in times}

    def contact_page(self) -> str:
        """The step on which people say how to be reminded; empty where nobody gets there."""
        visitor = self.visitor
        for times_page in (place for service in self.services for place in self.places(service)):
            for time in values_of(visitor.get(times_page), "time")[:1]:
                held = visitor.post(times_page, time=time)
                assert held.status_code == 303, text_of(held)
                return visitor.get(held["Location"]).content.decode()
        return ""


def ends_what_it_offers_at_a_site(looks: Looks) -> bool:
    """Fulda's advice in a village: it has times now, and half a year later none any more."""
    village = "buchen/vor-ort/eiterfeld/"
    now = values_of(looks.visitor.get(village), "time")
    looks.clock.move_to(HALF_A_YEAR_LATER)
    return bool(now) and not values_of(looks.visitor.get(village), "time")


def leads_to_the_personal_adviser(looks: Looks) -> bool:
    return "Buchstaben auf Ihrem Brief" in text_of(looks.visitor.get("buchen/"))


def asks_and_answers_instead_of_booking(looks: Looks) -> bool:
    start = looks.visitor.get()
    return "Termin anfragen" in buttons_of(start) and "Wir antworten Ihnen dann." in text_of(start)


def gives_times_two_hours_from_now_every_ten_minutes_in_english(looks: Looks) -> bool:
    english = Looks(looks.slug, looks.clock, "en")
    return (
        english.earliest() == 2 * HOUR
        and english.grid() == {0, 10, 20, 30, 40, 50}
        and "Hand in a completed application" in text_of(english.visitor.get("buchen/"))
    )


def has_four_sites_and_times_every_twenty_minutes(looks: Looks) -> bool:
    return looks.grid() == {0, 20, 40} and len(looks.places("weiterbewilligung")) == 4


def asks_for_no_mobile_number_and_needs_two_days(looks: Looks) -> bool:
    looks.clock.move_to(TUESDAY)
    page = looks.contact_page()
    return 'value="email"' in page and 'value="sms"' not in page and looks.earliest() == 48 * HOUR


def is_closed_between_the_years(looks: Looks) -> bool:
    """Nothing from 24 December to 1 January, though there is before and after."""
    looks.clock.move_to(BEFORE_CHRISTMAS)
    days = {day for _times, days in looks.offers() for day in days}
    closed = {day for day in days if date(2026, 12, 24) <= day <= date(2027, 1, 1)}
    return not closed and date(2026, 12, 23) in days and date(2027, 1, 5) in days


ONLY: dict[str, Callable[[Looks], bool]] = {
    "fulda": ends_what_it_offers_at_a_site,
    "marburg-biedenkopf": leads_to_the_personal_adviser,
    "kreis-offenbach": asks_and_answers_instead_of_booking,
    "stadt-offenbach": gives_times_two_hours_from_now_every_ten_minutes_in_english,
    "bergstrasse": has_four_sites_and_times_every_twenty_minutes,
    "gross-gerau": asks_for_no_mobile_number_and_needs_two_days,
    "wiesbaden": is_closed_between_the_years,
}


@pytest.fixture(scope="module", autouse=True)
def compiled_texts() -> None:
    compile_all(coverage.LOCALE_FOLDER.parent.parent, coverage.LOCALE_FOLDER)


@pytest.fixture
def monday() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def seven(db: None, monday: time_machine.Traveller) -> None:
    """All Jobcenters with their own settings, sites, services and hours."""
    for slug in slugs():
        data = load(slug)
        jobcenter = Jobcenter.objects.create(slug=slug, name=data.name, short_name=data.short_name)
        with tenant_context(jobcenter):
            build(jobcenter, data, MONDAY)


@pytest.mark.parametrize(("slug", "does"), ONLY.items(), ids=list(ONLY))
def test_what_only_this_jobcenter_does(
    slug: str, does: Callable[[Looks], bool], seven: None, monday: time_machine.Traveller
) -> None:
    found = []
    for each in slugs():
        monday.move_to(MONDAY)
        if does(Looks(each, monday)):
            found.append(each)

    assert found == [slug]


@pytest.mark.parametrize("slug", slugs())
def test_every_start_page_carries_its_own_name_and_telephone(slug: str, seven: None) -> None:
    page = Visitor(f"/{slug}/de/").get()
    data = load(slug)

    assert page.status_code == 200
    assert heading_of(page)
    for shown in (data.name, data.settings["phone"]):
        assert shown in page.content.decode()
