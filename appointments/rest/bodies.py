# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What requests bring: addresses' parameters and bodies, read into what the use cases take."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from appointments import queries
from appointments.availability import Wishes
from appointments.contact import EMAIL_LENGTH, NAME_LENGTH, Fault, Unfit, email_of, mobile_of, name_of
from appointments.core.modes import Mode
from appointments.models import Location, Service
from appointments.service import Person
from appointments.taking import Request
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.rest.fields import DayField, InstantField, OneOf, StrictSerializer, TextField
from jobcenter_portal.tenancy.models import LANGUAGES, Jobcenter
from jobcenter_portal.web.coverage import shown_languages

DAYS: Final = 14
MOST_DAYS: Final = 31
_SLUG_LENGTH: Final = 80
_TOKEN_LENGTH: Final = 64
_MOBILE_LENGTH: Final = 60
_LANGUAGE_LENGTH: Final = 12
_MOST_CONCERNS: Final = 8
_LIST_LENGTH: Final = (_SLUG_LENGTH + 1) * _MOST_CONCERNS
_WORDS: Final = {
    Fault.MISSING: "This may not be empty.",
    Fault.TOO_LONG: "This is too long.",
    Fault.WRONG: "This is not what it should be.",
}


def name_of_mode(mode: Mode) -> str:
    """`phone` and so on, as bodies and answers write it."""
    return str(mode.name).lower()


def _mode() -> OneOf:
    names = [name_of_mode(mode) for mode in Mode]
    return OneOf(names, required=False, help_text="In person, where the service is offered so.")


def _mediator_language() -> TextField:
    words = "Somebody shall interpret into this language: its code, or its name in German."
    return TextField(required=False, max_length=_LANGUAGE_LENGTH, help_text=words)


class Nothing(StrictSerializer):
    """An empty body, or `{}`."""


class SlotsQuery(StrictSerializer):
    location = TextField(required=False, max_length=_SLUG_LENGTH, help_text="Slug of one location; all without it.")
    days = serializers.IntegerField(required=False, default=DAYS, min_value=1, max_value=MOST_DAYS)
    mode = _mode()
    more_services = TextField(required=False, default="", max_length=_LIST_LENGTH, help_text="Slugs, with commas.")
    mediator_language = _mediator_language()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # "from" is a word of Python and cannot be written as the others are.
        first = DayField(required=False, help_text="First local day; today without it. Earlier days count as today.")
        return {**super().get_fields(), "from": first}

    def validate_location(self, slug: str) -> Location:
        return place_of(self.context["service"], slug)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        slugs = [slug for slug in attrs.pop("more_services").split(",") if slug]
        return {**attrs, "wishes": wishes_in({**attrs, "more_services": slugs}, self.context["service"], self)}


class PlaceAndTime(StrictSerializer):
    """Which time is wanted."""

    service = TextField(max_length=_SLUG_LENGTH, help_text="Slug of a service.")
    location = TextField(max_length=_SLUG_LENGTH, help_text="Slug of a location that offers the service.")
    starts_at = InstantField()
    mode = _mode()
    more_services = serializers.ListField(
        child=TextField(max_length=_SLUG_LENGTH), required=False, default=list, max_length=_MOST_CONCERNS,
        help_text="Slugs of further concerns of the same appointment.",
    )  # fmt: skip
    mediator_language = _mediator_language()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return wanted(attrs, self)


class PersonBody(StrictSerializer):
    """Who comes. A name is enough; messages go only to the addresses that are given here."""

    name = TextField(max_length=4 * NAME_LENGTH, help_text=f"At most {NAME_LENGTH} characters in one line.")
    language = OneOf(LANGUAGES, help_text="Of messages; one that the Jobcenter shows.")
    email = TextField(required=False, max_length=EMAIL_LENGTH)
    mobile = TextField(required=False, max_length=_MOBILE_LENGTH, help_text="A German mobile number.")

    def validate_name(self, typed: str) -> str:
        return _fit(name_of, typed)

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

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        addresses = {ContactChannel.EMAIL: attrs.get("email", ""), ContactChannel.SMS: attrs.get("mobile", "")}
        given = {channel: address for channel, address in addresses.items() if address}
        return {"person": Person(name=attrs["name"], language=attrs["language"], addresses=given)}

    @property
    def _jobcenter(self) -> Jobcenter:
        jobcenter: Jobcenter = self.context["jobcenter"]
        return jobcenter


class BookingBody(StrictSerializer):
    """A time that is held (`hold_token`), or one to be taken at once (`service`, `location`, `starts_at`)."""

    hold_token = TextField(required=False, max_length=_TOKEN_LENGTH, help_text="From a hold; then no time is given.")
    service = TextField(required=False, max_length=_SLUG_LENGTH)
    location = TextField(required=False, max_length=_SLUG_LENGTH)
    starts_at = InstantField(required=False)
    mode = _mode()
    more_services = serializers.ListField(
        child=TextField(max_length=_SLUG_LENGTH), required=False, max_length=_MOST_CONCERNS,
        help_text="Slugs of further concerns of the same appointment.",
    )  # fmt: skip
    mediator_language = _mediator_language()
    person = PersonBody()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        person = attrs.pop("person")
        if "hold_token" in attrs:
            said_twice = sorted(set(attrs) - {"hold_token"})
            if said_twice:
                faults = {name: _fault("not_with_hold", "The hold says this.").detail for name in said_twice}
                raise ValidationError(faults)
            return {**attrs, **person}
        missing = [name for name in ("service", "location", "starts_at") if name not in attrs]
        if missing:
            words = "Needed without a hold_token."
            raise ValidationError({name: _fault("required", words).detail for name in missing})
        return {**wanted(attrs, self), **person}


class MoveBody(StrictSerializer):
    """The new time. Service and place stay as they are."""

    starts_at = InstantField()


def wanted(attrs: dict[str, Any], asker: StrictSerializer) -> dict[str, Any]:
    """The request for a time that a body makes. Raises ValidationError."""
    service = _service("service", attrs["service"])
    try:
        location = place_of(service, attrs["location"])
    except ValidationError as fault:
        raise ValidationError({"location": fault.detail}) from None
    wishes = wishes_in(attrs, service, asker)
    context = asker.context
    return {
        "request": Request(context["jobcenter"], service, location, attrs["starts_at"], context["now"], wishes=wishes)
    }


def wishes_in(attrs: Mapping[str, Any], service: Service, asker: StrictSerializer) -> Wishes:
    """What is wanted beyond the service. Raises ValidationError."""
    more = tuple(_service("more_services", slug) for slug in attrs.get("more_services", ()))
    if len({service, *more}) <= len(more):
        raise ValidationError({"more_services": _fault("repeated", "Each concern once, please.").detail})
    if len(more) >= asker.context["jobcenter"].settings.max_concerns and more:
        words = "This Jobcenter takes fewer concerns at once."
        raise ValidationError({"more_services": _fault("too_many", words).detail})
    return Wishes(
        mode=_mode_in(attrs.get("mode", ""), (service, *more)),
        more_services=more,
        mediator_language=attrs.get("mediator_language", ""),
    )


def _mode_in(name: str, services: Sequence[Service]) -> Mode:
    """The mode that is named, else in person where that is offered, else the first that is. Raises ValidationError."""
    offered = [mode for mode in Mode if all(one.modes & mode for one in services)]
    if not name and offered:
        return offered[0]
    for mode in offered:
        if name_of_mode(mode) == name:
            return mode
    raise ValidationError({"mode": _fault("not_offered", "The service is not offered in this way.").detail})


def _service(field: str, slug: str) -> Service:
    service = queries.service_by_slug(slug)
    if service is None:
        raise ValidationError({field: _fault("unknown", "There is no such service.").detail})
    return service


def place_of(service: Service, slug: str) -> Location:
    """A place that does not offer the service is as unknown as none. Raises ValidationError."""
    for location in queries.locations_of(service):
        if location.slug == slug:
            return location
    raise _fault("unknown", "The service is not offered at such a location.")


def _fit(rule: Any, typed: str) -> str:
    try:
        return str(rule(typed))
    except Unfit as unfit:
        raise _fault(unfit.fault.value, _WORDS[unfit.fault]) from None


def _fault(code: str, words: str) -> ValidationError:
    return ValidationError([ErrorDetail(words, code=code)])
