# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A channel of one Jobcenter of which no account may be used for a while: its messages stay where they are and say so.

Made from what the breaker knows of each account; it only spares the loop from taking what it could not send.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import connection

from jobcenter_portal.tenancy.context import current_tenant
from notifications.channels.base import Channel
from notifications.models import ChannelPause

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
