# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Letters on paper: what shows through the window, what a screen reader is told, and that nothing said is a command."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.channels.base import LetterText
from notifications.channels.letter import press, typesetting
from notifications.channels.letter.press import CannotBeSet, NoFonts, print_pages
from notifications.channels.letter.typesetting import PressFailed, pages_of
from tests.notifications.channels.paper import (
    ADDRESS,
    ARABIC,
    AT,
    GERMAN,
    UKRAINIAN,
    catalogue,
    elements,
    letter,
    printed,
    said,
    sheets,
    words,
)

WINDOW = (20.0, 45.0, 105.0, 90.0)
"""DIN 5008 form B: left, top, right, bottom of the field for the address."""
SLIP = (10.0, 5.0)
"""How far a folded sheet can slip sideways and up or down in an envelope DIN lang (DIN 680)."""
LONG = LetterText("de", "Ein langer Brief", "\n\n".join(["Ein Absatz mit Wörtern, die eine Zeile füllen. " * 3] * 30))
LINES = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("#$*_@<>[]{}\\/\"'`~^=-+0WMw")), max_size=70
)


def quickly(*letters: object) -> bytes:
    """In this process, for many examples."""
    return print_pages(pages_of(letters, title="Briefe", both_sides=True), AT)  # type: ignore[arg-type]


def visible(text: str) -> str:
    return "".join(typesetting.visible(text).split())


def test_the_window_shows_address_and_return_line_and_nothing_else() -> None:
    (page, *_) = sheets(printed(letter(sender_name="Jobcenter Landkreis Fulda")))
    shown = [mark for mark in page if mark.touches(*WINDOW)]
    assert words(shown) == "Postfach1234,36037Fulda" + "".join("".join(ADDRESS).split())
    assert all(mark.text for mark in shown), "a line, a bar or a picture"
    assert all(mark.lies_in(*WINDOW) for mark in shown)


def test_nothing_else_comes_into_the_window_when_the_sheet_slips() -> None:
    left, top, right, bottom = WINDOW
    sideways, upwards = SLIP
    slipped = (left - sideways, top - upwards, right + sideways, bottom + upwards)
    (page, *_) = sheets(printed(letter(ARABIC, GERMAN, sender_name="Jobcenter Landkreis Fulda")))
    strangers = [mark for mark in page if mark.touches(*slipped) and not mark.lies_in(*WINDOW)]
    assert words(strangers) == ""
    assert [mark for mark in strangers if not mark.text] == []
    # What is not for everybody's eyes does stand on the sheet.
    assert "JobcenterLandkreisFulda" in words(page)
    assert "ABCD-EFGH-JKMN-PQRS-T" in words(page)


def test_the_address_stands_where_sorting_machines_look_for_it() -> None:
    """Below the 17.7 mm for the return line and the post's own notes, and never over the edge (DIN 5008)."""
    (page, *_) = sheets(printed())
    lines = [mark for mark in page if mark.lies_in(20.0, 62.7, 105.0, 90.0)]
    assert words(lines) == "".join("".join(ADDRESS).split())
    assert {round(mark.left) for mark in lines if mark.text in {"F", "K", "c", "R"}} >= {25}


def test_a_line_that_is_too_wide_in_any_size_breaks_instead_of_leaving_the_window() -> None:
    (page, *_) = sheets(printed(letter(address=("W" * 70, "Ẃ" * 70, "36037 Fulda"))))
    address = [mark for mark in page if mark.top > 62.7 and mark.bottom < 95 and mark.left < 115 and mark.text.strip()]
    assert all(mark.lies_in(*WINDOW) for mark in address)
    assert words(address).count("W") == 70


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES.filter(visible), min_size=2, max_size=6), LINES.filter(visible))
def test_no_address_leaves_the_window_whatever_somebody_typed(lines: list[str], return_line: str) -> None:
    (page, *_) = sheets(quickly(letter(address=tuple(lines), return_line=return_line)))
    near = [mark for mark in page if mark.touches(10.0, 40.0, 115.0, 95.0) and not mark.text.isspace()]
    assert all(mark.lies_in(20.0, 45.0, 105.0, 90.2) for mark in near)
    assert words(near)


@settings(max_examples=80, deadline=None)
@given(LINES, LINES, LINES, LINES)
def test_whatever_is_said_is_text_and_never_a_command(name: str, subject: str, text: str, sender: str) -> None:
    words_of_letter = LetterText("de", f"Betreff {subject}", f"Guten Tag {name},\n\n{text}\n\n- {name}")
    pdf = quickly(
        letter(words_of_letter, address=(f"Anna {name}", "36037 Fulda"), sender_name=f"Amt {sender}", link="")
    )
    if (name + subject + text + sender).isascii():
        body = (
            visible(text) if not typesetting.visible(text).startswith("- ") else visible(typesetting.visible(text)[2:])
        )
        for expected in (f"Betreff{visible(subject)}", f"GutenTag{visible(name)},", f"Amt{visible(sender)}", body):
            assert expected in said(pdf)


@pytest.mark.parametrize(
    "hostile",
    [
        '#panic("weg")',
        "#{ while true {} }",
        '#read("/etc/passwd")',
        '#import "@preview/x:1.0.0"',
        "$x^2$ *fett* _schräg_ `code` @marke <marke> // Kommentar /* */",
        "\\u{41} \\ ~ --- ...",
        "= Überschrift",
        "#sys.inputs",
        "]#panic()[",
        '"}]}',
    ],
)
def test_a_name_that_looks_like_a_command_is_printed_as_it_is(hostile: str) -> None:
    pdf = printed(letter(LetterText("de", hostile, f"Guten Tag {hostile},"), address=(hostile, "36037 Fulda")))
    assert said(pdf).count(visible(hostile)) == 3


def test_a_screen_reader_is_told_everything() -> None:
    pdf = printed(letter(ARABIC, GERMAN), letter(UKRAINIAN, GERMAN), letter(GERMAN))
    root = catalogue(pdf)
    meta = root["Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in meta
    assert "Briefe" in meta
    assert root["MarkInfo"]["Marked"] is True
    assert root["Lang"] == b"de"
    assert root["ViewerPreferences"]["DisplayDocTitle"] is True
    tags = [str(element["S"]) for element in elements(pdf)]
    assert tags.count("/'H1'") == 5
    assert tags.count("/'L'") == 3
    assert tags.count("/'LI'") == 6
    assert tags.count("/'Figure'") == 3
    languages = {element["Lang"] for element in elements(pdf) if "Lang" in element}
    assert {b"ar", b"uk"} <= languages
    alternatives = [element.get("Alt") for element in elements(pdf) if str(element["S"]) == "/'Figure'"]
    assert alternatives == [b"QR-Code: https://jc-fulda.example/a/3fG7kQ9zX1bTq2R"] * 3


def test_arabic_runs_from_right_to_left_and_numbers_in_it_from_left_to_right() -> None:
    (page, *_) = sheets(printed(letter(ARABIC)))
    body = [mark for mark in page if mark.top > 98]
    heading = [mark for mark in body if mark.top < 108 and "\u0600" <= mark.text[:1] <= "\u06ff"]
    assert max(mark.right for mark in heading) > 185, "the first word begins at the right edge"
    number = [mark for mark in body if mark.text and mark.text in "0123456789-" and 112 < mark.top < 126]
    phone = sorted(number, key=lambda mark: (mark.top, mark.left))
    assert "".join(mark.text for mark in phone).startswith("06616006-8080")


def test_the_persons_language_comes_first_and_german_below_on_the_same_side() -> None:
    pages = [words(page) for page in sheets(printed(letter(UKRAINIAN, GERMAN)))]
    assert len(pages) == 1
    assert pages[0].index("Ваштермін") < pages[0].index("IhrTerminam")


def test_german_that_has_no_room_below_begins_on_the_next_side() -> None:
    """Half of it below and half of it overleaf would be read as the whole."""
    long = LetterText("uk", UKRAINIAN.subject, "\n\n".join([UKRAINIAN.text] * 9))
    pages = [words(page) for page in sheets(printed(letter(long, GERMAN)))]
    assert len(pages) == 2
    assert pages[0].count("підтверджено") == 9
    assert "IhrTermin" not in pages[0]
    assert pages[1].startswith("IhrTerminam")
    assert (pages[0][-3:], pages[1][-3:]) == ("1/2", "2/2")


def test_words_that_are_german_in_both_languages_stand_there_once() -> None:
    assert said(printed(letter(GERMAN, GERMAN))).count("IhrTerminstehtfest.") == 1


def test_each_letter_begins_on_the_front_of_a_sheet() -> None:
    pages = [words(page) for page in sheets(printed(letter(), letter(LONG), letter()))]
    assert [bool(page) for page in pages] == [True, False, True, True, True]
    assert ["Terminservice" in page for page in pages] == [True, False, True, False, True]


def test_on_one_side_only_no_page_stays_empty() -> None:
    pages = [words(page) for page in sheets(printed(letter(), letter(LONG), letter(), both_sides=False))]
    assert ["Terminservice" in page for page in pages] == [True, True, False, True]


def test_printed_twice_it_is_the_same_file() -> None:
    letters = letter(ARABIC, GERMAN), letter(UKRAINIAN, GERMAN)
    assert printed(*letters) == printed(*letters)


def test_a_sign_without_a_typeface_becomes_a_question_mark_and_the_rest_stays() -> None:
    pdf = printed(letter(LetterText("de", "Termin", "Guten Tag 小明 😀 Łukasz Ğül,"), link=""))
    assert "GutenTag???ŁukaszĞül," in said(pdf)


def test_signs_that_do_not_show_are_left_out() -> None:
    pdf = printed(letter(address=("Anna\u202e Beispiel\u200b", "Weg\x00 1\u2028", "36037 Fulda\ufeff")))
    assert "AnnaBeispielWeg136037Fulda" in said(pdf)


def test_marks_and_letters_are_set_as_one() -> None:
    name = "Dvořák Ångström Nguyễn"
    pdf = printed(letter(LetterText("de", "Termin", unicodedata.normalize("NFD", name)), link=""))
    assert visible(name) in said(pdf)


def test_a_letter_without_a_link_has_no_code_to_scan() -> None:
    tags = [str(element["S"]) for element in elements(printed(letter(link="")))]
    assert "/'Figure'" not in tags


def test_without_typefaces_nothing_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "FONTS", tmp_path)
    press._fonts.cache_clear()
    with pytest.raises(NoFonts):
        quickly(letter())
    press._fonts.cache_clear()


def test_a_letter_that_cannot_be_set_is_named_by_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = pages_of([letter(), letter(), letter()], title="Briefe", both_sides=True)
    pages["letters"][1]["qr"] = "no picture at all"
    with pytest.raises(CannotBeSet) as fault:
        print_pages(pages, AT)
    assert fault.value.places == (1,)


def test_a_typesetter_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "_PATIENCE_S", 0.01)
    with pytest.raises(PressFailed) as failed:
        printed()
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__
