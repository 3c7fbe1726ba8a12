# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What waiting letters say now, or why nobody needs them any more.

A letter waits for paper for hours or days. Meanwhile an appointment may be moved or called off, the post may have
become too slow for it, and another letter to the same address may have come back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final

import structlog
from django.db import transaction

from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.channels.base import Channel, OutgoingLetter
from notifications.delivery.writing import write
from notifications.kinds import Envelope, MessageRef, Priority, kind_of
from notifications.letters.queue import letter_of
from notifications.models import Letter, Message, Suppression

log = structlog.get_logger(__name__)
TOO_LATE: Final = "too-late"
NO_LONGER_TRUE: Final = "no-longer-true"
ADDRESS_CLOSED: Final = "address-closed"


@dataclass(frozen=True, slots=True, repr=False)
class Words:
    """A letter as of now. `version` 0 is the portal's own text."""

    letter: OutgoingLetter
    version: int


def look_at(letters: Sequence[Letter], *, now: datetime) -> list[Words | str | None]:
    """For each letter its words, or the code of the reason against it.

    None where it cannot be written: one letter without words must not hold up the others. The caller has loaded the
    messages of the letters.
    """
    envelopes = _composed([letter.message for letter in letters], now)
    closed = _closed_addresses(letters)
    return [_of(letter, envelopes[letter.message.pk], closed, now) for letter in letters]


def _of(
    letter: Letter, envelope: Envelope | Exception | None, closed: dict[bytes, bool], now: datetime
) -> Words | str | None:
    message = letter.message
    if envelope is None:
        return NO_LONGER_TRUE  # before all else: about what is called off nobody has to be called
    only_reminders = closed.get(bytes(message.recipient))
    if only_reminders is False or (only_reminders and message.priority == Priority.REMINDER):
        return ADDRESS_CLOSED
    if message.not_after <= now:
        return TOO_LATE
    written = _written_or_fault(letter, envelope, now)
    if isinstance(written, Exception):
        kind = type(written).__name__  # not its words, which could hold personal data
        log.error("letter cannot be written", letter=letter.pk, error=kind)
        return None
    return written


def _written_or_fault(letter: Letter, envelope: Envelope | Exception, now: datetime) -> Words | Exception:
    if isinstance(envelope, Exception):
        return envelope
    try:
        return _written(letter, envelope, now)
    except Exception as error:  # noqa: BLE001 -- it goes on waiting, and the office is told how many do
        return error


def _written(letter: Letter, envelope: Envelope, now: datetime) -> Words:
    message, jobcenter = letter.message, current_tenant()
    assert isinstance(jobcenter, Jobcenter)  # noqa: S101 -- the context holds the model itself
    written, _, version = write(
        message.kind,
        _ref(message),
        envelope,
        token=message.message_id_token,
        not_after=message.not_after,
        tenant=jobcenter,
        now=now,
    )
    assert isinstance(written, OutgoingLetter)  # noqa: S101 -- the channel says so
    # The account's own line for the window was added when the letter was queued.
    return Words(replace(written, return_line=letter_of(letter.content).return_line), version)


def _composed(messages: Iterable[Message], now: datetime) -> dict[int, Envelope | Exception | None]:
    """What is true of each message, by its key. All of a kind at once; one by one where that fails."""
    found: dict[int, Envelope | Exception | None] = {}
    for kind, group in groupby(sorted(messages, key=lambda one: str(one.kind)), key=lambda one: str(one.kind)):
        of_kind = list(group)
        try:
            with transaction.atomic():
                envelopes = kind_of(kind).compose_all([_ref(one) for one in of_kind], now=now)
            found |= {one.pk: envelope for one, envelope in zip(of_kind, envelopes, strict=True)}
        except Exception:  # noqa: BLE001 -- found below, letter by letter
            found |= {one.pk: _composed_alone(one, now) for one in of_kind}
    return found


def _composed_alone(message: Message, now: datetime) -> Envelope | Exception | None:
    try:
        with transaction.atomic():
            return kind_of(message.kind).compose(_ref(message), now=now)
    except Exception as error:  # noqa: BLE001 -- it is alone with it; the others are printed
        return error


def _closed_addresses(letters: Sequence[Letter]) -> dict[bytes, bool]:
    """Those of these letters' addresses to which nothing goes any more (False), or no reminders (True)."""
    theirs = {bytes(letter.message.recipient) for letter in letters}
    closed = Suppression.objects.filter(channel=Channel.LETTER, recipient__in=theirs)
    return {bytes(recipient): only for recipient, only in closed.values_list("recipient", "only_reminders")}


def _ref(message: Message) -> MessageRef:
    return MessageRef(
        subject=message.subject,
        revision=message.revision,
        occasion=message.occasion,
        channel=Channel(message.channel),
        language=message.language,
        recipient=bytes(message.recipient),
    )
