# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Colleagues of one Jobcenter who work for one of its two houses, and what they send."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.db import connection, transaction

from appointments.models import Calendar, Location, OpeningRule
from appointments.service import reach_places
from jobcenter_portal.accounts.models import Membership, User
from jobcenter_portal.accounts.permissions import WHOLE_HOUSE, Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from tests.architecture.routes import Route, all_routes
from tests.architecture.walk.actors import Walker, walker_of
from tests.architecture.walk.rightful import RIGHTS
from tests.architecture.walk.rights import Right
from tests.architecture.walk.world import World

NARROWED: Final = tuple(role for role in Role if role not in WHOLE_HOUSE)
"""Roles that a place can narrow."""
_ROUTES: Final = {route.name: route for route in all_routes()}


def route_of(right: Right) -> Route:
    return _ROUTES[right.route]


def desk_rights() -> list[tuple[Right, Role]]:
    """Every line of the table of rights that is about the desk, for each role in it that a place can narrow."""
    pairs = itertools.product(RIGHTS, NARROWED)
    return [(right, role) for right, role in pairs if right.route.startswith("desk:") and role in right.actors]


def here_and_there(world: World) -> tuple[Location, Location]:
    """The house where all that happened in a world is, and the other one, in which nothing secret is left."""
    with tenant_context(world.jobcenter):
        here = Location.objects.get(slug=world.ids["location"])
        there = Location.objects.exclude(pk=here.pk).get()
        of_annex = OpeningRule.objects.filter(location=there).values("calendar_id")
        Calendar.objects.filter(pk__in=of_annex).update(name="Zimmer im Anbau", membership=None)
        return here, there


def works_at(world: World, role: Role, place: Location, *, now: datetime) -> Membership:
    with tenant_context(world.jobcenter):
        user = User.objects.create(username=f"{role}-{place.slug}-{User.objects.count()}")
        member: Membership = Membership.objects.create(
            tenant=world.jobcenter, user=user, role=role, display_name="Kim vom Ort"
        )
        reach_places(member=member, slugs=[place.slug], by=audit.SYSTEM, now=now)
        return member


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back. It passes for the test's own transaction, which does not count for code that
    must not run inside of one.
    """
    with transaction.atomic():
        connection.atomic_blocks[-1]._from_testcase = True  # type: ignore[attr-defined]
        yield
        transaction.set_rollback(True)


def make_ready(right: Right, world: World) -> None:
    with tenant_context(world.jobcenter):
        right.before(world)


def send(right: Right, member: Membership, world: World, *, now: datetime, at: World | None = None) -> Any:
    """The rightful request of a line, by this member, at their own Jobcenter or at another one."""
    place = at or world
    route, known = route_of(right), place.ids
    values = {hole: known[right.ids[hole]] for hole in route.parameters if hole in right.ids}
    address, form = route.address(**values, jobcenter=place.jobcenter.slug), urlencode(right.form(place))
    person: Walker = walker_of(member, world, now=now)
    if right.method == "GET":
        return person.send("GET", f"{address}?{form}" if form else address)
    return person.send(right.method, address, body=form)
