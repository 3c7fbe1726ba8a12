# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Contrast as WCAG counts it."""

import pytest

from jobcenter_portal.web.contrast import contrast_ratio, is_readable


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
