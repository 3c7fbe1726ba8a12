# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Counts attempts per network, so that nobody can try codes by the thousand.

Fixed windows in Redis. The key holds a keyed hash of the network, never the address itself, and the Jobcenter: who was
stopped at one is not stopped at the next. Nothing but guessing is limited; booking does not depend on Redis.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

import redis
from django.conf import settings
from django.http import HttpRequest
from redis.backoff import NoBackoff
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry

from jobcenter_portal.tenancy.sealed import blind_index
from jobcenter_portal.tenancy.tallies import add_refusal

_TIMEOUT_S: Final = 1.0
_NOWHERE: Final = "0.0.0.0"  # noqa: S104 -- stands for "no address known", nothing listens there
_V6_NETWORK_BITS: Final = 64
"""What one household gets: single IPv6 addresses can be changed at will."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `attempts` per network and window of `seconds`."""

    name: str
    attempts: int
    seconds: int


class CannotCount(Exception):
    """Redis does not answer; the caller decides whether that closes the door."""


def is_allowed(request: HttpRequest, limit: Limit, *, now: datetime) -> bool:
    """Count this attempt and say whether it is still within the limit. Raises CannotCount.

    That it said no is tallied in PostgreSQL, so that somebody sees which limit meets whom.
    """
    tenant = getattr(request, "tenant", None)
    tenant_id = tenant.pk if tenant else 0
    who = blind_index(str(network_of(request)), tenant_id=tenant_id, purpose=f"throttle/{limit.name}").hex()
    key = f"throttle:{limit.name}:{tenant_id}:{who}:{int(now.timestamp()) // limit.seconds}"
    try:
        counting = _counters(settings.REDIS_URL).pipeline()
        counting.incr(key)
        counting.expire(key, limit.seconds, nx=True)
        count, _ = counting.execute()
    except (redis.RedisError, OSError) as error:
        raise CannotCount from error
    if int(count) <= limit.attempts:
        return True
    if tenant:
        add_refusal(limit.name, now=now)
    return False


@cache
def _counters(url: str) -> redis.Redis:
    """Connections stay open and are shared by the threads of this process.

    One second attempt: Redis may have closed a connection that was idle, and a machine that pauses for a moment must
    not close the door to a booking. What the first attempt counted unseen is then counted twice.
    """
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=_TIMEOUT_S,
        socket_timeout=_TIMEOUT_S,
        retry=Retry(NoBackoff(), 1),
        maint_notifications_config=MaintNotificationsConfig(enabled=False),
    )


def network_of(request: HttpRequest) -> IPv4Network | IPv6Network:
    """The caller's network: one IPv4 address, or the /64 of an IPv6 address.

    Behind a proxy, `settings.CLIENT_ADDRESS_HEADER` names the WSGI variable that the proxy sets itself; of a list the
    last entry counts, since the ones before can be invented by the caller.
    """
    address = request.META.get(settings.CLIENT_ADDRESS_HEADER, "").rpartition(",")[2].strip() or _NOWHERE
    try:
        network = ip_network(address)
    except ValueError:
        return IPv4Network(_NOWHERE)
    return network.supernet(new_prefix=_V6_NETWORK_BITS) if isinstance(network, IPv6Network) else network
