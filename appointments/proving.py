# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Prove an address: a code of six digits goes there, and whoever reads it types it in.

Nothing that somebody typed goes to an address that is not proven, and nobody learns here whether we know it. The code
lies nowhere, neither readable nor as a hash: it is made again from a key when the message leaves and when a guess is
judged (docs/adr/0022-proof-codes-lie-nowhere.md).
"""

import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, unique
from typing import Final

import structlog
from django.db import connection, transaction

from appointments import pumping
from appointments.models import Appointment, Hold, Proof
from appointments.queries import database_now
from appointments.writing import Person
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.accounts.service import address_index, normalised
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.counting import Counter, Quota, QuotaFull, counted, how_many
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from jobcenter_portal.tenancy.sealed import field_keys
from jobcenter_portal.tenancy.unusual import note
from notifications import service as notifications
from notifications.service import Channel, Planned, Priority

log = structlog.get_logger(__name__)
PROOF_CODE: Final = "proof_code"
DIGITS: Final = 6
VALID_FOR: Final = timedelta(minutes=10)
MAX_ATTEMPTS: Final = 3
PAUSE: Final = timedelta(seconds=60)
CODES: Final = "codes"
"""What is unusual when there are unusually many of them."""
_NETWORK: Final = "code-network"
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_PER_ADDRESS: Final = (Quota(1, PAUSE), Quota(3, _HOUR), Quota(5, _DAY))
_PER_NETWORK: Final = (Quota(60, _HOUR),)
"""At the very most; after ten the machines of a network have to work for each (way_in)."""
_PER_ANCHOR: Final = (Quota(8, _HOUR), Quota(10, _DAY))
"""One booking has an address of each kind, and a slip or two. Whoever holds one link must not write to strangers."""
_MAILS: Final = (Quota(600, _HOUR), Quota(5000, _DAY))
_SHARE_OF_SMS: Final = 4
"""Codes get a quarter of the SMS of an hour and a day: whoever burns them burns nobody's reminder."""
_PROVABLE: Final = (ContactChannel.EMAIL, ContactChannel.SMS)


class NotProven(Exception):
    """An address that messages would go to has not been proven."""


@unique
class NoCode(Enum):
    """Why no code was sent."""

    JUST_SENT = "just sent"
    TOO_MANY = "too many"
    BUDGET = "budget"
    """The Jobcenter's for now, or that of neighbouring numbers (pumping): another way has to do."""


class CodeRefused(Exception):
    """No code was sent. Names why, never where to."""

    def __init__(self, why: NoCode) -> None:
        super().__init__(why.value)
        self.why = why


@unique
class Verdict(Enum):
    RIGHT = "right"
    WRONG = "wrong"
    VOID = "void"
    """Run out, guessed too often, or never sent: a new code is needed."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """For what an address is proven: exactly one of the two."""

    hold: Hold | None = None
    appointment: Appointment | None = None

    @property
    def keys(self) -> dict[str, int | None]:
        return {
            "hold_id": self.hold.pk if self.hold else None,
            "appointment_id": self.appointment.pk if self.appointment else None,
        }

    @property
    def name(self) -> str:
        return f"hold:{self.hold.pk}" if self.hold else f"appointment:{self.keys['appointment_id']}"


def to_prove(person: Person) -> dict[ContactChannel, str]:
    """The addresses of a person to which messages would go. A telephone number and a letter box need no proof."""
    return {channel: person.addresses[channel] for channel in _PROVABLE if channel in person.addresses}


def proof_of(anchor: Anchor, channel: ContactChannel, address: str) -> Proof | None:
    found: Proof | None = Proof.objects.filter(**anchor.keys, address_index=address_index(channel, address)).first()
    return found


def unproven(anchor: Anchor, person: Person) -> dict[ContactChannel, str]:
    """What is still to be proven. An address that was proven for the same hold is not asked for again."""
    return {
        channel: address
        for channel, address in to_prove(person).items()
        if (proof := proof_of(anchor, channel, address)) is None or proof.proven_at is None
    }


def with_proofs(jobcenter: Jobcenter, held: Hold, person: Person) -> Person:
    """The person with what they have proven for this hold. Raises NotProven where the Jobcenter wants it."""
    anchor, proven = Anchor(hold=held), {}
    if not jobcenter.settings.prove_addresses:
        return person
    for channel, address in to_prove(person).items():
        proof = proof_of(anchor, channel, address)
        if proof is None or proof.proven_at is None:
            raise NotProven
        proven[channel] = proof.proven_at
    return replace(person, proven=proven)


def need_no_proof(jobcenter: Jobcenter, person: Person) -> None:
    """Raises NotProven: without a hold there is nothing to which a code could belong."""
    known = person.customer is not None
    if jobcenter.settings.prove_addresses and not known and not to_prove(person).keys() <= person.proven.keys():
        raise NotProven


def has_living_code(proof: Proof | None) -> bool:
    """Whether a code is out that can still be typed."""
    return bool(
        proof and proof.proven_at is None and proof.attempts < MAX_ATTEMPTS and proof.expires_at > database_now()
    )


def ask_for_code(
    anchor: Anchor, *, channel: ContactChannel, address: str, language: str, network: bytes, now: datetime
) -> Proof:
    """Send a code to an address; an earlier one is void. `network` is a keyed hash. Raises CodeRefused.

    Everything is counted before anything is sent, in the same transaction: fifty who ask at once get what one gets.
    """
    jobcenter = current_tenant()
    assert isinstance(jobcenter, Jobcenter)  # noqa: S101 -- the context holds the model itself
    counters = _counters(anchor, channel, address, network, jobcenter.settings)
    try:
        with counted(counters, now=now):
            proof = _new_round(anchor, channel, address, now)
            notifications.supersede(subject=proof.subject, below_revision=proof.round, now=now)
            message = _message(proof, language, now)
            notifications.plan(subject=proof.subject, revision=proof.round, messages=[message], now=now)
            audit.record(by=audit.CUSTOMER, action="code_sent", subject=proof.subject, at=now, channel=channel.value)
    except QuotaFull as full:
        raise CodeRefused(_why(full, channel)) from full
    note(CODES, now=now)
    pumping.watch(codes=CODES, now=now)
    return proof


def codes_from(network: bytes, *, now: datetime) -> int:
    """How many were asked for from this network within the last hour."""
    return how_many(_NETWORK, network, since=now - _HOUR)


def check_code(anchor: Anchor, *, channel: ContactChannel, address: str, typed: str, now: datetime) -> Verdict:
    """Judge one guess. At most MAX_ATTEMPTS of a round are judged at all, however many come at the same moment."""
    proof = proof_of(anchor, channel, address)
    if proof is not None and proof.proven_at is not None:
        return Verdict.RIGHT
    counted = _count_guess(proof) if proof else None
    if proof is None or counted is None:
        return Verdict.VOID
    proof.nonce, proof.key, proof.round, proof.attempts = counted
    if not hmac.compare_digest(code_of(proof).encode(), typed.encode()):
        return Verdict.WRONG if proof.attempts < MAX_ATTEMPTS else Verdict.VOID
    with transaction.atomic():
        if Proof.objects.filter(pk=proof.pk, round=proof.round, proven_at__isnull=True).update(proven_at=now):
            pumping.note_typed(channel, now=now)
        audit.record(by=audit.CUSTOMER, action="address_proven", subject=proof.subject, at=now, channel=channel.value)
    return Verdict.RIGHT


def code_of(proof: Proof) -> str:
    """Six digits, always the same for one round. Without the key nobody can make them from what is stored."""
    what = f"{bytes(proof.nonce).hex()}:{proof.hold_id}:{proof.appointment_id}:{bytes(proof.address_index).hex()}"
    digest = field_keys().digest(what, purpose=f"{proof.tenant_id}/proof-code", key=proof.key)
    return f"{int.from_bytes(digest, 'big') % 10**DIGITS:0{DIGITS}d}"


def forget_proofs(*, limit: int = 500) -> int:
    """Hygiene: codes of appointments once they have run out; those of holds go with their hold. How many rows."""
    old = Proof.objects.filter(appointment__isnull=False, expires_at__lt=database_now() - _HOUR)
    return int(Proof.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:limit])).delete()[0])


def _counters(
    anchor: Anchor, channel: ContactChannel, address: str, network: bytes, settings: TenantSettings
) -> list[Counter]:
    everybody = _MAILS
    if channel is ContactChannel.SMS:
        hour, day = settings.sms_hourly_cap // _SHARE_OF_SMS, settings.sms_daily_cap // _SHARE_OF_SMS
        everybody = (Quota(max(hour, 1), _HOUR), Quota(max(day, 1), _DAY))
    return [
        Counter("code-address", address_index(channel, address), _PER_ADDRESS),
        Counter("code-anchor", anchor.name.encode(), _PER_ANCHOR),
        Counter(_NETWORK, network, _PER_NETWORK),
        *pumping.ranges_of(channel, normalised(channel, address)),
        Counter(pumping.asked(channel), b"", everybody),
    ]


def _why(full: QuotaFull, channel: ContactChannel) -> NoCode:
    if full.what == pumping.asked(channel):
        log.warning("no more codes for now", channel=channel.value, within=str(full.within))
        return NoCode.BUDGET
    if full.what == pumping.RANGE:
        log.warning("no more codes to neighbouring numbers", within=str(full.within))
        return NoCode.BUDGET
    return NoCode.JUST_SENT if full.within == PAUSE else NoCode.TOO_MANY


def _new_round(anchor: Anchor, channel: ContactChannel, address: str, now: datetime) -> Proof:
    """The row of this address, locked, with a code that nobody has seen and no guess counted."""
    index = address_index(channel, address)
    found: Proof | None = Proof.objects.select_for_update().filter(**anchor.keys, address_index=index).first()
    proof = found or Proof(tenant_id=current_tenant().pk, **anchor.keys, channel=channel, address_index=index, round=0)
    proof.address = normalised(channel, address)
    proof.nonce, proof.key = secrets.token_bytes(16), field_keys().current
    proof.round, proof.attempts, proof.proven_at = proof.round + 1, 0, None
    proof.sent_at, proof.expires_at = now, database_now() + VALID_FOR
    proof.save()
    return proof


def _message(proof: Proof, language: str, now: datetime) -> Planned:
    """In the first lane and at any hour: somebody sits before the page and waits."""
    return Planned(
        kind=PROOF_CODE,
        occasion="now",
        channel=Channel(proof.channel),
        recipient=bytes(proof.address_index),
        language=language,
        due_at=now,
        not_after=now + VALID_FOR,
        priority=Priority.CHANGE,
        respects_quiet=False,
    )


def _count_guess(proof: Proof) -> tuple[bytes, str, int, int] | None:
    """Spend one guess; None when none is left. One statement, so that guesses at the same moment are counted too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE appointments_proof SET attempts = attempts + 1 WHERE id = %s AND attempts < %s"
            " AND proven_at IS NULL AND expires_at > clock_timestamp() RETURNING nonce, key, round, attempts",
            [proof.pk, MAX_ATTEMPTS],
        )
        row: tuple[bytes, str, int, int] | None = cursor.fetchone()
        return row
