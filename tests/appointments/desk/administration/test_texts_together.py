# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Own texts with somebody else at work: two administrators, a test to the office, strangers, and what they typed."""

import pytest
from django.test import Client
from time_machine import Traveller

from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications.kinds import _kinds
from notifications.models import TextVersion
from tests.appointments.desk.administration.text_steps import (
    BODY,
    KIND,
    LIST,
    MAIL,
    PORTALS,
    SHORT,
    SMS,
    SUBJECT,
    press,
    reads,
    saved,
)
from tests.appointments.desk.staff import browser_of, main_text, make_member


# --- Two at once --------------------------------------------------------------------------------------------------
@pytest.fixture
def colleague(clock: Traveller, fulda: Jobcenter) -> Client:
    return browser_of(make_member(fulda, Role.TENANT_ADMIN, "Käthe Öztürk"))


def test_who_saves_over_a_colleagues_words_sees_them_first_and_loses_nothing(admin: Client, colleague: Client) -> None:
    saved(colleague, body=BODY + "\nGruß von Käthe")
    answer = press(admin, "speichern", body=BODY + "\nGruß von Stefan")
    html, text = answer.content.decode(), main_text(answer)
    assert (answer.status_code, TextVersion.objects.count()) == (409, 1)
    assert "Käthe Öztürk hat diesen Text inzwischen geändert" in text
    assert ("Gruß von Käthe" in text, "Gruß von Stefan" in html.split('name="body"')[1].split("</textarea>")[0]) == (
        True,
        True,
    )
    assert '<input type="hidden" name="seen" value="1"' in html
    second = saved(admin, body=BODY + "\nGruß von Stefan", seen="1")
    assert (second.version, second.is_active) == (2, True)


def test_a_colleague_went_back_to_the_portals_words_meanwhile(admin: Client, colleague: Client) -> None:
    saved(colleague)
    colleague.post(f"{MAIL}portal/", {"seen": "1"})
    answer = press(admin, "speichern", body=BODY + "\nNeu", seen="1")
    assert (answer.status_code, "Inzwischen gilt wieder der Text des Portals" in main_text(answer)) == (409, True)
    assert press(admin, "speichern", body=BODY + "\nNeu", seen="0").status_code == 303


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30, "7"])
def test_a_page_that_does_not_say_what_it_saw_is_an_old_one(admin: Client, seen: str) -> None:
    assert press(admin, "speichern", seen=seen).status_code == 409


def test_who_gives_words_up_that_a_colleague_just_changed_is_asked_again(admin: Client, colleague: Client) -> None:
    saved(admin)
    saved(colleague, body=BODY + "\nNeu", seen="1")
    answer = admin.post(f"{MAIL}portal/", {"seen": "1"})
    assert (answer.status_code, "Der Text hat sich inzwischen geändert" in main_text(answer)) == (409, True)
    assert TextVersion.objects.filter(is_active=True).exists()
    assert admin.post(MAIL, {"step": "wieder", "fassung": "1", "seen": "1"}).status_code == 409


# --- Tests of a text ----------------------------------------------------------------------------------------------
def test_a_test_goes_to_the_office_and_its_fate_is_told(admin: Client, fulda: Jobcenter) -> None:
    TenantSettings.objects.update(office_address="haus@fulda.example")
    assert "Ihr Haus: haus@fulda.example" in main_text(admin.get(MAIL))
    answer = press(admin, "probe")
    assert (answer.status_code, answer["Location"]) == (303, f"{MAIL}?fassung=1&getan=probe")
    page = main_text(admin.get(answer["Location"]))
    assert ("Die Probe ist unterwegs." in page, "Test einer Nachricht per E-Mail" in page) == (True, True)
    assert reads() == PORTALS


def test_without_a_mobile_of_the_office_there_is_no_test_sms_and_nothing_is_lost(admin: Client) -> None:
    TenantSettings.objects.update(test_mobile="")
    page = admin.get(SMS)
    assert "Für Proben fehlt in den Einstellungen eine Adresse" in main_text(page)
    assert 'href="/fulda/desk/einstellungen/konten/proben/"' in page.content.decode()
    assert 'value="probe"' not in page.content.decode()
    answer = press(admin, "probe", SMS, body=SHORT)
    assert answer["Location"] == f"{SMS}?fassung=1&getan=entwurf"
    TenantSettings.objects.update(test_mobile="+4915123456789")
    assert press(admin, "probe", SMS, body=SHORT)["Location"] == f"{SMS}?fassung=1&getan=probe"


def test_a_letter_has_no_test(admin: Client) -> None:
    page = admin.get(f"{KIND}letter/de/")
    assert ('value="probe"' in page.content.decode(), "Für Proben fehlt" in main_text(page)) == (False, False)


# --- Preview for the script ---------------------------------------------------------------------------------------
def test_the_scripts_preview_is_the_same_and_a_read_method_is_none(admin: Client) -> None:
    answer = admin.post(f"{SMS}vorschau/", {"body": SHORT})
    html = answer.content.decode()
    assert (answer.status_code, "<html" in html, "Ihr Termin: Do 31.12., 15:30 Uhr." in html) == (200, False, True)
    for name in ("id_body_findings", "text-status", "text-tick", "text-preview"):
        assert html.count(f'id="{name}"') == 1
    assert admin.get(f"{SMS}vorschau/").status_code == 405
    assert TextVersion.objects.count() == 0


def test_neither_page_nor_preview_runs_what_somebody_typed(admin: Client) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)></textarea>'
    for answer in (
        press(admin, "vorschau", subject=f"{SUBJECT}{evil}", body=BODY + evil),
        press(admin, "speichern", subject=f"{SUBJECT}{evil}", body=BODY + evil),
        admin.post(f"{MAIL}vorschau/", {"subject": f"{SUBJECT}{evil}", "body": BODY + evil}),
    ):
        html = answer.content.decode()
        assert "alert(1)" in html
        for raw in ("<script>", "<img", "onerror=alert(1)></textarea>"):
            assert raw not in html


def test_words_that_were_never_checked_are_escaped_wherever_they_show(admin: Client) -> None:
    saved(admin)
    TextVersion.objects.update(subject="<script>a</script>", body="<script>alert(1)</script>" + BODY)
    for page in (MAIL, f"{MAIL}?fassung=1", f"{MAIL}portal/", KIND, LIST):
        assert "<script>a" not in admin.get(page).content.decode()


# --- Whose texts --------------------------------------------------------------------------------------------------
def test_another_jobcenter_neither_sees_nor_changes_them(admin: Client, wiesbaden: Jobcenter) -> None:
    saved(admin, body=BODY + "\nGruß aus Fulda")
    theirs = browser_of(make_member(wiesbaden, Role.TENANT_ADMIN))
    address = MAIL.replace("fulda", "wiesbaden")
    assert theirs.get(f"{address}?fassung=1").status_code == 404
    for page in (address, LIST.replace("fulda", "wiesbaden"), KIND.replace("fulda", "wiesbaden")):
        text = main_text(theirs.get(page))
        assert ("Gruß aus Fulda" in text, "eigener Text" in text) == (False, False)
    assert theirs.post(address, {"step": "wieder", "fassung": "1", "seen": "0"}).status_code == 404
    assert theirs.post(MAIL, {"step": "speichern"}).status_code in (303, 403, 404)
    assert [one.version for one in TextVersion.objects.all()] == [1]


def test_every_kind_that_is_planned_has_a_place_in_the_overview(admin: Client) -> None:
    text = admin.get(LIST).content.decode()
    assert {kind for kind, one in _kinds.items() if one.placeholders and f"{LIST}{kind}/" not in text} == set()
