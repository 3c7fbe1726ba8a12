# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a text would read, before it is saved: with invented values, by the code that sends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jobcenter_portal.kernel import gsm7
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.channels.base import Channel
from notifications.kinds import Value
from notifications.texts import overrides
from notifications.texts.defaults import Key, Text
from notifications.texts.linter import ROOM, Finding, costly_signs, too_long_to_read
from notifications.texts.placeholders import examples, worst_case
from notifications.texts.rendering import render_email, render_letter, render_sms
from notifications.texts.syntax import ListStyle, MissingValue, TextFault, parse

_UNSAVED: Final = -1


@dataclass(frozen=True, slots=True)
class Sms:
    """What an SMS costs: it has `units`, of which `room` fit into one that stays alone, and becomes `parts`."""

    text: str
    encoding: gsm7.Encoding
    units: int
    parts: int

    @property
    def room(self) -> int:
        return ROOM[self.encoding]


@dataclass(frozen=True, slots=True)
class Preview:
    """A text as people would read it, and what there is to say about it.

    `text` is empty where it cannot be read at all; then `findings` say why. `sms` and `longest` are there for SMS
    only: with usual and with the longest values; `costly` are the letters because of which 70 fit instead of 160.
    """

    findings: Sequence[Finding]
    subject: str = ""
    text: str = ""
    html: str = ""
    sms: Sms | None = None
    longest: Sms | None = None
    costly: Sequence[str] = ()


def preview(*, kind: str, channel: Channel, language: str, subject: str, body: str, sender: str = "") -> Preview:
    """Fill the words with examples. Raises NoSuchText. Called in a Jobcenter's context; nothing is saved."""
    found = overrides.findings(kind=kind, channel=channel, language=language, subject=subject, body=body)
    if too_long_to_read(channel, subject, body):
        return Preview(found)
    discreet = _is_discreet()
    values = examples(kind, language, discreet=discreet)
    try:
        text = Text(None if channel is Channel.SMS else parse(subject), parse(body), language, _UNSAVED)
        for pattern in filter(None, (text.subject, text.body)):
            # Sending would fall back to the portal's words, which nobody wrote here.
            pattern.fill(values, style=ListStyle.COMMAS)
    except (TextFault, MissingValue):
        return Preview(found)
    own = {(kind, channel, language): text}
    if channel is Channel.SMS:
        longest_values = worst_case(kind, language, discreet=discreet)
        sms, longest = (_sms(kind, language, each, own) for each in (values, longest_values))
        return Preview(found, text=sms.text, sms=sms, longest=longest, costly=costly_signs(str(text.body)))
    if channel is Channel.LETTER:
        letter = render_letter(kind, language, values, own=own)
        return Preview(found, subject=letter.heading, text=letter.text)
    mail = render_email(kind, language, values, sender=sender, own=own)
    return Preview(found, subject=mail.subject, text=mail.text, html=mail.html)


def _is_discreet() -> bool:
    jobcenter = current_tenant()
    assert isinstance(jobcenter, Jobcenter)  # noqa: S101 -- the context holds the model itself
    return jobcenter.settings.discreet


def _sms(kind: str, language: str, values: Mapping[str, Value], own: Mapping[Key, Text]) -> Sms:
    text = render_sms(kind, language, values, own=own).text
    counted = gsm7.segments(text)
    return Sms(text, counted.encoding, counted.units, counted.parts)
