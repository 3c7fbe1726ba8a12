# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Through which accounts the current Jobcenter sends: its own, in their order, or the platform's where it has none."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings

from jobcenter_portal.tenancy.briefly import briefly
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.channels.base import Channel
from notifications.channels.email.smtp import config_from_url
from notifications.models import ProviderAccount


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
    return briefly("ways", channel.value, read=lambda: _own(channel) or _of_platform(channel))


def way_of(channel: Channel, key: str) -> Way | None:
    """The account that a message went through, unless it is gone."""
    return next((way for way in ways_of(channel) if way.key == key), None)


def _own(channel: Channel) -> tuple[Way, ...]:
    accounts = ProviderAccount.objects.filter(channel=channel, is_enabled=True).order_by("rank")
    return tuple(
        Way(account.tenant_id, account.public_id, channel, account.driver, _config(account), account.max_per_s)
        for account in accounts
    )


def _config(account: ProviderAccount) -> dict[str, str]:
    """What the office typed, and where the provider may tell what became of a message."""
    jobcenter = current_tenant()
    assert isinstance(jobcenter, Jobcenter)  # noqa: S101 -- the context holds the model itself
    receipts_url = f"{settings.PUBLIC_URL}/{jobcenter.slug}/zustellung/{account.public_id}/"
    return {**json.loads(account.config or "{}"), "receipts_url": receipts_url}


def _of_platform(channel: Channel) -> tuple[Way, ...]:
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
