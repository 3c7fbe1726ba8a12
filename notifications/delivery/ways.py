# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Through which accounts the current Jobcenter sends: its own, in their order, or the platform's where it has none."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from django.conf import settings

from jobcenter_portal.kernel.crypto import CannotOpen
from jobcenter_portal.tenancy.briefly import briefly
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.channels.base import Channel
from notifications.channels.email.smtp import config_from_url
from notifications.models import ProviderAccount

log = structlog.get_logger(__name__)


class UnreadableSettings(ValueError):
    """What is kept of an account cannot be opened: its key is gone, or it was changed behind our back."""


@dataclass(frozen=True, slots=True)
class Way:
    """One account, ready to be opened by its driver. `max_per_s` 0: as fast as it goes.

    `tenant_id` is None for the platform's own account: Jobcenters share it and its connection.
    """

    tenant_id: int | None
    key: str
    channel: Channel
    driver: str
    config: Mapping[str, str] = field(repr=False)
    max_per_s: int = 0


def ways_of(channel: Channel) -> tuple[Way, ...]:
    """The accounts of a channel, the preferred one first; as they were within the last second."""
    return briefly("ways", channel.value, read=lambda: _own(channel, is_enabled=True) or of_platform(channel))


def way_of(channel: Channel, key: str) -> Way | None:
    """The account that a message went through, unless it is gone. One that is not used any more can still be asked."""

    def read() -> Way | None:
        return next((way for way in (*_own(channel, public_id=key), *of_platform(channel)) if way.key == key), None)

    return briefly("way", channel.value, key, read=read)


def way_through(account: ProviderAccount) -> Way:
    """One account of the current Jobcenter's own. What cannot be read is refused by the driver, as a problem of the
    account: otherwise one such account would stop the whole channel, its spare accounts included.
    """
    try:
        typed = settings_of(account)
    except UnreadableSettings:
        log.error("settings of an account cannot be read", account=account.public_id)  # noqa: TRY400 -- no values in logs
        typed = {}
    config = {**typed, "receipts_url": receipts_url(account.public_id)}
    return Way(
        account.tenant_id, account.public_id, Channel(account.channel), account.driver, config, account.max_per_s
    )


def settings_of(account: ProviderAccount) -> dict[str, str]:
    """What the office typed, secrets included. Raises UnreadableSettings."""
    try:
        typed = json.loads(account.config or "{}")
    except (CannotOpen, ValueError):
        raise UnreadableSettings(account.public_id) from None
    return dict(typed)


def receipts_url(key: str) -> str:
    """Where the provider may tell what became of a message."""
    jobcenter = current_tenant()
    assert isinstance(jobcenter, Jobcenter)  # noqa: S101 -- the context holds the model itself
    return f"{settings.PUBLIC_URL}/{jobcenter.slug}/zustellung/{key}/"


def _own(channel: Channel, **which: object) -> tuple[Way, ...]:
    accounts = ProviderAccount.objects.filter(channel=channel, **which).order_by("rank")
    return tuple(way_through(account) for account in accounts)


def of_platform(channel: Channel) -> tuple[Way, ...]:
    """The account that Jobcenters without one of their own share; none where the platform has none."""
    key = f"platform-{channel}"
    match channel:
        case Channel.EMAIL if settings.SMTP_URL:
            return (Way(None, key, channel, "smtp", config_from_url(settings.SMTP_URL)),)
        case Channel.SMS if settings.SMS_GATEWAY_URL:
            config = {"url": settings.SMS_GATEWAY_URL.rstrip("/"), "key": settings.SMS_GATEWAY_KEY}
            return (Way(None, key, channel, "seven", config),)
        case Channel.PUSH if settings.VAPID_PRIVATE_KEY:
            config = {
                "key": settings.VAPID_PRIVATE_KEY,
                "contact": settings.VAPID_CONTACT,
                "hosts": " ".join(settings.PUSH_HOSTS),
            }
            return (Way(None, key, channel, "web-push", config),)
        case Channel.LETTER:
            return (Way(None, key, channel, "print", {}),)
    return ()
