# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Codes of an authenticator app (RFC 6238), and recovery codes for the day on which the telephone is gone.

Each code opens once and tries are counted before they are judged, in PostgreSQL: fifty guesses at the same moment are
five tries, not fifty.
"""

import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import segno
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import transaction

from jobcenter_portal.audit import service as audit
from jobcenter_portal.signin.models import RecoveryCode, SecondFactor
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.counting import Counter, Quota, QuotaFull, count
from jobcenter_portal.tenancy.sealed import blind_index

PERIOD_S: Final = 30
_DIGITS: Final = 6
_SECRET_BYTES: Final = 20
_RECOVERY_CODES: Final = 10
_ALPHABET: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_RECOVERY_LENGTH: Final = 10
_QUOTAS: Final = (Quota(5, timedelta(minutes=5)), Quota(30, timedelta(days=1)))


class WrongCode(Exception):
    """Not the code of this moment, or one that was used already: which of them is nobody's business."""


class TooManyTries(Exception):
    """The tries are used up for some minutes, also for the right code."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the page for setting up shows: the key as text, for those who type it, and as a picture."""

    key: str
    picture: str


def is_set_up(membership_id: int) -> bool:
    return bool(SecondFactor.objects.filter(membership_id=membership_id, confirmed_at__isnull=False).exists())


def begin(membership_id: int) -> None:
    """Lay a secret ready that counts only once a code proved that the app has it. A confirmed one stays."""
    fresh = SecondFactor(tenant_id=current_tenant().pk, membership_id=membership_id)
    fresh.secret = secrets.token_bytes(_SECRET_BYTES).hex()
    SecondFactor.objects.bulk_create([fresh], ignore_conflicts=True)


def enrolment_of(membership_id: int, *, account: str, issuer: str) -> Enrolment | None:
    """None where nothing waits to be confirmed."""
    factor = SecondFactor.objects.filter(membership_id=membership_id, confirmed_at__isnull=True).first()
    if factor is None:
        return None
    key = b32encode(bytes.fromhex(factor.secret)).decode()
    address = _totp(factor).get_provisioning_uri(account, issuer)
    picture = str(segno.make_qr(address, error="m").svg_data_uri(scale=5, border=4, light="#fff", dark="#000"))
    return Enrolment(" ".join(key[at : at + 4] for at in range(0, len(key), 4)), picture)


def confirm(membership_id: int, code: str, *, now: datetime) -> None:
    """The app has the secret: from now on it counts. Raises WrongCode, TooManyTries."""
    _count(membership_id, now)
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(membership_id=membership_id).first()
        if factor is None or factor.confirmed_at is not None or not _take(factor, code, now):
            raise WrongCode
        factor.confirmed_at = now
        codes = [_recovery_code() for _ in range(_RECOVERY_CODES)]
        factor.codes = "\n".join(codes)
        factor.save()
        RecoveryCode.objects.filter(membership_id=membership_id).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(tenant_id=factor.tenant_id, membership_id=membership_id, digest=_digest(one)) for one in codes
        )
        _record(membership_id, "second_factor_set_up", now)


def prove(membership_id: int, code: str, *, now: datetime) -> None:
    """A code of the app or a recovery code; either opens once. Raises WrongCode, TooManyTries."""
    _count(membership_id, now)
    typed = "".join(code.split()).replace("-", "").upper()
    with transaction.atomic():
        factor = (
            SecondFactor.objects.select_for_update()
            .filter(membership_id=membership_id, confirmed_at__isnull=False)
            .first()
        )
        if factor is None:
            raise WrongCode
        if len(typed) == _RECOVERY_LENGTH:
            if not RecoveryCode.objects.filter(membership_id=membership_id, digest=_digest(typed)).delete()[0]:
                raise WrongCode
            _record(membership_id, "recovery_code_used", now)
        elif _take(factor, typed, now):
            factor.save(update_fields=["last_step"])
        else:
            raise WrongCode


def codes_to_write_down(membership_id: int) -> tuple[str, ...]:
    """Recovery codes that nobody has said to have written down."""
    factor = SecondFactor.objects.filter(membership_id=membership_id).first()
    return tuple(factor.codes.split()) if factor is not None else ()


def codes_written_down(membership_id: int) -> None:
    SecondFactor.objects.filter(membership_id=membership_id).update(codes_sealed=None)


def recovery_codes_left(membership_id: int) -> int:
    return int(RecoveryCode.objects.filter(membership_id=membership_id).count())


def reset(membership_id: int, *, now: datetime) -> None:
    """Forget app and codes: the next sign-in sets up new ones. For operators, when both are lost."""
    with transaction.atomic():
        SecondFactor.objects.filter(membership_id=membership_id).delete()
        RecoveryCode.objects.filter(membership_id=membership_id).delete()
        audit.record(by=audit.SYSTEM, action="second_factor_reset", subject=f"membership:{membership_id}", at=now)


def _take(factor: SecondFactor, code: str, now: datetime) -> bool:
    """Judge a code of this very half minute and use it up; the row is locked."""
    step = int(now.timestamp()) // PERIOD_S
    expected = _totp(factor).generate(int(now.timestamp()))
    if step <= factor.last_step or not bytes_eq(expected, "".join(code.split()).encode()):
        return False
    factor.last_step = step
    return True


def _totp(factor: SecondFactor) -> TOTP:
    # SHA-1 is what authenticator apps know; as HMAC it is not the broken use of it.
    return TOTP(bytes.fromhex(factor.secret), _DIGITS, SHA1(), PERIOD_S)  # noqa: S303


def _count(membership_id: int, now: datetime) -> None:
    """In a transaction of its own, so that a wrong code does not take its count back. Raises TooManyTries."""
    who = blind_index(str(membership_id), tenant_id=current_tenant().pk, purpose="second-factor")
    try:
        with transaction.atomic():
            count([Counter("second_factor", who, _QUOTAS)], now=now)
    except QuotaFull:
        raise TooManyTries from None


def _recovery_code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_RECOVERY_LENGTH))


def _digest(code: str) -> bytes:
    return blind_index(code, tenant_id=current_tenant().pk, purpose="recovery-code")


def _record(membership_id: int, action: str, now: datetime) -> None:
    audit.record(by=audit.staff(membership_id), action=action, subject=f"membership:{membership_id}", at=now)
