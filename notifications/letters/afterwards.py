# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a person of the office learns about a letter later: the post brought it back, or somebody called instead.

The office is the provider of paper, so what it says is a receipt: a letter that came back did not arrive, and nothing
more goes to that address until somebody has asked. Unlike a provider, people press the wrong line; what can be taken
back is.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import current_tenant
from notifications.channels.base import Channel, ReceiptKind
from notifications.letters.batches import AlreadySettled, lock_letter, settle
from notifications.letters.truth import ADDRESS_CLOSED, TOO_LATE
from notifications.models import Letter, LetterState, Message, Suppression, SuppressionReason
from notifications.outbox.fates import BY_HAND
from notifications.outbox.finishing import add_attempt
from notifications.outbox.suppressing import lift
from notifications.states import State, sources

RETURNED: Final = "letter-returned"
CALLED: Final = "called"
TO_CALL_ABOUT: Final = (TOO_LATE, ADDRESS_CLOSED)
"""Codes of letters that were not printed although what they say is true: nobody has told the person."""


class NotInThePost(Exception):
    """Only a posted letter can come back, and only once."""


class NotReturned(Exception):
    """Nobody has said of this letter that it came back, or somebody has taken that back already."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What a letter was about and where it went, as a keyed hash.

    `is_open`: letters go there (again). `others`: another letter came back from there.
    """

    subject: str
    recipient: bytes
    is_open: bool = False
    others: bool = False


def came_back(*, letter: str, by: audit.By, now: datetime) -> Returned:
    """The post brought a letter back: it did not arrive, and its address is closed. Raises UnknownLetter, NotInThePost.

    Its kind is asked afterwards for another way to say the same, as for any message that did not arrive.
    """
    with transaction.atomic():
        locked = lock_letter(letter)
        if locked.state != LetterState.SENT or locked.returned_at is not None:
            raise NotInThePost
        locked.returned_at = now
        locked.save(update_fields=["returned_at"])
        message = Message.objects.select_for_update().get(pk=locked.message.pk)
        if message.state in sources(State.BOUNCED):
            message.state, message.result_code = State.BOUNCED, RETURNED
            message.needs_other_way, message.next_attempt_at = True, None
            message.finished_at = message.finished_at or now
            message.save(update_fields=["state", "result_code", "needs_other_way", "next_attempt_at", "finished_at"])
        _note(message, f"told-{ReceiptKind.ADDRESS_WRONG}", RETURNED, now)
        _close_address(bytes(message.recipient), now)
        _record(locked, "letters:returned", by, now)
    return Returned(message.subject, bytes(message.recipient))


def not_back_after_all(*, letter: str, by: audit.By, now: datetime) -> Returned:
    """It was a mistake: the letter is in the post, and its address open again unless another letter came back from it.

    The message keeps that it did not arrive, which no state leads out of; what is shown follows the letter. What was
    said on another way meanwhile has been said. Raises UnknownLetter, NotReturned.
    """
    with transaction.atomic():
        locked = lock_letter(letter)
        if locked.returned_at is None:
            raise NotReturned
        locked.returned_at = None
        locked.save(update_fields=["returned_at"])
        message = Message.objects.select_for_update().get(pk=locked.message.pk)
        message.result_code, message.needs_other_way = BY_HAND, False
        message.save(update_fields=["result_code", "needs_other_way"])
        _note(message, "said-not-returned", BY_HAND, now)
        recipient = bytes(message.recipient)
        others = Letter.objects.filter(message__recipient=recipient, returned_at__isnull=False).exists()
        closed = Suppression.objects.filter(channel=Channel.LETTER, recipient=recipient).first()
        is_open = closed is None
        if closed is not None and closed.reason == SuppressionReason.ADDRESS_WRONG and not others:
            is_open = lift(Channel.LETTER, recipient)
        _record(locked, "letters:not-returned", by, now)
    return Returned(message.subject, recipient, is_open=is_open, others=others)


def called_instead(*, letter: str, by: audit.By, now: datetime) -> None:
    """Somebody has told the person what a letter can tell no more. Raises UnknownLetter, AlreadySettled."""
    with transaction.atomic():
        locked = lock_letter(letter)
        waits_in_vain = locked.state in {LetterState.QUEUED, LetterState.BATCHED} and locked.message.not_after <= now
        if waits_in_vain:
            settle(locked, LetterState.DROPPED, code=CALLED, now=now)
        elif locked.state == LetterState.DROPPED and locked.code in TO_CALL_ABOUT:
            locked.code = CALLED
            locked.save(update_fields=["code"])
        else:
            raise AlreadySettled
        _record(locked, "letters:called-instead", by, now)


def _close_address(recipient: bytes, now: datetime) -> None:
    """Only ever stricter: what the office or the person closed before stays closed for their reason."""
    row = {"channel": Channel.LETTER, "recipient": recipient}
    closed = Suppression(
        tenant_id=current_tenant().pk, **row, reason=SuppressionReason.ADDRESS_WRONG, only_reminders=False, since=now
    )
    Suppression.objects.bulk_create([closed], ignore_conflicts=True)
    Suppression.objects.filter(**row, only_reminders=True).update(
        reason=SuppressionReason.ADDRESS_WRONG, only_reminders=False, since=now
    )


def _note(message: Message, name: str, code: str, now: datetime) -> None:
    add_attempt(message_id=message.pk, token=None, at=now, name=name, code=code)


def _record(letter: Letter, action: str, by: audit.By, now: datetime) -> None:
    audit.record(by=by, action=action, subject=f"letter:{letter.public_id}", at=now)
