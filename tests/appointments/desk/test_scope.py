# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two houses of one Jobcenter, and colleagues who work for one of them, for both, for none, or for all."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from appointments.booking import book
from appointments.contact_tasks import open_task
from appointments.links import keys_of
from appointments.models import Appointment, Calendar, Closure, Location, MembershipLocation, OpeningRule, TaskReason
from appointments.staff_places import reach_everywhere, reach_places
from jobcenter_portal.accounts.models import ContactPoint, Membership
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.models import BookingMode, Jobcenter, TenantSettings
from notifications.service import Channel
from tests.appointments.desk.conftest import BOOKED_AT, EIGHT, Morning
from tests.appointments.desk.staff import browser_of, main_text, make_member
from tests.appointments.factories import Office, make_calendar, person

NOW = EIGHT + timedelta(minutes=20)
Works = Callable[..., Client]


@pytest.fixture
def annex(office: Office) -> Location:
    """A second house with a calendar of its own that offers the same."""
    place: Location = Location.objects.create(
        tenant=office.jobcenter, slug="anbau", name="Anbau", street="Nebenweg 2", town="36132 Eiterfeld", position=1
    )
    make_calendar(office.jobcenter, place, office.service, name="Zimmer im Anbau")
    return place


@pytest.fixture
def works(clock: Traveller, fulda: Jobcenter) -> Works:
    """`works(Role.CASEWORKER, "anbau")`: the browser of somebody who works for these places and no others."""

    def _works(role: Role, *slugs: str) -> Client:
        member = make_member(fulda, role)
        reach_places(member=member, slugs=slugs, by=audit.SYSTEM, now=NOW)
        return browser_of(member)

    return _works


def booked_at(
    place: Location, office: Office, name: str, minutes: int = 60, by: audit.By = audit.SYSTEM, **details: str
) -> Appointment:
    return book(
        jobcenter=office.jobcenter,
        service=office.service,
        location=place,
        starts_at=EIGHT + timedelta(minutes=minutes),
        person=person(name, **details),
        now=BOOKED_AT,
        by=by,
    )


@pytest.fixture
def there(annex: Location, office: Office) -> Appointment:
    """Somebody who comes to the annex at nine."""
    return booked_at(annex, office, "Mehmet Özdemir", email="mehmet@example.org")


def in_doubt(appointment: Appointment) -> None:
    """Their e-mail does not arrive."""
    point = ContactPoint.objects.get(customer_id=appointment.customer_id)
    open_task(
        customer_id=appointment.customer_id,
        channel=Channel.EMAIL,
        recipient=bytes(point.address_index),
        reason=TaskReason.UNKNOWN,
        now=NOW,
    )


def test_the_day_of_the_other_house_is_the_404_of_a_house_that_nobody_knows(
    works: Works, morning: Morning, there: Appointment
) -> None:
    client = works(Role.CASEWORKER, "anbau")
    assert "Mehmet Özdemir" in main_text(client.get("/fulda/desk/anbau/"))
    theirs, nobodys = client.get("/fulda/desk/haus/"), client.get("/fulda/desk/gibt-es-nicht/")
    assert (theirs.status_code, theirs.content.replace(b"haus", b"")) == (
        404,
        nobodys.content.replace(b"gibt-es-nicht", b""),
    )


def test_who_works_for_one_house_starts_there_and_sees_no_way_to_the_other(
    works: Works, morning: Morning, there: Appointment
) -> None:
    client = works(Role.FRONT_DESK, "anbau")
    assert client.get("/fulda/desk/")["Location"] == "/fulda/desk/anbau/"
    assert "/fulda/desk/haus/" not in client.get("/fulda/desk/anbau/").content.decode()


def test_who_works_for_two_of_them_chooses(works: Works, morning: Morning, there: Appointment) -> None:
    text = main_text(works(Role.FRONT_DESK, "anbau", "haus").get("/fulda/desk/"))
    assert "An welchem Standort arbeiten Sie heute?" in text
    assert ("Haus der Arbeit" in text, "Anbau" in text) == (True, True)


def test_who_has_no_place_yet_is_told_whom_to_ask(
    works: Works, morning: Morning, tmp_path: Path, settings: Any
) -> None:
    settings.EMERGENCY_LIST_DIR = str(tmp_path)
    client = works(Role.CASEWORKER)
    for path in ("", "notfall-listen/"):
        assert "Für Sie ist noch kein Standort eingetragen. Bitte sagen Sie es Ihrer Verwaltung." in main_text(
            client.get(f"/fulda/desk/{path}")
        )
    assert client.get(f"/fulda/desk/termin/{morning.first.public_id}/").status_code == 404


def test_nothing_can_be_recorded_or_cancelled_for_somebody_of_the_other_house(
    works: Works, morning: Morning, there: Appointment
) -> None:
    client = works(Role.TEAM_LEAD, "haus")
    pressed = {"verb": "check_in", "seen": "booked"}
    before = AuditEntry.objects.count()
    assert client.post(f"/fulda/desk/stand/{there.public_id}/", pressed).status_code == 404
    assert client.post(f"/fulda/desk/termin/{there.public_id}/absagen/").status_code == 404
    there.refresh_from_db()
    assert (there.status, AuditEntry.objects.count()) == ("booked", before)
    assert client.post(f"/fulda/desk/stand/{morning.first.public_id}/", pressed).status_code == 303


def test_lists_and_their_numbers_hold_ones_own_house_alone(works: Works, morning: Morning, there: Appointment) -> None:
    in_doubt(there)
    in_doubt(morning.third)
    for place, own, other in (("anbau", "Mehmet Özdemir", "Шевченко"), ("haus", "Шевченко", "Mehmet Özdemir")):
        client = works(Role.CASEWORKER, place)
        tasks = client.get("/fulda/desk/kontakte/").content.decode()
        messages = client.get("/fulda/desk/nachrichten/?gruppe=alle").content.decode()
        assert (own in tasks, other in tasks) == (True, False), place
        assert (own in messages, other in messages) == (True, False), place


def test_the_numbers_of_the_messages_count_what_the_list_shows(
    works: Works, desk: Client, morning: Morning, there: Appointment
) -> None:
    def planned(client: Client) -> int:
        found = re.search(r"Geplant oder wartend \((\d+)\)", main_text(client.get("/fulda/desk/nachrichten/")))
        return int(found[1]) if found else 0

    everywhere, here, beyond = (
        planned(client) for client in (desk, works(Role.CASEWORKER, "haus"), works(Role.CASEWORKER, "anbau"))
    )
    assert (beyond, everywhere) == (1, here + beyond)


def test_a_code_of_the_other_house_finds_nothing(works: Works, morning: Morning, there: Appointment) -> None:
    client = works(Role.CASEWORKER, "haus")
    found = client.post("/fulda/desk/nachrichten/suchen/", {"code": keys_of(there).code})
    assert (found.status_code, "Zu diesem Code gibt es hier keinen Termin" in main_text(found)) == (422, True)
    assert client.get(f"/fulda/desk/nachrichten/?termin={there.public_id}").status_code == 404


def test_requests_wait_for_the_house_that_was_asked(works: Works, office: Office, annex: Location) -> None:
    TenantSettings.objects.update(booking_mode=BookingMode.REQUEST)
    office.jobcenter.settings.refresh_from_db()
    booked_at(annex, office, "Mehmet Özdemir", minutes=60 * 24 * 3, by=audit.CUSTOMER)
    text = main_text(works(Role.CASEWORKER, "anbau").get("/fulda/desk/anfragen/"))
    elsewhere = works(Role.CASEWORKER, "haus").get("/fulda/desk/anfragen/").content.decode()
    assert ("Mehmet Özdemir" in text, "Mehmet Özdemir" in elsewhere) == (True, False)


def test_a_head_of_one_house_closes_that_house_and_not_the_whole_jobcenter(
    works: Works, office: Office, annex: Location
) -> None:
    client = works(Role.LOCATION_ADMIN, "anbau")
    form = client.get("/fulda/desk/standort/anbau/schliessen/").content.decode()
    assert ("Nur dieser Standort" in form, "Das ganze Jobcenter" in form) == (True, False)
    sent = {"von_tag": "2026-12-01", "bis_tag": "2026-12-01", "wo": "alles", "grund": "Fest"}
    refused = client.post("/fulda/desk/standort/anbau/schliessen/", sent)
    assert (refused.status_code, 'value="Fest"' in refused.content.decode()) == (422, True)

    everywhere = Closure.objects.create(
        tenant=office.jobcenter, first_day="2026-12-02", last_day="2026-12-02", reasons={"de": "Umzug"}
    )
    page = client.get("/fulda/desk/standort/anbau/").content.decode()
    assert ("Umzug" in page, 'name="schliessung"' in page) == (True, False)
    assert client.post("/fulda/desk/standort/anbau/wieder-auf/", {"schliessung": everywhere.pk}).status_code == 404
    assert client.get("/fulda/desk/standort/haus/").status_code == 404


def test_a_head_of_one_house_finds_the_hours_of_those_who_work_there(
    works: Works, office: Office, annex: Location
) -> None:
    both = Calendar.objects.get(name="Zimmer im Anbau")
    elsewhere = office.calendars[0]
    client = works(Role.LOCATION_ADMIN, "anbau")
    text = main_text(client.get("/fulda/desk/sprechzeiten/"))
    assert ("Zimmer im Anbau" in text, "Zimmer 1" in text, "Haus der Arbeit" in text) == (True, False, False)
    assert client.get(f"/fulda/desk/sprechzeiten/{both.pk}/").status_code == 200
    assert client.get(f"/fulda/desk/sprechzeiten/{elsewhere.pk}/").status_code == 404


def test_hours_at_the_other_house_can_be_read_and_not_changed(works: Works, office: Office, annex: Location) -> None:
    """Somebody works in both houses: each head changes what is in theirs."""
    both = make_calendar(office.jobcenter, annex, name="Pendlerin")
    OpeningRule.objects.filter(calendar=both, weekday=1).update(location=office.location)
    theirs = OpeningRule.objects.get(calendar=both, weekday=1)
    mine = OpeningRule.objects.get(calendar=both, weekday=2)
    client = works(Role.LOCATION_ADMIN, "anbau")
    page = client.get(f"/fulda/desk/sprechzeiten/{both.pk}/").content.decode()
    assert (f"?regel={mine.pk}" in page, f"?regel={theirs.pk}" in page, "Haus der Arbeit" in page) == (
        True,
        False,
        True,
    )
    assert page.count("nicht Ihr Standort") == 1
    end = f"/fulda/desk/sprechzeiten/{both.pk}/zeit-entfernen/"
    assert client.post(end, {"regel": theirs.pk}).status_code == 404
    assert client.post(end, {"regel": mine.pk}).status_code == 200


def test_an_absence_counts_people_of_the_other_house_without_their_names(
    works: Works, office: Office, annex: Location, there: Appointment
) -> None:
    lane = there.calendar
    assert lane is not None
    OpeningRule.objects.filter(calendar=lane, weekday=2).update(location=office.location)
    client = works(Role.TEAM_LEAD, "haus")
    away = {"von_tag": "2026-11-23", "von_zeit": "08:30", "bis_tag": "2026-11-23"}
    page = client.post(f"/fulda/desk/sprechzeiten/{lane.pk}/abwesend/", away)
    html = page.content.decode()
    assert (page.status_code, "Mehmet" in html, there.public_id in html) == (200, False, False)
    assert f'name="w-a{there.pk}"' in html


@pytest.mark.parametrize("role", [Role.TENANT_ADMIN, Role.DATA_PROTECTION])
def test_roles_of_the_whole_jobcenter_are_not_narrowed(
    works: Works, office: Office, annex: Location, role: Role
) -> None:
    client = works(role, "anbau")
    path = "protokoll/" if role is Role.DATA_PROTECTION else "standort/haus/"
    assert client.get(f"/fulda/desk/{path}").status_code == 200


# --- Naming places ----------------------------------------------------------------------------------------------------
def test_places_are_named_once_taken_back_and_written_down(fulda: Jobcenter, office: Office, annex: Location) -> None:
    member = make_member(fulda, Role.CASEWORKER)

    def named() -> tuple[bool, list[str]]:
        fresh = Membership.objects.get(pk=member.pk)
        rows = MembershipLocation.objects.filter(membership=member).order_by("location__slug")
        return fresh.every_location, list(rows.values_list("location__slug", flat=True))

    assert named() == (True, [])
    for _twice in range(2):
        reach_places(member=member, slugs=["haus", "anbau"], by=audit.SYSTEM, now=NOW)
        assert named() == (False, ["anbau", "haus"])
    reach_places(member=member, slugs=["anbau", "gibt-es-nicht"], by=audit.SYSTEM, now=NOW)
    assert named() == (False, ["anbau"])
    reach_places(member=member, slugs=["gibt-es-nicht"], by=audit.SYSTEM, now=NOW)
    assert named() == (False, [])
    for _twice in range(2):
        reach_everywhere(member=member, by=audit.SYSTEM, now=NOW)
        assert named() == (True, [])
    told = AuditEntry.objects.filter(action="places_named", subject=f"membership:{member.pk}").order_by("id")
    assert [entry.detail["places"] for entry in told] == ["anbau, haus", "anbau", "none", "all"]


# --- What it costs ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["haus/", "nachrichten/?gruppe=alle", "kontakte/", "sprechzeiten/", "briefe/"])
def test_more_places_and_more_people_cost_no_more_queries(
    works: Works, office: Office, annex: Location, make: Callable[..., Appointment], path: str
) -> None:
    def queries(client: Client) -> int:
        client.get(f"/fulda/desk/{path}")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/fulda/desk/{path}").status_code == 200
        return len(seen)

    make(30, "Eins", email="eins@example.org")
    one, everywhere = works(Role.TEAM_LEAD, "haus"), browser_of(make_member(office.jobcenter, Role.TEAM_LEAD))
    few, whole = queries(one), queries(everywhere)
    for number in range(4):
        Location.objects.create(
            tenant=office.jobcenter, slug=f"ort-{number}", name=f"Ort {number}", street="Weg", town="Fulda"
        )
        make(60 + 30 * number, f"Person {number}", email=f"p{number}@example.org")
    many = works(Role.TEAM_LEAD, "haus", "anbau", *(f"ort-{number}" for number in range(4)))
    assert (queries(many), few - whole) == (few, 0)
