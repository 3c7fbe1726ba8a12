# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What may be seen of the accounts: everything but the secrets, of which only that they are there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from notifications.channels.base import Channel, Field, FieldKind, Words
from notifications.channels.registry import UnknownDriver, driver_of, drivers_of
from notifications.delivery.ways import UnreadableSettings, of_platform, receipts_url, settings_of
from notifications.models import AccountState, ProviderAccount

WITH_OWN_ACCOUNTS: Final = (Channel.EMAIL, Channel.SMS, Channel.LETTER)
"""Not push: browsers have subscribed to the platform's key, and no other may knock at them."""


class UnknownAccount(LookupError):
    """The current Jobcenter has no such account."""


class Condition(StrEnum):
    IN_USE = "in_use"
    RESTS = "rests"
    NEXT_ONE_TRIES = "next_one_tries"  # it rested, and one message goes ahead of the others
    OFF = "off"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Provider:
    """One way of sending that this version knows. `receipts_step` None: it calls no address of ours."""

    key: str
    channel: Channel
    label: Words
    fields: tuple[Field, ...]
    receipts_step: Words | None

    @property
    def secrets(self) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if one.kind is FieldKind.SECRET)


@dataclass(frozen=True, slots=True)
class AccountView:
    """One account. `place` is 1 for the one that is used first, 0 for one that is switched off.

    `provider` None: this version does not know it. `values` are the settings that are no secrets, `kept` the names
    of the secrets that are there.
    """

    key: str
    channel: Channel
    name: str
    provider: Provider | None
    place: int
    condition: Condition
    changed_at: datetime
    values: Mapping[str, str] = field(repr=False)
    kept: frozenset[str]
    max_per_s: int = 0
    rests_until: datetime | None = None
    code: str = ""
    receipts_url: str = ""

    @property
    def is_enabled(self) -> bool:
        return self.place > 0


@dataclass(frozen=True, slots=True)
class PlatformView:
    """The account that Jobcenters without one of their own share."""

    channel: Channel
    condition: Condition
    rests_until: datetime | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A channel's accounts in the order of use, those that are switched off last.

    `platform` is what is used instead while none of them is in use; None where the platform has none either.
    """

    channel: Channel
    accounts: tuple[AccountView, ...]
    platform: PlatformView | None

    @property
    def is_by_platform(self) -> bool:
        return self.platform is not None and not any(one.is_enabled for one in self.accounts)

    @property
    def is_mute(self) -> bool:
        """Nothing can leave: there is no account at all."""
        return self.platform is None and not any(one.is_enabled for one in self.accounts)


def channels(*, now: datetime) -> list[ChannelView]:
    """Every channel of the current Jobcenter with its accounts."""
    rows = list(ProviderAccount.objects.order_by("rank", "id"))
    states = {state.account: state for state in AccountState.objects.all()}
    return [_channel(channel, [row for row in rows if row.channel == channel], states, now) for channel in Channel]


def account(key: str, *, now: datetime) -> AccountView:
    """One account of the current Jobcenter. Raises UnknownAccount."""
    row = ProviderAccount.objects.filter(public_id=key).first()
    if row is None:
        raise UnknownAccount(key)
    found = next(one for one in channels(now=now) if one.channel == row.channel)
    return next(one for one in found.accounts if one.key == key)


def providers(channel: Channel) -> tuple[Provider, ...]:
    """Whom a Jobcenter may have an account with, by name."""
    if channel not in WITH_OWN_ACCOUNTS:
        return ()
    return tuple(provider(driver.key) for driver in drivers_of(channel))


def provider(key: str) -> Provider:
    """Raises UnknownDriver."""
    driver = driver_of(key)
    return Provider(driver.key, driver.channel, driver.label, driver.fields, driver.receipts_step)


def _channel(
    channel: Channel, rows: Sequence[ProviderAccount], states: Mapping[str, AccountState], now: datetime
) -> ChannelView:
    ordered = [row for row in rows if row.is_enabled] + [row for row in rows if not row.is_enabled]
    views = tuple(
        _view(row, place if row.is_enabled else 0, states.get(row.public_id), now)
        for place, row in enumerate(ordered, start=1)
    )
    way = next(iter(of_platform(channel)), None)
    platform = None if way is None else PlatformView(channel, *_condition(states.get(way.key), now))
    return ChannelView(channel, views, platform)


def _view(row: ProviderAccount, place: int, state: AccountState | None, now: datetime) -> AccountView:
    known, typed = _known(row.driver), _typed(row)
    condition, until, code = _condition(state, now)
    if known is None or typed is None:
        condition, until, code = Condition.UNREADABLE, None, ""
    elif not place:
        condition, until, code = Condition.OFF, None, ""
    fields, values = known.fields if known else (), typed or {}
    secrets = {one.name for one in fields if one.kind is FieldKind.SECRET}
    return AccountView(
        key=row.public_id,
        channel=Channel(row.channel),
        name=row.name,
        provider=known,
        place=place,
        condition=condition,
        changed_at=row.changed_at,
        values={one.name: values[one.name] for one in fields if one.name in values and one.name not in secrets},
        kept=frozenset(name for name in secrets if values.get(name)),
        max_per_s=row.max_per_s,
        rests_until=until,
        code=code,
        receipts_url=receipts_url(row.public_id) if known and known.receipts_step is not None else "",
    )


def _known(driver: str) -> Provider | None:
    try:
        return provider(driver)
    except UnknownDriver:
        return None


def _typed(row: ProviderAccount) -> dict[str, str] | None:
    try:
        return settings_of(row)
    except UnreadableSettings:
        return None


def _condition(state: AccountState | None, now: datetime) -> tuple[Condition, datetime | None, str]:
    if state is None or not state.code:
        return Condition.IN_USE, None, ""
    if state.rests_until is not None and state.rests_until > now:
        return Condition.RESTS, state.rests_until, state.code
    return Condition.NEXT_ONE_TRIES, None, state.code
