# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""German numbers: mobile ones, the only ones an SMS may go to, and any that an office can call.

Numbers of other countries and expensive services are what SMS fraud lives on, so everything but +49 of type MOBILE is
refused here, before a number is stored or a gateway is asked. The numbers that the Bundesnetzagentur sets aside for
film and drama (such as 0152 28817386 or 0171 39200xx) are ordinary mobile numbers to this check; demo data use them.
"""

import re

import phonenumbers

_GERMANY = 49
_LONGEST_TYPED = 40
# Digits of any script, because people type with the keyboard they have. No letters: "0171 HALLO" is a slip here.
_TYPED = re.compile(r"[\d\s()+/.\-‐‑–]+")
# Direction marks come along when a number is pasted from right-to-left text.
_CALLABLE = frozenset(
    {
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
        phonenumbers.PhoneNumberType.VOIP,
    }
)
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class NotAGermanMobile(ValueError):
    """The text is not a number of a German mobile network. Carries no digits, so it may be logged."""

    def __init__(self) -> None:
        super().__init__("not a German mobile number")


class NotAGermanNumber(ValueError):
    """The text is not a German number that is called at an ordinary price. Carries no digits, so it may be logged."""

    def __init__(self) -> None:
        super().__init__("not a German telephone number")


def parse_mobile(raw: str) -> str:
    """Return the number in E.164 (`+4915228817386`) or raise NotAGermanMobile."""
    number = _parsed(raw)
    if number is None or phonenumbers.number_type(number) != phonenumbers.PhoneNumberType.MOBILE:
        raise NotAGermanMobile
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def parse_phone(raw: str) -> str:
    """Return a number that can be called, mobile or not, in E.164 or raise NotAGermanNumber."""
    number = _parsed(raw)
    if number is None or phonenumbers.number_type(number) not in _CALLABLE:
        raise NotAGermanNumber
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def readable(number: str) -> str:
    """As people read and dial it: `0661 6006 123` style. Takes E.164."""
    return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.NATIONAL)


def _parsed(raw: str) -> phonenumbers.PhoneNumber | None:
    """A valid German number, or None for anything else that was typed."""
    typed = _DIRECTION_MARKS.sub("", raw).strip()
    if len(typed) > _LONGEST_TYPED or not _TYPED.fullmatch(typed):
        return None
    try:
        number = phonenumbers.parse(typed, "DE")
    except phonenumbers.NumberParseException:
        return None  # without its cause, whose message repeats what was typed
    if number.country_code != _GERMANY or not phonenumbers.is_valid_number_for_region(number, "DE"):
        return None
    return number


def mask(number: str) -> str:
    """Show whose phone is meant without showing the number: `+49 … 386`. Takes E.164."""
    return f"{number[:3]} … {number[-3:]}"
