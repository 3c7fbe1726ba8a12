# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whoever has mended an account expects that what waits leaves now, not when the account's rest is over.

It leaves a little later all the same: each process may go by the old settings for a second (`briefly`), and one
message sent with the old password would begin the rest anew.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from jobcenter_portal.tenancy.context import current_tenant
from notifications.channels.base import Channel
from notifications.models import AccountState, ChannelPause, Message
from notifications.outbox.breaker import PROBE_REST
from notifications.states import WAITING

SETTLED_AFTER: Final = timedelta(seconds=2)


def end_rest(key: str, channel: Channel, *, now: datetime) -> None:
    """Let one message ahead in a moment, and the others after it, as at the end of every rest. In a transaction."""
    soon = now + SETTLED_AFTER
    instants = [*_shorten_rest(key, soon), *_shorten_pause(channel, soon)]
    # Only what waits for just these instants: greylisting, quiet hours and budgets have instants of their own.
    waiting = Message.objects.filter(channel=channel, state__in=WAITING, next_attempt_at__in=instants)
    waiting.update(next_attempt_at=soon)
    with connection.cursor() as cursor:
        # Messages that nobody took because of the pause have no instant of their own; the loop looks by this one.
        cursor.execute("SELECT notifications_wake_by(%s, %s)", [current_tenant().pk, soon])


def _shorten_rest(key: str, soon: datetime) -> Iterator[datetime]:
    """The instants for which messages of this account may wait: the end of its rest, or of the wait after its probe."""
    for state in AccountState.objects.select_for_update().filter(account=key).exclude(code=""):
        if state.rests_until is not None and state.rests_until > soon:
            yield state.rests_until
        if state.probed_at is not None:
            yield state.probed_at + PROBE_REST
        state.rests_until, state.probed_at = soon, None
        state.save(update_fields=["rests_until", "probed_at"])


def _shorten_pause(channel: Channel, soon: datetime) -> Iterator[datetime]:
    for pause in ChannelPause.objects.select_for_update().filter(channel=channel, until__gt=soon):
        yield pause.until
        pause.until = soon
        pause.save(update_fields=["until"])
