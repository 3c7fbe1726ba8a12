# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A member of staff who sets accounts up, and accounts typed as an office types them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest

from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.service import accounts
from tests.notifications.servers import API_KEY, PASSWORD, USER, Catchers

BY = audit.staff(7)
SMTP = {"host": "mail.fulda.example", "port": "587", "security": "starttls", "username": "fulda", "password": "pa55"}

Add = Callable[..., str]


def smtp_at(provider: Catchers, **changes: str) -> dict[str, str]:
    """The settings of the catcher, as an office would type them."""
    port = provider.addresses["SMTP_URL"].rpartition(":")[2].partition("?")[0]
    typed = {"host": "127.0.0.1", "port": port, "security": "none", "username": USER, "password": PASSWORD}
    return {**typed, **changes}


def seven_at(provider: Catchers, **changes: str) -> dict[str, str]:
    return {"url": provider.addresses["SMS_GATEWAY_URL"], "key": API_KEY, **changes}


@pytest.fixture
def add(fulda: Jobcenter, now: datetime) -> Add:
    """`add(settings, driver=…, name=…)` gives the key of an account in use."""

    def _add(settings: Mapping[str, str] = SMTP, **changes: Any) -> str:
        values: dict[str, Any] = {"driver": "smtp", "name": "Landkreis", "max_per_s": 0, "is_enabled": True, "now": now}
        return accounts.add_account(settings=settings, by=BY, **(values | changes))

    return _add
