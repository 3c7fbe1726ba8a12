# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demo that `make run` starts: seven Jobcenters, invented people, local catchers instead of providers."""

from pathlib import Path

from jobcenter_portal.settings import environment
from jobcenter_portal.settings.base import *  # noqa: F403
from jobcenter_portal.settings.base import BASE_DIR, INSTALLED_APPS

DEMO = True
ALLOW_LOCAL_PROVIDERS = True
INSTALLED_APPS = [*INSTALLED_APPS, "jobcenter_portal.demo"]
DEMO_OUTBOX_DIR = Path(environment.optional("DEMO_OUTBOX_DIR", str(BASE_DIR / ".data" / "run" / "outbox")))
OPERATOR_PASSWORD = environment.secret("OPERATOR_PASSWORD") or "betrieb-nur-in-der-demo"
METRICS_TOKEN = environment.secret("METRICS_TOKEN") or "messwerte-nur-in-der-demo"
"""Known to everybody: the demo is reached from this machine only, and its staff sign in without passwords too."""
