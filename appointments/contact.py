# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a name, an e-mail address and a mobile number must be like, whether a form or an interface brings them."""

from enum import Enum, unique
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from appointments.core.modes import Mode
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.kernel.phone import NotAGermanMobile, NotAGermanNumber, parse_mobile, parse_phone
from jobcenter_portal.kernel.postal import NotAPostalAddress, parse_address
from jobcenter_portal.tenancy.models import TenantSettings

NAME_LENGTH: Final = 80
EMAIL_LENGTH: Final = 254


@unique
class Fault(Enum):
    MISSING = "missing"
    TOO_LONG = "too_long"
    WRONG = "wrong"


class Unfit(ValueError):
    """What was typed cannot be used. Names the fault, never the text."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def name_of(typed: str) -> str:
    """One line without control characters: it stands in messages and on lists."""
    visible = "".join(sign for sign in typed if sign.isprintable() or sign.isspace())
    name = " ".join(visible.split())
    if not name:
        raise Unfit(Fault.MISSING)
    if len(name) > NAME_LENGTH:
        raise Unfit(Fault.TOO_LONG)
    return name


def email_of(typed: str) -> str:
    # The length first: checking the form of an endless address takes time.
    if len(typed) > EMAIL_LENGTH:
        raise Unfit(Fault.TOO_LONG)
    try:
        validate_email(typed)
    except ValidationError:
        raise Unfit(Fault.WRONG if typed else Fault.MISSING) from None
    return typed


def mobile_of(typed: str) -> str:
    """In the form +4915…; only German mobiles get SMS."""
    try:
        return parse_mobile(typed)
    except NotAGermanMobile:
        raise Unfit(Fault.WRONG if typed else Fault.MISSING) from None


def phone_of(typed: str) -> str:
    """A German number to call, landlines too, as E.164."""
    if not typed.strip():
        raise Unfit(Fault.MISSING)
    try:
        return parse_phone(typed)
    except NotAGermanNumber:
        raise Unfit(Fault.WRONG) from None


def postal_of(typed: str) -> str:
    """A German postal address as it stands in the window of an envelope, a line each."""
    try:
        return "\n".join(parse_address(typed))
    except NotAPostalAddress:
        raise Unfit(Fault.WRONG if typed.strip() else Fault.MISSING) from None


def masked_email(address: str) -> str:
    """The first letter and the domain: whose it is knows it, and nobody else can write to it."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"


def needed_for(mode: Mode, settings: TenantSettings) -> ContactChannel | None:
    """What a way of meeting cannot do without: a number to be called on, or an address for the way into a video talk.

    Where the Jobcenter sends no e-mails, somebody calls to settle how the talk comes about.
    """
    if mode is Mode.VIDEO and settings.email_enabled:
        return ContactChannel.EMAIL
    return None if mode is Mode.IN_PERSON else ContactChannel.PHONE
