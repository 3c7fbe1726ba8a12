# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""People who work at a Jobcenter, and their browsers."""

from django.test import Client

from jobcenter_portal.accounts.models import Membership, User
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter


def make_member(jobcenter: Jobcenter, role: Role, name: str = "Änne Großmann") -> Membership:
    user = User.objects.create(username=f"{jobcenter.slug}-{role}-{User.objects.count()}", password="!")
    with tenant_context(jobcenter):
        member: Membership = Membership.objects.create(tenant=jobcenter, user=user, role=role, display_name=name)
        return member


def browser_of(member: Membership) -> Client:
    """A browser in which this member is signed in."""
    client = Client(raise_request_exception=False)
    response = client.post(f"/{member.tenant.slug}/anmelden/", {"person": member.pk})
    assert response.status_code == 303, response.content
    return client


def main_text(response: object) -> str:
    """What stands in the main part of a page, tags removed, blanks joined."""
    html = response.content.decode()  # type: ignore[attr-defined]
    main = html[html.index("<main") :]
    out, inside = [], False
    for char in main:
        inside = (char == "<") or (inside and char != ">")
        out.append(" " if inside or char == ">" else char)
    return " ".join("".join(out).split())
