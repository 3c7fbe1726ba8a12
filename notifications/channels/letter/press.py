# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The typesetter, as a process of its own: `python -m notifications.channels.letter.press`.

It sets batches of letters, the sheet that somebody prints of their own appointment, and tables.

It reads one order as JSON from standard input and writes the PDF to standard output. A process for each file, because
Typst keeps what it has worked out for as long as its process lives (messense/typst-py, issue 104): 1,800 letters left
400 MB in the one that had set them. Nothing of a letter is ever an argument or a variable, which others could read.
"""

import json
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

FONTS: Final = Path(__file__).resolve().parents[3] / "build" / "letters"
"""Written by `make assets`, never committed."""
NO_FONTS: Final = 3
CANNOT_BE_SET: Final = 4
"""Exit codes. With the second, standard output has the places of the letters at fault as a JSON list."""
_TEMPLATE: Final = Path(__file__).with_name("letter.typ")
_SHEET: Final = Path(__file__).with_name("sheet.typ")
_TABLE: Final = Path(__file__).with_name("table.typ")
_ONE_SIGN: Final = b"""#set document(title: "?")
#set text(font: ("Fira Sans", "Vazirmatn"), fallback: false)
#sys.inputs.data"""
_INSTEAD: Final = "?"

Pages = Mapping[str, Any]
"""`title`, `both_sides`, and `letters` as letter.typ reads them."""


class NoFonts(RuntimeError):
    """The typefaces of letters are not on this machine: `make assets` writes them."""


class CannotBeSet(ValueError):
    """Letters that no page can be made of, by their place from 0. The typesetter's own words would repeat the text."""

    def __init__(self, places: Sequence[int]) -> None:
        super().__init__("letters that cannot be set")
        self.places = tuple(places)


def print_pages(pages: Pages, at: datetime) -> bytes:
    """The PDF. A sign that the typefaces do not have becomes a question mark. Raises NoFonts, CannotBeSet."""
    pdf = _set(pages, at)
    if pdf is None:
        pages = _legible(pages)
        pdf = _set(pages, at)
    if pdf is None:
        letters = pages["letters"]
        at_fault = [n for n, letter in enumerate(letters) if _set({**pages, "letters": [letter]}, at) is None]
        raise CannotBeSet(at_fault or range(len(letters)))
    return pdf


def print_sheet(sheet: Mapping[str, Any], at: datetime) -> bytes:
    """One appointment on one page, as sheet.typ reads it. Raises NoFonts, CannotBeSet."""
    return _print(_SHEET, sheet, at)


def print_table(table: Mapping[str, Any], at: datetime) -> bytes:
    """As table.typ reads it. Raises NoFonts, CannotBeSet."""
    return _print(_TABLE, table, at)


def _print(path: Path, said: Mapping[str, Any], at: datetime) -> bytes:
    template = path.read_bytes()
    pdf = _compiled(template, json.dumps(said), at) or _compiled(template, json.dumps(_legible(said)), at)
    if pdf is None:
        raise CannotBeSet([0])
    return pdf


def _set(pages: Pages, at: datetime) -> bytes | None:
    return _compiled(_TEMPLATE.read_bytes(), json.dumps(pages), at)


def _compiled(template: bytes, data: str, at: datetime | None = None) -> bytes | None:
    """None where Typst refuses; under PDF/UA it does so for a sign that no typeface has."""
    try:
        pdf, _warnings = typst.compile_with_warnings(
            template,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": data},
            pdf_standards=["ua-1"],
            timestamp=at,
        )
    except typst.TypstError:
        return None
    return pdf


@cache
def _fonts() -> typst.Fonts:
    """Ours alone, so that a letter looks the same wherever it is set."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    if not fonts.families():
        raise NoFonts("no typefaces for letters; `make assets` writes them")
    return fonts


def _legible(value: Any) -> Any:
    """The same with a question mark for every sign that cannot be set. Slow; done for rare signs only."""
    if isinstance(value, str):
        return "".join(sign if sign.isascii() or _can_be_set(sign) else _INSTEAD for sign in value)
    if isinstance(value, list):
        return [_legible(each) for each in value]
    return {key: _legible(each) for key, each in value.items()} if isinstance(value, Mapping) else value


@cache
def _can_be_set(sign: str) -> bool:
    # A mark is tried with a letter under it, as it stands in words.
    return _compiled(_ONE_SIGN, f"a{sign}" if unicodedata.category(sign).startswith("M") else sign) is not None


def _printed(order: Mapping[str, Any], at: datetime) -> bytes:
    if "sheet" in order:
        return print_sheet(order["sheet"], at)
    return print_table(order["table"], at) if "table" in order else print_pages(order["pages"], at)


def main() -> int:
    order = json.load(sys.stdin.buffer)
    at = datetime.fromisoformat(order["at"])
    try:
        pdf = _printed(order, at)
    except NoFonts:
        return NO_FONTS
    except CannotBeSet as fault:
        sys.stdout.buffer.write(json.dumps(fault.places).encode())
        return CANNOT_BE_SET
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
