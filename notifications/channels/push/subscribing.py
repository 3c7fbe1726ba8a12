# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a browser and the portal tell each other when a person says yes to push: our public key, their endpoint."""

from django.conf import settings

from notifications.channels.push.endpoints import KNOWN_SERVICES, UnknownService, checked_endpoint
from notifications.channels.push.vapid import Vapid

__all__ = ["UnknownService", "checked_device", "public_key"]


def public_key() -> str:
    """The key that a browser's subscription is made for; empty where the portal has none, and so sends no push."""
    if not settings.VAPID_PRIVATE_KEY:
        return ""
    return Vapid.from_text(settings.VAPID_PRIVATE_KEY, contact=settings.VAPID_CONTACT).public_key


def checked_device(endpoint: str) -> str:
    """Return an endpoint of a service that we knock at, or raise UnknownService before anything is written down."""
    return checked_endpoint(endpoint, services=settings.PUSH_HOSTS or KNOWN_SERVICES)
