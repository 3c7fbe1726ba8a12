# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What became of the messages about an appointment, in words for the person they are for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
from notifications.service import Channel, Fate, MessageView, Why

_Kind = Literal["info", "success", "warning", "danger"]

_TITLES: Final[dict[tuple[str, Channel], str | Promise]] = {
    (CONFIRMATION, Channel.EMAIL): _("Bestätigung per E-Mail"),
    (CONFIRMATION, Channel.SMS): _("Bestätigung per SMS"),
    (REMINDER, Channel.EMAIL): _("Erinnerung per E-Mail"),
    (REMINDER, Channel.SMS): _("Erinnerung per SMS"),
    (CHANGED, Channel.EMAIL): _("Neue Zeit per E-Mail"),
    (CHANGED, Channel.SMS): _("Neue Zeit per SMS"),
    (CANCELLED, Channel.EMAIL): _("Absage per E-Mail"),
    (CANCELLED, Channel.SMS): _("Absage per SMS"),
    (NEW_CHOICE, Channel.EMAIL): _("Absage und Bitte um eine neue Wahl per E-Mail"),
    (NEW_CHOICE, Channel.SMS): _("Absage und Bitte um eine neue Wahl per SMS"),
    (NEW_PLACE, Channel.EMAIL): _("Neuer Ort per E-Mail"),
    (NEW_PLACE, Channel.SMS): _("Neuer Ort per SMS"),
    (DEPUTY, Channel.EMAIL): _("Vertretung per E-Mail"),
    (DEPUTY, Channel.SMS): _("Vertretung per SMS"),
    (REQUESTED, Channel.EMAIL): _("Eingang Ihrer Anfrage per E-Mail"),
    (REQUESTED, Channel.SMS): _("Eingang Ihrer Anfrage per SMS"),
    (OTHER_TIME, Channel.EMAIL): _("Unsere Antwort per E-Mail"),
    (OTHER_TIME, Channel.SMS): _("Unsere Antwort per SMS"),
    (DECLINED, Channel.EMAIL): _("Unsere Antwort per E-Mail"),
    (DECLINED, Channel.SMS): _("Unsere Antwort per SMS"),
    (WITHDRAWN, Channel.EMAIL): _("Anfrage zurückgezogen, per E-Mail"),
    (WITHDRAWN, Channel.SMS): _("Anfrage zurückgezogen, per SMS"),
}
_ALONE: Final[dict[str, str | Promise]] = {
    CONFIRMATION: _("Bestätigung"),
    REMINDER: _("Erinnerung"),
    CHANGED: _("Neue Zeit"),
    CANCELLED: _("Absage"),
    NEW_CHOICE: _("Absage und Bitte um eine neue Wahl"),
    NEW_PLACE: _("Neuer Ort"),
    DEPUTY: _("Vertretung"),
    REQUESTED: _("Eingang Ihrer Anfrage"),
    OTHER_TIME: _("Unsere Antwort"),
    DECLINED: _("Unsere Antwort"),
    WITHDRAWN: _("Anfrage zurückgezogen"),
}
_OTHER: Final = _("Nachricht")
_WAYS: Final[dict[Channel, str | Promise]] = {
    Channel.PUSH: _("Hinweis auf Ihrem Gerät"),
    Channel.LETTER: _("Brief"),
}
_LATER: Final = _("Wir versuchen es weiter.")
_WRONG_ADDRESS: Final = _("Stimmt die Adresse oder Nummer? Sie können sie ändern oder uns anrufen.")

_WORDS: Final[dict[Fate, tuple[_Kind, str | Promise, str | Promise]]] = {
    Fate.PLANNED: ("info", _("geplant"), ""),
    Fate.NEXT: ("info", _("geplant"), ""),
    Fate.ON_ITS_WAY: ("info", _("unterwegs"), ""),
    Fate.SENT: ("success", _("gesendet"), ""),
    Fate.DELIVERED: ("success", _("zugestellt"), ""),
    Fate.WAITS_FOR_PRINT: ("info", _("wird gedruckt"), ""),
    Fate.IN_PRINT: ("info", _("wird gedruckt"), ""),
    Fate.POSTED: ("success", _("zur Post gegeben"), ""),
    Fate.WAITS_FOR_PROVIDER: ("warning", _("wartet"), _LATER),
    Fate.WAITS_FOR_ACCOUNT: ("warning", _("wartet"), _LATER),
    Fate.WAITS_FOR_BUDGET: ("warning", _("wartet"), _LATER),
    Fate.WAITS_FOR_MORNING: ("info", _("wartet"), _("Wir senden sie nicht in der Nacht oder am Feiertag.")),
    Fate.CANNOT_BE_WRITTEN: ("warning", _("wartet"), _LATER),
    Fate.UNCLEAR: (
        "warning",
        _("vielleicht angekommen"),
        _("Wir wissen es nicht sicher. Es gilt, was auf dieser Seite steht."),
    ),
    Fate.BOUNCED: ("danger", _("nicht angekommen"), _WRONG_ADDRESS),
    Fate.REFUSED: ("danger", _("nicht angekommen"), _WRONG_ADDRESS),
    Fate.ADDRESS_REFUSED: ("danger", _("nicht gesendet"), _WRONG_ADDRESS),
    Fate.NOT_PRINTED: ("warning", _("nicht gesendet"), ""),
    Fate.RETURNED: (
        "danger",
        _("nicht angekommen"),
        _("Die Post hat unseren Brief zurückgebracht. Stimmt die Adresse?"),
    ),
    Fate.TOO_LATE: ("warning", _("nicht gesendet"), _("Es war zu spät dafür.")),
    Fate.CHANNEL_OFF: ("warning", _("nicht gesendet"), _("Wir benutzen diesen Weg gerade nicht.")),
}
"""Fates without words (superseded, withdrawn, taken back) are of no use to the person."""
_WHY: Final[dict[Why, str | Promise]] = {
    Why.NO_MAILBOX: _("Diese E-Mail-Adresse gibt es nicht. Bitte geben Sie uns eine andere."),
    Why.NO_NUMBER: _("Diese Nummer empfängt keine SMS. Bitte geben Sie uns eine andere."),
    Why.NO_DEVICE: _("Ihr Gerät nimmt keine Hinweise mehr an."),
    Why.MAILBOX_FULL: _("Ihr Postfach ist voll."),
    Why.PHONE_OFF: _("Ihr Telefon war aus oder ohne Netz."),
    Why.UNWANTED: _("Sie haben diese Nachrichten abbestellt."),
}
"""What the person can do something about; for all else the fate's own note stands."""


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A line of the component `message_fate`."""

    when: datetime
    what: str
    badge_kind: _Kind
    badge_text: str
    note: str


def message_rows(messages: Iterable[MessageView]) -> tuple[MessageRow, ...]:
    """In the order of time, only what a person can make use of."""
    return tuple(sorted((_row(message) for message in messages if message.fate in _WORDS), key=lambda row: row.when))


def _row(message: MessageView) -> MessageRow:
    kind, text, about = _WORDS[message.fate]
    note = _WHY.get(message.why, about) if message.why else about
    return MessageRow(
        when=message.when,
        what=_title(message),
        badge_kind=kind,
        badge_text=str(text),
        note=str(note),
    )


def _title(message: MessageView) -> str:
    title = _TITLES.get((message.kind, message.channel))
    if title is not None:
        return str(title)
    return f"{_ALONE.get(message.kind, _OTHER)} · {_WAYS.get(message.channel, message.channel)}"
