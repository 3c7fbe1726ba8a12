# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an SMS of a kind costs, before there is one: for budgets that are looked at beforehand."""

from notifications.texts import overrides
from notifications.texts.placeholders import worst_case
from notifications.texts.rendering import render_sms


def sms_parts(kind: str, language: str) -> int:
    """Of how many parts it consists at most, by the words in use at the current Jobcenter. Raises NoText."""
    return render_sms(kind, language, worst_case(kind, language), own=overrides.active()).parts
