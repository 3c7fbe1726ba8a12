# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Leaving a provider account alone for a while. Per Jobcenter and channel; kept in PostgreSQL, seen by all workers."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from jobcenter_portal.tenancy.context import current_tenant
from notifications.channels.base import AccountProblem, Channel, RejectedTemporary, Result, Throttled
from notifications.models import ChannelPause

ACCOUNT_PAUSE: Final = timedelta(minutes=2)
"""After a wrong password or an empty credit: staff has to act; until then one message every two minutes asks again."""
UNREACHABLE_PAUSE: Final = timedelta(seconds=15)
_UNREACHABLE: Final = ("connect", "banner", "hello", "starttls")
"""Phases before a message is even named: the provider is not there, for any message."""


def pause_after(result: Result) -> tuple[timedelta, str] | None:
    """How long, and why, the whole channel should rest after a result; None when only the message is concerned."""
    match result:
        case AccountProblem(code):
            return ACCOUNT_PAUSE, f"account:{code}"[:40]
        case Throttled(retry_after):
            return retry_after, "throttled"
        case RejectedTemporary(code, _) if code.startswith(_UNREACHABLE):
            return UNREACHABLE_PAUSE, "provider-down"
    return None


_PAUSE: Final = """
INSERT INTO notifications_channelpause AS p (tenant_id, channel, until, code)
VALUES (%(tenant)s, %(channel)s, %(until)s, %(code)s)
ON CONFLICT (tenant_id, channel) DO UPDATE SET until = EXCLUDED.until, code = EXCLUDED.code
    WHERE p.until < EXCLUDED.until"""


def pause(channel: Channel, *, until: datetime, code: str) -> None:
    """Nothing of the current Jobcenter leaves by this channel before `until`; a longer pause that exists stays."""
    facts: dict[str, Any] = {"tenant": current_tenant().pk, "channel": channel, "until": until, "code": code}
    with connection.cursor() as cursor:
        cursor.execute(_PAUSE, facts)


def running(*, now: datetime) -> Mapping[str, str]:
    """The channels of the current Jobcenter that rest at `now`, each with its reason."""
    return dict(ChannelPause.objects.filter(until__gt=now).values_list("channel", "code"))
