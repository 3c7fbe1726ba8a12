# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the data files say, before anything is written: complete, bilingual, and with nobody's real number in them."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.demo.seed.data import FOLDER, JobcenterData, LaneData, hours, load, slugs
from jobcenter_portal.kernel.gsm7 import is_gsm7
from jobcenter_portal.tenancy.models import LANGUAGES, TenantSettings
from jobcenter_portal.web.contrast import contrast_ratio

ALL = slugs()

# Numbers that the Bundesnetzagentur keeps free for film and drama (Mitteilung 148/2021).
FICTITIOUS_MOBILE = re.compile(
    r"\+49(15228817386|15228895456|15254599371|17139200\d\d|1729925904|1729968532|1729973185|1729973186|1729980752"
    r"|1749091317|1749464308|176040690\d\d)"
)
FICTITIOUS_LANDLINE = re.compile(r"069 90009-\d{3}")
LOOKS_LIKE_A_NUMBER = re.compile(r"[+0][\d ()/-]{7,}")


@pytest.fixture(params=ALL)
def data(request: pytest.FixtureRequest) -> JobcenterData:
    return load(request.param)


def texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from (text for one in value.values() for text in texts(one))
        case list():
            yield from (text for one in value for text in texts(one))


def raw(slug: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{slug}.toml").read_text(encoding="utf-8"))


def places(lane: LaneData) -> dict[str, set[int]]:
    return {location: {rule.weekday for rule in rules} for location, rules in lane.at.items()}


def test_there_are_the_seven_jobcenters() -> None:
    assert ALL == [
        "bergstrasse",
        "fulda",
        "gross-gerau",
        "kreis-offenbach",
        "marburg-biedenkopf",
        "stadt-offenbach",
        "wiesbaden",
    ]


def test_hours_are_read_as_on_a_door_sign() -> None:
    assert [
        (one.weekday, one.start_minute, one.end_minute) for one in hours("mon-tue,fri 08:00-12:00 13:00-15:30")
    ] == [
        (1, 480, 720),
        (1, 780, 930),
        (2, 480, 720),
        (2, 780, 930),
        (5, 480, 720),
        (5, 780, 930),
    ]


ONLY_WHERE_WISHED = {"prove_addresses", "puzzle"}
"""Off unless a Jobcenter switches it on."""
ALWAYS_AWAKE = {"email_quiet_from", "email_quiet_until"}
"""Left out, both together: e-mails go out at any time. TOML has no word for nothing."""


def test_every_jobcenter_decides_every_setting(data: JobcenterData) -> None:
    columns = {field.name for field in TenantSettings._meta.fields} - {"id", "tenant"}

    assert columns - set(data.settings) - ONLY_WHERE_WISHED in (set(), ALWAYS_AWAKE)
    assert set(data.settings) <= columns


def test_no_two_jobcenters_have_the_same_settings() -> None:
    numbers = [
        tuple(data.settings[name] for name in ("booking_mode", "min_lead_hours", "horizon_days", "grid_minutes"))
        for data in map(load, ALL)
    ]

    assert len(set(numbers)) == len(ALL)


def test_a_jobcenter_speaks_of_itself_and_of_its_houses_in_all_eight_languages() -> None:
    words, ways = (
        tomllib.loads((FOLDER / "shared" / name).read_text(encoding="utf-8")) for name in ("faces.toml", "ways.toml")
    )
    said = {part: set(words[part]) for part in ("begruessung", "kontakt", "impressum", "datenschutz", "barrieren")}
    said |= {name: set(texts) for kind in ("doors", "entrances") for name, texts in ways[kind].items()}
    said |= {slug: set(site["way"]) for sites in ways["sites"].values() for slug, site in sites.items()}
    assert {name for name, languages in said.items() if languages != set(LANGUAGES)} == set()


def test_people_find_at_least_six_services_in_all_eight_languages(data: JobcenterData) -> None:
    assert len(data.services) >= 6
    for service in data.services:
        assert {*service.title} == {*service.hint} == {*service.documents} == set(LANGUAGES)
        assert all(text for told in (service.title, service.hint) for text in told.values())
        assert bool(service.documents["de"]) == bool(service.documents["en"])


def test_durations_and_buffers_differ(data: JobcenterData) -> None:
    assert len({service.minutes for service in data.services}) >= 3
    assert len({(service.before, service.after) for service in data.services}) >= 2
    assert all(
        number % 5 == 0 for service in data.services for number in (service.minutes, service.before, service.after)
    )


def test_every_role_works_there_and_somebody_at_two_sites_on_different_days(data: JobcenterData) -> None:
    assert {member.role for member in data.staff} == set(Role)
    assert 6 <= len(data.lanes) <= 16
    assert any(lane.max_per_day for lane in data.lanes)
    if len(data.locations) > 1:
        travellers = [places(lane) for lane in data.lanes if len(lane.at) == 2 and lane.services]
        assert travellers
        for one in travellers:
            first, second = one.values()
            assert not first & second


def test_every_calendar_is_open_only_while_its_location_is(data: JobcenterData) -> None:
    door = {location.slug: location.hours for location in data.locations}
    outside = [
        (lane.name, location, rule)
        for lane in data.lanes
        for location, rules in lane.at.items()
        for rule in rules
        if not any(
            one.weekday == rule.weekday and one.start_minute <= rule.start_minute and rule.end_minute <= one.end_minute
            for one in door[location]
        )
    ]

    assert outside == []


def test_every_service_has_somebody_who_offers_it(data: JobcenterData) -> None:
    assert {slug for lane in data.lanes for slug in lane.services} == {service.slug for service in data.services}
    assert {person.service for person in data.people} <= {service.slug for service in data.services}


def test_senders_of_sms_are_what_a_gateway_takes(data: JobcenterData) -> None:
    for name in ("sms_sender", "sms_sender_discreet"):
        sender = data.settings[name]
        assert 1 <= len(sender) <= 11
        assert is_gsm7(sender)
    assert data.short_name not in data.settings["email_sender_discreet"]


def test_the_colour_can_be_read_on_white_and_is_its_own(data: JobcenterData) -> None:
    assert contrast_ratio(data.settings["colour"], "#ffffff") >= 4.5
    assert len({load(slug).settings["colour"] for slug in ALL}) == len(ALL)


def test_german_and_english_are_offered_and_the_codes_are_known_where_the_portal_has_them(data: JobcenterData) -> None:
    languages = data.settings["languages"]

    assert {"de", "en"} <= set(languages)
    assert len(languages) == len(set(languages))
    assert set(languages) - set(LANGUAGES) <= {"ro", "bg", "pl", "el"}  # wished for, stored, not shown


@pytest.mark.parametrize("slug", ALL)
def test_every_address_and_number_is_fictitious(slug: str) -> None:
    found = list(texts(raw(slug)))
    mails = [text for text in found if "@" in text]
    numbers = [match for text in found for match in LOOKS_LIKE_A_NUMBER.findall(text)]

    assert mails
    assert [mail for mail in mails if not re.fullmatch(r"[a-z.]+@[a-z-]+\.example", mail)] == []
    assert numbers
    assert [
        number
        for number in numbers
        if not FICTITIOUS_MOBILE.fullmatch(number) and not FICTITIOUS_LANDLINE.fullmatch(number)
    ] == []


def test_no_two_people_share_an_address() -> None:
    addresses = [
        text for slug in ALL for one in load(slug).people for text in (one.email, one.mobile, one.post) if text
    ]

    assert len(addresses) == len(set(addresses))


@pytest.mark.parametrize("slug", ALL)
def test_german_is_written_with_its_own_letters(slug: str) -> None:
    data = load(slug)
    shown = [
        data.name,
        *(text for one in data.locations for text in (one.name, one.street, one.town)),
        *(text for one in data.services for text in (one.title["de"], one.hint["de"])),
        *(one.name for one in data.staff),
    ]

    assert set("äöüß") <= {letter for text in shown for letter in text.lower()}
    assert [text for text in shown if re.search(r"strasse|buero|fuer|ueber|Gross", text)] == []
