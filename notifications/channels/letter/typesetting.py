# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Letters as one PDF: made for window envelopes (DIN 5008 form B), and tagged for screen readers (PDF/UA-1).

Typst sets the pages after letter.typ. What a letter says reaches it as data and is only ever set as text, so no
address and no name can be a command. Equal letters and an equal date give equal bytes, however often they are set.
"""

import io
import json
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import segno
import structlog

from notifications.channels.base import LetterText, OutgoingLetter
from notifications.channels.letter.press import CANNOT_BE_SET, NO_FONTS, CannotBeSet, NoFonts, Pages

log = structlog.get_logger(__name__)
_ROOT: Final = Path(__file__).resolve().parents[3]
_PATIENCE_S: Final = 120.0
_ITEM: Final = "- "
# They stand between letters of Persian, and around numbers in text from right to left. Any other invisible sign could
# turn a line round, or hide in it.
_JOINERS_AND_ISOLATES: Final = frozenset("\u200c\u200d\u2066\u2067\u2068\u2069")
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class PressFailed(RuntimeError):
    """The typesetter broke or took too long. Nothing is lost: it may be asked again."""


def typeset(letters: Sequence[OutgoingLetter], *, title: str, at: datetime, both_sides: bool) -> bytes:
    """One PDF of all letters. `at` (aware) is the date of the file; `both_sides` lets each letter begin on a front.

    A sign that the typefaces do not have becomes a question mark. Raises NoFonts, CannotBeSet, PressFailed.
    """
    return press({"pages": pages_of(letters, title=title, both_sides=both_sides)}, at=at)


def press(order: Mapping[str, Any], *, at: datetime) -> bytes:
    """What press.py makes of `pages` or of a `sheet`, in a process of its own. Raises as `typeset` does."""
    # Typst refuses a date with fractions of a second, which every real one has.
    whole = {**order, "at": at.replace(microsecond=0).isoformat()}
    command = [sys.executable, "-m", "notifications.channels.letter.press"]
    try:
        done = subprocess.run(  # noqa: S603 -- our own module; what a letter says goes through the pipe
            command, input=json.dumps(whole).encode(), capture_output=True, cwd=_ROOT, timeout=_PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired:
        # Without its cause: that holds the order.
        raise PressFailed("the typesetter took too long") from None
    match done.returncode:
        case 0:
            return done.stdout
        case code if code == NO_FONTS:
            raise NoFonts("no typefaces for letters; `make assets` writes them")
        case code if code == CANNOT_BE_SET:
            raise CannotBeSet(json.loads(done.stdout))
        case code:
            log.error("the typesetter failed", code=code)  # not its words, which could repeat those of a letter
            raise PressFailed(f"the typesetter ended with {code}")


def pages_of(letters: Sequence[OutgoingLetter], *, title: str, both_sides: bool) -> Pages:
    """Letters as letter.typ reads them: lines of visible signs, paragraphs and lists."""
    if not letters:
        raise ValueError("there is no letter")
    return {"title": title, "both_sides": both_sides, "letters": [_letter(letter) for letter in letters]}


def _letter(letter: OutgoingLetter) -> dict[str, Any]:
    return {
        "sender_name": visible(letter.sender_name),
        "return_line": visible(letter.return_line),
        "address": [visible(line) for line in letter.address],
        "day": f"{letter.day:%d.%m.%Y}",
        "mark": visible(letter.mark),
        "link": visible(letter.link),
        "qr": qr(letter.link) if letter.link else "",
        # A language that has no words of its own yet came as German, which would then stand there twice.
        "parts": [_part(text) for text in dict.fromkeys(letter.texts)],
    }


def _part(text: LetterText) -> dict[str, Any]:
    # Leichte Sprache is German to a screen reader; the typesetter takes codes of two or three letters.
    language = text.language.partition("-")[0]
    return {"language": language, "subject": visible(text.subject), "blocks": list(_blocks(text.text))}


def _blocks(text: str) -> Iterator[dict[str, Any]]:
    """Paragraphs stand between empty lines; lines that begin with "- " are a list, wherever they stand."""
    lines = [visible(line) for line in text.splitlines()]
    for kind, run in groupby(lines, key=lambda line: "list" if line.startswith(_ITEM) else "text" if line else ""):
        if kind:
            yield {"kind": kind, "lines": [line.removeprefix(_ITEM) if kind == "list" else line for line in run]}


def visible(line: str) -> str:
    """One line of signs that show. Composed, because a typeface may lack the mark and have the letter with it."""
    kept = "".join(
        " " if sign.isspace() else sign
        for sign in unicodedata.normalize("NFC", line)
        if sign.isspace() or sign in _JOINERS_AND_ISOLATES or unicodedata.category(sign) not in _INVISIBLE
    )
    return " ".join(kept.split())


def qr(text: str) -> str:
    drawn = io.BytesIO()
    segno.make_qr(text, error="m").save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue().decode()
