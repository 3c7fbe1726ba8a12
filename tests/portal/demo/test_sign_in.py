# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Signing in and out, the end of sessions, and where one may be sent afterwards."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from jobcenter_portal.accounts.models import Membership, User
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.signin import ways
from jobcenter_portal.signin.destination import destination
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.desk.staff import browser_of, main_text, make_member
from tests.appointments.factories import make_office

START = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
DESK = "/fulda/desk/haus/"


@pytest.fixture
def client(fulda: Jobcenter) -> Client:
    make_office(fulda)
    return Client(raise_request_exception=False)


def is_in(client: Client, path: str = DESK) -> bool:
    """Whether the desk opens; otherwise it must send to the door."""
    response = client.get(path)
    assert response.status_code in (200, 303), response.content
    return response.status_code == 200


def test_the_door_lists_who_works_here_and_lets_each_in_with_one_press(
    client: Client, fulda: Jobcenter, wiesbaden: Jobcenter
) -> None:
    make_member(wiesbaden, Role.CASEWORKER, "Nicht von hier")
    make_member(fulda, Role.TEAM_LEAD, "Änne Großmann")
    reception = make_member(fulda, Role.FRONT_DESK, "Ömer Aydın")
    text = main_text(client.get("/fulda/anmelden/"))
    assert text.endswith("Wählen Sie, wer Sie sein möchten. Ömer Aydın, Empfang Änne Großmann, Teamleitung")
    response = client.post("/fulda/anmelden/", {"person": reception.pk})
    assert (response.status_code, response["Location"]) == (303, "/fulda/desk/")
    assert is_in(client)
    assert "Angemeldet: Ömer Aydın" in client.get(DESK).content.decode()


@pytest.mark.parametrize("person", ["", "0", "x", "-1", "٣", "9" * 30, "foreign", "inactive"])
def test_nobody_else_gets_in(client: Client, fulda: Jobcenter, wiesbaden: Jobcenter, person: str) -> None:
    foreign = make_member(wiesbaden, Role.CASEWORKER)
    gone = make_member(fulda, Role.CASEWORKER)
    User.objects.filter(pk=gone.user_id).update(is_active=False)
    chosen = {"foreign": str(foreign.pk), "inactive": str(gone.pk)}.get(person, person)
    assert client.post("/fulda/anmelden/", {"person": chosen}).status_code == 422
    assert not is_in(client)
    assert Session.objects.count() == 0


def test_signing_in_changes_the_key_of_the_session_and_is_written_down(client: Client, fulda: Jobcenter) -> None:
    member = make_member(fulda, Role.CASEWORKER)
    client.post("/fulda/anmelden/sprache/", {"language": "en", "next": "/fulda/anmelden/"})
    before = client.cookies["session_fulda"].value
    client.post("/fulda/anmelden/", {"person": member.pk})
    after = client.cookies["session_fulda"]
    assert after.value != before
    assert not Session.objects.filter(session_key=before).exists()
    assert (after["path"], after["httponly"], after["samesite"]) == ("/fulda/", True, "Lax")
    assert [entry.action for entry in audit.history(f"membership:{member.pk}")] == ["signed_in"]
    assert client.get(DESK)["Content-Language"] == "en"  # the chosen language came along


def test_signing_out_ends_the_session_at_once_and_only_by_post(client: Client, fulda: Jobcenter) -> None:
    member = make_member(fulda, Role.CASEWORKER)
    client.post("/fulda/anmelden/", {"person": member.pk})
    assert client.get("/fulda/anmelden/abmelden/").status_code == 405
    assert is_in(client)
    kept = client.cookies["session_fulda"].value
    response = client.post("/fulda/anmelden/abmelden/")
    assert (response.status_code, response["Location"]) == (303, "/fulda/anmelden/")
    assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    client.cookies["session_fulda"] = kept
    assert not is_in(client)
    assert Session.objects.count() == 0
    assert [entry.action for entry in audit.history(f"membership:{member.pk}")] == ["signed_in"]  # never when they left


def test_the_browser_is_told_to_throw_the_cookie_of_this_jobcenter_away(client: Client, fulda: Jobcenter) -> None:
    client.post("/fulda/anmelden/", {"person": make_member(fulda, Role.CASEWORKER).pk})
    gone = client.post("/fulda/anmelden/abmelden/").cookies["session_fulda"]
    assert (gone.value, gone["max-age"], gone["path"]) == ("", 0, "/fulda/")


def test_a_session_ends_after_half_an_hour_without_use(client: Client, fulda: Jobcenter) -> None:
    member = make_member(fulda, Role.CASEWORKER)
    with time_machine.travel(START, tick=False) as clock:
        client.post("/fulda/anmelden/", {"person": member.pk})
        for _again in range(3):  # use keeps it alive
            clock.shift(timedelta(minutes=29, seconds=59))
            assert is_in(client)
        clock.shift(timedelta(minutes=30))
        assert not is_in(client)
        clock.shift(timedelta(minutes=-20))
        assert not is_in(client)  # gone, not asleep


def test_a_session_ends_after_ten_hours_however_busy(client: Client, fulda: Jobcenter) -> None:
    member = make_member(fulda, Role.CASEWORKER)
    with time_machine.travel(START, tick=False) as clock:
        client.post("/fulda/anmelden/", {"person": member.pk})
        for _again in range(29):
            clock.shift(timedelta(minutes=20))
            assert is_in(client)
        clock.shift(timedelta(minutes=19, seconds=59))
        assert is_in(client)
        clock.shift(timedelta(seconds=1))
        assert not is_in(client)


def test_a_role_that_is_taken_away_ends_what_the_session_may(client: Client, fulda: Jobcenter) -> None:
    member = make_member(fulda, Role.CASEWORKER)
    client.post("/fulda/anmelden/", {"person": member.pk})
    assert is_in(client)
    member.delete()
    assert not is_in(client)


def test_a_session_carried_over_to_another_jobcenter_is_nobody_there(fulda: Jobcenter, wiesbaden: Jobcenter) -> None:
    member = make_member(fulda, Role.CASEWORKER)
    make_office(fulda)
    with tenant_context(wiesbaden):  # even for somebody who works there too
        Membership.objects.create(tenant=wiesbaden, user_id=member.user_id, role=Role.CASEWORKER, display_name="Ä")
    client = browser_of(member)
    carried = Client(raise_request_exception=False)
    carried.cookies["session_wiesbaden"] = client.cookies["session_fulda"].value
    response = carried.get("/wiesbaden/desk/")
    assert (response.status_code, response["Location"]) == (303, "/wiesbaden/anmelden/?next=%2Fwiesbaden%2Fdesk%2F")
    assert is_in(client)  # and the owner is still signed in


def test_a_session_carried_over_is_not_kept_alive_by_it(fulda: Jobcenter, wiesbaden: Jobcenter) -> None:
    member = make_member(fulda, Role.CASEWORKER)
    make_office(fulda)
    with time_machine.travel(START, tick=False) as clock:
        client = browser_of(member)
        carried = Client(raise_request_exception=False)
        carried.cookies["session_wiesbaden"] = client.cookies["session_fulda"].value
        clock.shift(timedelta(minutes=20))
        assert not is_in(carried, "/wiesbaden/desk/")
        clock.shift(timedelta(minutes=10))
        assert not is_in(client)


def test_whoever_was_sent_to_the_door_comes_back_to_the_page(client: Client, fulda: Jobcenter) -> None:
    member = make_member(fulda, Role.CASEWORKER)
    sent = client.get(f"{DESK}?tag=2026-11-24")
    assert sent.status_code == 303
    html = client.get(sent["Location"]).content.decode()
    assert f'name="next" value="{DESK}?tag=2026-11-24"' in html
    response = client.post("/fulda/anmelden/", {"person": member.pk, "next": f"{DESK}?tag=2026-11-24"})
    assert response["Location"] == f"{DESK}?tag=2026-11-24"


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "https://example.org/fulda/desk/",
        "//example.org/fulda/desk/",
        "///example.org",
        "/\\example.org/",
        "\\\\example.org",
        "javascript:alert(1)",
        "/wiesbaden/desk/",
        "/fulda/../wiesbaden/desk/",
        "/fulda/%2e%2e/wiesbaden/desk/",
        "/fulda/%2E./wiesbaden/desk/",
        "/fulda/..%5cwiesbaden/",
        "/fulda",
        "/fuldax/desk/",
        "/demo/",
        "fulda/desk/",
        "/fulda/anmelden/",
        "/fulda/anmelden/?next=/fulda/desk/",
        " /fulda/desk/",
        "/fulda/desk/\n",
    ],
)
def test_nobody_is_sent_anywhere_but_into_the_jobcenter(fulda: Jobcenter, wanted: str) -> None:
    assert destination(wanted, fulda) == "/fulda/desk/"
    assert destination("/fulda/desk/haus/?tag=2026-11-24", fulda) == "/fulda/desk/haus/?tag=2026-11-24"


def test_who_may_not_open_a_page_is_refused_and_not_sent_to_the_door(client: Client, fulda: Jobcenter) -> None:
    client.post("/fulda/anmelden/", {"person": make_member(fulda, Role.TENANT_ADMIN).pk})
    assert client.get("/fulda/desk/")["Location"] == "/fulda/desk/einstellungen/"
    assert client.get("/fulda/desk/haus/").status_code == 403


def test_a_language_that_staff_pages_do_not_speak_is_refused(client: Client) -> None:
    assert client.post("/fulda/anmelden/sprache/", {"language": "ar"}).status_code == 422
    assert client.post("/fulda/anmelden/sprache/", {"language": "en", "next": "//x.org"})["Location"] == "/fulda/desk/"


def test_where_no_way_in_is_set_up_the_door_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "_ways", [])
    text = main_text(client.get("/fulda/anmelden/"))
    assert "über das Verzeichnis dieses Jobcenters ist noch nicht eingerichtet" in text
    response = client.post("/fulda/anmelden/", {"person": "1"})
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
