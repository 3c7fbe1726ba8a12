# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Invented people: plausible names, German or English, and for most of them no address at all.

Whoever leaves no address gets the printed code. So the seed's thousands of bookings plan no message; only the few
people of the data files do, who book a moment before the demo starts.
"""

from datetime import datetime
from random import Random

from appointments.service import Person
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.demo.seed.data import PersonData, names

_ENGLISH_SHARE = 0.25


def somebody(chance: Random) -> Person:
    """A person without addresses."""
    given, family = names()
    language = "en" if chance.random() < _ENGLISH_SHARE else "de"
    return Person(name=f"{chance.choice(given)} {chance.choice(family)}", language=language)


def with_addresses(data: PersonData, *, proven_at: datetime) -> Person:
    """One of the people named in a data file; where addresses are proven, theirs are."""
    given = {ContactChannel.EMAIL: data.email, ContactChannel.SMS: data.mobile, ContactChannel.LETTER: data.post}
    addresses = {channel: address for channel, address in given.items() if address}
    return Person(data.name, data.language, addresses, proven=dict.fromkeys(addresses, proven_at))
