# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who can sign in to the demo, for its pages and for the table that `make run` prints."""

from dataclasses import dataclass

from django.urls import reverse

from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.accounts.role_words import ROLE_WORDS
from jobcenter_portal.demo.guard import demo_only
from jobcenter_portal.kernel.text import sort_key
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.service import for_each_tenant

demo_only()


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody invented who works at a Jobcenter."""

    membership_id: int
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class DemoPlace:
    """A Jobcenter of the demo with its people; addresses are paths."""

    name: str
    booking_url: str
    sign_in_url: str
    people: tuple[DemoPerson, ...]


def people_here() -> tuple[DemoPerson, ...]:
    """The current Jobcenter's people, in the order of the roles."""
    order = list(ROLE_WORDS)
    members: list[Membership] = sorted(
        Membership.objects.filter(user__is_active=True),
        key=lambda member: (order.index(Role(member.role)), sort_key(member.display_name)),
    )
    return tuple(DemoPerson(one.pk, one.display_name, str(ROLE_WORDS[Role(one.role)])) for one in members)


def places_of_all_tenants() -> list[DemoPlace]:
    """All Jobcenters, one context at a time."""
    return [_place(jobcenter, people_here()) for jobcenter in for_each_tenant()]


def _place(jobcenter: Jobcenter, people: tuple[DemoPerson, ...]) -> DemoPlace:
    return DemoPlace(
        name=jobcenter.name,
        booking_url=reverse("choose-language", kwargs={"jobcenter": jobcenter.slug}),
        sign_in_url=reverse("signin:sign-in", kwargs={"jobcenter": jobcenter.slug}),
        people=people,
    )
