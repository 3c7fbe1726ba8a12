# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a text would read, before it is saved: with invented values, by the code that sends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jobcenter_portal.kernel import gsm7
from notifications.channels.base import Channel
from notifications.kinds import Value
from notifications.texts import overrides
from notifications.texts.defaults import Key, Text
from notifications.texts.linter import Finding
from notifications.texts.placeholders import examples, worst_case
from notifications.texts.rendering import render_email, render_letter, render_sms
from notifications.texts.syntax import ListStyle, MissingValue, TextFault, parse

_UNSAVED: Final = -1


@dataclass(frozen=True, slots=True)
class Sms:
    """What an SMS costs: `units` of `room` are used in its `parts`."""

    text: str
    encoding: gsm7.Encoding
    units: int
    parts: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A text as people would read it, and what there is to say about it.

    `text` is empty where it cannot be read at all; then `findings` say why. `sms` and `longest` are there for SMS
    only: with usual and with the longest values.
    """

    findings: Sequence[Finding]
    subject: str = ""
    text: str = ""
    html: str = ""
    sms: Sms | None = None
    longest: Sms | None = None


def preview(*, kind: str, channel: Channel, language: str, subject: str, body: str, sender: str = "") -> Preview:
    """Fill the words with examples. Raises NoSuchText. Called in a Jobcenter's context; nothing is saved."""
    found = overrides.findings(kind=kind, channel=channel, language=language, subject=subject, body=body)
    values = examples(kind, language)
    try:
        text = Text(None if channel is Channel.SMS else parse(subject), parse(body), language, _UNSAVED)
        for pattern in filter(None, (text.subject, text.body)):
            # Sending would fall back to the portal's words, which nobody wrote here.
            pattern.fill(values, style=ListStyle.COMMAS)
    except (TextFault, MissingValue):
        return Preview(found)
    own = {(kind, channel, language): text}
    if channel is Channel.SMS:
        sms, longest = (_sms(kind, language, each, own) for each in (values, worst_case(kind, language)))
        return Preview(found, text=sms.text, sms=sms, longest=longest)
    if channel is Channel.LETTER:
        letter = render_letter(kind, language, values, own=own)
        return Preview(found, subject=letter.heading, text=letter.text)
    mail = render_email(kind, language, values, sender=sender, own=own)
    return Preview(found, subject=mail.subject, text=mail.text, html=mail.html)


def _sms(kind: str, language: str, values: Mapping[str, Value], own: Mapping[Key, Text]) -> Sms:
    text = render_sms(kind, language, values, own=own).text
    counted = gsm7.segments(text)
    return Sms(text, counted.encoding, counted.units, counted.parts)
