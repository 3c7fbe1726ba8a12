# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One message on its way: ask its kind what is true, write it, arm it, hand it over, note what came of it."""

import math
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from jobcenter_portal.tenancy.models import Jobcenter
from notifications import backoff
from notifications.channels.base import Ambiguous, Channel, OutgoingEmail, OutgoingSms, RejectedPermanent, Result
from notifications.delivery.sessions import Sessions
from notifications.kinds import Envelope, kind_of
from notifications.outbox.arming import Armed, arm
from notifications.outbox.claiming import Claimed
from notifications.outbox.clock import Clock
from notifications.outbox.finishing import close_unsent, finish, give_back, outcome_of
from notifications.states import State
from notifications.texts.rendering import render_email, render_sms

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Ready:
    outgoing: OutgoingEmail | OutgoingSms
    segments: int


def deliver(claimed: Claimed, *, tenant: Jobcenter, sessions: Sessions, clock: Clock) -> Result | None:
    """Bring one claimed message out. None: nothing was sent, and the message has been dealt with."""
    ready = _prepare(claimed, tenant=tenant, now=clock.now())
    if ready is None:
        return None
    if arm(claimed, sms_cap=tenant.settings.sms_hourly_cap, now=clock.now()) is not Armed.YES:
        return None
    started_at, stopwatch = clock.now(), time.monotonic()
    # Outside any transaction: a slow provider must hold neither locks nor a snapshot.
    result = _hand_over(ready.outgoing, sessions=sessions, clock=clock)
    finish(
        claimed,
        outcome_of(result, claimed, now=clock.now()),
        started_at=started_at,
        milliseconds=round((time.monotonic() - stopwatch) * 1000),
        segments=ready.segments,
        now=clock.now(),
    )
    log.info("message handed over", message=claimed.id, kind=claimed.kind, result=type(result).__name__)
    return result


def _hand_over(outgoing: OutgoingEmail | OutgoingSms, *, sessions: Sessions, clock: Clock) -> Result:
    try:
        return sessions.send(outgoing, clock=clock)
    except ValueError:
        return RejectedPermanent("unsendable", suppress=False)
    except Exception as error:  # noqa: BLE001 -- a fault in a driver must not look like "not sent"
        log.error("driver failed", error=type(error).__name__)  # noqa: TRY400 -- its text could repeat an address
        sessions.close()
        return Ambiguous("driver-fault")


def _prepare(claimed: Claimed, *, tenant: Jobcenter, now: datetime) -> _Ready | None:
    """The finished message; None when it shall not leave now, which has been written down."""
    if not _is_channel_on(claimed.ref.channel, tenant):
        close_unsent(claimed, into=State.SUPPRESSED, code="channel-off", now=now)
        return None
    try:
        envelope = kind_of(claimed.kind).compose(claimed.ref, now=now)
        if envelope is None:
            close_unsent(claimed, into=State.WITHDRAWN, code="no-longer-true", now=now)
            return None
        return _written(claimed, envelope, tenant=tenant, now=now)
    except Exception as error:  # noqa: BLE001 -- one message that cannot be written must not hold up the others
        log.error("message cannot be written", message=claimed.id, kind=claimed.kind, error=type(error).__name__)  # noqa: TRY400 -- the text could hold personal data
        wait = backoff.delay(claimed.attempts + 1, seed=claimed.id)
        give_back(claimed, code="cannot-be-written", until=now + wait, failed=True)
        return None


def _is_channel_on(channel: Channel, tenant: Jobcenter) -> bool:
    return tenant.settings.sms_enabled if channel is Channel.SMS else tenant.settings.email_enabled


def _written(claimed: Claimed, envelope: Envelope, *, tenant: Jobcenter, now: datetime) -> _Ready:
    office, ref = tenant.settings, claimed.ref
    if ref.channel is Channel.SMS:
        sms = render_sms(claimed.kind, ref.language, envelope.values)
        outgoing = OutgoingSms(
            reference=claimed.message_id_token,
            to=envelope.address,
            sender=office.sms_sender_discreet if office.discreet else office.sms_sender,
            text=sms.text,
            # A phone that is switched on after the appointment should stay silent.
            validity_minutes=max(1, math.ceil((claimed.not_after - now) / timedelta(minutes=1))),
        )
        return _Ready(outgoing, sms.parts)
    sender = office.email_sender_discreet if office.discreet else office.email_sender
    mail = render_email(claimed.kind, ref.language, envelope.values, sender=sender)
    return _Ready(
        OutgoingEmail(
            message_id_token=claimed.message_id_token,
            to=envelope.address,
            sender_name=sender,
            sender_address=office.email_address,
            reply_to=None,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            calendar=envelope.calendar,
            language=mail.language,
            unsubscribe_url=envelope.unsubscribe_url,
        ),
        0,
    )
