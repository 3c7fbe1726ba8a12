# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The small language in which message texts are written.

`{name}` is a value. `[[condition?text]]` says its text only if the condition holds: names joined by `&`, each of them
perhaps with a `!` for "not". That is all: an office can write such a text without breaking it, a text is parsed once,
and filling it in is joining strings. Values are put in last and are never read as syntax.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from itertools import product
from typing import Final

from django.utils.translation import gettext as _

from notifications.kinds import Value

_NAME: Final = r"[a-z][a-z0-9_]*"
_TOKEN: Final = re.compile(rf"\{{({_NAME})\}}|\[\[([^\[\]{{}}?\n]*)\?(.*?)\]\]|\[\[|\]\]|[{{}}]", re.DOTALL)
_TERM: Final = re.compile(rf"\s*(!?)\s*({_NAME})\s*")
# What word processors put where somebody pressed Shift and Return, and other ends of lines.
_LINE_END: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

# In values all of these are spaces: no value may begin a line or paragraph of its own.
_BREAKING: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# Marks that would turn around the words behind the value.
_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
# What mail programs turn into a link, or what only looks like a name. Whoever types an advertisement as a name could
# otherwise have the office send it to strangers.
_NOT_A_NAME: Final = re.compile(r"[/:@<>\\\[\]{}=]|\w\.\w{2,}|\d{4,}|\bwww\b", re.IGNORECASE)
_LONGEST_NAME: Final = 60
_MOST_ASKED: Final = 8
"""Each further name doubles what has to be tried."""
_FIRST_STRONG, _POP = "\u2068", "\u2069"


class TextFault(ValueError):
    """A text that cannot be read. `line` counts from 1; `sentence` is German, for whoever writes the text."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(f"{line}: {sentence}")
        self.line = line
        self.sentence = sentence


class MissingValue(LookupError):
    """A text names a value that its kind does not give, or shows a flag, which has no words."""


class ListStyle(Enum):
    """How a list is said: lines of their own (`- a`), or one after the other in a sentence."""

    LINES = auto()
    COMMAS = auto()


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a value."""

    name: str

    def __str__(self) -> str:
        return f"{{{self.name}}}"


@dataclass(frozen=True, slots=True)
class Term:
    name: str
    wanted: bool

    def __str__(self) -> str:
        return self.name if self.wanted else f"!{self.name}"


@dataclass(frozen=True, slots=True)
class Choice:
    """Words that are said only if all terms hold."""

    terms: tuple[Term, ...]
    pieces: tuple[str | Slot, ...]

    def __str__(self) -> str:
        return f"[[{'&'.join(map(str, self.terms))}?{''.join(map(str, self.pieces))}]]"


@dataclass(frozen=True)
class Pattern:
    """A text that was read. `str()` writes it again."""

    pieces: tuple[str | Slot | Choice, ...]

    def __str__(self) -> str:
        return "".join(map(str, self.pieces))

    @cached_property
    def shown(self) -> frozenset[str]:
        """The names of values that are said somewhere."""
        return frozenset(slot.name for slot in self._slots())

    @cached_property
    def asked(self) -> frozenset[str]:
        """The names that conditions ask about."""
        choices = (piece for piece in self.pieces if isinstance(piece, Choice))
        return frozenset(term.name for choice in choices for term in choice.terms)

    @cached_property
    def names(self) -> frozenset[str]:
        return self.shown | self.asked

    def always_says(self, *names: str) -> bool:
        """Is one of these values said whichever conditions hold, as long as there are such values?"""
        told = {Slot(name) for name in names}
        if told.intersection(self.pieces):
            return True
        saying = [piece for piece in self.pieces if isinstance(piece, Choice) and told.intersection(piece.pieces)]
        asked = sorted({term.name for choice in saying for term in choice.terms} - set(names))
        if not saying or len(asked) > _MOST_ASKED:
            return False
        given = dict.fromkeys(names, True)
        return all(
            any(_holds(choice, {**given, **dict(zip(asked, answers, strict=True))}) for choice in saying)
            for answers in product((True, False), repeat=len(asked))
        )

    def fill(self, values: Mapping[str, Value], *, style: ListStyle, isolated: bool = False) -> str:
        """The finished text. Raises MissingValue.

        `isolated`: each value but the link keeps its own direction, for texts that run from right to left.
        """
        said = {name: _said(name, values, style, isolated=isolated) for name in self.names}
        out: list[str] = []
        for piece in self.pieces:
            if isinstance(piece, str):
                out.append(piece)
            elif isinstance(piece, Slot):
                out.append(_words(piece, said))
            elif _holds(piece, said):
                out += [part if isinstance(part, str) else _words(part, said) for part in piece.pieces]
        return "".join(out)

    def _slots(self) -> list[Slot]:
        inner = [part for piece in self.pieces if isinstance(piece, Choice) for part in piece.pieces]
        return [part for part in (*self.pieces, *inner) if isinstance(part, Slot)]


def parse(text: str) -> Pattern:
    """Read a text. Raises TextFault."""
    text = _LINE_END.sub("\n", text)
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        raise TextFault(line, _("Hier steht ein unsichtbares Steuerzeichen. Bitte löschen Sie es."))
    return Pattern(tuple(_pieces(text, line=1, inside=False)))


def _pieces(text: str, *, line: int, inside: bool) -> Iterator[str | Slot | Choice]:
    """`inside`: these are the words of a condition, which hold values but no further condition."""
    end = 0
    for token in _TOKEN.finditer(text):
        if token.start() > end:
            yield text[end : token.start()]
        end = token.end()
        here = line + text.count("\n", 0, token.start())
        name, condition, words = token.groups()
        if name:
            yield Slot(name)
        elif inside and token.group().startswith("[["):
            raise TextFault(
                here, _("In einer Bedingung kann keine zweite stehen. Schließen Sie die erste vorher mit ]].")
            )
        elif condition is None:
            raise TextFault(here, _FAULTS[token.group()]())
        else:
            said = _pieces(words, line=here, inside=True)
            terms = tuple(_term(term, here) for term in condition.split("&"))
            yield Choice(terms, tuple(piece for piece in said if not isinstance(piece, Choice)))
    if end < len(text):
        yield text[end:]


def _term(text: str, line: int) -> Term:
    found = _TERM.fullmatch(text)
    if not found:
        raise TextFault(line, _("Vor dem Fragezeichen fehlt ein Name. Richtig ist zum Beispiel: [[name? {name}]]"))
    return Term(found[2], wanted=not found[1])


def _stray_brace() -> str:
    return _("Hier steht eine geschweifte Klammer ohne Platzhalter. Richtig ist zum Beispiel: {link}")


def _stray_opening() -> str:
    return _("Diese Bedingung ist nicht vollständig. Richtig ist zum Beispiel: [[name? {name}]]")


def _stray_closing() -> str:
    return _("Hier endet eine Bedingung mit ]], die nicht begonnen hat.")


_FAULTS: Final = {"{": _stray_brace, "}": _stray_brace, "[[": _stray_opening, "]]": _stray_closing}


def _holds(choice: Choice, said: Mapping[str, object]) -> bool:
    for term in choice.terms:  # noqa: SIM110 -- a generator per condition costs more than the rest of the filling
        if bool(said[term.name]) is not term.wanted:
            return False
    return True


def _words(slot: Slot, said: Mapping[str, str | int | bool]) -> str:
    words = said[slot.name]
    if isinstance(words, str):
        return words
    if isinstance(words, bool):
        raise MissingValue(f"{slot.name} is a flag and has no words")
    return str(words)


def _said(name: str, values: Mapping[str, Value], style: ListStyle, *, isolated: bool) -> str | int | bool:
    """A value as the text says it; a number or flag stays one, so that a condition can ask it."""
    try:
        value = values[name]
    except KeyError:
        raise MissingValue(name) from None
    if isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return _isolated(harmless(name, value)) if isolated and name != "link" else harmless(name, value)
    items = [item for item in (harmless(name, item) for item in value) if item]
    if isolated:
        items = [_isolated(item) for item in items]
    return "\n".join(f"- {item}" for item in items) if style is ListStyle.LINES else ", ".join(items)


def harmless(name: str, value: str) -> str:
    """No value may begin a line, a list or a paragraph of its own, and a name may not be a message."""
    if not value.isprintable():  # hardly ever, and looking closer would double what a message costs
        value = _BREAKING.sub(" ", _TURNING.sub("", value))
    line = " ".join(value.split()).lstrip("- ")
    unfit = name == "name" and (len(line) > _LONGEST_NAME or _NOT_A_NAME.search(line))
    return "" if unfit else line


def _isolated(text: str) -> str:
    return f"{_FIRST_STRONG}{text}{_POP}" if text else ""
