# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The small language of texts: what it reads, what it refuses, and what no value can do to it."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.kinds import Value
from notifications.texts.syntax import (
    Choice,
    ListStyle,
    MissingValue,
    Pattern,
    Slot,
    Term,
    TextFault,
    parse,
)

NAMES = ("name", "link", "tenant", "documents", "in_group", "overdue")


def said(text: str, values: Mapping[str, Value], style: ListStyle = ListStyle.LINES) -> str:
    return parse(text).fill(values, style=style)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("Guten Tag[[name? {name}]],", {"name": "Anna"}, "Guten Tag Anna,"),
        ("Guten Tag[[name? {name}]],", {"name": ""}, "Guten Tag,"),
        ("[[a&b?beide]][[a&!b?nur a]]", {"a": True, "b": 0}, "nur a"),
        ("[[a&b?beide]][[a&!b?nur a]]", {"a": "x", "b": ["y"]}, "beide"),
        ("[[ ! a & b ?leer]]", {"a": [], "b": 2}, "leer"),
        ("Wo[[entrance?\nEingang: {entrance}]]", {"entrance": "B"}, "Wo\nEingang: B"),
        ("{overdue} davon", {"overdue": 3}, "3 davon"),
        ("[wie] hier? ] [", {}, "[wie] hier? ] ["),
        ("eins\r\nzwei\x0bdrei", {}, "eins\nzwei\ndrei"),
        ("{a}{a}", {"a": "{b}[[c?d]]"}, "{b}[[c?d]]{b}[[c?d]]"),
    ],
)
def test_it_says(text: str, values: Mapping[str, Value], expected: str) -> None:
    assert said(text, values) == expected


def test_a_list_is_lines_or_a_row() -> None:
    documents = ["Pass", "", "Miet\nvertrag"]
    assert said("Mit:\n{documents}", {"documents": documents}) == "Mit:\n- Pass\n- Miet vertrag"
    assert said("Mit: {documents}", {"documents": documents}, ListStyle.COMMAS) == "Mit: Pass, Miet vertrag"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("Guten Tag\n{name", 2, "geschweifte Klammer"),
        ("a } b", 1, "geschweifte Klammer"),
        ("{Name}", 1, "geschweifte Klammer"),
        ("{{ name }}", 1, "geschweifte Klammer"),
        ("eins\nzwei\n[[name?drei", 3, "nicht vollständig"),
        ("[[drei]]", 1, "nicht vollständig"),
        ("drei]]", 1, "nicht begonnen"),
        ("[[a?x\n[[b?y]]]]", 2, "keine zweite"),
        ("[[?x]]", 1, "fehlt ein Name"),
        ("[[a&?x]]", 1, "fehlt ein Name"),
        ("[[a b?x]]", 1, "fehlt ein Name"),
        ("[[a?x\n{]]", 2, "geschweifte Klammer"),
        ("a\n\x00b", 2, "Steuerzeichen"),
    ],
)
def test_a_fault_names_its_line_and_what_would_be_right(text: str, line: int, words: str) -> None:
    with pytest.raises(TextFault) as fault:
        parse(text)
    assert (fault.value.line, words in fault.value.sentence) == (line, True), fault.value


@pytest.mark.parametrize("text", ["{a}", "[[b?{a}]]", "[[a?x]]"])
def test_a_value_that_is_not_given_is_no_empty_word(text: str) -> None:
    with pytest.raises(MissingValue, match="a"):
        said(text, {"b": True})


def test_a_flag_has_no_words() -> None:
    with pytest.raises(MissingValue, match="in_group is a flag"):
        said("{in_group}", {"in_group": True})


@pytest.mark.parametrize(
    ("text", "always"),
    [
        ("{link}", True),
        ("[[a?{link}]]", False),
        ("[[a?{link}]][[!a?hier: {link}]]", True),
        ("[[a&b?{link}]][[a&!b?{link}]][[!a?{link}]]", True),
        ("[[a&b?{link}]][[!a?{link}]]", False),
        ("[[link?{link}]]", True),
        ("ohne", False),
        # Too many conditions to be sure of: it counts as not said rather than taking all day.
        ("[[!a0?{link}]]" + "".join(f"[[a{number}?{{link}}]]" for number in range(12)), False),
    ],
)
def test_it_knows_what_is_said_whatever_holds(text: str, always: bool) -> None:  # noqa: FBT001 -- pytest passes by name
    assert parse(text).always_says("link") is always


# --- Whatever stands in texts and values --------------------------------------------------------------------------
literals = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="{}[]"), min_size=1)
slots = st.builds(Slot, st.sampled_from(NAMES))


def alternating(pieces: Sequence[str | Slot | Choice]) -> bool:
    return not any(isinstance(a, str) and isinstance(b, str) for a, b in pairwise(pieces))


terms = st.lists(st.builds(Term, st.sampled_from(NAMES), st.booleans()), min_size=1, max_size=3).map(tuple)
choices = st.builds(Choice, terms, st.lists(literals | slots, max_size=4).filter(alternating).map(tuple))
patterns = st.lists(literals | slots | choices, max_size=6).filter(alternating).map(tuple).map(Pattern)
hostile = st.one_of(
    st.text(max_size=12),
    st.text(st.sampled_from("\r\n\x0b\x85\u2028\u2029- {}[]?!&aé\u202e\u2069"), max_size=12),
    st.sampled_from(["{link}", "[[name?x]]", "]]", "- Punkt", "\n\nAbsatz", "\u2029- x", "- - x"]),
)
values_of_all = st.fixed_dictionaries(
    dict.fromkeys(("name", "link", "tenant"), hostile)
    | {"documents": st.lists(hostile, max_size=3), "in_group": st.booleans(), "overdue": st.integers(0, 3)}
)
words_only = patterns.filter(lambda pattern: "in_group" not in pattern.shown)


@given(patterns)
def test_what_is_written_is_read_as_the_same(pattern: Pattern) -> None:
    assert parse(str(pattern)) == pattern


@given(st.text(st.sampled_from("{}[]?!&ab \nlink"), max_size=40))
def test_any_text_is_read_or_refused_with_a_line_of_its_own(text: str) -> None:
    try:
        pattern = parse(text)
    except TextFault as fault:
        line = fault.line
    else:
        line = 1
        assert parse(str(pattern)) == pattern
    assert 1 <= line <= text.count("\n") + 1


@given(words_only, values_of_all)
def test_values_are_never_read_as_syntax(pattern: Pattern, values: dict[str, Value]) -> None:
    """Filling in is replacing: with marks instead of values, and values instead of the marks, the same comes out."""
    marks = {name: f"\ue000{name}\ue001" for name in ("name", "link", "tenant")}
    cleaned = {name: said(f"{{{name}}}", {name: values[name]}) for name in marks}
    marked = {name: mark if cleaned[name] else "" for name, mark in marks.items()}
    expected = pattern.fill(values | marked, style=ListStyle.COMMAS)
    for name, mark in marks.items():
        expected = expected.replace(mark, cleaned[name])
    assert pattern.fill(values, style=ListStyle.COMMAS) == expected


@given(words_only, values_of_all)
def test_no_value_begins_a_line_of_its_own(pattern: Pattern, values: dict[str, Value]) -> None:
    """Every line that comes out was begun by the text or is an item of a list."""
    text = pattern.fill(values, style=ListStyle.LINES)
    harmless = {key: ("x" if value and isinstance(value, str) else value) for key, value in values.items()}
    documents = values["documents"]
    assert isinstance(documents, list)
    lists: dict[str, Value] = {
        "documents": ["x"] * len([item for item in documents if said("{tenant}", {"tenant": item})])
    }
    blank = {key: "" for key in ("name", "link", "tenant") if not said(f"{{{key}}}", {key: values[key]})}
    expected = pattern.fill(harmless | lists | blank, style=ListStyle.LINES)
    assert len(text.splitlines()) == len(expected.splitlines())
    begun = [line.startswith("- ") for line in expected.splitlines()]
    assert [line.startswith("- ") for line in text.splitlines()] == begun
