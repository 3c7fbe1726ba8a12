# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What requests bring: parameters of the address and bodies, read into what the use cases take."""

from typing import Any, Final

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from appointments.contact import (
    EMAIL_LENGTH,
    NAME_LENGTH,
    Fault,
    Unfit,
    email_of,
    mobile_of,
    name_of,
    needed_for,
    phone_of,
)
from appointments.core.modes import Mode
from appointments.proving import DIGITS
from appointments.queries import hold_by_token
from appointments.rest.wishes import MOST_CONCERNS, SLUG_LENGTH, WishFields, fault, service_of
from appointments.seats import session_by_public_id
from appointments.service import Person
from appointments.taking import Request
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.rest.fields import DayField, InstantField, OneOf, StrictSerializer, TextField
from jobcenter_portal.tenancy.models import LANGUAGES, Jobcenter
from jobcenter_portal.web.coverage import shown_languages

DAYS: Final = 14
MOST_DAYS: Final = 62
_TOKEN_LENGTH: Final = 64
_NUMBER_LENGTH: Final = 60
_LIST_LENGTH: Final = (SLUG_LENGTH + 1) * MOST_CONCERNS
_WORDS: Final = {
    Fault.MISSING: "This may not be empty.",
    Fault.TOO_LONG: "This is too long.",
    Fault.WRONG: "This is not what it should be.",
}
ADDRESS_FIELDS: Final = {ContactChannel.EMAIL: "email", ContactChannel.SMS: "mobile"}
_TIME: Final = ("service", "location", "starts_at")


class Nothing(StrictSerializer):
    """An empty body, or `{}`."""


class LettersBody(StrictSerializer):
    """The letters that stand on letters from one's own caseworker."""

    code = TextField(max_length=40)


class SlotsQuery(WishFields):
    location = TextField(required=False, max_length=SLUG_LENGTH, help_text="Slug of one location; all without it.")
    days = serializers.IntegerField(required=False, default=DAYS, min_value=1, max_value=MOST_DAYS)
    more_services = TextField(required=False, default="", max_length=_LIST_LENGTH, help_text="Slugs, with commas.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # "from" is a word of Python and cannot be written as the others are.
        first = DayField(required=False, help_text="First local day; today without it. Earlier days count as today.")
        return {**super().get_fields(), "from": first}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        slugs = [slug for slug in attrs["more_services"].split(",") if slug]
        choice = self.choice(attrs, self.context["service"], slugs)
        places = (choice.place(attrs["location"]),) if "location" in attrs else choice.places
        return {**attrs, "choice": choice, "places": places}


class TimeBody(WishFields):
    """Which time is wanted: `service`, `location` and `starts_at`, or the `session` of a group."""

    service = TextField(required=False, max_length=SLUG_LENGTH, help_text="Slug of a service.")
    location = TextField(required=False, max_length=SLUG_LENGTH, help_text="Slug of a location that offers it.")
    starts_at = InstantField(required=False)
    session = TextField(required=False, max_length=_TOKEN_LENGTH, help_text="A date of a group, with a seat.")
    more_services = serializers.ListField(
        child=TextField(max_length=SLUG_LENGTH), required=False, max_length=MOST_CONCERNS,
        help_text="Slugs of further concerns of the same appointment.",
    )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """With `session`, or with the `request` that the other fields make."""
        if "session" in attrs:
            _only(attrs, "session")
            session = session_by_public_id(attrs["session"])
            if session is None:
                raise fault("session", "unknown", "There is no such date.")
            return {"session": session}
        missing = [name for name in _TIME if name not in attrs]
        if missing:
            raise ValidationError({name: [ErrorDetail("This is needed.", code="required")] for name in missing})
        service = service_of(attrs["service"])
        if service.is_group:
            raise fault("service", "needs_session", "A group has dates: name one as session.")
        choice = self.choice(attrs, service, attrs.get("more_services", ()))
        place = choice.place(attrs["location"])
        jobcenter, now = self.context["jobcenter"], self.context["now"]
        return {"request": Request(jobcenter, service, place, attrs["starts_at"], now, wishes=choice.wishes)}


class _Addresses(StrictSerializer):
    """Where messages go, checked as on the pages."""

    email = TextField(required=False, max_length=EMAIL_LENGTH)
    mobile = TextField(required=False, max_length=_NUMBER_LENGTH, help_text="A German mobile number.")

    def validate_language(self, code: str) -> str:
        if code not in {language.code for language in shown_languages(self._jobcenter)}:
            raise _fault("not_offered", "This Jobcenter does not offer the language.")
        return code

    def validate_email(self, typed: str) -> str:
        if not self._jobcenter.settings.email_enabled:
            raise _fault("not_offered", "This Jobcenter sends no e-mails.")
        return _fit(email_of, typed)

    def validate_mobile(self, typed: str) -> str:
        if not self._jobcenter.settings.sms_enabled:
            raise _fault("not_offered", "This Jobcenter sends no SMS.")
        return _fit(mobile_of, typed)

    @property
    def _jobcenter(self) -> Jobcenter:
        jobcenter: Jobcenter = self.context["jobcenter"]
        return jobcenter


class PersonBody(_Addresses):
    """Who comes. A name is enough to meet in person; messages go only to `email` and `mobile`."""

    name = TextField(max_length=4 * NAME_LENGTH, help_text=f"At most {NAME_LENGTH} characters in one line.")
    language = OneOf(LANGUAGES, help_text="Of messages; one that the Jobcenter shows.")
    phone = TextField(required=False, max_length=_NUMBER_LENGTH, help_text="A German number on which to be called.")

    def validate_name(self, typed: str) -> str:
        return _fit(name_of, typed)

    def validate_phone(self, typed: str) -> str:
        return _fit(phone_of, typed)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        addresses = {
            ContactChannel.EMAIL: attrs.get("email", ""),
            ContactChannel.SMS: attrs.get("mobile", ""),
            ContactChannel.PHONE: attrs.get("phone", ""),
        }
        given = {channel: address for channel, address in addresses.items() if address}
        return {"person": Person(name=attrs["name"], language=attrs["language"], addresses=given)}


class _OneAddress(_Addresses):
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """With `channel` and `address` instead of the field that says both."""
        given = [name for name in ADDRESS_FIELDS.values() if attrs.get(name)]
        if len(given) != 1:
            raise fault("email", "one_of", "Either email or mobile, and not both.")
        channel = next(channel for channel, name in ADDRESS_FIELDS.items() if name == given[0])
        return {**attrs, "channel": channel, "address": attrs[given[0]]}


class CodeBody(_OneAddress):
    """Where a code shall go: `email` or `mobile`."""

    language = OneOf(LANGUAGES, help_text="Of the message; one that the Jobcenter shows.")


class ProofBody(_OneAddress):
    """The code that came to `email` or `mobile`."""

    code = TextField(max_length=DIGITS, help_text=f"{DIGITS} digits.")

    def validate_code(self, typed: str) -> str:
        """A slip of the finger is no guess."""
        if len(typed) != DIGITS or not (typed.isascii() and typed.isdecimal()):
            raise _fault("wrong", f"The code has {DIGITS} digits.")
        return typed


class BookingBody(TimeBody):
    """What is held (`hold_token`), or a free time or seat, to be taken at once."""

    hold_token = TextField(required=False, max_length=_TOKEN_LENGTH, help_text="From a hold; then no time is given.")
    person = PersonBody()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        person: Person = attrs.pop("person")["person"]
        if "hold_token" in attrs:
            _only(attrs, "hold_token")
            held = hold_by_token(attrs["hold_token"])
            _need_contact(person, Mode(held.mode) if held else Mode.IN_PERSON, self.context["jobcenter"])
            return {**attrs, "person": person}
        wanted = super().validate(attrs)
        if "request" in wanted:
            _need_contact(person, wanted["request"].wishes.mode, self.context["jobcenter"])
        return {**wanted, "person": person}


class MoveBody(StrictSerializer):
    """The new time, or the new date of a group. Service and place stay as they are."""

    starts_at = InstantField(required=False)
    session = TextField(required=False, max_length=_TOKEN_LENGTH, help_text="For an appointment in a group.")


def _only(attrs: dict[str, Any], name: str) -> None:
    """Raises ValidationError for what is said beside a field that says it all."""
    others = sorted(set(attrs) - {name})
    if others:
        words = f"Not beside {name}, which says this."
        raise ValidationError({other: [ErrorDetail(words, code="said_twice")] for other in others})


def _need_contact(person: Person, mode: Mode, jobcenter: Jobcenter) -> None:
    """Who is called needs a number, and who meets by video needs a way in. Raises ValidationError."""
    channel = needed_for(mode, jobcenter.settings)
    if channel is not None and channel not in person.addresses:
        field = "email" if channel is ContactChannel.EMAIL else "phone"
        raise ValidationError({"person": fault(field, "required", "Needed for this way of meeting.").detail})


def _fit(rule: Any, typed: str) -> str:
    try:
        return str(rule(typed))
    except Unfit as unfit:
        raise _fault(unfit.fault.value, _WORDS[unfit.fault]) from None


def _fault(code: str, words: str) -> ValidationError:
    return ValidationError([ErrorDetail(words, code=code)])
