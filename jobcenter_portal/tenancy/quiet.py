# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""When a Jobcenter's channels stay silent, by its settings; asked when a message is planned and when it leaves."""

from typing import Final

from jobcenter_portal.kernel.quiet import QuietHours
from jobcenter_portal.tenancy.models import TenantSettings

_LOUD: Final = frozenset({"sms", "push"})
"""What makes a telephone ring: silent at night, on Sundays and on holidays."""


def quiet_hours(settings: TenantSettings, channel: str) -> QuietHours | None:
    """None for a channel that may speak at any time: a letter, and e-mail unless the Jobcenter wishes otherwise."""
    if channel in _LOUD:
        return QuietHours(settings.quiet_from, settings.quiet_until, rest_days=True)
    if channel != "email":
        return None
    start, end = settings.email_quiet_from, settings.email_quiet_until
    return None if start is None or end is None else QuietHours(start, end)
