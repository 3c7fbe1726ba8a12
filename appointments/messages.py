# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the messages about an appointment say, asked anew at the moment each of them leaves.

The answer None means that the message is no longer true: the appointment moved on, ended, or the address is gone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.conf import settings as django_settings

from appointments.core.answers import DeclineReason
from appointments.core.lifecycle import Status
from appointments.core.modes import Mode
from appointments.ical import Method, build_ics
from appointments.links import Keys, address_to_type, keys_of, readable_code, short_url
from appointments.message_words import entry_title, moment_in_words, where_in_words
from appointments.models import Appointment
from appointments.other_ways import instead_of
from appointments.placeholders import (
    OF_A_CANCELLATION,
    OF_A_DECLINE,
    OF_A_NEW_TIME,
    OF_A_REQUEST,
    OF_AN_APPOINTMENT,
    names_of_services,
)
from appointments.queries import appointments_by_id
from appointments.reminder_plan import REMINDER
from appointments.reminders import (
    CANCELLED,
    CHANGED,
    CONFIRMATION,
    DECLINED,
    DEPUTY,
    NEW_CHOICE,
    NEW_PLACE,
    OTHER_TIME,
    REQUESTED,
    WITHDRAWN,
)
from appointments.unsubscribe_links import unsubscribe_token
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.coverage import page_language
from jobcenter_portal.web.languages import language_by_code
from jobcenter_portal.web.weeks import office_hours
from notifications.service import (
    CalendarPart,
    Channel,
    Envelope,
    MessageKind,
    MessageRef,
    Placeholder,
    PlainKind,
    Planned,
    register,
)

_PLACEHOLDERS: Final[Mapping[str, Mapping[str, Placeholder]]] = {
    CANCELLED: OF_A_CANCELLATION,
    CHANGED: OF_A_NEW_TIME,
    OTHER_TIME: OF_A_NEW_TIME,
    REQUESTED: OF_A_REQUEST,
    DECLINED: OF_A_DECLINE,
}
_UID_HOST: Final = "termine.invalid"
_Points = dict[tuple[int, str], ContactPoint]
"""Addresses by person and channel; nobody has two on one channel."""


@dataclass(frozen=True, slots=True)
class AppointmentMessage(PlainKind):
    """One kind of message. `statuses` are those in which it is true; some are owed even after the appointment's end."""

    key: str
    statuses: frozenset[Status]
    resend_when_ambiguous: bool = False
    calendar_method: Method | None = None
    is_owed_later: bool = False

    @property
    def placeholders(self) -> Mapping[str, Placeholder]:
        return _PLACEHOLDERS.get(self.key, OF_AN_APPOINTMENT)

    def never_said(self) -> Collection[str]:
        return names_of_services()

    def compose(self, ref: MessageRef, *, now: datetime) -> Envelope | None:
        return self.compose_all([ref], now=now)[0]

    def compose_all(self, refs: Sequence[MessageRef], *, now: datetime) -> list[Envelope | None]:
        """Two queries for any number of them."""
        appointments = _appointments_of(refs)
        points = _points_of(appointments.values())
        return [self._composed(appointments.get(ref.subject), points, ref, now) for ref in refs]

    def _composed(
        self, appointment: Appointment | None, points: _Points, ref: MessageRef, now: datetime
    ) -> Envelope | None:
        point = self._point_if_true(appointment, points, ref, now)
        if appointment is None or point is None:
            return None
        jobcenter = current_tenant()
        assert isinstance(jobcenter, Jobcenter)  # noqa: S101 -- the context holds the model itself
        keys = keys_of(appointment)
        is_foreign_letter = ref.channel is Channel.LETTER and not ref.language.startswith("de")
        return Envelope(
            address=point.address,
            values=_values(appointment, jobcenter, keys, ref),
            calendar=self._calendar(appointment, jobcenter, keys, now) if ref.channel is Channel.EMAIL else None,
            unsubscribe_url=self._unsubscribe_url(appointment, jobcenter, ref),
            german=_values(appointment, jobcenter, keys, replace(ref, language="de")) if is_foreign_letter else None,
        )

    def _unsubscribe_url(self, appointment: Appointment, jobcenter: Jobcenter, ref: MessageRef) -> str | None:
        """Of reminders alone: that a time has changed is said to everybody."""
        if self.key != REMINDER or ref.channel is not Channel.EMAIL:
            return None
        token = unsubscribe_token(appointment, ContactChannel.EMAIL)
        language = page_language(jobcenter, appointment.language)
        return f"{django_settings.PUBLIC_URL}/{jobcenter.slug}/{language.code}/erinnerungen/{token}/"

    def other_ways(self, ref: MessageRef, *, now: datetime) -> Sequence[Planned]:
        """What is still true is said on another way."""
        appointment = _appointments_of([ref]).get(ref.subject)
        points = _points_of([appointment] if appointment else [])
        if appointment is None or self._point_if_true(appointment, points, ref, now) is None:
            return ()
        jobcenter = current_tenant()
        assert isinstance(jobcenter, Jobcenter)  # noqa: S101 -- the context holds the model itself
        return instead_of(appointment, ref, self.key, jobcenter.settings, now=now)

    def _point_if_true(
        self, appointment: Appointment | None, points: _Points, ref: MessageRef, now: datetime
    ) -> ContactPoint | None:
        """The address to which the message still goes; None when it is no longer true or no longer wanted."""
        if appointment is None or appointment.revision != ref.revision:
            return None
        point = points.get((appointment.customer_id, ref.channel))
        is_over = appointment.ends_at <= now and not self.is_owed_later
        if appointment.status_now not in self.statuses or is_over:
            return None
        if point is None or bytes(point.address_index) != ref.recipient:
            return None  # the person has no such address any more
        return None if self.key == REMINDER and not point.reminders_wanted else point

    def _calendar(
        self, appointment: Appointment, jobcenter: Jobcenter, keys: Keys, now: datetime
    ) -> CalendarPart | None:
        if self.calendar_method is None:
            return None
        return CalendarPart(ics_of(appointment, jobcenter, keys, self.calendar_method, now), self.calendar_method)


def ics_of(appointment: Appointment, jobcenter: Jobcenter, keys: Keys, method: Method, now: datetime) -> bytes:
    """The appointment as a calendar entry: one UID for life, SEQUENCE is the revision, no reason and no name in it."""
    return build_ics(
        uid=f"{appointment.public_id}@{_UID_HOST}",
        sequence=appointment.revision,
        method=method,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        zone=jobcenter.settings.zone,
        summary=entry_title(appointment.language),
        location=_place_of_entry(appointment, jobcenter),
        description=_way_in_of_entry(appointment, jobcenter),
        organizer_address=jobcenter.settings.email_address,
        organizer_name=sender_name(jobcenter),
        url=manage_url(appointment, jobcenter, keys),
        now=now,
    )


def manage_url(appointment: Appointment, jobcenter: Jobcenter, keys: Keys) -> str:
    """The permanent page of an appointment, from the configured address, never from a request's Host."""
    language = page_language(jobcenter, appointment.language)
    return f"{django_settings.PUBLIC_URL}/{jobcenter.slug}/{language.code}/t/{keys.token}/"


def sender_name(jobcenter: Jobcenter) -> str:
    own = jobcenter.settings
    return own.email_sender_discreet if own.discreet else own.email_sender


def place_name(appointment: Appointment, jobcenter: Jobcenter) -> str:
    """What the house is called, or nothing: its name mostly says Jobcenter, and calendars and phones are shared."""
    return "" if jobcenter.settings.discreet else appointment.location.name


def _values(
    appointment: Appointment, jobcenter: Jobcenter, keys: Keys, ref: MessageRef
) -> dict[str, str | int | bool | list[str]]:
    language = language_by_code(ref.language)
    before, answer_by = appointment.previous_starts_at, appointment.answer_by
    return {
        "name": appointment.customer.name,
        **moment_in_words(appointment.starts_at, language),
        **moment_in_words(before, language, prefix="old_"),
        "duration_minutes": int((appointment.ends_at - appointment.starts_at).total_seconds()) // 60,
        "in_group": appointment.session_id is not None,
        **_where(appointment, jobcenter, language.code),
        "documents": appointment.service.documents_to_bring(ref.language),
        "link": _link(keys, appointment, jobcenter, ref.channel),
        "code": readable_code(keys.code),
        "phone": jobcenter.settings.phone,
        "phone_hours": office_hours(jobcenter.settings.phone_hours, language),
        "tenant": "" if jobcenter.settings.discreet else jobcenter.short_name,
        "by_office": appointment.cancelled_by == "staff",
        **moment_in_words(answer_by, language, prefix="answer_"),
        **{f"reason_{reason.value}": appointment.decline_reason == reason for reason in DeclineReason},
    }


def _where(appointment: Appointment, jobcenter: Jobcenter, language: str) -> dict[str, str | int | bool | list[str]]:
    """Where people meet. Who is called or visited must not travel to a house because a message named its address."""
    mode = Mode(appointment.mode)
    if mode is not Mode.IN_PERSON:
        return {"location": "", "address": where_in_words(mode, language), "entrance": ""}
    place = appointment.location
    return {
        "location": place_name(appointment, jobcenter),
        "address": place.address,
        "entrance": place.way_in(language),
    }


def _place_of_entry(appointment: Appointment, jobcenter: Jobcenter) -> str:
    """The place in a calendar entry, which phones offer to navigate to."""
    if appointment.mode != Mode.IN_PERSON:
        return ""
    return ", ".join(filter(None, [place_name(appointment, jobcenter), appointment.location.address]))


def _way_in_of_entry(appointment: Appointment, jobcenter: Jobcenter) -> str:
    """Which door; discreetly nothing, for an office's own words may name it."""
    if appointment.mode != Mode.IN_PERSON or jobcenter.settings.discreet:
        return ""
    way_in: str = appointment.location.way_in(appointment.language)
    return way_in


def _appointments_of(refs: Sequence[MessageRef]) -> dict[str, Appointment]:
    """The appointments that messages are about, by subject."""
    ids = {int(number) for number in (_number_in(ref.subject) for ref in refs) if number}
    return {appointment.subject: appointment for appointment in appointments_by_id(ids)}


def _number_in(subject: str) -> str:
    prefix, _, number = subject.partition(":")
    return number if prefix == "appointment" and number.isdecimal() else ""


def _points_of(appointments: Iterable[Appointment]) -> _Points:
    customers = {appointment.customer_id for appointment in appointments}
    return {(one.customer_id, one.channel): one for one in ContactPoint.objects.filter(customer_id__in=customers)}


def _link(keys: Keys, appointment: Appointment, jobcenter: Jobcenter, channel: Channel) -> str:
    """An SMS has little room, and paper is typed off."""
    match channel:
        case Channel.SMS:
            return short_url(keys.code)
        case Channel.LETTER:
            return address_to_type(keys.code)
    return manage_url(appointment, jobcenter, keys)


_TO_COME: Final = frozenset({Status.BOOKED})
KINDS: Final[tuple[MessageKind, ...]] = (
    AppointmentMessage(CONFIRMATION, _TO_COME, calendar_method=Method.REQUEST),
    AppointmentMessage(REMINDER, _TO_COME),
    AppointmentMessage(CHANGED, _TO_COME, resend_when_ambiguous=True, calendar_method=Method.REQUEST),
    AppointmentMessage(
        CANCELLED, frozenset({Status.CANCELLED}), resend_when_ambiguous=True, calendar_method=Method.CANCEL
    ),
    # No calendar entry for a request: in a calendar it would look like an appointment.
    AppointmentMessage(REQUESTED, frozenset({Status.REQUESTED})),
    AppointmentMessage(OTHER_TIME, _TO_COME, resend_when_ambiguous=True, calendar_method=Method.REQUEST),
    AppointmentMessage(DECLINED, frozenset({Status.CANCELLED}), resend_when_ambiguous=True, is_owed_later=True),
    AppointmentMessage(WITHDRAWN, frozenset({Status.CANCELLED})),
    AppointmentMessage(NEW_PLACE, _TO_COME, resend_when_ambiguous=True, calendar_method=Method.REQUEST),
    AppointmentMessage(DEPUTY, _TO_COME),
    AppointmentMessage(
        NEW_CHOICE,
        frozenset({Status.CANCELLED}),
        resend_when_ambiguous=True,
        calendar_method=Method.CANCEL,
        is_owed_later=True,
    ),
)


def register_kinds() -> None:
    for kind in KINDS:
        register(kind)
