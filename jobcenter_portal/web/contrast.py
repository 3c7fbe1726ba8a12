# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Contrast of two colours as WCAG 2.2 defines it, so that no Jobcenter can choose an unreadable colour."""

import colorsys
import re
from functools import lru_cache
from typing import Final

TEXT_MINIMUM: Final = 4.5
"""WCAG 2.2, success criterion 1.4.3 (AA): normal text."""

_HEX: Final = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
_WEIGHTS: Final = (0.2126, 0.7152, 0.0722)
_LINEAR_BELOW: Final = 0.04045
_MIDDLE: Final = 0.18
"""Luminance at which black and white stand out alike."""
_HALVINGS: Final = 12
"""Until the step is smaller than a hexadecimal digit can say."""


def contrast_ratio(one: str, other: str) -> float:
    """Between 1 (same) and 21 (black on white), for colours like ``#1a3da5``. Raise ValueError for other notations."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def is_readable(text: str, background: str) -> bool:
    return contrast_ratio(text, background) >= TEXT_MINIMUM


@lru_cache(maxsize=1024)  # every page of a Jobcenter asks for the same one
def nearest_readable(colour: str, background: str) -> str:
    """The colour itself where it can be read there, else the nearest one of its hue that can.

    Away from the background: darker on a light one, lighter on a dark one.
    """
    if is_readable(colour, background):
        return colour
    hue, lightness, saturation = colorsys.rgb_to_hls(*_shares(colour))
    near, far = lightness, 0.0 if _luminance(background) > _MIDDLE else 1.0
    for _ in range(_HALVINGS):
        middle = (near + far) / 2
        if is_readable(_hex(hue, middle, saturation), background):
            far = middle
        else:
            near = middle
    return _hex(hue, far, saturation)


def _hex(hue: float, lightness: float, saturation: float) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, lightness, saturation))


def _shares(colour: str) -> tuple[float, float, float]:
    match = _HEX.fullmatch(colour)
    if match is None:
        raise ValueError(f"{colour!r} is not a colour like #1a3da5")
    red, green, blue = (int(part, 16) / 255 for part in match.groups())
    return red, green, blue


def _luminance(colour: str) -> float:
    linear = (
        share / 12.92 if share <= _LINEAR_BELOW else ((share + 0.055) / 1.055) ** 2.4 for share in _shares(colour)
    )
    return sum(weight * share for weight, share in zip(_WEIGHTS, linear, strict=True))
