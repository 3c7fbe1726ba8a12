# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Texts that a Jobcenter writes itself: one per language code, German first and as the fallback."""

from collections.abc import Mapping
from typing import Final

FALLBACK_LANGUAGE: Final = "de"


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in a language, else in German; empty where nothing was written at all."""
    return texts.get(language) or texts.get(FALLBACK_LANGUAGE, "")
