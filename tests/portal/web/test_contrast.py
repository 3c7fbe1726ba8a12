# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Contrast as WCAG counts it."""

import pytest

from jobcenter_portal.web.contrast import contrast_ratio, is_readable, nearest_readable


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#FFFFFF", "#000000", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#1a3da5", "#1a3da5", 1.0),
    ],
)
def test_ratios_are_those_of_the_standard(one: str, other: str, ratio: float) -> None:
    assert round(contrast_ratio(one, other), 2) == ratio


def test_the_limit_lies_between_two_neighbouring_greys() -> None:
    assert (is_readable("#777777", "#ffffff"), is_readable("#767676", "#ffffff")) == (False, True)


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345", "#1234567", "#gggggg", ""])
def test_other_notations_are_refused(colour: str) -> None:
    with pytest.raises(ValueError, match="is not a colour"):
        contrast_ratio(colour, "#ffffff")


@pytest.mark.parametrize(
    ("colour", "ground", "nearest"),
    [
        ("#767676", "#ffffff", "#767676"),
        ("#777777", "#ffffff", "#767676"),
        ("#757575", "#000000", "#757575"),
        ("#000000", "#000000", "#757575"),
        ("#ffffff", "#ffffff", "#767676"),
    ],
)
def test_the_nearest_readable_colour_is_the_colour_itself_or_just_over_the_limit(
    colour: str, ground: str, nearest: str
) -> None:
    assert nearest_readable(colour, ground) == nearest


@pytest.mark.parametrize("colour", ["#7ab800", "#ffd97a", "#00b3ff", "#ff5500", "#0b4f8a", "#5b2a86"])
@pytest.mark.parametrize("ground", ["#ffffff", "#000000"])
def test_a_suggestion_can_be_read_and_no_farther_than_it_must(colour: str, ground: str) -> None:
    found = nearest_readable(colour, ground)
    assert is_readable(found, ground)
    assert found == colour or contrast_ratio(found, ground) < 4.7
