# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why a message did not arrive: from the many codes of providers to the few reasons that an office can act on.

That an address is wrong is known from its Suppression, which drivers and receipts write, each by its provider's own
rules. Codes only tell the rest, and only where they are common to many (RFC 3463) or documented. A code that nobody
knows is OTHER: never a guess that blames somebody's address.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from notifications.channels.base import Channel


class Why(StrEnum):
    """Key of the sentence that says why."""

    NO_MAILBOX = "no_mailbox"
    NO_NUMBER = "no_number"
    NO_DEVICE = "no_device"  # the browser's subscription to knocks is gone
    MAILBOX_FULL = "mailbox_full"
    PHONE_OFF = "phone_off"  # until it was too late
    NOT_LET_IN = "not_let_in"  # the receiving side does not want our mail: filters, policy
    UNWANTED = "unwanted"  # reported as unwanted, unsubscribed, or answered with STOP
    BY_OFFICE = "by_office"  # the office itself blocked the address
    NO_ADDRESS = "no_address"  # the post brought a letter back
    TOO_LATE_FOR_POST = "too_late_for_post"  # a letter would have come after what it says
    CALLED = "called"  # instead of a letter that would have come too late, somebody called
    TAKEN_OUT = "taken_out"  # a letter that the office took out of the batch
    NO_LONGER_TRUE = "no_longer_true"  # a letter that would have told something old
    OTHER = "other"


ADDRESS_WRONG: Final = frozenset({Why.NO_MAILBOX, Why.NO_NUMBER, Why.NO_DEVICE, Why.NO_ADDRESS})
"""No message will ever arrive there."""

_WRONG: Final[Mapping[Channel, Why]] = {
    Channel.EMAIL: Why.NO_MAILBOX,
    Channel.SMS: Why.NO_NUMBER,
    Channel.PUSH: Why.NO_DEVICE,
    Channel.LETTER: Why.NO_ADDRESS,
}
_ENHANCED: Final = re.compile(r"(?<![\d.])[45]\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_ADDRESSING: Final = frozenset({"0", "1", "2", "3", "4", "6", "10"})
_BY_CODE: Final[Mapping[str, Why]] = {
    "rcpt-552": Why.MAILBOX_FULL,
    "seven-202": Why.NO_NUMBER,
    "seven-expired": Why.PHONE_OFF,
    "link-1002": Why.PHONE_OFF,
    "twilio-30003": Why.PHONE_OFF,
    "twilio-30005": Why.NO_NUMBER,
    "twilio-30006": Why.NO_NUMBER,
    "twilio-30007": Why.NOT_LET_IN,
    "twilio-21211": Why.NO_NUMBER,
    "twilio-21614": Why.NO_NUMBER,
    "twilio-21610": Why.UNWANTED,
    "smpp-expired": Why.PHONE_OFF,
    "push-404": Why.NO_DEVICE,
    "push-410": Why.NO_DEVICE,
    "letter-returned": Why.NO_ADDRESS,
    "address-closed": Why.NO_ADDRESS,
    "too-late": Why.TOO_LATE_FOR_POST,
    "called": Why.CALLED,
    "taken-out": Why.TAKEN_OUT,
    "no-longer-true": Why.NO_LONGER_TRUE,
}
_OF_SUPPRESSION: Final[Mapping[str, Why]] = {
    "complained": Why.UNWANTED,
    "stopped": Why.UNWANTED,
    "by_office": Why.BY_OFFICE,
}


def why_not(code: str, channel: Channel, *, suppressed_as: str = "") -> Why:
    """The reason behind a result code such as `rcpt-550-5.1.1`, and the reason of the address's Suppression, if any."""
    if suppressed_as:
        return _OF_SUPPRESSION.get(suppressed_as, _WRONG[channel])
    enhanced = _ENHANCED.search(code)
    return _by_enhanced(enhanced[1], enhanced[2]) if enhanced else _BY_CODE.get(code, Why.OTHER)


def _by_enhanced(subject: str, detail: str) -> Why:
    """RFC 3463 and its register: X.1.* is about addresses, X.2.* about mailboxes, X.7.* about what is let in."""
    if (subject == "1" and detail in _ADDRESSING) or (subject, detail) == ("2", "1"):
        return Why.NO_MAILBOX
    if (subject, detail) == ("2", "2"):
        return Why.MAILBOX_FULL
    return Why.NOT_LET_IN if subject == "7" else Why.OTHER
