# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The keys to one appointment: a long token for e-mail, a short code for SMS and paper.

Both are made again from a key whenever a message leaves, so none is stored; only their hashes are, for looking up.
Raising `link_version` revokes both. The token holds 256 bits, the code 84: enough for a door that counts wrong ones.
The link in an SMS spells the same code with two letters less, so that an SMS in Cyrillic or Arabic letters, which has
70, can say two times beside it.
"""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.conf import settings

from appointments.models import Appointment, LinkCode
from jobcenter_portal.kernel.crypto import KeyRing, fingerprint
from jobcenter_portal.tenancy.models import Jobcenter

CODE_LENGTH: Final = 17
SMS_CODE_LENGTH: Final = 15
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O 1 I L: people read the code aloud and type it from paper
_SMS_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"  # nobody types it
_READ_AS: Final = str.maketrans({"0": "Q", "O": "Q", "1": "J", "I": "J", "L": "J"})
_SPLIT: Final = 4


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """What opens an appointment. No repr: neither belongs into a log."""

    token: str
    code: str


@cache
def _ring(text: str) -> KeyRing:
    return KeyRing.from_text(text)


def keys_of(appointment: Appointment) -> Keys:
    """Make the appointment's token and code; always the same for one link version and key.

    The appointment names its key, so that links sent before a change of keys go on opening it.
    """
    ring = _ring(settings.LINK_KEYS)
    key = appointment.link_key
    what = f"{appointment.tenant_id}:{appointment.public_id}:{appointment.link_version}"
    token = base64.urlsafe_b64encode(ring.digest(what, purpose="appointment-token", key=key)).rstrip(b"=").decode()
    return Keys(token=token, code=code_from(ring.digest(what, purpose="appointment-code", key=key)))


def signature(appointment: Appointment, *, purpose: str) -> bytes:
    """What only we can make of an appointment, for links that do one thing; void once its links are revoked."""
    what = f"{appointment.tenant_id}:{appointment.public_id}:{appointment.link_version}"
    return _ring(settings.LINK_KEYS).digest(what, purpose=purpose, key=appointment.link_key)


def code_from(digest: bytes) -> str:
    """A short code, always the same for one digest."""
    return _spelled(int.from_bytes(hashlib.sha256(digest).digest(), "big"), _ALPHABET, CODE_LENGTH)


def short_url(code: str) -> str:
    """The address of an SMS, from the configured one, never from a request's Host."""
    return f"{settings.SHORT_URL}/a/{_spelled(_number(code, _ALPHABET), _SMS_ALPHABET, SMS_CODE_LENGTH)}"


def address_to_type(code: str) -> str:
    """The address on paper, with the code in the letters that people can tell apart."""
    return f"{settings.SHORT_URL}/a/{code}"


def code_of_address(text: str) -> str:
    """The code that an address `/a/<text>` means: as `short_url` spells it, or as a person typed it off paper."""
    if len(text) != SMS_CODE_LENGTH or not text.isascii() or not text.isalnum():
        return typed_code(text)
    return _spelled(_number(text, _SMS_ALPHABET), _ALPHABET, CODE_LENGTH)


def _number(code: str, alphabet: str) -> int:
    number = 0
    for letter in reversed(code):
        number = number * len(alphabet) + alphabet.index(letter)
    return number


def _spelled(number: int, alphabet: str, length: int) -> str:
    """The lowest digits of the number, the very lowest first."""
    letters = []
    for _ in range(length):
        number, index = divmod(number, len(alphabet))
        letters.append(alphabet[index])
    return "".join(letters)


def save_with_keys(appointment: Appointment) -> None:
    """Write a new appointment with the hashes of its keys, in the caller's transaction."""
    appointment.link_key = _ring(settings.LINK_KEYS).current
    keys = keys_of(appointment)
    appointment.token_hash = fingerprint(keys.token)
    appointment.code_hash = fingerprint(keys.code)
    appointment.save()
    LinkCode.objects.create(code_hash=appointment.code_hash, tenant_id=appointment.tenant_id)


def make_known(code: str, tenant_id: int) -> None:
    """Let `/a/<code>` find the Jobcenter of a code that opens something else than an appointment; twice is once."""
    found = LinkCode(code_hash=fingerprint(code), tenant_id=tenant_id)
    LinkCode.objects.bulk_create([found], ignore_conflicts=True)


def typed_code(text: str) -> str:
    """A code as a person typed it: any case, blanks, hyphens and the letters that look like others are fine."""
    return "".join(text.split()).replace("-", "").upper().translate(_READ_AS)


def readable_code(code: str) -> str:
    """The code in groups of four, as it is printed."""
    return "-".join(code[start : start + _SPLIT] for start in range(0, len(code), _SPLIT))


def jobcenter_of_code(code: str) -> Jobcenter | None:
    """Which Jobcenter a short code belongs to; None for every code that opens nothing."""
    found = LinkCode.objects.filter(code_hash=fingerprint(code)).select_related("tenant").first()
    return found.tenant if found else None


def appointment_of_key(key: str) -> Appointment | None:
    """The current Jobcenter's appointment that a token or a code opens, or None."""
    appointments = Appointment.objects.select_related("service", "location", "customer", "calendar")
    digest = fingerprint(key)
    found: Appointment | None = appointments.filter(token_hash=digest).first()
    return found or appointments.filter(code_hash=fingerprint(typed_code(key))).first()
