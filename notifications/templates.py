# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Turns values into the words of a message.

A text is a Django template `messages/<kind>/<channel>.<language>.txt`, found in any app's templates folder; of an
e-mail the first line is `Subject: …`. The HTML part is made from the finished text and nothing else, so the two can
never say different things: paragraphs, lists ("- "), and one link, the appointment's own.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.template import Context, Engine, TemplateDoesNotExist
from django.template.base import Template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from jobcenter_portal.kernel import gsm7
from jobcenter_portal.web.languages import language_by_code
from notifications.channels.base import Channel
from notifications.kinds import Value

FALLBACK_LANGUAGE: Final = "de"
_MISSING: Final = "\x00missing\x00"
_SUBJECT: Final = "Subject: "
_KEY = re.compile(r"[a-z0-9_-]{1,32}")
# What mail programs turn into a link, or what only looks like a name. Whoever types an advertisement as a name could
# otherwise have the office send it to strangers.
_NOT_A_NAME = re.compile(r"[/:@<>\\\[\]{}=]|\w\.\w{2,}|\d{4,}|\bwww\b", re.IGNORECASE)
_LONGEST_NAME: Final = 60


class TemplateFault(ValueError):
    """A text is missing, has no subject line, or names a value that the kind does not give."""


@dataclass(frozen=True, slots=True)
class EmailText:
    """`language` is that of the text, which is German where the wished one has none yet."""

    subject: str
    text: str
    html: str
    language: str


@dataclass(frozen=True, slots=True)
class SmsText:
    """`parts`: how many SMS it becomes."""

    text: str
    parts: int
    language: str


@cache
def engine() -> Engine:
    """Plain text needs no escaping; a missing value is made visible, and refused after rendering."""
    return Engine(app_dirs=True, autoescape=False, string_if_invalid=_MISSING)


def render_email(kind: str, language: str, values: Mapping[str, Value], *, sender: str) -> EmailText:
    """Raises TemplateFault. `sender` is the name the office shows; it heads the HTML part."""
    raw, found = _fill(kind, Channel.EMAIL, language, values)
    first, _, rest = raw.lstrip().partition("\n")
    if not first.startswith(_SUBJECT):
        raise TemplateFault(f"{kind}: the first line is not a subject")
    text = _tidy(rest)
    link = str(values.get("link", ""))
    return EmailText(first.removeprefix(_SUBJECT).strip(), text, _html(text, found, link=link, sender=sender), found)


def render_sms(kind: str, language: str, values: Mapping[str, Value]) -> SmsText:
    """Raises TemplateFault. One line; typographic characters that would halve an SMS are replaced."""
    raw, found = _fill(kind, Channel.SMS, language, values)
    text = gsm7.sanitise(" ".join(raw.split()))
    return SmsText(text, gsm7.segments(text).parts, found)


def _fill(kind: str, channel: Channel, language: str, values: Mapping[str, Value]) -> tuple[str, str]:
    template, found = _template(kind, channel, language)
    text = template.render(Context({key: _harmless(key, value) for key, value in values.items()}, autoescape=False))
    if _MISSING in text:
        raise TemplateFault(f"{kind}/{channel}.{found}: a value is missing")
    return text, found


def _template(kind: str, channel: Channel, language: str) -> tuple[Template, str]:
    if not _KEY.fullmatch(kind) or not _KEY.fullmatch(language):
        raise TemplateFault("kind or language malformed")
    for code in (language, FALLBACK_LANGUAGE):
        try:
            return engine().get_template(f"messages/{kind}/{channel}.{code}.txt"), code
        except TemplateDoesNotExist:
            continue
    raise TemplateFault(f"{kind}: no text for {channel}")


def _harmless(key: str, value: Value) -> Value:
    """No value may begin a line or paragraph of its own, and a name may not be a message."""
    if isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        line = " ".join("".join(" " if _breaks(character) else character for character in value).split())
        unfit = key == "name" and (len(line) > _LONGEST_NAME or _NOT_A_NAME.search(line))
        return "" if unfit else line
    return [str(_harmless(key, item)) for item in value]


def _breaks(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Zl", "Zp", "Cs"}


def _tidy(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def _html(text: str, language: str, *, link: str, sender: str) -> str:
    known = language_by_code(language)
    blocks = [_block(block.splitlines(), link) for block in text.strip().split("\n\n")]
    frame = engine().get_template("notifications/email.html")
    return frame.render(
        Context({"blocks": blocks, "sender": sender, "language": known.code, "direction": known.direction})
    )


def _block(lines: Sequence[str], link: str) -> SafeString:
    """One paragraph, with the lists in it."""
    html: list[str] = []
    items: list[str] = []
    plain: list[str] = []
    for line in [*lines, None]:
        if line is not None and line.startswith("- "):
            html += _paragraph(plain)
            items.append(format_html("<li>{}</li>", _linked(line[2:], link)))
            continue
        html += ["<ul>" + "".join(items) + "</ul>"] if items else []
        items = []
        if line is not None:
            plain.append(_linked(line, link))
    return mark_safe("".join([*html, *_paragraph(plain)]))  # noqa: S308 -- every piece of it was escaped above


def _paragraph(lines: list[str]) -> list[str]:
    """Take the collected lines away as one paragraph, or as nothing."""
    html = ["<p>" + "<br>".join(lines) + "</p>"] if lines else []
    lines.clear()
    return html


def _linked(line: str, link: str) -> SafeString:
    """Escape a line and make the one known link clickable; any other address stays text."""
    if not link.startswith(("https://", "http://")) or link not in line:
        return escape(line)
    before, _, after = line.partition(link)
    return format_html('{}<a href="{}">{}</a>{}', before, link, link, after)
