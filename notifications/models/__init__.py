# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The tables of notifications."""

from notifications.models.account import AccountState, ChannelPause, ProviderAccount, Spending
from notifications.models.letter import Letter, LetterBatch, LetterState
from notifications.models.message import PRIORITIES, Attempt, Message
from notifications.models.platform import Heartbeat, OutboxWake
from notifications.models.receipt import ProviderReceipt, Suppression, SuppressionReason
from notifications.models.text import TextVersion

__all__ = [
    "PRIORITIES",
    "AccountState",
    "Attempt",
    "ChannelPause",
    "Heartbeat",
    "Letter",
    "LetterBatch",
    "LetterState",
    "Message",
    "OutboxWake",
    "ProviderAccount",
    "ProviderReceipt",
    "Spending",
    "Suppression",
    "SuppressionReason",
    "TextVersion",
]
