# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What other parts ask about people."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.db import connection

from jobcenter_portal.accounts.models import ContactChannel, ContactPoint, Customer, Membership
from jobcenter_portal.accounts.permissions import WHOLE_HOUSE, Actor, Role
from jobcenter_portal.kernel.phone import parse_mobile, parse_phone
from jobcenter_portal.kernel.postal import parse_address
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.sealed import blind_index

ADDRESS = "contact-address"
"""Purpose of the blind index of addresses; the message rows of notifications carry the same one."""


def normalised(channel: ContactChannel, address: str) -> str:
    """One spelling per address: e-mail in lower case (providers treat it so), numbers as E.164, post as on an envelope.

    Raises NotAGermanMobile: whoever asks, no other number is ever written down for SMS, so none is ever texted.
    Raises NotAGermanNumber for one to call, NotAPostalAddress for one that no letter would reach.
    """
    match channel:
        case ContactChannel.EMAIL:
            return address.strip().lower()
        case ContactChannel.SMS:
            return parse_mobile(address)
        case ContactChannel.PHONE:
            return parse_phone(address)
        case ContactChannel.PUSH:
            return address.strip()
        case ContactChannel.LETTER:
            return "\n".join(parse_address(address))


def address_index(channel: ContactChannel, address: str) -> bytes:
    """The current Jobcenter's keyed hash of an address."""
    tenant_id = current_tenant().pk
    return blind_index(normalised(channel, address), tenant_id=tenant_id, purpose=f"{ADDRESS}/{channel}")


def new_customer(
    *,
    name: str,
    language: str,
    addresses: dict[ContactChannel, str],
    now: datetime,
    proven: Mapping[ContactChannel, datetime] = MappingProxyType({}),
) -> Customer:
    """Write down a person of the current Jobcenter with the addresses they gave (none is fine), proven or not."""
    tenant = current_tenant()
    customer = Customer(tenant_id=tenant.pk, language=language, created_at=now)
    customer.name = name
    customer.save(force_insert=True)
    points = []
    for channel, address in addresses.items():
        point = ContactPoint(tenant_id=tenant.pk, customer=customer, channel=channel, given_at=now)
        point.address = normalised(channel, address)
        point.address_index = address_index(channel, address)
        point.proven_at = proven.get(channel)
        points.append(point)
    ContactPoint.objects.bulk_create(points)
    return customer


def lock_customer(customer_id: int) -> Customer:
    """The person as they are now; until the end of the transaction nobody else changes how they are reached."""
    locked: Customer = Customer.objects.select_for_update().get(pk=customer_id)
    return locked


def addresses_of(customer: Customer) -> dict[ContactChannel, ContactPoint]:
    return {ContactChannel(point.channel): point for point in customer.contact_points.all()}


def give_address(
    customer: Customer, channel: ContactChannel, address: str, *, now: datetime, proven_at: datetime | None = None
) -> ContactPoint:
    """Write down an address of a locked customer, instead of the one they had on this channel.

    Whoever gives an address wants to be reminded there. Raises as `normalised` does.
    """
    tenant_id = current_tenant().pk
    point = ContactPoint.objects.filter(customer=customer, channel=channel).first() or ContactPoint(
        tenant_id=tenant_id, customer=customer, channel=channel
    )
    point.address = normalised(channel, address)
    point.address_index = address_index(channel, address)
    point.reminders_wanted, point.given_at, point.proven_at = True, now, proven_at
    point.save()
    return point


def customers_with(addresses: Mapping[ContactChannel, str]) -> set[int]:
    """Ids of the current Jobcenter's customers who gave one of these addresses."""
    indexes = [address_index(channel, address) for channel, address in addresses.items()]
    if not indexes:
        return set()
    return set(ContactPoint.objects.filter(address_index__in=indexes).values_list("customer_id", flat=True))


def lock_addresses(addresses: Mapping[ContactChannel, str]) -> None:
    """Until the end of the transaction nobody else of this Jobcenter works on one of these addresses."""
    numbers = sorted(
        int.from_bytes(address_index(channel, address)[:8], "big", signed=True)
        for channel, address in addresses.items()
    )
    if numbers:
        with connection.cursor() as cursor:  # in one order, or two people with two addresses each could deadlock
            cursor.execute("SELECT pg_advisory_xact_lock(n) FROM unnest(%s::bigint[]) n", [numbers])


def actor_of_user(user_id: int) -> Actor | None:
    """The user's role in the current Jobcenter, or None: a role elsewhere means nothing here."""
    membership = Membership.objects.filter(user_id=user_id, user__is_active=True).first()
    if membership is None:
        return None
    role = Role(membership.role)
    return Actor(
        membership_id=membership.pk,
        role=role,
        display_name=membership.display_name,
        every_location=membership.every_location or role in WHOLE_HOUSE,
    )
