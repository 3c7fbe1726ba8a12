# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Letters to print, and a look at the sheets: what stands where, in millimetres from the upper left corner."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTChar, LTComponent, LTContainer, LTFigure
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1

from notifications.channels.base import LetterText, OutgoingLetter
from notifications.channels.letter.typesetting import typeset

AT = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
ADDRESS = ("Frau", "Käthe Schneider-Süß", "c/o Bondarenko", "Robert-Kircher-Straße 24", "36037 Fulda")
GERMAN = LetterText(
    "de",
    "Ihr Termin am Montag, 14. Dezember 2026, 08:30 Uhr",
    "Guten Tag Käthe Schneider-Süß,\n\nIhr Termin steht fest.\n\nBitte bringen Sie mit:\n- Pass\n- Mietvertrag\n\n"
    "Telefon 0661 6006-8080. Ihr Termin-Code ist ABCD-EFGH-JKMN-PQRS-T.",
)
ARABIC = LetterText(
    "ar",
    "موعدك يوم الاثنين، الساعة 08:30",
    "تم تأكيد موعدك.\n\nاتصل بنا: \u20680661 6006-8080\u2069\nرمز موعدك: \u2068ABCD-EFGH-JKMN-PQRS-T\u2069",
)
UKRAINIAN = LetterText("uk", "Ваш термін у понеділок", "Доброго дня!\n\nВаш термін підтверджено. Ґанок, їжак, є.")
_POINTS_PER_MM = 72 / 25.4


def letter(*texts: LetterText, **changes: Any) -> OutgoingLetter:
    values: dict[str, Any] = {
        "reference": "0f" * 16,
        "address": ADDRESS,
        "return_line": "Postfach 12 34, 36037 Fulda",
        "sender_name": "Terminservice",
        "texts": texts or (GERMAN,),
        "link": "https://jc-fulda.example/a/3fG7kQ9zX1bTq2R",
        "day": date(2026, 11, 23),
    }
    return OutgoingLetter(**(values | changes))


def printed(*letters: OutgoingLetter, both_sides: bool = True) -> bytes:
    return typeset(letters or (letter(),), title="Briefe", at=AT, both_sides=both_sides)


@dataclass(frozen=True)
class Mark:
    """Something on paper: one letter of a word, or (with an empty text) a line, a bar, a picture."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, left: float, top: float, right: float, bottom: float) -> bool:
        return self.left < right and self.right > left and self.top < bottom and self.bottom > top

    def lies_in(self, left: float, top: float, right: float, bottom: float) -> bool:
        return left <= self.left and self.right <= right and top <= self.top and self.bottom <= bottom


def sheets(pdf: bytes) -> list[list[Mark]]:
    """Every mark of every page, in the order in which it is drawn."""
    pages = extract_pages(io.BytesIO(pdf), laparams=LAParams(boxes_flow=None, all_texts=True))
    return [[_mark(each, page.height) for each in _leaves(page)] for page in pages]


def words(marks: list[Mark]) -> str:
    """Without space, so that breaking lines changes nothing."""
    return "".join(mark.text for mark in marks if not mark.text.isspace())


def said(pdf: bytes) -> str:
    return "".join(words(marks) for marks in sheets(pdf))


def catalogue(pdf: bytes) -> dict[str, Any]:
    """The root of the file."""
    found: dict[str, Any] = PDFDocument(PDFParser(io.BytesIO(pdf))).catalog
    return {name: resolve1(value) for name, value in found.items()}


def elements(pdf: bytes) -> Iterator[dict[str, Any]]:
    """The structure that a screen reader walks, from the outside to the inside."""
    waiting = [catalogue(pdf)["StructTreeRoot"]]
    while waiting:
        node = resolve1(waiting.pop(0))
        if isinstance(node, list):
            waiting = node + waiting
        elif isinstance(node, dict):
            if "S" in node:
                yield {name: resolve1(value) for name, value in node.items() if name not in {"K", "P", "Pg"}}
            if "K" in node:
                waiting = [node["K"], *waiting]


def _leaves(component: LTComponent) -> Iterator[LTComponent]:
    if isinstance(component, LTContainer):
        for each in component:
            if isinstance(each, LTComponent):
                yield from _leaves(each)
    elif isinstance(component, LTFigure) or type(component).__name__ != "LTAnno":
        yield component


def _mark(component: LTComponent, height: float) -> Mark:
    text = component.get_text() if isinstance(component, LTChar) else ""
    left, bottom, right, top = component.bbox
    return Mark(text, *(round(points / _POINTS_PER_MM, 2) for points in (left, height - top, right, height - bottom)))
