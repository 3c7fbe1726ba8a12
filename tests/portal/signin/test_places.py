# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Groups of the directory that reach some places only: named, changed and taken back at every sign-in."""

from collections.abc import Iterator

import pytest
from django.test import Client

from appointments.models import Location, MembershipLocation
from appointments.staff_places import reach_places
from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.signin.directory import Granted, granted_by
from jobcenter_portal.signin.models import GroupRole, IdentityProvider
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import make_office
from tests.portal.signin.providers import approve, honest_directory, start, trust, who_is

GROUPS = {
    "jc-desk-haus": Role.FRONT_DESK,
    "jc-desk-anbau": Role.FRONT_DESK,
    "jc-desk": Role.FRONT_DESK,
    "jc-case-anbau": Role.CASEWORKER,
}
PLACES = {"jc-desk-haus": ["haus"], "jc-desk-anbau": ["anbau"], "jc-case-anbau": ["anbau"]}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with honest_directory() as found:
        yield found


@pytest.fixture
def provider(fulda: Jobcenter, issuer: str) -> IdentityProvider:
    make_office(fulda)
    Location.objects.create(tenant=fulda, slug="anbau", name="Anbau", street="Nebenweg 2", town="36132 Eiterfeld")
    trusted = trust(fulda, issuer, GROUPS)
    for group, places in PLACES.items():
        GroupRole.objects.filter(group=group).update(places=places)
    return trusted


def come_in(provider: IdentityProvider, *groups: str) -> Client:
    """Anna signs in with these groups; returns the browser."""
    client = Client(raise_request_exception=False)
    who_is(provider.issuer, "anna", name="Anna", groups=list(groups), acr="mfa")
    address, _asked = start(client, provider)
    client.get(approve(address, "anna").removeprefix("http://testserver"))
    return client


def opened(client: Client) -> list[str]:
    """The places whose day this browser may see."""
    return [slug for slug in ("haus", "anbau") if client.get(f"/fulda/desk/{slug}/").status_code == 200]


def test_a_group_of_one_house_opens_that_house(provider: IdentityProvider) -> None:
    assert opened(come_in(provider, "jc-desk-anbau")) == ["anbau"]


def test_groups_of_two_houses_open_both_and_one_of_all_houses_opens_everything(provider: IdentityProvider) -> None:
    assert opened(come_in(provider, "jc-desk-haus", "jc-desk-anbau")) == ["haus", "anbau"]
    assert opened(come_in(provider, "jc-desk-anbau", "jc-desk")) == ["haus", "anbau"]
    assert Membership.objects.get().every_location


def test_a_group_that_is_gone_takes_its_house_along_also_in_the_browser_that_is_still_open(
    provider: IdentityProvider,
) -> None:
    earlier = come_in(provider, "jc-desk-haus", "jc-desk-anbau")
    later = come_in(provider, "jc-desk-haus")
    assert (opened(later), opened(earlier)) == (["haus"], ["haus"])
    told = AuditEntry.objects.filter(action="places_named").order_by("id")
    assert [entry.detail["places"] for entry in told] == ["anbau, haus", "haus"]


def test_who_reached_everywhere_does_so_no_more_once_their_group_names_a_house(provider: IdentityProvider) -> None:
    everywhere = come_in(provider, "jc-desk")
    assert opened(everywhere) == ["haus", "anbau"]
    GroupRole.objects.filter(group="jc-desk").update(places=["haus"])
    come_in(provider, "jc-desk")
    assert opened(everywhere) == ["haus"]


def test_a_place_that_was_named_by_hand_is_what_the_directory_says_after_the_next_sign_in(
    provider: IdentityProvider,
) -> None:
    client = come_in(provider, "jc-desk-haus")
    member = Membership.objects.get()
    reach_places(member=member, slugs=["haus", "anbau"], by=audit.SYSTEM, now=provider.changed_at)
    assert opened(client) == ["haus", "anbau"]
    assert opened(come_in(provider, "jc-desk-haus")) == ["haus"]


def test_whoever_is_in_no_group_any_more_is_out_of_every_house(provider: IdentityProvider) -> None:
    client = come_in(provider, "jc-desk-haus")
    come_in(provider, "elsewhere")
    assert opened(client) == []


def test_a_house_that_was_renamed_opens_nothing_instead_of_everything(provider: IdentityProvider) -> None:
    Location.objects.filter(slug="anbau").update(slug="neubau")
    client = come_in(provider, "jc-desk-anbau")
    assert (opened(client), MembershipLocation.objects.count()) == ([], 0)
    assert "Für Sie ist noch kein Standort eingetragen" in client.get("/fulda/desk/").content.decode()


def test_places_come_from_the_groups_of_the_role_that_counts() -> None:
    lines = [
        GroupRole(group="case", role=Role.CASEWORKER, places=["anbau"]),
        GroupRole(group="desk", role=Role.FRONT_DESK, places=["haus"]),
        GroupRole(group="all", role=Role.FRONT_DESK, places=[]),
        GroupRole(group="admin", role=Role.TENANT_ADMIN, places=["haus"]),
    ]
    assert [granted_by(groups, lines) for groups in (["desk", "case"], ["desk"], ["desk", "all"], ["admin"], [])] == [
        Granted(Role.CASEWORKER, frozenset({"anbau"})),
        Granted(Role.FRONT_DESK, frozenset({"haus"})),
        Granted(Role.FRONT_DESK, None),
        Granted(Role.TENANT_ADMIN, None),
        None,
    ]
