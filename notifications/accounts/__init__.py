# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A Jobcenter's accounts with providers: looking at them, setting them up, trying them."""

from notifications.accounts.changing import (
    ChangedMeanwhile,
    SecretsNeededAgain,
    StillInUse,
    StillNeeded,
    add_account,
    change_account,
    move_down,
    move_up,
    remove_account,
    require_removable,
    switch_off,
    switch_on,
)
from notifications.accounts.reading import (
    AccountView,
    ChannelView,
    Condition,
    PlatformView,
    Provider,
    UnknownAccount,
    account,
    channels,
    provider,
    providers,
)
from notifications.accounts.test_addresses import set_test_addresses
from notifications.accounts.trying import (
    BudgetUsed,
    CannotBeTried,
    TooManyTries,
    Try,
    Verdict,
    last_try,
    try_account,
)
from notifications.channels.base import BadConfig, Channel, Field, FieldKind
from notifications.channels.registry import UnknownDriver
from notifications.texts.trial import NoTestAddress, address_for_tests

__all__ = [
    "AccountView",
    "BadConfig",
    "BudgetUsed",
    "CannotBeTried",
    "ChangedMeanwhile",
    "Channel",
    "ChannelView",
    "Condition",
    "Field",
    "FieldKind",
    "NoTestAddress",
    "PlatformView",
    "Provider",
    "SecretsNeededAgain",
    "StillInUse",
    "StillNeeded",
    "TooManyTries",
    "Try",
    "UnknownAccount",
    "UnknownDriver",
    "Verdict",
    "account",
    "add_account",
    "address_for_tests",
    "change_account",
    "channels",
    "last_try",
    "move_down",
    "move_up",
    "provider",
    "providers",
    "remove_account",
    "require_removable",
    "set_test_addresses",
    "switch_off",
    "switch_on",
    "try_account",
]
