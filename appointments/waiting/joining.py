# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How often somebody may ask for a place on the waiting list.

Whoever joins is written to at an address that nobody has proven, and is told when somebody waits there already. So
each try counts, whatever becomes of it: neither strangers' mailboxes nor the budget of SMS can be filled from here, and
addresses cannot be tried by the hundred. A browser is not counted, because a new one costs nothing.
"""

from datetime import datetime, timedelta
from enum import Enum, unique
from typing import Final

import structlog

from appointments import pumping
from appointments.way_in import PLACES_OF_NETWORK, WAITS
from appointments.writing import Person
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.accounts.service import address_index, normalised
from jobcenter_portal.tenancy.counting import Counter, Quota, QuotaFull, counted
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.tenancy.unusual import note

log = structlog.get_logger(__name__)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
PER_ADDRESS: Final = (Quota(5, _HOUR), Quota(10, _DAY))
"""A person waits for one thing or two, and presses the button again when they are not sure."""
PER_NETWORK: Final = (Quota(40, _HOUR),)
"""At the very most, as a shelter or a course might; after ten the machines of a network have to work for each."""
SHARE_OF_SMS: Final = 10
"""A tenth of the SMS of an hour and a day: a place is said by e-mail where there is one."""
_ADDRESS, _SMS = "wait-address", "wait-sms"
_WRITTEN_TO: Final = (ContactChannel.EMAIL, ContactChannel.SMS)


@unique
class TooMany(Enum):
    """Of what there were too many tries. Each value has one sentence on the screen, chosen by the page."""

    ADDRESS = "address"
    NETWORK = "network"
    SMS = "sms"
    """This Jobcenter's for now, or those to neighbouring numbers: an e-mail address goes on."""


class TooManyTries(Exception):
    """Nobody was set on the list. Names of what there were too many, never whose."""

    def __init__(self, of: TooMany) -> None:
        super().__init__(of.value)
        self.of = of


def count_try(person: Person, *, settings: TenantSettings, network: bytes, now: datetime) -> None:
    """Before a place is asked for. `network` is a keyed hash. Raises TooManyTries, and NotAGermanMobile."""
    try:
        with counted(_counters(person, settings, network), now=now):
            pass  # the try itself is what counts
    except QuotaFull as full:
        raise TooManyTries(_of(full)) from full
    note(WAITS, now=now)


def _counters(person: Person, settings: TenantSettings, network: bytes) -> list[Counter]:
    addresses = {channel: person.addresses[channel] for channel in _WRITTEN_TO if channel in person.addresses}
    own = [Counter(_ADDRESS, address_index(channel, address), PER_ADDRESS) for channel, address in addresses.items()]
    everybody = Counter(PLACES_OF_NETWORK, network, PER_NETWORK)
    if ContactChannel.SMS not in addresses or ContactChannel.EMAIL in addresses:
        return [*own, everybody]
    hour, day = settings.sms_hourly_cap // SHARE_OF_SMS, settings.sms_daily_cap // SHARE_OF_SMS
    number = normalised(ContactChannel.SMS, addresses[ContactChannel.SMS])
    budget = Counter(_SMS, b"", (Quota(max(hour, 1), _HOUR), Quota(max(day, 1), _DAY)))
    return [*own, everybody, *pumping.ranges_of(ContactChannel.SMS, number), budget]


def _of(full: QuotaFull) -> TooMany:
    if full.what in (_SMS, pumping.RANGE):
        log.warning("no more SMS about places on the waiting list", which=full.what, within=str(full.within))
        return TooMany.SMS
    return TooMany.NETWORK if full.what == PLACES_OF_NETWORK else TooMany.ADDRESS
