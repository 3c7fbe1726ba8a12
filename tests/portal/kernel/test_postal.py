# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the post can use as an address, and what is said about the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcenter_portal.kernel.postal import (
    FEWEST_LINES,
    LONGEST_LINE,
    MOST_LINES,
    AddressFault,
    NotAPostalAddress,
    parse_address,
)


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("Anna Beispiel\nAm Weg 1\n36037 Fulda", ("Anna Beispiel", "Am Weg 1", "36037 Fulda")),
        ("  Anna   Beispiel \r\n\r\n Am Weg 1\r\n36037  Fulda  ", ("Anna Beispiel", "Am Weg 1", "36037 Fulda")),
        ("Frau\nOlena Бондаренко\nbei Schmidt\nAm Weg 1\n61169 Friedberg (Hessen)",) * 2,
        ("Postfach 12 34\n36001 Fulda", ("Postfach 12 34", "36001 Fulda")),
    ],
)
def test_an_address_has_two_to_five_lines_and_ends_with_the_town(typed: str, lines: tuple[str, ...] | str) -> None:
    assert parse_address(typed) == (tuple(lines.splitlines()) if isinstance(lines, str) else lines)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", AddressFault.TOO_SHORT),
        (" \n\t\n", AddressFault.TOO_SHORT),
        ("36037 Fulda", AddressFault.TOO_SHORT),
        ("A\nB\nC\nD\nE\n36037 Fulda", AddressFault.TOO_MANY_LINES),
        (f"{'A' * 51}\n36037 Fulda", AddressFault.LINE_TOO_LONG),
        ("Anna Beispiel\nAm Weg 1\nFulda", AddressFault.NO_TOWN),
        ("Anna Beispiel\n36037 Fulda\nAm Weg 1", AddressFault.NO_TOWN),
        ("Anna Beispiel\nAm Weg 1\n3603 Fulda", AddressFault.NO_TOWN),
        ("Anna Beispiel\nAm Weg 1\n36037", AddressFault.NO_TOWN),
    ],
)
def test_what_the_post_cannot_use_is_refused_by_its_fault_alone(typed: str, fault: AddressFault) -> None:
    with pytest.raises(NotAPostalAddress) as refused:
        parse_address(typed)
    assert (refused.value.fault, str(refused.value)) == (fault, fault.value)


def test_signs_that_paper_does_not_show_are_left_out() -> None:
    assert parse_address("Anna\u202e\u200b Beispiel\x00\nWeg\u00a01\n36037 Fulda\ufeff") == (
        "Anna Beispiel",
        "Weg 1",
        "36037 Fulda",
    )


def test_digits_of_any_script_become_those_that_sorting_machines_read() -> None:
    assert parse_address("Anna Beispiel\nWeg ۱\n٣٦٠٣٧ Fulda") == ("Anna Beispiel", "Weg 1", "36037 Fulda")


@given(st.text(max_size=400))
def test_whatever_is_typed_is_refused_or_fits_the_window(typed: str) -> None:
    try:
        lines = parse_address(f"{typed}\n36037 Fulda")
    except NotAPostalAddress:
        return
    assert FEWEST_LINES <= len(lines) <= MOST_LINES
    assert all(line == line.strip() and 0 < len(line) <= LONGEST_LINE for line in lines)
    assert parse_address("\n".join(lines)) == lines
