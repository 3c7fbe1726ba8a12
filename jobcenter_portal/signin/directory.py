# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""From what a directory says to a role here, at every sign-in: who left a group has left its role and its places."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from appointments.service import reach_everywhere, reach_places
from jobcenter_portal.accounts.models import Membership, User
from jobcenter_portal.accounts.permissions import WHOLE_HOUSE, Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.kernel.ids import public_id
from jobcenter_portal.signin.models import GroupRole, Identity, IdentityProvider
from jobcenter_portal.signin.sessions import end_sessions
from jobcenter_portal.tenancy.context import current_tenant

_NAME_LENGTH: Final = 80


class GroupsNotSent(Exception):
    """The directory says that there are groups and leaves them out (Entra does so above 200): nobody lost theirs."""


def groups_of(claims: Mapping[str, Any], claim: str) -> frozenset[str]:
    """Raises GroupsNotSent. A directory may send one group as bare text."""
    left_out = claims.get("_claim_names")
    if claim not in claims and isinstance(left_out, Mapping) and claim in left_out:
        raise GroupsNotSent
    found = claims.get(claim)
    if isinstance(found, str):
        return frozenset({found})
    return frozenset(one for one in found if isinstance(one, str)) if isinstance(found, list) else frozenset()


@dataclass(frozen=True, slots=True)
class Granted:
    """What somebody's groups give them here. `places` (slugs) of the sites where the role ends; None: everywhere."""

    role: Role
    places: frozenset[str] | None


def granted_by(groups: Iterable[str], group_roles: Iterable[GroupRole]) -> Granted | None:
    """The first line of the Jobcenter's list that names one of the groups decides on the role.

    Every line of theirs with that role adds its places; one that names none reaches everywhere.
    """
    mine = set(groups)
    lines = [line for line in group_roles if line.group in mine]
    if not lines:
        return None
    role = Role(lines[0].role)
    places = [frozenset(line.places) for line in lines if line.role == role]
    return Granted(role, frozenset().union(*places) if all(places) and role not in WHOLE_HOUSE else None)


def has_second_factor(claims: Mapping[str, Any], provider: IdentityProvider) -> bool:
    """Whether the directory says, in words that this Jobcenter trusts, that it asked for a second factor itself."""
    methods = claims.get("amr")
    trusted = set(provider.trusted_amr)
    return claims.get("acr") in provider.trusted_acr or (
        isinstance(methods, list) and any(isinstance(one, str) and one in trusted for one in methods)
    )


@transaction.atomic
def admit(claims: Mapping[str, Any], provider: IdentityProvider, *, now: datetime) -> Membership | None:
    """The membership that these claims give here, made, changed or ended by them. None: no role, and no session left.

    Raises GroupsNotSent. Only this Jobcenter's rows are looked at: nobody's directory can speak for another one.
    """
    granted = granted_by(groups_of(claims, provider.groups_claim), provider.group_roles.order_by("position"))
    identity = (
        Identity.objects.select_for_update()
        .select_related("membership__user")
        .filter(issuer=provider.issuer, subject=claims["sub"])
        .first()
    )
    if granted is None:
        if identity is not None:
            _end(identity.membership, now)
        return None
    name = _name(claims, provider)
    if identity is None:
        member = _begin(claims["sub"], provider, granted.role, name, now)
    else:
        member = _renew(identity.membership, granted.role, name, now)
    if granted.places is None:
        reach_everywhere(member=member, by=audit.SYSTEM, now=now)
    else:
        reach_places(member=member, slugs=granted.places, by=audit.SYSTEM, now=now)
    return member


def _begin(subject: str, provider: IdentityProvider, role: Role, name: str, now: datetime) -> Membership:
    tenant_id = current_tenant().pk
    user = User(username=f"sso-{public_id()}")
    user.set_unusable_password()
    user.save(force_insert=True)
    made: Membership = Membership.objects.create(tenant_id=tenant_id, user=user, role=role, display_name=name)
    Identity.objects.create(tenant_id=tenant_id, issuer=provider.issuer, subject=subject, membership=made)
    _record(made, "membership_begun", now, role=role.value)
    return made


def _renew(member: Membership, role: Role, name: str, now: datetime) -> Membership:
    if not member.user.is_active:
        member.user.is_active = True
        member.user.save(update_fields=["is_active"])
        _record(member, "membership_begun", now, role=role.value)
    if member.role != role:
        _record(member, "role_changed", now, before=member.role, role=role.value)
    if (member.role, member.display_name) != (role, name):
        member.role, member.display_name = role, name
        member.save(update_fields=["role", "display_name"])
    return member


def _end(member: Membership, now: datetime) -> None:
    end_sessions(member.pk)
    if member.user.is_active:
        member.user.is_active = False
        member.user.save(update_fields=["is_active"])
        _record(member, "membership_ended", now)


def _name(claims: Mapping[str, Any], provider: IdentityProvider) -> str:
    for claim in (provider.name_claim, "name", "preferred_username"):
        found = claims.get(claim)
        if isinstance(found, str) and found.strip():
            return " ".join(found.split())[:_NAME_LENGTH]
    return "–"


def _record(member: Membership, action: str, now: datetime, **detail: str) -> None:
    audit.record(by=audit.SYSTEM, action=action, subject=f"membership:{member.pk}", at=now, **detail)
