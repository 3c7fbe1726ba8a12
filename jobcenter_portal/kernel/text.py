# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Text as German readers expect it."""

import unicodedata


def sort_key(text: str) -> str:
    """Order as in a dictionary (DIN 5007-1): ä like a, ß like ss, other marks and capitals ignored.

    The database cannot do it: its collation is C.UTF-8 everywhere, where Ä comes after Z.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
