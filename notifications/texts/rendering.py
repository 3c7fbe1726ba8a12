# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Turns values into the words of a message: the Jobcenter's own text if it has one, else the portal's."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import structlog

from jobcenter_portal.kernel import gsm7
from jobcenter_portal.web.languages import language_by_code
from notifications.channels.base import Channel
from notifications.kinds import Value
from notifications.texts.defaults import Key, NoText, Text, default
from notifications.texts.html import html_of
from notifications.texts.syntax import ListStyle, MissingValue

log = structlog.get_logger(__name__)
FALLBACK_LANGUAGE: Final = "de"
BY_POST: Final = "by_post"
"""Told to every text: is it a letter? It often says what the e-mail says, but for what is only true there."""
NO_OVERRIDES: Final[Mapping[Key, Text]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class EmailText:
    """`language` is that of the text, which is German where the wished one has none; `version` 0 is the portal's."""

    subject: str
    text: str
    html: str
    language: str
    version: int


@dataclass(frozen=True, slots=True)
class SmsText:
    """`parts`: how many SMS it becomes."""

    text: str
    parts: int
    language: str
    version: int


@dataclass(frozen=True, slots=True)
class LetterText:
    """Paragraphs of `text` are parted by an empty line; a list's lines begin with "- "."""

    heading: str
    text: str
    language: str
    version: int


@dataclass(frozen=True, slots=True)
class _Filled:
    subject: str
    body: str
    language: str
    version: int


def render_email(
    kind: str, language: str, values: Mapping[str, Value], *, sender: str, own: Mapping[Key, Text] = NO_OVERRIDES
) -> EmailText:
    """Raises NoText, TextFault, MissingValue. `sender` is the name the office shows; it heads the HTML part."""
    filled = _write(kind, (Channel.EMAIL,), language, values, own)
    text = _tidy(filled.body)
    html = html_of(text, language=filled.language, sender=sender, link=str(values.get("link", "")))
    return EmailText(filled.subject, text, html, filled.language, filled.version)


def render_sms(
    kind: str, language: str, values: Mapping[str, Value], *, own: Mapping[Key, Text] = NO_OVERRIDES
) -> SmsText:
    """Raises as above. One line; typographic characters that would halve an SMS are replaced."""
    filled = _write(kind, (Channel.SMS,), language, values, own)
    text = gsm7.sanitise(" ".join(filled.body.split()))
    return SmsText(text, gsm7.segments(text).parts, filled.language, filled.version)


def render_letter(
    kind: str, language: str, values: Mapping[str, Value], *, own: Mapping[Key, Text] = NO_OVERRIDES
) -> LetterText:
    """Raises as above. Without a text of its own, a letter says what the e-mail of the same language says."""
    filled = _write(kind, (Channel.LETTER, Channel.EMAIL), language, values, own)
    return LetterText(filled.subject, _tidy(filled.body), filled.language, filled.version)


def _write(
    kind: str, channels: tuple[Channel, ...], language: str, values: Mapping[str, Value], own: Mapping[Key, Text]
) -> _Filled:
    values = {**values, BY_POST: channels[0] is Channel.LETTER}
    for code in dict.fromkeys((language, FALLBACK_LANGUAGE)):
        for channel in channels:
            written = _own_words(own.get((kind, channel, code)), channel, values)
            if written is None:
                text = default(kind, channel, code)
                written = _fill(text, channel, values) if text else None
            if written is not None:
                return written
    raise NoText(f"{kind}: no text for {channels[0]}")


def _own_words(text: Text | None, channel: Channel, values: Mapping[str, Value]) -> _Filled | None:
    """The words of the Jobcenter's text; None when it has none or names a value that no longer exists.

    A release can take a value away that a saved text still names. People then get the portal's words, not nothing.
    """
    if text is None:
        return None
    try:
        return _fill(text, channel, values)
    except MissingValue as missing:
        log.error("text of a Jobcenter names an unknown value", name=str(missing), version=text.version)  # noqa: TRY400 -- a value could show
        return None


def _fill(text: Text, channel: Channel, values: Mapping[str, Value]) -> _Filled:
    style = ListStyle.COMMAS if channel is Channel.SMS else ListStyle.LINES
    isolated = channel is not Channel.SMS and language_by_code(text.language).direction == "rtl"
    subject = text.subject.fill(values, style=ListStyle.COMMAS) if text.subject else ""
    return _Filled(subject.strip(), text.body.fill(values, style=style, isolated=isolated), text.language, text.version)


def _tidy(text: str) -> str:
    """No blanks round the lines, and no gap of more than one empty line where a condition did not hold."""
    tidy = "\n".join([line.strip() for line in text.strip().split("\n")])
    while "\n\n\n" in tidy:
        tidy = tidy.replace("\n\n\n", "\n\n")
    return tidy + "\n"
