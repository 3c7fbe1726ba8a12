# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The second factor: nobody gets past it, each code opens once, and guessing ends after five tries."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import connections
from django.test import Client

from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.signin import second_factor
from jobcenter_portal.signin.models import SecondFactor, StaffSession
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.desk.staff import browser_of, main_text, make_member
from tests.appointments.factories import make_office
from tests.factories import make_jobcenter
from tests.portal.signin.providers import Liar, lying_directory, start, trust

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
DOOR, DESK = "/fulda/anmelden/", "/fulda/desk/haus/"


@pytest.fixture
def liar() -> Iterator[Liar]:
    with lying_directory() as found:
        yield found


def code_of(member: Membership, at: datetime) -> str:
    secret = bytes.fromhex(SecondFactor.objects.get(membership=member).secret)
    return TOTP(secret, 6, SHA1(), 30).generate(int(at.timestamp())).decode()  # noqa: S303


def recognised(liar: Liar, jobcenter: Jobcenter, **claims: object) -> Client:
    """A browser whose owner the directory knows, before the second factor."""
    provider = trust(jobcenter, liar.issuer, {"jc-desk": Role.FRONT_DESK}, trusted_amr=["hwk"])
    client = Client(raise_request_exception=False)
    _address, asked = start(client, provider)
    liar.claims = {"nonce": asked["nonce"], "groups": ["jc-desk"], "name": "Erika", **claims}
    client.get(f"{DOOR}rueckkehr/?code=c&state={asked['state']}")
    return client


def set_up(member: Membership, at: datetime = NOW) -> None:
    second_factor.begin(member.pk)
    second_factor.confirm(member.pk, code_of(member, at), now=at)


def test_whoever_comes_first_sets_their_app_up_and_writes_ten_codes_down(fulda: Jobcenter, liar: Liar) -> None:
    make_office(fulda)
    client = recognised(liar, fulda, amr=["pwd"])
    assert client.get(DESK).status_code == 303  # recognised is not in
    assert client.get(f"{DOOR}code/")["Location"] == f"{DOOR}einrichten/"
    page = client.get(f"{DOOR}einrichten/").content.decode()
    assert 'src="data:image/svg+xml' in page
    member = Membership.objects.get()
    answer = client.post(f"{DOOR}einrichten/", {"code": "000000"})
    assert answer.status_code == 422
    assert client.get(DESK).status_code == 303
    answer = client.post(f"{DOOR}einrichten/", {"code": code_of(member, datetime.now(UTC))})
    assert (answer.status_code, answer["Location"]) == (303, f"{DOOR}ersatzcodes/?next=%2Ffulda%2Fdesk%2F")
    assert client.get(DESK).status_code == 200
    codes = second_factor.codes_to_write_down(member.pk)
    assert len(set(codes)) == 10
    assert all(code in main_text(client.get(f"{DOOR}ersatzcodes/")) for code in codes)
    client.post(f"{DOOR}ersatzcodes/", {"next": DESK})
    assert "Sie haben noch 10 Ersatzcodes" in main_text(client.get(f"{DOOR}ersatzcodes/"))
    assert codes[0] not in client.get(f"{DOOR}ersatzcodes/").content.decode()


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"amr": ["hwk"]}, 200),
        ({"acr": "mfa"}, 200),
        ({"amr": "hwk"}, 303),
        ({"acr": "1", "amr": ["pwd"]}, 303),
        ({}, 303),
    ],
)
def test_the_portal_asks_unless_the_directory_says_in_trusted_words_that_it_did(
    fulda: Jobcenter, liar: Liar, claims: dict[str, object], status: int
) -> None:
    make_office(fulda)
    assert recognised(liar, fulda, **claims).get(DESK).status_code == status


def test_a_code_opens_once_and_only_in_its_own_half_minute(fulda: Jobcenter) -> None:
    member = make_member(fulda, Role.FRONT_DESK)
    set_up(member)
    later = NOW + timedelta(minutes=10)
    for wrong in (code_of(member, later - timedelta(seconds=30)), code_of(member, later + timedelta(seconds=30)), ""):
        with pytest.raises(second_factor.WrongCode):
            second_factor.prove(member.pk, wrong, now=later)
    second_factor.prove(member.pk, code_of(member, later), now=later)
    with pytest.raises(second_factor.WrongCode):
        second_factor.prove(member.pk, code_of(member, later), now=later)


def test_a_recovery_code_opens_once_and_another_members_never(fulda: Jobcenter) -> None:
    member, other = make_member(fulda, Role.FRONT_DESK), make_member(fulda, Role.CASEWORKER)
    set_up(member)
    set_up(other)
    code = second_factor.codes_to_write_down(member.pk)[0]
    with pytest.raises(second_factor.WrongCode):
        second_factor.prove(other.pk, code, now=NOW)
    second_factor.prove(member.pk, f"{code[:5]}-{code[5:].lower()}", now=NOW)
    with pytest.raises(second_factor.WrongCode):
        second_factor.prove(member.pk, code, now=NOW)
    assert second_factor.recovery_codes_left(member.pk) == 9
    assert "recovery_code_used" in [one.action for one in audit.history(f"membership:{member.pk}")]


def test_after_five_tries_even_the_right_code_has_to_wait(fulda: Jobcenter) -> None:
    member = make_member(fulda, Role.FRONT_DESK)
    set_up(member)
    later = NOW + timedelta(minutes=10)
    for _try in range(5):
        with pytest.raises(second_factor.WrongCode):
            second_factor.prove(member.pk, "000000x", now=later)
    with pytest.raises(second_factor.TooManyTries):
        second_factor.prove(member.pk, code_of(member, later), now=later)
    later += timedelta(minutes=6)
    second_factor.prove(member.pk, code_of(member, later), now=later)


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_send_the_right_code_at_once_one_gets_in() -> None:
    jobcenter = make_jobcenter("fulda")
    member = make_member(jobcenter, Role.FRONT_DESK)
    later, outcomes = NOW + timedelta(minutes=10), []
    with tenant_context(jobcenter):
        set_up(member)
        code = code_of(member, later)

    def try_it() -> None:
        with tenant_context(jobcenter):
            try:
                second_factor.prove(member.pk, code, now=later)
                outcomes.append("in")
            except (second_factor.WrongCode, second_factor.TooManyTries) as refused:
                outcomes.append(type(refused).__name__)
            finally:
                connections.close_all()

    threads = [threading.Thread(target=try_it) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["TooManyTries"] * 15 + ["WrongCode"] * 4 + ["in"]


def test_nobody_reaches_the_pages_in_between_without_being_recognised(fulda: Jobcenter) -> None:
    client = Client()
    for page in ("code/", "einrichten/", "ersatzcodes/", "sitzungen/"):
        assert client.get(DOOR + page).status_code == 303
        assert client.post(DOOR + page, {"code": "123456"})["Location"].startswith(DOOR)


def test_being_recognised_lasts_ten_minutes(fulda: Jobcenter, liar: Liar) -> None:
    client = recognised(liar, fulda)
    assert client.get(f"{DOOR}einrichten/").status_code == 200
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=10)):
        assert client.get(f"{DOOR}einrichten/").status_code == 303


# --- Where one is signed in -------------------------------------------------------------------------------------------
def test_the_list_names_ones_own_devices_and_ends_the_others(fulda: Jobcenter) -> None:
    make_office(fulda)
    member, other = make_member(fulda, Role.FRONT_DESK), make_member(fulda, Role.FRONT_DESK)
    desk, telephone, stranger = browser_of(member), browser_of(member), browser_of(other)
    assert main_text(desk.get(f"{DOOR}sitzungen/")).count("Angemeldet:") == 2
    desk.post(f"{DOOR}sitzungen/", {"alle": "ja"})
    assert [one.get(DESK).status_code for one in (desk, telephone, stranger)] == [200, 303, 200]
    assert main_text(desk.get(f"{DOOR}sitzungen/")).count("Angemeldet:") == 1


def test_nobody_ends_a_session_of_somebody_else(fulda: Jobcenter) -> None:
    make_office(fulda)
    member, other = make_member(fulda, Role.FRONT_DESK), make_member(fulda, Role.FRONT_DESK)
    one, two = browser_of(member), browser_of(other)
    one.post(f"{DOOR}sitzungen/", {"sitzung": StaffSession.objects.get(membership=other).key})
    assert [browser.get(DESK).status_code for browser in (one, two)] == [200, 200]
