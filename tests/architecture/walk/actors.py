# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who walks: the public, a person with a link and a half-finished booking, and each role of staff."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any, Final
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpRequest
from django.test import Client

from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.accounts.permissions import PUBLIC, Actor, Role
from jobcenter_portal.signin.session import sign_in
from jobcenter_portal.tenancy.context import tenant_context
from tests.architecture.walk.world import World

ANONYMOUS: Final = "anonymous"
CUSTOMER: Final = "customer"
VISITOR: Final = "works at both"
INTERFACE: Final = "/api/v1/"
ACTORS: Final = (ANONYMOUS, CUSTOMER, *(role.value for role in Role), VISITOR)


@dataclass(slots=True)
class Walker:
    """A browser of somebody at one Jobcenter. Its cookies are offered under every name that a Jobcenter might read."""

    name: str
    home: World
    others: tuple[World, ...]
    now: datetime
    client: Client
    member: Membership | None = None
    """Somebody in particular, instead of the one whom the name stands for."""

    def renew(self) -> None:
        """A fresh session: the last request may have ended or changed it."""
        self.client.cookies.clear()
        key = _session_of(self.name, self.home, self.now, self.member)
        if key:
            for slug in (self.home.jobcenter.slug, *(other.jobcenter.slug for other in self.others), "portal"):
                self.client.cookies[f"session_{slug}"] = key
            self.client.cookies[settings.SESSION_COOKIE_NAME] = key

    def send(self, method: str, address: str, *, body: str = "", host: str = "testserver") -> Any:
        """One request from a network of its own, so that limits on guessing do not hide what lies behind them.

        The interface gets a form's fields as JSON, with an Idempotency-Key where something is to change.
        """
        for_program = INTERFACE in address
        headers = {"host": host}
        if for_program and method != "GET":
            body = as_json(body)
            headers["idempotency-key"] = secrets.token_urlsafe(16)
        answer = self.client.generic(
            method,
            address,
            body,
            content_type="application/json" if for_program else "application/x-www-form-urlencoded",
            headers=headers,
            REMOTE_ADDR=f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1",
        )
        if any(name.startswith("session") for name in answer.cookies):
            self.renew()
        return answer


def as_json(form: str) -> str:
    """A form's fields as a body of the interface; `person.name` becomes the name of a person."""
    if not form or form.startswith("{"):
        return form
    body: dict[str, Any] = {}
    for name, value in parse_qsl(form):
        outer, _, inner = name.rpartition(".")
        (body.setdefault(outer, {}) if outer else body)[inner] = value
    return json.dumps(body)


def walker(name: str, home: World, *others: World, now: datetime) -> Walker:
    made = Walker(name, home, others, now, Client(raise_request_exception=False))
    made.renew()
    return made


def walker_of(member: Membership, home: World, *, now: datetime) -> Walker:
    """A browser of one member of staff."""
    made = Walker(member.role, home, (), now, Client(raise_request_exception=False), member)
    made.renew()
    return made


def _session_of(name: str, home: World, now: datetime, member: Membership | None) -> str:
    """The key of a new session, made by the portal's own sign-in; empty for the anonymous."""
    if name == ANONYMOUS:
        return ""
    request: Any = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    request.tenant, request.actor = home.jobcenter, PUBLIC
    with tenant_context(home.jobcenter):
        if member is not None:
            sign_in(request, member, now=now)
        elif name == CUSTOMER:
            request.session["hold"] = [home.jobcenter.pk, home.held.pk]
        elif name == VISITOR:
            sign_in(request, Membership.objects.get(user=home.visitor, tenant=home.jobcenter), now=now)
        else:
            sign_in(request, home.members[Role(name)], now=now)
        request.session.save()
    return str(request.session.session_key)


def actor_of(name: str) -> Actor:
    """The same as `can()` sees them."""
    role = {ANONYMOUS: None, CUSTOMER: None, VISITOR: Role.CASEWORKER}.get(name, name)
    return Actor(membership_id=1, role=Role(role)) if role else PUBLIC
