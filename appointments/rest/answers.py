# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What answers tell, and how it is written."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Any, Self

from django.conf import settings as django_settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from appointments.core.lifecycle import Status
from appointments.core.modes import Mode, modes_in
from appointments.holding import MAX_EXTENSIONS
from appointments.links import keys_of, readable_code
from appointments.models import Appointment, Hold, Proof, Service
from appointments.proving import MAX_ATTEMPTS
from appointments.rest.bodies import ADDRESS_FIELDS
from appointments.rest.wishes import name_of_mode
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.rest.fields import InstantField
from jobcenter_portal.tenancy.models import BookingMode, Jobcenter
from jobcenter_portal.web.coverage import shown_languages
from jobcenter_portal.web.languages import GERMAN


@unique
class Stage(StrEnum):
    """Where an appointment stands, as the person may see it: whether somebody came is between them and the office."""

    REQUESTED = "requested"
    BOOKED = "booked"
    ARRIVED = "arrived"
    OVER = "over"
    CANCELLED = "cancelled"

    @classmethod
    def of(cls, appointment: Appointment, now: datetime) -> Self:
        status = appointment.status_now
        if status is Status.CANCELLED:
            return cls("cancelled")
        if status in (Status.FULFILLED, Status.NO_SHOW) or now >= appointment.ends_at:
            return cls("over")
        return cls("arrived" if status in (Status.CHECKED_IN, Status.IN_SERVICE) else status.value)


class LocationAnswer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    street = serializers.CharField()
    town = serializers.CharField()
    entrance = serializers.SerializerMethodField()

    @extend_schema_field({"type": "string", "description": "Which door, where to report; may be empty."})
    def get_entrance(self, location: Any) -> str:
        return str(location.way_in(self.context["language"]))


class ServiceAnswer(serializers.Serializer[Any]):
    """Texts in the language that was asked for, else in German."""

    slug = serializers.CharField()
    title = serializers.SerializerMethodField()
    hint = serializers.SerializerMethodField()
    documents = serializers.SerializerMethodField()
    duration_minutes = serializers.IntegerField()
    is_group = serializers.BooleanField(help_text="A group has dates with seats.")
    modes = serializers.SerializerMethodField()

    def get_title(self, service: Any) -> str:
        return str(service.title(self.context["language"]))

    def get_hint(self, service: Any) -> str:
        return str(service.hint(self.context["language"]))

    @extend_schema_field({"type": "array", "items": {"type": "string"}, "description": "Papers to bring."})
    def get_documents(self, service: Any) -> list[str]:
        return list(service.documents_to_bring(self.context["language"]))

    @extend_schema_field({"type": "array", "items": {"type": "string"}, "description": "How people can meet for it."})
    def get_modes(self, service: Any) -> list[str]:
        return [name_of_mode(mode) for mode in modes_in(service.modes)]


class ServicesAnswer(serializers.Serializer[Any]):
    booking_mode = serializers.ChoiceField(BookingMode.values, help_text="Only `instant` is booked here.")
    services = ServiceAnswer(many=True)


class SlotAnswer(serializers.Serializer[Any]):
    starts_at = InstantField()
    ends_at = InstantField()


class PlaceWithTimes(serializers.Serializer[Any]):
    location = LocationAnswer()
    slots = SlotAnswer(many=True)


class DateAnswer(serializers.Serializer[Any]):
    """A date of a group."""

    session = serializers.CharField(source="session.public_id", help_text="Names the date in a body.")
    title = serializers.SerializerMethodField(help_text="What this date is about; may be empty.")
    location = LocationAnswer(source="session.location")
    starts_at = InstantField(source="session.starts_at")
    ends_at = InstantField(source="session.ends_at")
    free_seats = serializers.IntegerField(source="free")

    def get_title(self, shown: Any) -> str:
        return str(shown.session.title(self.context["language"]))


class SlotsAnswer(serializers.Serializer[Any]):
    service = ServiceAnswer()
    locations = PlaceWithTimes(many=True)
    dates = DateAnswer(many=True, help_text="Of a group; full ones too.")


class MunicipalityAnswer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    postcodes = serializers.ListField(child=serializers.CharField())


class MunicipalitiesAnswer(serializers.Serializer[Any]):
    municipalities = MunicipalityAnswer(many=True)


class CaseworkerAnswer(serializers.Serializer[Any]):
    caseworker = serializers.CharField(help_text="Names the caseworker in parameters and bodies.")
    name = serializers.CharField()
    deputy = serializers.CharField(allow_null=True, help_text="Who stands in; met with `deputy`.")
    services = ServiceAnswer(many=True)


class HoldAnswer(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="Opens the hold; it is told once.")
    service = serializers.CharField(source="held.service.slug")
    location = serializers.CharField(source="held.location.slug")
    starts_at = InstantField(source="held.starts_at")
    expires_at = InstantField(source="held.expires_at", help_text="Until then nobody else can take the time.")
    extensions_left = serializers.SerializerMethodField()

    def get_extensions_left(self, shown: "HeldTime") -> int:
        return MAX_EXTENSIONS - shown.held.extensions


@dataclass(frozen=True, slots=True, repr=False)
class HeldTime:
    """A hold with the token that opens it. No repr: the token is a key."""

    token: str
    held: Hold


class ProofAnswer(serializers.Serializer[Any]):
    """How far an address is proven for a hold. The address itself is not told again."""

    channel = serializers.SerializerMethodField()
    is_proven = serializers.SerializerMethodField()
    expires_at = InstantField(help_text="Until then the code can be given.")
    guesses_left = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ChoiceField(list(ADDRESS_FIELDS.values())))
    def get_channel(self, proof: Proof) -> str:
        return ADDRESS_FIELDS[ContactChannel(proof.channel)]

    def get_is_proven(self, proof: Proof) -> bool:
        return proof.proven_at is not None

    def get_guesses_left(self, proof: Proof) -> int:
        return max(MAX_ATTEMPTS - proof.attempts, 0)


class BookedService(serializers.Serializer[Any]):
    slug = serializers.CharField()
    title = serializers.SerializerMethodField()

    def get_title(self, service: Any) -> str:
        return str(service.title(self.context["language"]))


class BookedPerson(serializers.Serializer[Any]):
    """Addresses are not told: whoever holds the key knows the appointment, not where messages go."""

    name = serializers.CharField()
    language = serializers.CharField()


class AppointmentAnswer(serializers.Serializer[Any]):
    """One appointment, for whoever has its key."""

    key = serializers.SerializerMethodField(help_text="Opens the appointment here and on its page.")
    code = serializers.SerializerMethodField(help_text="Opens it too; short enough to be written down.")
    page = serializers.SerializerMethodField(help_text="The person's own page.")
    status = serializers.SerializerMethodField()
    mode = serializers.SerializerMethodField()
    mediator_language = serializers.CharField(help_text="Somebody interprets; empty where nobody was wished for.")
    starts_at = InstantField()
    ends_at = InstantField()
    previous_starts_at = InstantField(allow_null=True, help_text="The time before it was moved.")
    cancelled_at = InstantField(allow_null=True)
    answer_by = InstantField(allow_null=True, help_text="Until then the office answers a request.")
    decline_reason = serializers.CharField(help_text="Why the office could not grant a request; else empty.")
    session = serializers.SerializerMethodField(help_text="The date of a group.")
    service = BookedService()
    more_services = serializers.SerializerMethodField()
    location = LocationAnswer()
    person = BookedPerson(source="customer")
    documents = serializers.SerializerMethodField()

    def get_key(self, appointment: Appointment) -> str:
        return keys_of(appointment).token

    def get_code(self, appointment: Appointment) -> str:
        return readable_code(keys_of(appointment).code)

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_page(self, appointment: Appointment) -> str:
        jobcenter: Jobcenter = self.context["jobcenter"]
        shown = {language.code for language in shown_languages(jobcenter)}
        language = appointment.language if appointment.language in shown else GERMAN.code
        holes = {"jobcenter": jobcenter.slug, "language": language, "key": keys_of(appointment).token}
        return django_settings.PUBLIC_URL + reverse("booking:appointment", kwargs=holes)

    @extend_schema_field(serializers.ChoiceField([stage.value for stage in Stage]))
    def get_status(self, appointment: Appointment) -> str:
        return Stage.of(appointment, self.context["now"]).value

    @extend_schema_field({"type": ["string", "null"]})
    def get_session(self, appointment: Appointment) -> str | None:
        return appointment.session.public_id if appointment.session else None

    @extend_schema_field(serializers.ChoiceField([name_of_mode(mode) for mode in Mode]))
    def get_mode(self, appointment: Appointment) -> str:
        return name_of_mode(Mode(appointment.mode))

    @extend_schema_field(BookedService(many=True))
    def get_more_services(self, appointment: Appointment) -> Any:
        return BookedService(_more_of(appointment), many=True, context=self.context).data

    @extend_schema_field({"type": "array", "items": {"type": "string"}, "description": "Papers to bring."})
    def get_documents(self, appointment: Appointment) -> list[str]:
        concerns = [appointment.service, *_more_of(appointment)]
        papers = [paper for one in concerns for paper in one.documents_to_bring(self.context["language"])]
        return list(dict.fromkeys(papers))


def _more_of(appointment: Appointment) -> list[Service]:
    concerns = appointment.concerns.select_related("service").order_by("position")
    return [concern.service for concern in concerns]
