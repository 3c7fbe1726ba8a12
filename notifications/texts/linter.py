# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is wrong with a text, said so that whoever wrote it can put it right.

Errors are never saved. A warning is for the office to weigh, such as an SMS that becomes two; the portal's own texts
have none (tests/notifications/texts/test_linter.py).
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jobcenter_portal.kernel import gsm7
from notifications.channels.base import Channel
from notifications.kinds import Placeholder
from notifications.texts.placeholders import every_case, placeholders_of, worst_case
from notifications.texts.syntax import ListStyle, Pattern, TextFault, parse
from notifications.texts.words import JOBCENTER, Harm, words_for

SUBJECT, BODY = "subject", "body"
LONGEST_SUBJECT: Final = 200
"""As much as its column takes; a subject of half of it is cut off on every phone."""
LONGEST_BODY: Final = 4000
LONGEST_SMS: Final = 1000
"""Seven times what one SMS holds; a longer one would only be typed by mistake."""
ROOM: Final[Mapping[gsm7.Encoding, int]] = {gsm7.Encoding.GSM7: 160, gsm7.Encoding.UCS2: 70}
"""What fits into an SMS that stays alone."""
_END_OF_LATIN: Final = 0x250
_SYNTAX: Final = re.compile(r"\{[a-z0-9_]+\}|\[\[[^\[\]{}?\n]*\?|\]\]")
_MARKUP: Final = re.compile(r"<\s*[a-z/!][^>\n]*>?|&(?:[a-z]+|#\d+);", re.IGNORECASE)
_ADDRESS: Final = re.compile(
    # Each run of letters is tried from its beginning alone: `\S+@\S+` took half a minute for a page full of @.
    r"\b(?:https?|mailto|tel|ftp):\S*|\bwww\.\S*|(?<![^\s@])[^\s@]+@[^\s@]+\.\w+|"
    r"(?<![\w-])[\w-]+(?:\.[\w-]+)*\."
    r"(?:de|com|net|org|info|eu|io|app|me|ly|ru|ua|tr|ir|at|ch|co|biz|link|page|example)\b\S*",
    re.IGNORECASE,
)


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know. `part` is "subject" or "body"; `line` counts from 1 in that part, 0 is the part as a whole."""

    severity: Severity
    part: str
    line: int
    sentence: str


def check(
    kind: str,
    channel: Channel,
    language: str,
    subject: str,
    body: str,
    *,
    discreet: bool,
    words: Collection[str] = (),
    office: Collection[str] = (),
) -> list[Finding]:
    """Everything there is to say about a text, errors first. Raises UnknownKind.

    `words` are what this Jobcenter calls its services, `office` is what it calls itself.
    """
    known = placeholders_of(kind)
    if too_long := too_long_to_read(channel, subject, body):
        return too_long
    found: list[Finding] = []
    if channel is not Channel.SMS:
        found += _in_part(SUBJECT, subject, known, channel, language, _secret(discreet, office))
        found += _about_subject(subject, known, channel)
        found += _service_words(SUBJECT, subject, words, Severity.ERROR)
    found += _in_part(BODY, body, known, channel, language, _secret(discreet, office))
    found += _service_words(BODY, body, words, Severity.ERROR if channel is Channel.SMS else Severity.WARNING)
    pattern = _readable(body)
    if pattern is not None and body.strip() and pattern.names <= known.keys():
        found += _missing(pattern, known)
        found += _about_sms(pattern, kind, language) if channel is Channel.SMS else _lists_alone(body, known)
    order = list(Severity)
    return sorted(found, key=lambda finding: (order.index(finding.severity), finding.part == BODY, finding.line))


def too_long_to_read(channel: Channel, subject: str, body: str) -> list[Finding]:
    """Looked at first: to read a book word by word keeps everybody else waiting."""
    parts = [(BODY, body, LONGEST_SMS if channel is Channel.SMS else LONGEST_BODY)]
    if channel is not Channel.SMS:
        parts.insert(0, (SUBJECT, subject, LONGEST_SUBJECT))
    sentence = _("Dieser Text ist zu lang: Er hat %(length)d Zeichen, möglich sind %(room)d.")
    return [
        Finding(Severity.ERROR, part, 0, sentence % {"length": length, "room": room})
        for part, text, room in parts
        if (length := len(text.replace("\r\n", "\n"))) > room
    ]


def _readable(text: str) -> Pattern | None:
    try:
        return parse(text)
    except TextFault:
        return None


def _in_part(
    part: str,
    text: str,
    known: Mapping[str, Placeholder],
    channel: Channel,
    language: str,
    secret: Collection[re.Pattern[str]],
) -> Iterator[Finding]:
    """What may stand nowhere."""
    try:
        pattern = parse(text)
    except TextFault as fault:
        yield Finding(Severity.ERROR, part, fault.line, fault.sentence)
        return
    text = str(pattern)  # with one kind of line ends
    if not text.strip():
        yield Finding(Severity.ERROR, part, 0, _("Hier fehlt der Text."))
        return
    for number, line in enumerate(text.split("\n"), start=1):
        for sentence in _names_in(line, known):
            yield Finding(Severity.ERROR, part, number, sentence)
        for sentence in _words_in(_SYNTAX.sub(" ", line), language, secret, is_seen=_is_seen(part, channel)):
            yield Finding(Severity.ERROR, part, number, sentence)


def _is_seen(part: str, channel: Channel) -> bool:
    """Does it show where others read along?"""
    return channel is Channel.SMS or (part == SUBJECT and channel is Channel.EMAIL)


def _names_in(line: str, known: Mapping[str, Placeholder]) -> Iterator[str]:
    pattern = _readable_line(line)
    for name in sorted((pattern.shown | pattern.asked) - known.keys()):
        near = get_close_matches(name, known, n=1)
        meant = _(" Meinten Sie {%(name)s}?") % {"name": near[0]} if near else ""
        yield _("{%(name)s} gibt es in dieser Nachricht nicht.") % {"name": name} + meant
    for name in sorted(pattern.shown & known.keys()):
        if isinstance(known[name].example, bool):
            yield _("%(name)s ist nur eine Bedingung. Richtig ist zum Beispiel: [[%(name)s?Text]]") % {"name": name}


def _readable_line(line: str) -> Pattern:
    """One line of a text that can be read. Of a condition over several lines it holds only the beginning or the end."""
    opened = re.findall(r"\[\[([^\[\]{}?\n]*)\?", line)
    names = [term.strip().lstrip("!").strip() for condition in opened for term in condition.split("&")]
    return parse("".join([*re.findall(r"\{[a-z0-9_]+\}", line), *(f"[[{name}?x]]" for name in names)]))


def _words_in(plain: str, language: str, secret: Collection[re.Pattern[str]], *, is_seen: bool) -> Iterator[str]:
    if markup := _MARKUP.search(plain):
        yield _("„%(words)s“ sieht nach HTML aus. Nachrichten sind einfacher Text.") % {"words": markup[0].strip()}
    elif address := _ADDRESS.search(plain):
        yield _(
            "„%(words)s“ wird in vielen Programmen zu einem Link. Der einzige Link ist {link}. "
            "Nach einem Satzende gehört ein Leerzeichen."
        ) % {"words": address[0]}
    for words in words_for(language):
        if words.harm is Harm.PRIVATE and not is_seen:
            continue
        if found := words.pattern.search(plain):
            yield _why(words.harm) % {"words": _whole_word(plain, found)}
    if named := next(filter(None, (pattern.search(plain) for pattern in secret)), None):
        yield _(
            "„%(words)s“: Ihre Nachrichten sind verschwiegen. Wer mitliest, soll nicht erfahren, von wem sie kommen."
        ) % {"words": named[0]}


def _why(harm: Harm) -> str:
    return {
        Harm.MONEY: _("„%(words)s“ verrät anderen, dass es um Geld vom Amt geht. Bitte schreiben Sie es neutral."),
        Harm.THREAT: _(
            "„%(words)s“ klingt nach einer Drohung oder nach Rechtsfolgen. So etwas steht nie in einer "
            "Termin-Nachricht, sondern nur in einem förmlichen Schreiben."
        ),
        Harm.NUMBER: _("„%(words)s“: Nummern von Akten, Kunden und Konten stehen in keiner Nachricht."),
        Harm.NEAR_DAY: _("„%(words)s“ ist falsch, wenn die Nachricht später gelesen wird. Nennen Sie den Tag."),
        Harm.TONE: _("„%(words)s“ schreiben wir nicht. Bitte sagen Sie es einfach, freundlich und mit „Sie“."),
        Harm.PRIVATE: _("„%(words)s“: Das ist privat, und hier lesen andere mit."),
    }[harm]


def _whole_word(line: str, found: re.Match[str]) -> str:
    start, end = found.span()
    while start > 0 and line[start - 1].isalnum():
        start -= 1
    while end < len(line) and line[end].isalnum():
        end += 1
    return line[start:end]


def _secret(discreet: bool, office: Collection[str]) -> list[re.Pattern[str]]:  # noqa: FBT001 -- asked once
    if not discreet:
        return []
    return [JOBCENTER, *(_as_words(name) for name in office if name)]


def _service_words(part: str, text: str, words: Collection[str], severity: Severity) -> Iterator[Finding]:
    for number, line in enumerate(_SYNTAX.sub(" ", text).split("\n"), start=1):
        for word in sorted(words):
            if word and _as_words(word).search(line):
                yield Finding(
                    severity,
                    part,
                    number,
                    _("„%(words)s“ ist der Name eines Anliegens. Nachrichten sagen nicht, warum jemand kommt.")
                    % {"words": word},
                )


def _as_words(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)


def _about_subject(subject: str, known: Mapping[str, Placeholder], channel: Channel) -> Iterator[Finding]:
    pattern = _readable(subject)
    if pattern is None:
        return
    if "\n" in str(pattern).strip():
        yield Finding(Severity.ERROR, SUBJECT, 0, _("Der Betreff hat nur eine Zeile."))
    if channel is not Channel.EMAIL:
        return
    for name in sorted(pattern.shown & known.keys()):
        if not known[name].is_open:
            yield Finding(
                Severity.ERROR,
                SUBJECT,
                1,
                _("{%(name)s} gehört nicht in den Betreff: Ihn sehen auch andere.") % {"name": name},
            )


def _missing(pattern: Pattern, known: Mapping[str, Placeholder]) -> Iterator[Finding]:
    """What people must learn from every text of the kind, whichever conditions hold."""
    telling: dict[str, list[str]] = {}
    for name, placeholder in known.items():
        if placeholder.tells:
            telling.setdefault(placeholder.tells, []).append(name)
    for names in telling.values():
        if not pattern.always_says(*names):
            choice = _(" oder ").join(f"{{{name}}}" for name in names)
            yield Finding(
                Severity.ERROR,
                BODY,
                0,
                _("Es fehlt %(names)s. Das muss immer im Text stehen, nicht nur unter einer Bedingung.")
                % {"names": choice},
            )


def _lists_alone(body: str, known: Mapping[str, Placeholder]) -> Iterator[Finding]:
    lists = [name for name, placeholder in known.items() if isinstance(placeholder.example, list | tuple)]
    for number, line in enumerate(body.split("\n"), start=1):
        for name in lists:
            slot = f"{{{name}}}"
            if slot in line and re.sub(r"\[\[[^\[\]{}?\n]*\?|\]\]", "", line).strip() != slot:
                yield Finding(
                    Severity.ERROR,
                    BODY,
                    number,
                    _("%(name)s ist eine Liste und braucht eine Zeile für sich.") % {"name": slot},
                )


def _about_sms(pattern: Pattern, kind: str, language: str) -> Iterator[Finding]:
    source = str(pattern)
    swapped = sorted({sign for sign in source if not sign.isspace() and gsm7.sanitise(sign) != sign})
    if swapped:
        yield Finding(
            Severity.NOTE,
            BODY,
            0,
            _("Diese Zeichen ersetzen wir durch einfachere, damit die SMS kurz bleibt: %(signs)s")
            % {"signs": " ".join(swapped)},
        )
    longest = max(_counted(pattern, kind, language), key=lambda count: (count.parts, count.units))
    if longest.parts > 1:
        yield Finding(Severity.WARNING, BODY, 0, _too_long(longest, costly_signs(source)))


def _counted(pattern: Pattern, kind: str, language: str) -> Iterator[gsm7.Segments]:
    for values in every_case(kind, pattern, worst_case(kind, language)):
        said = pattern.fill(values, style=ListStyle.COMMAS)
        yield gsm7.segments(gsm7.sanitise(" ".join(said.split())))


def costly_signs(source: str) -> list[str]:
    """Letters of a Latin text that make a phone count each letter twice; nothing for a script of its own."""
    odd = sorted({sign for sign in gsm7.sanitise(source) if not gsm7.is_gsm7(sign)})
    return odd if all(ord(sign) < _END_OF_LATIN or not sign.isalpha() for sign in odd) else []


def _too_long(longest: gsm7.Segments, costly: list[str]) -> str:
    sentence = ngettext(
        "Mit den längsten Werten wird daraus %(parts)d SMS (%(units)d Zeichen, in eine passen %(room)d).",
        "Mit den längsten Werten werden daraus %(parts)d SMS (%(units)d Zeichen, in eine passen %(room)d).",
        longest.parts,
    ) % {"parts": longest.parts, "units": longest.units, "room": ROOM[longest.encoding]}
    if costly:
        sentence += _(" Es liegt auch an diesen Zeichen: %(signs)s") % {"signs": " ".join(costly)}
    return sentence
