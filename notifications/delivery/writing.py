# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Turning claimed messages into finished ones: ask their kinds what is true, and put it into words."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import structlog

from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from jobcenter_portal.tenancy.quiet import quiet_hours
from notifications import backoff
from notifications.channels.base import (
    Channel,
    LetterText,
    Outgoing,
    OutgoingEmail,
    OutgoingLetter,
    OutgoingPush,
    OutgoingSms,
)
from notifications.delivery.length import check_values, check_whole
from notifications.kinds import Envelope, MessageRef, kind_of
from notifications.outbox.claiming import Claimed
from notifications.outbox.finishing import close_unsent, give_back
from notifications.receipts.verp import bounce_address
from notifications.states import State
from notifications.texts import overrides
from notifications.texts.defaults import Key, Text
from notifications.texts.rendering import render_email, render_letter, render_sms

log = structlog.get_logger(__name__)
_URGENT = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Written:
    """One message ready to leave. `segments` is what an SMS costs; `text_version` 0 is the portal's own text."""

    claimed: Claimed
    outgoing: Outgoing
    segments: int = 0
    text_version: int = 0


def write_all(batch: Sequence[Claimed], *, tenant: Jobcenter, now: datetime) -> list[Written]:
    """What of a batch shall leave now, in its order. The rest has been dealt with: closed, or waiting with a reason."""
    open_ones = [claimed for claimed in batch if _may_speak(claimed, tenant.settings, now)]
    written: dict[int, Written] = {}
    for kind, group in groupby(sorted(open_ones, key=lambda claimed: claimed.kind), key=lambda claimed: claimed.kind):
        written |= {one.claimed.id: one for one in _of_kind(kind, list(group), tenant, now)}
    return [written[claimed.id] for claimed in batch if claimed.id in written]


def write(
    kind: str, ref: MessageRef, envelope: Envelope, *, token: str, not_after: datetime, tenant: Jobcenter, now: datetime
) -> tuple[Outgoing, int, int]:
    """Put one message into words: it, its segments, and the version of its text. Raises TooLong or what texts do."""
    check_values(envelope)
    outgoing, segments, version = _worded(kind, ref, envelope, token, not_after, tenant, now)
    check_whole(outgoing, parts=segments)
    return outgoing, segments, version


def _worded(
    kind: str, ref: MessageRef, envelope: Envelope, token: str, not_after: datetime, tenant: Jobcenter, now: datetime
) -> tuple[Outgoing, int, int]:
    office = tenant.settings
    match ref.channel:
        case Channel.SMS:
            sms = render_sms(kind, ref.language, envelope.values, own=_words_for(envelope))
            return _sms(sms.text, envelope, office, token, not_after - now), sms.parts, sms.version
        case Channel.EMAIL:
            sender = _sender(office)
            mail = render_email(kind, ref.language, envelope.values, sender=sender, own=_words_for(envelope))
            outgoing = OutgoingEmail(
                message_id_token=token,
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
                bounce_address=bounce_address(token),
            )
            return outgoing, 0, mail.version
        case Channel.PUSH:
            push = OutgoingPush(
                reference=token,
                endpoint=envelope.address,
                topic=token,
                ttl_seconds=max(0, int((not_after - now).total_seconds())),
                is_urgent=not_after - now < _URGENT,
            )
            return push, 0, 0
        case Channel.LETTER:
            letter, version = _letter(kind, ref, envelope, token, tenant, now)
            return letter, 0, version


def _words_for(envelope: Envelope) -> Mapping[Key, Text]:
    """The Jobcenter's own words; those of a test stand in its envelope."""
    return overrides.active() if envelope.own_words is None else envelope.own_words


def _sms(text: str, envelope: Envelope, office: TenantSettings, token: str, useful_for: timedelta) -> OutgoingSms:
    return OutgoingSms(
        reference=token,
        to=envelope.address,
        sender=office.sms_sender_discreet if office.discreet else office.sms_sender,
        text=text,
        # A phone that is switched on after the appointment should stay silent.
        validity_minutes=max(1, math.ceil(useful_for / timedelta(minutes=1))),
    )


def _letter(
    kind: str, ref: MessageRef, envelope: Envelope, token: str, tenant: Jobcenter, now: datetime
) -> tuple[OutgoingLetter, int]:
    """It, and the version of the text in the person's language."""
    own = _words_for(envelope)
    texts = [render_letter(kind, ref.language, envelope.values, own=own)]
    if envelope.german is not None:
        texts.append(render_letter(kind, "de", envelope.german, own=own))
    letter = OutgoingLetter(
        reference=token,
        address=tuple(envelope.address.splitlines()),
        return_line="",  # only what the office sets in its letter account may stand in the window
        sender_name=_sender(tenant.settings),
        texts=tuple(LetterText(one.language, one.heading, one.text) for one in texts),
        link=str(envelope.values.get("link", "")),
        day=now.astimezone(tenant.settings.zone).date(),
    )
    return letter, texts[0].version


def _sender(office: TenantSettings) -> str:
    name: str = office.email_sender_discreet if office.discreet else office.email_sender
    return name


def _may_speak(claimed: Claimed, office: TenantSettings, now: datetime) -> bool:
    """Whether the channel is on, and not in its quiet hours, into which an outage may have pushed a message."""
    channel = claimed.ref.channel
    if not _is_on(channel, office):
        close_unsent(claimed, into=State.SUPPRESSED, code="channel-off", now=now)
        return False
    quiet = quiet_hours(office, channel) if claimed.respects_quiet else None
    if quiet is not None and quiet.are_at(now, office.zone):
        give_back(claimed, code="quiet", until=quiet.first_allowed_after(now, office.zone))
        return False
    return True


def _is_on(channel: Channel, office: TenantSettings) -> bool:
    match channel:
        case Channel.EMAIL:
            on: bool = office.email_enabled
        case Channel.SMS:
            on = office.sms_enabled
        case Channel.PUSH:
            on = office.push_enabled
        case Channel.LETTER:
            on = office.letters_enabled
    return on


def _of_kind(kind: str, group: list[Claimed], tenant: Jobcenter, now: datetime) -> Iterator[Written]:
    for claimed, envelope in zip(group, _composed(kind, group, now), strict=True):
        if isinstance(envelope, Exception):
            _cannot_be_written(claimed, envelope, now)
        elif envelope is None:
            close_unsent(claimed, into=State.WITHDRAWN, code="no-longer-true", now=now)
        else:
            try:
                outgoing, segments, version = write(
                    kind,
                    claimed.ref,
                    envelope,
                    token=claimed.message_id_token,
                    not_after=claimed.not_after,
                    tenant=tenant,
                    now=now,
                )
            except Exception as error:  # noqa: BLE001 -- one message without words must not hold up the others
                _cannot_be_written(claimed, error, now)
            else:
                yield Written(claimed, outgoing, segments, version)


def _composed(kind: str, group: list[Claimed], now: datetime) -> list[Envelope | Exception | None]:
    """All at once; one by one where that fails, so that the one at fault is alone with it."""
    try:
        return [*kind_of(kind).compose_all([claimed.ref for claimed in group], now=now)]
    except Exception:  # noqa: BLE001 -- found below, message by message
        return [_composed_alone(kind, claimed, now) for claimed in group]


def _composed_alone(kind: str, claimed: Claimed, now: datetime) -> Envelope | Exception | None:
    try:
        return kind_of(kind).compose(claimed.ref, now=now)
    except Exception as error:  # noqa: BLE001 -- it parks itself; the others go on
        return error


def _cannot_be_written(claimed: Claimed, error: Exception, now: datetime) -> None:
    # Without its text, which could hold personal data.
    log.error("message cannot be written", message=claimed.id, kind=claimed.kind, error=type(error).__name__)
    wait = backoff.delay(claimed.attempts + 1, seed=claimed.id)
    give_back(claimed, code="cannot-be-written", until=now + wait, failed=True)
