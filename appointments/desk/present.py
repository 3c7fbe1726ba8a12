# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The day list, prepared for its template: rows, buttons, counts, the way to the days beside it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from babel import Locale
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from appointments.core.lifecycle import Kind, NotAllowed, Status, Verb, next_status, possible_verbs
from appointments.core.modes import Mode
from appointments.desk import words
from appointments.desk.schedule_words import MODES
from appointments.lateness import lateness_of
from appointments.models import Appointment
from appointments.offers import SIGN_LANGUAGE
from jobcenter_portal.web import dates
from jobcenter_portal.web.languages import current_language, is_known, language_by_code

_WAITING = (Status.CHECKED_IN, Status.BOOKED)


@dataclass(frozen=True, slots=True)
class Button:
    """One step that can be recorded now; `value` is the verb."""

    value: str
    text: str | Promise
    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    """One appointment of the day. `seen` is the status that its buttons answer to."""

    public_id: str
    starts_at: datetime
    ends_at: datetime
    name: str
    service: str
    calendar: str
    language: str
    seen: str
    status: str | Promise
    badge_kind: str
    buttons: tuple[Button, ...]
    is_next: bool
    ticket_no: int | None = None
    waits_for_call: bool = False
    """Came without an appointment and is nobody's yet: whoever calls says where."""
    contact_url: str = ""
    """Where to say what came of asking for an address that works."""
    late: str = ""
    """That the person has said they come later; nothing for who is here already."""


@dataclass(frozen=True, slots=True)
class Count:
    status: str | Promise
    number: int


def rows(
    appointments: Sequence[Appointment],
    *,
    now: datetime,
    is_today: bool,
    is_future: bool,
    contact_urls: Mapping[int, str] = MappingProxyType({}),
) -> list[Row]:
    """The day by time. Who is next is marked today only; nothing can be recorded before the day.

    `contact_urls`: by person, where an address is to be asked about.
    """
    upcoming = next_one(appointments, now=now) if is_today else None
    code = current_language().code
    return [
        Row(
            public_id=appointment.public_id,
            starts_at=appointment.starts_at,
            ends_at=appointment.ends_at,
            name=name_of(appointment),
            service=concern_line(appointment, code),
            calendar=lane_name(appointment),
            language=language_name(appointment.language),
            seen=appointment.status,
            status=words.STATUS[appointment.status_now][0],
            badge_kind=words.STATUS[appointment.status_now][1],
            buttons=() if is_future else buttons(appointment),
            is_next=appointment is upcoming,
            ticket_no=appointment.ticket_no,
            waits_for_call=waits_for_call(appointment) and not is_future,
            contact_url=contact_urls.get(appointment.customer_id, ""),
            late=lateness_line(appointment) if appointment.status_now is Status.BOOKED else "",
        )
        for appointment in appointments
    ]


def next_one(appointments: Iterable[Appointment], *, now: datetime) -> Appointment | None:
    """Who should be called next: the earliest who is here and waits, else the earliest who is still to come."""
    waiting = [one for one in appointments if one.status_now in _WAITING]
    here = [one for one in waiting if one.status_now is Status.CHECKED_IN]
    expected = [one for one in here if one.kind != Kind.WALK_IN]  # who has an appointment does not wait for the others
    to_come = [one for one in waiting if one.ends_at > now]
    return min(expected or here or to_come, key=lambda one: (one.starts_at, one.pk), default=None)


def buttons(appointment: Appointment) -> tuple[Button, ...]:
    """The steps of attendance that the lifecycle allows now; the most likely one first."""
    status = appointment.status_now
    verbs = possible_verbs(status) - {Verb.UNDO}
    if waits_for_call(appointment):
        verbs -= {Verb.START, Verb.FULFIL}
    texts = dict(words.VERB)
    if status is Status.NO_SHOW:
        texts[Verb.CHECK_IN] = words.AFTER_ALL
    if can_undo(appointment):
        verbs |= {Verb.UNDO}
    wanted = [verb for verb in texts if verb in verbs]
    return tuple(Button(verb.value, texts[verb], "tertiary" if verb is Verb.UNDO else "secondary") for verb in wanted)


def waits_for_call(appointment: Appointment) -> bool:
    return appointment.kind == Kind.WALK_IN and appointment.status_now is Status.CHECKED_IN


def name_of(appointment: Appointment) -> str:
    """Who came without an appointment need not say a name; the number stands for it."""
    if appointment.customer.name or appointment.ticket_no is None:
        return str(appointment.customer.name)
    return _("Nummer %(number)s") % {"number": appointment.ticket_no}


def lane_name(appointment: Appointment) -> str:
    return str(appointment.calendar.name) if appointment.calendar is not None else _("noch niemand")


def can_undo(appointment: Appointment) -> bool:
    """Whether the last step of attendance can be taken back: an undone step was itself the last one, and stays."""
    if appointment.status_now is Status.CANCELLED or not appointment.previous_status:
        return False
    previous = Status(appointment.previous_status)
    try:
        next_status(appointment.status_now, Verb.UNDO, previous=previous)
    except NotAllowed:
        return False
    return True


def counts(appointments: Iterable[Appointment]) -> list[Count]:
    """How many there are in each status, in the order of a visit. The day only; nobody is counted over time."""
    found = Counter(appointment.status_now for appointment in appointments)
    return [Count(words.STATUS[status][0], found[status]) for status in Status if found[status]]


def lateness_line(appointment: Appointment) -> str:
    """What the person said, and when: somebody else decides what it means for the day."""
    minutes, told_at = lateness_of(appointment), appointment.late_told_at
    if minutes is None or told_at is None:
        return ""
    words = _("kommt etwa %(minutes)s Minuten später, gesagt um %(time)s")
    return words % {"minutes": minutes, "time": dates.clock_time(told_at)}


def concern_line(appointment: Appointment, language: str) -> str:
    """The concern, and what else the person at the counter must know: nobody waits for whom one should have called."""
    parts = [appointment.service.title(language)]
    if appointment.mode != Mode.IN_PERSON:
        parts.append(str(MODES[Mode(appointment.mode)]))
    if appointment.mediator_language:
        parts.append(_("Dolmetschen: %(language)s") % {"language": language_name(appointment.mediator_language)})
    return " · ".join(parts)


def language_name(code: str) -> str:
    """A language in its own words, signs and those the portal does not speak in the desk's."""
    if code == SIGN_LANGUAGE:
        return _("Deutsche Gebärdensprache")
    if is_known(code):
        return language_by_code(code).native_name
    return str(Locale.parse(current_language().babel_locale).languages.get(code, code))
