# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How long a message may be at all.

Offices are told on the page when a text is too long, and what people type has limits of its own. These here are for
what comes in around all of that, a title of ten megabytes from an import: one such message would hold up a worker
for seconds at each try, fill a mailbox, or cost a month's budget as one SMS of thousands of parts.
"""

from collections.abc import Iterable
from typing import Final

from notifications.channels.base import Outgoing, OutgoingEmail, OutgoingSms
from notifications.kinds import Envelope

LONGEST_VALUES: Final = 20_000
"""Signs, all values together: five times the longest text that an office may write."""
LONGEST_MAIL: Final = 100_000
"""Signs: above it some mail programs cut a mail off, and above that nobody reads."""
LONGEST_CALENDAR: Final = 100_000
"""Bytes."""
MOST_PARTS: Final = 20
"""The longest SMS that an office may write has 1,000 signs: 15 parts in Cyrillic or Arabic letters."""


class TooLong(ValueError):
    """No message of ours is that long: something in it is not what it should be."""


def check_values(envelope: Envelope) -> None:
    """Before anything is done with them. Raises TooLong."""
    if sum(map(_length, envelope.values.values())) > LONGEST_VALUES:
        raise TooLong("values")
    if envelope.calendar is not None and len(envelope.calendar.ics) > LONGEST_CALENDAR:
        raise TooLong("calendar")


def check_whole(outgoing: Outgoing, *, parts: int) -> None:
    """The finished message. Raises TooLong."""
    if isinstance(outgoing, OutgoingSms) and parts > MOST_PARTS:
        raise TooLong("sms")
    if isinstance(outgoing, OutgoingEmail) and len(outgoing.text) > LONGEST_MAIL:
        raise TooLong("mail")


def _length(value: str | int | Iterable[str]) -> int:
    if isinstance(value, int):
        return 0
    return len(value) if isinstance(value, str) else sum(map(len, value))
