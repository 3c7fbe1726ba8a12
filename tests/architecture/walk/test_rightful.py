# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every route answers its rightful actor, shows them their own, and refuses everybody else."""

import itertools
import re
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import models

from jobcenter_portal.about.models import Feedback
from jobcenter_portal.accounts import permissions
from jobcenter_portal.accounts.permissions import Access, Permission, can
from jobcenter_portal.tenancy.context import tenant_context
from notifications.models import Letter, ProviderAccount
from tests.architecture.catalogue import tenant_tables
from tests.architecture.model_rules import holds_text
from tests.architecture.routes import Route, all_routes
from tests.architecture.walk.actors import ACTORS, ANONYMOUS, CUSTOMER, actor_of, walker
from tests.architecture.walk.answers import body_of, text_of
from tests.architecture.walk.places import undone
from tests.architecture.walk.rightful import RIGHTS
from tests.architecture.walk.rights import Right
from tests.architecture.walk.world import Reach, World

ROUTES = {route.name: route for route in all_routes()}


def _address(route: Route, right: Right | None, world: World, caught: str = "") -> str:
    known = {**world.ids, "caught": caught}
    kinds = dict.fromkeys(route.parameters, "public_id") | (right.ids if right else {})
    values = {hole: known[kinds[hole]] for hole in route.parameters if hole not in ("jobcenter", "language")}
    return route.address(**{**values, "jobcenter": world.jobcenter.slug, "language": "de"})


def test_the_table_names_every_route_and_every_method_that_it_has(own: World, today: datetime) -> None:
    client = walker(ANONYMOUS, own, now=today)
    have = {
        (name, method)
        for name, route in ROUTES.items()
        for method in ("GET", "POST", "DELETE")
        if client.send(method, _address(route, None, own)).status_code != 405
    }
    assert {(right.route, right.method) for right in RIGHTS} == have


def test_every_route_answers_its_rightful_actor_with_the_owners_own_canary(
    own: World, outbox: Path, today: datetime
) -> None:
    caught = _caught(own, today)
    wrong = []
    for right in RIGHTS:
        for name in right.actors:
            with undone():
                status, seen = _try(right, name, own, caught, today)
            if status != right.status or (right.shows and right.shows not in seen):
                wrong.append((right.route, right.method, name, status, seen))
    assert wrong == []


def _caught(own: World, now: datetime) -> str:
    """The key of the caught message, as the outbox links to it."""
    address = ROUTES["demo:outbox"].address()
    link = re.search(address + r'([^/"]+)/', body_of(walker(ANONYMOUS, own, now=now).send("GET", address)))
    assert link is not None
    return link[1]


def _try(right: Right, name: str, own: World, caught: str, now: datetime) -> tuple[int, set[Reach]]:
    with tenant_context(own.jobcenter):
        right.before(own)
    form = urlencode(right.form(own))
    address = _address(ROUTES[right.route], right, own, caught)
    person = walker(name, own, now=now)
    if right.method == "GET":
        answer = person.send("GET", f"{address}?{form}" if form else address)
        head = person.send("HEAD", f"{address}?{form}" if form else address)
        assert (head.status_code, head.content) == (answer.status_code, b""), right.route
    else:
        answer = person.send(right.method, address, body=form)
    return answer.status_code, own.seen_in(text_of(answer))


# --- Permissions ------------------------------------------------------------------------------------------------------
def unpermitted(own: World, now: datetime) -> list[tuple[str, str, str, int]]:
    """Where somebody without the route's permission got anything but the door (303) or a refusal (403)."""
    found = []
    for right, name in itertools.product(RIGHTS, ACTORS):
        access = ROUTES[right.route].access
        if not isinstance(access, Access) or access.permission is None:
            continue
        if _may(name, access.permission):
            continue
        with undone():
            answer_status, seen = _try(right, name, own, "", now)
        refused = 303 if name in (ANONYMOUS, CUSTOMER) else 403
        if answer_status != refused or Reach.SECRET in seen:
            found.append((right.route, right.method, name, answer_status))
    return found


def _may(name: str, permission: Permission) -> bool:
    return can(actor_of(name), permission)


def test_who_lacks_the_permission_is_refused_and_sees_nothing(own: World, today: datetime) -> None:
    assert unpermitted(own, today) == []


def test_a_permission_check_that_always_agrees_is_missed(
    own: World, today: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(permissions, "can", lambda _actor, _permission: True)
    found = unpermitted(own, today)
    assert {(route, name) for route, _method, name, _status in found} >= {
        ("desk:appointment", "front_desk"),
        ("desk:appointment", "tenant_admin"),
        ("desk:day", "tenant_admin"),
    }


# --- The worlds are full of canaries ----------------------------------------------------------------------------------
FACTS = {
    "about.Feedback": {"number", "language", "state"},
    "about.Logo": {"ground", "digest"},
    "about.Statement": {"conformance", "method"},
    "about.Wording": {"part", "language"},
    "accounts.ContactPoint": {"channel"},
    "accounts.Customer": {"public_id", "language"},
    "accounts.Membership": {"role"},
    "appointments.Appointment": {
        "public_id", "kind", "status", "previous_status", "language", "cancelled_by", "decline_reason", "link_key",
        "mediator_language",
    },
    "appointments.ContactTask": {"public_id", "channel", "reason", "closed_as"},
    "appointments.Calendar": {"kind", "languages"},
    "appointments.Hold": {"mediator_language"},
    "appointments.GroupSession": {"public_id"},
    "appointments.Municipality": {"postcodes"},
    "appointments.Proof": {"channel", "key"},
    "appointments.ReminderRule": {"kind", "channel", "offset", "only_without"},
    "appointments.WaitingEntry": {"language", "state"},
    "appointments.WaitingOffer": {"state"},
    "audit.AuditEntry": {"actor_kind", "subject"},
    "notifications.AccountState": {"account"},
    "notifications.Attempt": {"outcome"},
    "notifications.ChannelPause": {"channel"},
    "notifications.Letter": {"public_id", "state", "mark"},
    "notifications.LetterBatch": {"public_id"},
    "notifications.Message": {
        "public_id", "subject", "kind", "occasion", "channel", "language", "state", "message_id_token", "account",
        "refused_by",
    },
    "notifications.ProviderAccount": {"public_id", "channel", "driver"},
    "notifications.ProviderReceipt": {"account", "kind"},
    "notifications.Spending": {"channel", "period"},
    "notifications.Suppression": {"channel", "reason"},
    "notifications.TextVersion": {"kind", "channel", "language"},
    "tenancy.Counted": {"what"},
    "tenancy.Tally": {"what"},
    "tenancy.TenantSettings": {"booking_mode", "calendar_choice", "puzzle", "time_zone", "languages", "colour"},
    "signin.IdentityProvider": {"key"},
    "signin.GroupRole": {"role"},
    "signin.StaffSession": {"key", "session_key", "device"},
}  # fmt: skip
"""Text fields that hold words of the code or random ids, and so no canary. A new text field is missing here."""


def test_every_field_that_takes_free_text_holds_a_canary(own: World) -> None:
    empty = []
    with tenant_context(own.jobcenter):
        for model in tenant_tables().values():
            for field in model._meta.local_concrete_fields:
                if not holds_text(field) or isinstance(field, models.BinaryField):
                    continue
                if field.name in FACTS.get(model._meta.label, set()):
                    continue
                if not any(own.marker in str(value) for value in model.objects.values_list(field.name, flat=True)):
                    empty.append(f"{model._meta.label}.{field.name}")
    assert empty == []


def test_sealed_texts_hold_canaries_too(own: World) -> None:
    with tenant_context(own.jobcenter):
        opened = [
            own.appointment.customer.name,
            own.held.draft_json,
            ProviderAccount.objects.get(public_id=own.ids["account"]).config,
            Letter.objects.get(state="queued").content,
            Feedback.objects.get().message,
            Feedback.objects.get().reply_to,
            *(point.address for point in own.appointment.customer.contact_points.all()),
        ]
    assert [own.seen_in(text) for text in opened] == [{Reach.SECRET}] * 9
