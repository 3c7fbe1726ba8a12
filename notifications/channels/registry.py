# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which providers there are: every module of channels/<channel>/ that has a DRIVER. A new one is one file."""

import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from notifications.channels import email, letter, push, sms
from notifications.channels.base import Channel, Driver

_PACKAGES = (email, sms, push, letter)


class UnknownDriver(LookupError):
    """An account names a provider that this version does not have."""


@cache
def drivers() -> Mapping[str, Driver]:
    """All of them by key. Two with one key are a programming error and raise ValueError."""
    found: dict[str, Driver] = {}
    for driver in _in_modules():
        if found.setdefault(driver.key, driver) is not driver:
            raise ValueError(f"two drivers are called {driver.key}")
    return MappingProxyType(found)


def driver_of(key: str) -> Driver:
    """Raise UnknownDriver for a key that no module has."""
    try:
        return drivers()[key]
    except KeyError:
        raise UnknownDriver(key) from None


def drivers_of(channel: Channel) -> tuple[Driver, ...]:
    """The providers of one channel, by their labels."""
    return tuple(
        sorted((one for one in drivers().values() if one.channel is channel), key=lambda one: str(one.label).casefold())
    )


def _in_modules() -> Iterator[Driver]:
    for package in _PACKAGES:
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            driver = getattr(import_module(module.name), "DRIVER", None)
            if driver is not None:
                yield driver
