# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The mark of a letter as it is printed, and as somebody types it off a sheet that came back."""

from typing import Final

from notifications.models.letter import MARK_LENGTH

_HALF: Final = MARK_LENGTH // 2
_READ_AS: Final = str.maketrans({"0": "Q", "O": "Q", "1": "J", "I": "J", "L": "J"})


def readable_mark(mark: str) -> str:
    """`4K7M-2QXR`; nothing for a letter from before there were marks."""
    return f"{mark[:_HALF]}-{mark[_HALF:]}" if mark else ""


def typed_mark(text: str) -> str:
    """Any case, blanks, hyphens and the signs that look like others are fine."""
    return "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum()).translate(_READ_AS)
