# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Contrast of two colours as WCAG 2.2 defines it, so that no Jobcenter can choose an unreadable colour."""

import re
from typing import Final

TEXT_MINIMUM: Final = 4.5
"""WCAG 2.2, success criterion 1.4.3 (AA): normal text."""

_HEX: Final = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
_WEIGHTS: Final = (0.2126, 0.7152, 0.0722)
_LINEAR_BELOW: Final = 0.04045


def contrast_ratio(one: str, other: str) -> float:
    """Between 1 (same) and 21 (black on white), for colours like ``#1a3da5``. Raise ValueError for other notations."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def is_readable(text: str, background: str) -> bool:
    return contrast_ratio(text, background) >= TEXT_MINIMUM


def _luminance(colour: str) -> float:
    match = _HEX.fullmatch(colour)
    if match is None:
        raise ValueError(f"{colour!r} is not a colour like #1a3da5")
    shares = (int(part, 16) / 255 for part in match.groups())
    linear = (share / 12.92 if share <= _LINEAR_BELOW else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return sum(weight * share for weight, share in zip(_WEIGHTS, linear, strict=True))
