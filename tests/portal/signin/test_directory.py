# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Signing in by a Jobcenter's own directory: who gets which role, who loses it, and every lie that must not work."""

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey

from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.signin.models import Identity, IdentityProvider
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import make_office
from tests.portal.signin.providers import Liar, approve, honest_directory, lying_directory, start, trust, who_is

GROUPS = {"jc-admin": Role.TENANT_ADMIN, "jc-desk": Role.FRONT_DESK}
DESK = "/fulda/desk/haus/"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with honest_directory() as found:
        yield found


@pytest.fixture
def liar() -> Iterator[Liar]:
    with lying_directory() as found:
        yield found


@pytest.fixture
def client(fulda: Jobcenter) -> Client:
    make_office(fulda)
    return Client(raise_request_exception=False)


def come_in(client: Client, provider: IdentityProvider, subject: str) -> Any:
    address, _asked = start(client, provider)
    return client.get(approve(address, subject).removeprefix("http://testserver"))


def is_in(client: Client) -> bool:
    return bool(client.get(DESK).status_code == 200)


# --- Roles follow the groups, at every sign-in ------------------------------------------------------------------------
def test_whoever_is_in_a_group_comes_in_with_its_role_and_returns_to_their_page(
    client: Client, fulda: Jobcenter, issuer: str
) -> None:
    provider = trust(fulda, issuer, GROUPS)
    who_is(issuer, "erika", name="Erika  Muster", groups=["everybody", "jc-desk"], acr="mfa")
    address, asked = start(client, provider, after=f"{DESK}?tag=2026-11-24")
    assert (asked["response_type"], asked["code_challenge_method"], asked["client_id"]) == ("code", "S256", "portal")
    assert asked["redirect_uri"] == "http://testserver/fulda/anmelden/rueckkehr/"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    answer = client.get(approve(address, "erika").removeprefix("http://testserver"))
    assert (answer.status_code, answer["Location"]) == (303, f"{DESK}?tag=2026-11-24")
    member = Membership.objects.get()
    assert (member.role, member.display_name) == (Role.FRONT_DESK, "Erika Muster")
    assert is_in(client)
    assert [one.action for one in audit.history(f"membership:{member.pk}")] == ["membership_begun", "signed_in"]


def test_of_two_groups_the_first_of_the_list_decides_and_a_change_counts_at_the_next_sign_in(
    client: Client, fulda: Jobcenter, issuer: str
) -> None:
    provider = trust(fulda, issuer, GROUPS)
    who_is(issuer, "anna", name="Anna", groups=["jc-desk"], acr="mfa")
    come_in(client, provider, "anna")
    who_is(issuer, "anna", name="Anna Neu", groups=["jc-desk", "jc-admin"], acr="mfa")
    come_in(Client(), provider, "anna")
    member = Membership.objects.get()
    assert (member.role, member.display_name) == (Role.TENANT_ADMIN, "Anna Neu")
    assert "role_changed" in [one.action for one in audit.history(f"membership:{member.pk}")]


def test_whoever_left_the_group_is_refused_and_all_their_sessions_end(
    client: Client, fulda: Jobcenter, issuer: str
) -> None:
    provider = trust(fulda, issuer, GROUPS)
    who_is(issuer, "otto", name="Otto", groups=["jc-desk"], acr="mfa")
    come_in(client, provider, "otto")
    assert is_in(client)
    who_is(issuer, "otto", name="Otto", groups=["elsewhere"], acr="mfa")
    other_device = Client(raise_request_exception=False)
    assert come_in(other_device, provider, "otto").status_code == 403
    assert not is_in(other_device)
    assert not is_in(client)
    who_is(issuer, "otto", name="Otto", groups=["jc-desk"], acr="mfa")
    come_in(other_device, provider, "otto")
    assert (is_in(other_device), is_in(client), Membership.objects.count()) == (True, False, 1)


def test_groups_that_the_directory_left_out_cost_nobody_their_role(
    client: Client, fulda: Jobcenter, liar: Liar
) -> None:
    provider = trust(fulda, liar.issuer, GROUPS)
    liar.claims = {"groups": ["jc-desk"], "acr": "mfa"}
    assert lie(client, liar, provider).status_code == 303
    liar.claims = {"_claim_names": {"groups": "src1"}, "acr": "mfa"}
    assert lie(Client(), liar, provider).status_code == 403
    assert is_in(client)


def test_a_subject_means_somebody_else_at_another_issuer_and_an_address_means_nobody(
    client: Client, fulda: Jobcenter, issuer: str, liar: Liar
) -> None:
    first, second = trust(fulda, issuer, GROUPS), trust(fulda, liar.issuer, GROUPS)
    who_is(issuer, "s1", name="Erste", groups=["jc-desk"], acr="mfa", email="a@house.example", email_verified=True)
    come_in(client, first, "s1")
    liar.claims = {"groups": ["jc-admin"], "acr": "mfa", "name": "Zweite", "email": "a@house.example"}
    lie(Client(), liar, second)
    found = {(one.issuer, one.membership.role) for one in Identity.objects.select_related("membership")}
    assert found == {(issuer, Role.FRONT_DESK), (liar.issuer, Role.TENANT_ADMIN)}


def test_a_directory_gives_nobody_a_role_at_another_jobcenter(
    client: Client, fulda: Jobcenter, wiesbaden: Jobcenter, issuer: str
) -> None:
    own = trust(fulda, issuer, GROUPS)
    theirs = trust(wiesbaden, issuer, {"wi-desk": Role.FRONT_DESK})
    who_is(issuer, "eve", name="Eve", groups=["jc-desk", "wi-desk"], acr="mfa")
    come_in(client, own, "eve")
    with tenant_context(wiesbaden):
        assert (Membership.objects.count(), Identity.objects.count()) == (0, 0)
    assert client.get("/wiesbaden/desk/").status_code == 303
    assert client.post("/fulda/anmelden/verzeichnis/", {"provider": theirs.key}).status_code == 422
    address, _asked = start(client, own)
    elsewhere = approve(address, "eve").replace("http://testserver/fulda/", "/wiesbaden/")
    assert client.get(elsewhere).status_code == 403


def test_a_directory_that_is_switched_off_is_not_offered(client: Client, fulda: Jobcenter, issuer: str) -> None:
    provider = trust(fulda, issuer, GROUPS, is_enabled=False)
    assert "Mit Haus anmelden" not in client.get("/fulda/anmelden/").content.decode()
    assert client.post("/fulda/anmelden/verzeichnis/", {"provider": provider.key}).status_code == 422


# --- What comes back must fit what was asked --------------------------------------------------------------------------
@pytest.mark.parametrize("spoil", ["no state", "wrong state", "other browser", "no code", "iss", "error", "wrong code"])
def test_an_answer_to_no_question_of_this_browser_is_refused(
    client: Client, fulda: Jobcenter, issuer: str, spoil: str
) -> None:
    provider = trust(fulda, issuer, GROUPS)
    who_is(issuer, "erika", groups=["jc-desk"], acr="mfa")
    address, asked = start(client, provider)
    back = approve(address, "erika").removeprefix("http://testserver")
    code = back.partition("code=")[2].partition("&")[0]
    state = asked["state"]
    door = "/fulda/anmelden/rueckkehr/"
    sent = {
        "no state": f"{door}?code={code}",
        "wrong state": f"{door}?code={code}&state={state[::-1]}",
        "no code": f"{door}?state={state}",
        "iss": f"{back}&iss=https://evil.example",
        "error": f"{door}?state={state}&error=access_denied",
        "wrong code": f"{door}?state={state}&code=guess",
    }.get(spoil, back)
    browser = Client(raise_request_exception=False) if spoil == "other browser" else client
    assert browser.get(sent).status_code == 403
    assert not is_in(browser)
    assert Membership.objects.count() == 0


def test_an_answer_is_good_once(client: Client, fulda: Jobcenter, issuer: str) -> None:
    provider = trust(fulda, issuer, GROUPS)
    who_is(issuer, "erika", groups=["jc-desk"], acr="mfa")
    address, _asked = start(client, provider)
    back = approve(address, "erika").removeprefix("http://testserver")
    before = client.cookies["session_fulda"].value
    assert client.get(back).status_code == 303
    assert client.cookies["session_fulda"].value != before  # a new key: nobody else holds this session
    assert client.get(back).status_code == 403
    thief = Client(raise_request_exception=False)
    thief.cookies["session_fulda"] = before
    assert thief.get(back).status_code == 403


def test_a_code_that_was_given_for_another_question_is_refused(client: Client, fulda: Jobcenter, issuer: str) -> None:
    """Somebody slips their own code under a question of mine: the verifier does not fit it, nor the nonce."""
    provider = trust(fulda, issuer, GROUPS)
    who_is(issuer, "eve", groups=["jc-desk"], acr="mfa")
    stolen = approve(start(Client(), provider)[0], "eve").partition("code=")[2].partition("&")[0]
    _address, asked = start(client, provider)
    answer = client.get(f"/fulda/anmelden/rueckkehr/?code={stolen}&state={asked['state']}")
    assert answer.status_code == 403
    assert not is_in(client)


def test_an_answer_after_ten_minutes_is_refused(client: Client, fulda: Jobcenter, issuer: str) -> None:
    provider = trust(fulda, issuer, GROUPS)
    who_is(issuer, "erika", groups=["jc-desk"], acr="mfa")
    address, _asked = start(client, provider)
    back = approve(address, "erika").removeprefix("http://testserver")
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=601)):
        assert client.get(back).status_code == 403


# --- Tokens -----------------------------------------------------------------------------------------------------------
def _b64(data: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()


def _unsigned(_liar: Liar, claims: dict[str, Any]) -> str:
    return f"{_b64({'alg': 'none'})}.{_b64(claims)}."


def _stripped(liar: Liar, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, liar.key).rpartition(".")[0] + "."


def _with_public_key(liar: Liar, claims: dict[str, Any]) -> str:
    head = f"{_b64({'alg': 'HS256', 'kid': 'k1'})}.{_b64(claims)}"
    mac = hmac.digest(liar.key.as_pem(private=False), head.encode(), "sha256")
    return f"{head}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _with_other_key(_liar: Liar, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, RSAKey.generate_key(2048, {"kid": "k1"}))


def lie(client: Client, liar: Liar, provider: IdentityProvider) -> Any:
    _address, asked = start(client, provider)
    liar.claims = {"nonce": asked["nonce"], **liar.claims}
    answer = client.get(f"/fulda/anmelden/rueckkehr/?code=c&state={asked['state']}")
    liar.claims.pop("nonce", None)
    return answer


def test_what_the_liar_says_is_believed_while_it_is_true(client: Client, fulda: Jobcenter, liar: Liar) -> None:
    provider = trust(fulda, liar.issuer, GROUPS)
    liar.claims = {"groups": ["jc-desk"], "acr": "mfa"}
    assert lie(client, liar, provider).status_code == 303
    assert is_in(client)


@pytest.mark.parametrize(
    ("spoilt", "sign"),
    [
        ({"iss": "https://evil.example"}, None),
        ({"aud": "another-client"}, None),
        ({"aud": ["portal", "another-client"]}, None),
        ({"aud": ["portal", "another-client"], "azp": "another-client"}, None),
        ({"exp": 1_700_000_000, "iat": 1_699_999_000}, None),
        ({"iat": 4_000_000_000, "exp": 4_000_000_060}, None),
        ({"exp": None}, None),
        ({"sub": None}, None),
        ({"sub": 7}, None),
        ({"sub": ""}, None),
        ({"nonce": "another-question"}, None),
        ({"nonce": None}, None),
        ({}, _unsigned),
        ({}, _stripped),
        ({}, _with_public_key),
        ({}, _with_other_key),
        ({}, lambda _liar, _claims: "no.token.atall"),
    ],
)
def test_a_token_that_was_not_written_for_this_sign_in_opens_nothing(
    client: Client,
    fulda: Jobcenter,
    liar: Liar,
    spoilt: dict[str, Any],
    sign: Callable[[Liar, dict[str, Any]], str] | None,
) -> None:
    provider = trust(fulda, liar.issuer, GROUPS)
    liar.claims, liar.sign = {"groups": ["jc-desk"], "acr": "mfa", **spoilt}, sign
    assert lie(client, liar, provider).status_code == 403
    assert not is_in(client)
    assert Membership.objects.count() == 0


@pytest.mark.parametrize(
    "document",
    [{"issuer": "https://evil.example"}, {"token_endpoint": "file:///etc/passwd"}, {"jwks_uri": None}],
)
def test_a_directory_that_speaks_in_anothers_name_is_not_asked(
    client: Client, fulda: Jobcenter, liar: Liar, document: dict[str, Any]
) -> None:
    provider = trust(fulda, liar.issuer, GROUPS)
    liar.document = document
    answer = client.post("/fulda/anmelden/verzeichnis/", {"provider": provider.key})
    assert answer.status_code == 503


def test_a_directory_of_our_own_network_is_not_asked(
    client: Client, fulda: Jobcenter, liar: Liar, settings: Any
) -> None:
    provider = trust(fulda, liar.issuer, GROUPS)
    settings.ALLOW_LOCAL_PROVIDERS = False
    assert client.post("/fulda/anmelden/verzeichnis/", {"provider": provider.key}).status_code == 503


def test_a_directory_that_is_away_says_so_and_the_door_stays_open(client: Client, fulda: Jobcenter) -> None:
    provider = trust(fulda, "http://127.0.0.1:9", GROUPS)
    answer = client.post("/fulda/anmelden/verzeichnis/", {"provider": provider.key})
    assert answer.status_code == 503
    assert "antwortet nicht" in answer.content.decode()
    assert client.get("/fulda/anmelden/").status_code == 200


# --- Leaving ----------------------------------------------------------------------------------------------------------
def test_signing_out_leads_on_to_the_directory_and_clears_the_browser(
    client: Client, fulda: Jobcenter, issuer: str
) -> None:
    provider = trust(fulda, issuer, GROUPS)
    who_is(issuer, "erika", groups=["jc-desk"], acr="mfa")
    come_in(client, provider, "erika")
    answer = client.post("/fulda/anmelden/abmelden/")
    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert f"url={issuer}/oauth2/end_session?client_id=portal" in answer.content.decode()
    assert not is_in(client)


def test_of_two_requests_that_bring_the_same_answer_at_once_the_second_is_refused(
    client: Client, fulda: Jobcenter, liar: Liar
) -> None:
    """Both have read the session before either wrote it, and this directory takes a code as often as it comes."""
    provider = trust(fulda, liar.issuer, GROUPS)
    _address, asked = start(client, provider)
    liar.claims = {"nonce": asked["nonce"], "groups": ["jc-desk"], "acr": "mfa"}
    as_read_by_both = Session.objects.get()
    back = f"/fulda/anmelden/rueckkehr/?code=c&state={asked['state']}"
    assert client.get(back).status_code == 303
    as_read_by_both.save(force_insert=True)
    second = Client(raise_request_exception=False)
    second.cookies["session_fulda"] = as_read_by_both.session_key
    assert second.get(back).status_code == 403
    assert not is_in(second)
