# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A test message through exactly one account, to the office itself, at once: does it go, and if not, why?

Not through the outbox: that would choose the account itself, and whoever sets one up wants the answer now. Counted
before it leaves, so that nobody can use it to send a lot, and never inside a transaction.
"""

import secrets
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from queue import Empty, SimpleQueue
from typing import Final, assert_never

import structlog
from django.db import transaction
from django.utils.translation import gettext

from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.audit.service import By
from jobcenter_portal.kernel.gsm7 import segments
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from jobcenter_portal.web.languages import current_language
from notifications.accounts.changing import lock_accounts, locked_account, subject_of_account
from notifications.accounts.mending import end_rest
from notifications.channels.base import (
    Accepted,
    AccountProblem,
    Ambiguous,
    BadConfig,
    Channel,
    OutgoingEmail,
    OutgoingSms,
    RejectedPermanent,
    RejectedTemporary,
    Result,
    Throttled,
)
from notifications.channels.registry import UnknownDriver, driver_of
from notifications.delivery.ways import Way, way_through
from notifications.models import ProviderAccount
from notifications.outbox import budget
from notifications.outbox.clock import Clock
from notifications.texts.html import html_of
from notifications.texts.trial import address_for_tests

log = structlog.get_logger(__name__)
MOST_TRIES: Final = 5
TRIES_WITHIN: Final = timedelta(minutes=10)
PATIENCE_S: Final = 15
"""Somebody sits before the page."""
_SESSION_PATIENCE_S: Final = 12
"""So that a session usually gives up by itself and can say in which phase."""
_TRIED: Final = "account_tried"
_ANSWERED: Final = "account_answered"
_VALID_MINUTES: Final = 60


class TooManyTries(Exception):
    """Enough has been tried for now; `again_at` is when the next try may go."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__("too many tries")
        self.again_at = again_at


class BudgetUsed(Exception):
    """No SMS may leave before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__("budget used")
        self.until = until


class CannotBeTried(Exception):
    """Messages of this channel cannot be tried: paper and devices are not the office's own."""


class Verdict(StrEnum):
    """What a provider said of a test message, or that nobody knows."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # this message; another one might be taken
    NOT_NOW = "not_now"
    TOO_FAST = "too_fast"
    ACCOUNT = "account"  # whoever set the account up has to do something
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Try:
    """When an account was tried last, and what came of it. `code` is a number or a fixed word, never an address."""

    at: datetime
    verdict: Verdict
    code: str = ""


@dataclass(frozen=True, slots=True)
class _Begun:
    way: Way
    outgoing: OutgoingEmail | OutgoingSms
    segments: int
    settings: TenantSettings
    at: datetime


def try_account(*, key: str, jobcenter: Jobcenter, by: By, now: datetime) -> Try:
    """Send a test message to the office through one account and wait for the answer, for 15 seconds at most.

    Raises UnknownAccount, CannotBeTried, NoTestAddress, TooManyTries or BudgetUsed; then nothing was sent.
    """
    clock = Clock(now)
    begun = _begin(key, jobcenter, by, now)
    result = _within(PATIENCE_S, begun)
    tried = Try(clock.now(), *_said(result))
    _end(begun, tried, by)
    return tried


def last_try(key: str) -> Try | None:
    """What came of the last try of an account; None where it was never tried."""
    entries = AuditEntry.objects.filter(subject=subject_of_account(key), action__in=[_TRIED, _ANSWERED])
    last = entries.order_by("-id").first()
    if last is None:
        return None
    if last.action == _TRIED:
        # Whoever waited for the answer has died, or waits still.
        return Try(last.at, Verdict.UNCLEAR)
    return Try(last.at, Verdict(last.detail["verdict"]), str(last.detail["code"]))


def _begin(key: str, jobcenter: Jobcenter, by: By, now: datetime) -> _Begun:
    # Durable: inside of somebody's transaction the answer would be waited for with its locks held.
    with transaction.atomic(durable=True):
        lock_accounts()
        row = locked_account(key)
        channel = Channel(row.channel)
        if channel not in {Channel.EMAIL, Channel.SMS}:
            raise CannotBeTried(channel)
        _require_few_tries(now)
        outgoing = _outgoing(channel, jobcenter, address_for_tests(channel))
        cost = segments(outgoing.text).parts if isinstance(outgoing, OutgoingSms) else 0
        if cost:
            _spend(cost, jobcenter.settings, now)
        audit.record(by=by, action=_TRIED, subject=subject_of_account(key), at=now, channel=channel)
        return _Begun(_hurried(way_through(row)), outgoing, cost, jobcenter.settings, now)


def _require_few_tries(now: datetime) -> None:
    """By the trail of all accounts that there are: it has an index by subject, and is there anyway."""
    subjects = [subject_of_account(key) for key in ProviderAccount.objects.values_list("public_id", flat=True)]
    tries = AuditEntry.objects.filter(subject__in=subjects, action=_TRIED, at__gt=now - TRIES_WITHIN)
    newest = list(tries.order_by("-at").values_list("at", flat=True)[:MOST_TRIES])
    if len(newest) == MOST_TRIES:
        raise TooManyTries(newest[-1] + TRIES_WITHIN)


def _spend(cost: int, settings: TenantSettings, now: datetime) -> None:
    budget.lock()
    full_until = budget.full_until(cost, settings, now=now)
    if full_until is not None:
        raise BudgetUsed(full_until)
    budget.spend(cost, settings, now=now)


def _outgoing(channel: Channel, jobcenter: Jobcenter, to: str) -> OutgoingEmail | OutgoingSms:
    office, name = jobcenter.settings, secrets.token_hex(16)
    if channel is Channel.SMS:
        text = gettext("Probe des Terminportals. Wenn Sie das lesen, sendet das Konto.")
        return OutgoingSms(name, to, office.sms_sender, text, _VALID_MINUTES)
    language = current_language().code
    text = gettext(
        "Das ist eine Probe des Terminportals.\n\nWenn Sie das lesen, sendet das Konto, das Sie gerade einrichten."
    )
    return OutgoingEmail(
        message_id_token=name,
        to=to,
        sender_name=office.email_sender,
        sender_address=office.email_address,
        reply_to=None,
        subject=gettext("Probe des Terminportals"),
        text=text,
        html=html_of(text, language=language, sender=office.email_sender, link=""),
        calendar=None,
        language=language,
        unsubscribe_url=None,
    )


def _hurried(way: Way) -> Way:
    """The account with no more patience than a person before a page has."""
    limits = {
        name: str(_SESSION_PATIENCE_S)
        for name in ("timeout", "deadline")
        if _seconds(way.config.get(name, "30")) > _SESSION_PATIENCE_S
    }
    return replace(way, config={**way.config, **limits})


def _seconds(typed: str) -> float:
    try:
        return float(typed)
    except ValueError:
        return 0


def _within(seconds: float, begun: _Begun) -> Result:
    """In a thread of its own: some waits (for a name, say) have no limit that we could set."""
    answers: SimpleQueue[Result] = SimpleQueue()
    threading.Thread(target=lambda: answers.put(_through(begun)), name="account try", daemon=True).start()
    try:
        return answers.get(timeout=seconds)
    except Empty:
        return Ambiguous("no-answer")


def _through(begun: _Begun) -> Result:
    try:
        session = driver_of(begun.way.driver).open(begun.way.config)
    except (BadConfig, UnknownDriver) as error:
        return AccountProblem(f"config-{getattr(error, 'field_name', 'driver')}"[:40])
    try:
        return session.send(begun.outgoing, now=begun.at)
    except ValueError:
        return RejectedPermanent("unsendable", suppress=False)
    except Exception as error:  # noqa: BLE001 -- a fault in a driver must not look like "not sent"
        log.error("driver failed", error=type(error).__name__)  # noqa: TRY400 -- its text could repeat an address
        return Ambiguous("driver-fault")
    finally:
        session.close()


def _said(result: Result) -> tuple[Verdict, str]:
    match result:
        case Accepted():
            return Verdict.ACCEPTED, ""
        case RejectedPermanent(code, _):
            return Verdict.REFUSED, code
        case RejectedTemporary(code, _):
            return Verdict.NOT_NOW, code
        case Throttled():
            return Verdict.TOO_FAST, "throttled"
        case AccountProblem(code):
            return Verdict.ACCOUNT, code
        case Ambiguous(phase):
            return Verdict.UNCLEAR, phase
    assert_never(result)


def _end(begun: _Begun, tried: Try, by: By) -> None:
    way = begun.way
    with transaction.atomic():
        facts = {"channel": way.channel, "verdict": tried.verdict, "code": tried.code}
        audit.record(by=by, action=_ANSWERED, subject=subject_of_account(way.key), at=tried.at, **facts)
        if begun.segments and tried.verdict not in {Verdict.ACCEPTED, Verdict.UNCLEAR}:
            budget.refund(begun.segments, begun.settings, armed_at=begun.at)
        if tried.verdict is Verdict.ACCEPTED:
            # It goes: what waits for the end of its rest need not.
            end_rest(way.key, way.channel, now=tried.at)
