# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The only door of notifications: plan messages, take them back, see what became of them.

`plan`, `supersede` and `withdraw` belong into the transaction that changes the subject, after everything else in it:
then a booking and its messages exist together or not at all.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

import structlog
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from kombu.connection import ConnectionPool

from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.service import By
from jobcenter_portal.celery import app as celery_app
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.tasks import HEADER
from notifications import accounts
from notifications.channels.base import CalendarPart, Channel
from notifications.channels.letter.press import CannotBeSet, NoFonts
from notifications.channels.letter.sheets import Sheet, SheetList, sheet_pdf
from notifications.channels.letter.tables import Table, table_pdf
from notifications.channels.letter.typesetting import PressFailed
from notifications.channels.push.subscribing import UnknownService, checked_device
from notifications.channels.push.subscribing import public_key as push_key
from notifications.kinds import (
    Envelope,
    MessageKind,
    MessageRef,
    Placeholder,
    PlainKind,
    Planned,
    Priority,
    Visible,
    register,
)
from notifications.letters.afterwards import NotInThePost, NotReturned, Returned
from notifications.letters.afterwards import called_instead as called_instead_of_letter
from notifications.letters.afterwards import came_back as letter_came_back
from notifications.letters.afterwards import not_back_after_all as letter_not_back
from notifications.letters.batches import AlreadySent, AlreadySettled, Opened, UnknownBatch, UnknownLetter
from notifications.letters.batches import mark_sent as mark_letters_sent
from notifications.letters.batches import open_batch as open_letter_batch
from notifications.letters.batches import outdated as outdated_letters
from notifications.letters.batches import put_back as put_letters_back
from notifications.letters.batches import take_out as take_letter_out
from notifications.letters.printing import LettersCannotBeSet, NothingToPrint
from notifications.letters.printing import pdf_of as letter_batch_pdf
from notifications.letters.printing import reprint as reprint_letter
from notifications.letters.truth import ADDRESS_CLOSED, NO_LONGER_TRUE, TOO_LATE
from notifications.letters.views import (
    BatchView,
    LetterView,
    letter_by_mark,
    letter_by_public_id,
    letters_to_call_about,
    letters_waiting,
    waiting_letters,
)
from notifications.letters.views import batch_by_public_id as letter_batch
from notifications.letters.views import batches as letter_batches
from notifications.letters.views import letters_of as letters_of_batch
from notifications.models import LetterState, TextVersion
from notifications.outbox import planning, replanning
from notifications.outbox.budget import Period, Spent
from notifications.outbox.budget import spent_now as sms_spent
from notifications.outbox.by_hand import (
    AddressSuppressed,
    NoLongerTrue,
    OfNoMoreUse,
    SeenTooLongAgo,
    StillOnItsWay,
    UnknownMessage,
    say_it_arrived,
    send_again,
    subject_of,
    take_back,
)
from notifications.outbox.erasing import erase, subjects_to
from notifications.outbox.fates import LEFT, NOT_ARRIVED, Fate, MessageView, history, unclear_messages
from notifications.outbox.figures import BUCKETS, ChannelFigures, Figures, Latency, Resting, beat_ages, figures
from notifications.outbox.health import DeliveryHealth, health
from notifications.outbox.listing import Group, Page, Position, Wanted
from notifications.outbox.listing import counts as message_counts
from notifications.outbox.listing import page as message_page
from notifications.outbox.planning import Batch
from notifications.outbox.replanning import Replanned, Told
from notifications.outbox.suppressing import Suppressed, lift, suppressed
from notifications.outbox.why import ADDRESS_WRONG, Why
from notifications.states import State
from notifications.texts import editing as texts
from notifications.texts.cost import sms_parts
from notifications.texts.push import PushText, push_text
from notifications.texts.trial import NoTestAddress, planned_test, subject_of_test

__all__ = [
    "ADDRESS_CLOSED",
    "ADDRESS_WRONG",
    "BUCKETS",
    "KICK",
    "LEFT",
    "NOT_ARRIVED",
    "NO_LONGER_TRUE",
    "TOO_LATE",
    "AddressSuppressed",
    "AlreadySent",
    "AlreadySettled",
    "Batch",
    "BatchView",
    "CalendarPart",
    "CannotBeSet",
    "Channel",
    "ChannelFigures",
    "DeliveryHealth",
    "Envelope",
    "Fate",
    "Figures",
    "Group",
    "Latency",
    "LetterState",
    "LetterView",
    "LettersCannotBeSet",
    "MessageKind",
    "MessageRef",
    "MessageView",
    "NoFonts",
    "NoLongerTrue",
    "NoTestAddress",
    "NotInThePost",
    "NotReturned",
    "NothingToPrint",
    "OfNoMoreUse",
    "Opened",
    "Page",
    "Period",
    "Placeholder",
    "PlainKind",
    "Planned",
    "Position",
    "PressFailed",
    "Priority",
    "PushText",
    "Replanned",
    "Resting",
    "Returned",
    "SeenTooLongAgo",
    "Sheet",
    "SheetList",
    "Spent",
    "State",
    "StillOnItsWay",
    "Suppressed",
    "Table",
    "Told",
    "UnknownBatch",
    "UnknownLetter",
    "UnknownMessage",
    "UnknownService",
    "Visible",
    "Wanted",
    "Why",
    "accounts",
    "beat_ages",
    "called_instead_of_letter",
    "checked_device",
    "erase",
    "figures",
    "health",
    "history",
    "letter_batch",
    "letter_batch_pdf",
    "letter_batches",
    "letter_by_mark",
    "letter_by_public_id",
    "letter_came_back",
    "letter_not_back",
    "letters_of_batch",
    "letters_to_call_about",
    "letters_waiting",
    "lift",
    "mark_letters_sent",
    "message_counts",
    "message_page",
    "open_letter_batch",
    "outdated_letters",
    "plan",
    "push_key",
    "push_text",
    "put_letters_back",
    "readdress",
    "register",
    "relanguage",
    "replan",
    "reprint_letter",
    "say_it_arrived",
    "send_again",
    "send_test",
    "sheet_pdf",
    "sms_parts",
    "sms_spent",
    "subject_of",
    "subjects_to",
    "supersede",
    "suppressed",
    "table_pdf",
    "take_back",
    "take_letter_out",
    "texts",
    "together",
    "told",
    "unclear_messages",
    "waiting_letters",
    "withdraw",
]

log = structlog.get_logger(__name__)
KICK = "notifications.deliver_due"
_ALL_REVISIONS = 2**31 - 1
_KICK_EXPIRES_S = 2 * 3600
"""Read by the worker's clock, written by ours: seconds would void every kick when the two are a minute apart."""
_CONNECTIONS = 20
"""More than a web process has threads."""
_IMPATIENT = {"max_retries": 0, "interval_start": 0, "socket_connect_timeout": 1, "socket_timeout": 1}


def plan(*, subject: str, revision: int, messages: Sequence[Planned], now: datetime) -> None:
    """Write down messages about one revision of a subject of the current Jobcenter. Planning twice plans once.

    Raises TransactionManagementError outside a transaction. After the commit a worker is told, if the broker is there;
    nothing depends on that.
    """
    _needs_transaction()
    if not messages:
        return
    batch = planning.Batch(subject, revision, messages)
    collected = _collected.get()
    if collected is None:
        _insert([batch], now)
    else:
        collected.plan(batch, now)


def supersede(*, subject: str, below_revision: int, now: datetime) -> int:
    """Take back what older revisions still wanted to say; what is being sent stays.

    Returns how many messages, unless they are taken back `together` with others.
    """
    _needs_transaction()
    collected = _collected.get()
    if collected is None:
        return planning.recall({subject: below_revision}, into=State.SUPERSEDED, now=now)
    collected.supersede(subject, below_revision, now)
    return 0


@contextmanager
def together() -> Iterator[None]:
    """Everything planned and superseded inside is written at the end: two statements instead of two for each subject.

    For one change that concerns hundreds. The caller holds the transaction and rolls it back when something is raised.
    """
    _needs_transaction()
    collected = _Collected()
    token = _collected.set(collected)
    try:
        yield
    finally:
        _collected.reset(token)
    if collected.now is not None:
        planning.recall(collected.below, into=State.SUPERSEDED, now=collected.now)
        _insert(collected.batches, collected.now)


def withdraw(*, subject: str, now: datetime) -> int:
    """Take back everything about a subject that has not been sent. Returns how many messages."""
    _needs_transaction()
    return planning.recall({subject: _ALL_REVISIONS}, into=State.WITHDRAWN, now=now)


def replan(wanted: Sequence[Batch], *, kind: str, now: datetime) -> Replanned:
    """Make what waits of one kind be what is wanted, for the revisions that `wanted` names; what has left stays.

    For changes that leave the subject as it is: rules, consent, settings. A message whose time has passed stays if it
    waits, and is not written anew.
    """
    _needs_transaction()
    return replanning.replan(wanted, kind=kind, now=now)


def readdress(
    batches: Sequence[Batch], *, channel: Channel, old: bytes, new: bytes | None, spare: str, now: datetime
) -> frozenset[str]:
    """Let everything that waits for one address go to another, or nowhere; the kind `spare` is planned by its owner.

    `batches` name the revisions. Returns the subjects that will now say something at the new address.
    """
    _needs_transaction()
    onward = replanning.readdress(batches, channel=channel, old=old, new=new, spare=spare, now=now)
    if onward:
        _kick_after_commit()
    return onward


def relanguage(subjects: Sequence[str], *, language: str) -> int:
    """Let everything that waits about these subjects speak another language. Returns how many messages."""
    _needs_transaction()
    return replanning.relanguage(subjects, language=language)


def told(batches: Sequence[Batch], *, occasion: str) -> Mapping[str, Told]:
    """When people were told about these revisions, by the messages of one occasion."""
    return replanning.told(batches, occasion=occasion)


def send_test(*, version: TextVersion, by: By, now: datetime) -> None:
    """Send words to the office itself, in use or not, with invented values. Raises NoTestAddress."""
    subject = subject_of_test(version)
    with transaction.atomic():
        plan(subject=subject, revision=1, messages=[planned_test(version, now=now)], now=now)
        audit.record(by=by, action="text_tested", subject=subject, at=now, version=version.version)


def _needs_transaction() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("messages are planned in the transaction that changes their subject")


@dataclass(slots=True)
class _Collected:
    """What is to be written at the end of `together`."""

    below: dict[str, int] = field(default_factory=dict)
    batches: list[planning.Batch] = field(default_factory=list)
    now: datetime | None = None

    def plan(self, batch: planning.Batch, now: datetime) -> None:
        self.batches.append(batch)
        self.now = now

    def supersede(self, subject: str, below: int, now: datetime) -> None:
        """What was collected for an older revision is never written."""
        self.batches = [one for one in self.batches if one.subject != subject or one.revision >= below]
        self.below[subject] = max(below, self.below.get(subject, 0))
        self.now = now


_collected: ContextVar[_Collected | None] = ContextVar("collected messages", default=None)


def _insert(batches: Sequence[planning.Batch], now: datetime) -> None:
    planning.insert(batches, now=now)
    if any(planned.due_at <= now for batch in batches for planned in batch.messages):
        _kick_after_commit()


def _kick_after_commit() -> None:
    kick = _Kick(current_tenant().pk)
    # Once is enough: an office that calls off six hundred appointments would ask the broker six hundred times.
    if not any(hook[1] == kick for hook in connection.run_on_commit):
        transaction.on_commit(kick, robust=True)


@dataclass(frozen=True, slots=True)
class _Kick:
    """Tells a worker that a Jobcenter has work. By name, since the tasks stand above this module."""

    tenant_id: int

    def __call__(self) -> None:
        try:
            with _brokers(celery_app.conf.broker_write_url, os.getpid()).acquire(timeout=1) as broker:
                celery_app.send_task(
                    KICK, headers={HEADER: self.tenant_id}, expires=_KICK_EXPIRES_S, retry=False, connection=broker
                )
        except Exception as error:  # noqa: BLE001 -- what is booked stands, whatever is wrong with the broker
            log.warning("broker not reached, the loop will find the messages", error=type(error).__name__)


@lru_cache(maxsize=1)
def _brokers(url: str, _process: int) -> ConnectionPool:
    """Connections of this process that give up at once: kombu's own patience of 6 s would be that of a person who just
    booked. They are kept, because a new one for each booking cost as much as the booking itself (measured).
    """
    options = {**celery_app.conf.broker_transport_options, **_IMPATIENT}
    return celery_app.connection_for_write(url).clone(transport_options=options).Pool(limit=_CONNECTIONS)
