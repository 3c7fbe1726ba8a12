# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The list of messages, prepared for its template: whom each is for, what became of it, what can be done about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from appointments.desk.message_words import MessageLine, line
from appointments.desk.present import name_of
from appointments.models import Appointment, WaitingEntry, WaitingOffer
from jobcenter_portal.web import dates
from notifications.service import LEFT, NOT_ARRIVED, Fate, MessageView

AGAIN: Final = "nochmal"
TAKE_BACK: Final = "zurueck"
ARRIVED: Final = "angekommen"
_TEXTS: Final[Mapping[str, Promise]] = {
    AGAIN: lazy("Noch einmal senden"),
    TAKE_BACK: lazy("Zurücknehmen"),
    ARRIVED: lazy("Sie ist angekommen"),
}
_AFTER_ALL: Final = frozenset({Fate.TAKEN_BACK, Fate.TOO_LATE, Fate.CHANNEL_OFF})


@dataclass(frozen=True, slots=True)
class About:
    """Whom or what a message is for: a name, what it is about, and the way there ("" for none)."""

    name: str
    text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A button; `value` is the step."""

    value: str
    text: str | Promise


@dataclass(frozen=True, slots=True)
class Row:
    """One message. `seen` is the state that its buttons answer to."""

    public_id: str
    line: MessageLine
    about: About
    seen: str
    actions: tuple[Action, ...]


def rows(messages: Sequence[MessageView], jobcenter: str, *, now: datetime) -> list[Row]:
    about = _about({message.subject for message in messages}, jobcenter)
    return [
        Row(
            public_id=message.public_id,
            line=replace(line(message, now=now), when=message.due_at),  # the list is in this order
            about=about.get(message.subject, About(_("Gelöscht"))),
            seen=message.state.value,
            actions=tuple(Action(step, _TEXTS[step]) for step in _steps(message, now)),
        )
        for message in messages
    ]


def _steps(message: MessageView, now: datetime) -> tuple[str, ...]:
    """What may be worth trying; whether it is still possible is decided when somebody presses."""
    if message.can_be_taken_back:
        return (TAKE_BACK,)
    is_of_use = message.not_after > now
    if message.fate is Fate.UNCLEAR:
        return (ARRIVED, AGAIN) if is_of_use else (ARRIVED,)
    return (AGAIN,) if is_of_use and message.fate in LEFT | NOT_ARRIVED | _AFTER_ALL else ()


def _about(subjects: Iterable[str], jobcenter: str) -> dict[str, About]:
    """By subject. Three queries at most, however many messages."""
    ids: dict[str, set[int]] = {}
    for subject in subjects:
        prefix, _colon, number = subject.partition(":")
        if number.isdecimal():
            ids.setdefault(prefix, set()).add(int(number))
    return {
        "requests": About(_("Ihr Haus")),
        "feedback": About(_("Ihr Haus")),
        **{subject: About(_("Frage nach dem Link")) for subject in subjects if subject.startswith("links:")},
        **{f"text-test:{number}": About(_("Ihr Haus")) for number in ids.get("text-test", ())},
        **_appointments(ids.get("appointment", set()), jobcenter),
        **_places(ids.get("waiting", set())),
        **_offers(ids.get("waiting-offer", set())),
    }


def _appointments(ids: set[int], jobcenter: str) -> dict[str, About]:
    found = Appointment.objects.filter(pk__in=ids).select_related("customer") if ids else ()
    return {
        one.subject: About(
            name_of(one),
            dates.invariant_line(one.starts_at),
            reverse("desk:appointment", kwargs={"jobcenter": jobcenter, "public_id": one.public_id}),
        )
        for one in found
    }


def _places(ids: set[int]) -> dict[str, About]:
    found = WaitingEntry.objects.filter(pk__in=ids).select_related("customer") if ids else ()
    return {f"waiting:{one.pk}": About(one.customer.name, _("Warteliste")) for one in found}


def _offers(ids: set[int]) -> dict[str, About]:
    found = WaitingOffer.objects.filter(pk__in=ids).select_related("entry__customer") if ids else ()
    return {f"waiting-offer:{one.pk}": About(one.entry.customer.name, _("Warteliste")) for one in found}
