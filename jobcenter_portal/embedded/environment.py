# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the portal's processes are told by their environment, each no more than it needs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from jobcenter_portal.embedded.database import Databases
from jobcenter_portal.embedded.places import Places
from jobcenter_portal.embedded.ports import LOOPBACK
from jobcenter_portal.embedded.state import Secrets

# make's own, which would make a make started below ours believe it is part of it; and what bends Python's imports.
_NOT_PASSED_ON = {"MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS", "PYTHONHOME", "PYTHONPATH"}
_OURS = {"DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SUPERUSER_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PORT"}


IN_SUITE = "JP_SUITE"
"""Set while `make test` runs: a portal that a test starts brings servers of its own and dies with the test run."""


@dataclass(frozen=True, slots=True)
class Ports:
    web: int
    smtp: int
    sms: int


@dataclass(frozen=True, slots=True)
class Environments:
    portal: Mapping[str, str]
    """Web, worker, beat: the application's role only."""
    owner: Mapping[str, str]
    """Migrations and seed: the owner's role too."""
    smtp: Mapping[str, str]
    sms: Mapping[str, str]


def plain() -> dict[str, str]:
    """Ours, without what the launcher decides itself."""
    return {name: value for name, value in os.environ.items() if name not in _NOT_PASSED_ON | _OURS}


def of_this_start() -> dict[str, str]:
    """What the person said by variables; inside the suite nobody did, and its own servers are not the portal's."""
    return plain() if IN_SUITE in os.environ else dict(os.environ)


def settings_of(places: Places, secrets: Secrets, databases: Databases, redis_url: str, ports: Ports) -> dict[str, str]:
    """The variables of the demo's settings (jobcenter_portal.settings.demo)."""
    return {
        "DJANGO_SETTINGS_MODULE": "jobcenter_portal.settings.demo",
        "DATABASE_URL": databases.app,
        "REDIS_URL": redis_url,
        "SECRET_KEY": secrets.secret_key,
        "FIELD_KEYS": secrets.field_keys,
        "LINK_KEYS": secrets.link_keys,
        "PUBLIC_URL": f"http://{LOOPBACK}:{ports.web}",
        "SMTP_URL": f"smtp://{secrets.smtp_user}:{secrets.smtp_password}@{LOOPBACK}:{ports.smtp}",
        "SMS_GATEWAY_URL": f"http://{LOOPBACK}:{ports.sms}",
        "SMS_GATEWAY_KEY": secrets.sms_api_key,
        "VAPID_PRIVATE_KEY": secrets.vapid_key,
        "DEMO_OUTBOX_DIR": str(places.outbox),
        "EMERGENCY_LIST_DIR": str(places.lists),
    }


def environments(settings: dict[str, str], places: Places, secrets: Secrets, owner: str, ports: Ports) -> Environments:
    """For each kind of process; `owner` is the owner's database URL."""
    base = plain() | {"PYTHONUNBUFFERED": "1"}
    catcher = base | {"CATCHER_DIR": str(places.outbox)}
    smtp = {
        "CATCHER_PORT": str(ports.smtp),
        "CATCHER_USER": secrets.smtp_user,
        "CATCHER_PASSWORD": secrets.smtp_password,
    }
    return Environments(
        portal=base | settings,
        owner=base | settings | {"DATABASE_OWNER_URL": owner},
        smtp=catcher | smtp,
        sms=catcher | {"CATCHER_PORT": str(ports.sms), "CATCHER_API_KEY": secrets.sms_api_key},
    )
