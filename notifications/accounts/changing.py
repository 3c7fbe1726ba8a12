# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Setting up accounts: each verb locks, checks with the driver's own eyes, writes, records, and lets go what waited.

A secret goes in and never comes out: an empty one keeps what is stored, and what is stored never goes along to another
server (`Field.is_destination`). The trail names the settings that changed, never what they are.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Max, Q

from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.service import By
from jobcenter_portal.tenancy.context import current_tenant
from notifications.accounts.mending import end_rest
from notifications.accounts.reading import WITH_OWN_ACCOUNTS, UnknownAccount
from notifications.channels.base import Channel, Driver, Field, FieldKind
from notifications.channels.registry import UnknownDriver, driver_of
from notifications.delivery.ways import UnreadableSettings, settings_of
from notifications.models import AccountState, Message, ProviderAccount
from notifications.states import HELD, WAITING, State

_LOCK: Final = 7305
RECEIPTS_COME_FOR: Final = timedelta(days=7)
"""As long as a receipt of an unknown message is kept; until then a provider may still say that something bounced."""


class ChangedMeanwhile(Exception):
    """Somebody else has changed the account since its page was shown."""


class SecretsNeededAgain(ValueError):
    """The account would lead to another server, and the stored secrets of `fields` do not go along."""

    def __init__(self, fields: Sequence[Field]) -> None:
        super().__init__(", ".join(field.name for field in fields))
        self.fields = tuple(fields)


class StillInUse(Exception):
    """Only an account that is switched off can be removed: a worker may be sending through it right now."""


class StillNeeded(Exception):
    """Messages are bound to the account: `unsettled` of them are under way or unclear, receipts may come `until`."""

    def __init__(self, unsettled: int, until: datetime | None) -> None:
        super().__init__(f"{unsettled} messages")
        self.unsettled, self.until = unsettled, until


def add_account(
    *, driver: str, name: str, settings: Mapping[str, str], max_per_s: int, is_enabled: bool, by: By, now: datetime
) -> str:
    """A new account, used after all others of its channel; returns its key. Raises UnknownDriver, BadConfig."""
    chosen = driver_of(driver)
    if chosen.channel not in WITH_OWN_ACCOUNTS:
        raise UnknownDriver(driver)
    typed = _of_fields(chosen, settings)
    _require_sound(chosen, typed)
    with transaction.atomic():
        lock_accounts()
        row = ProviderAccount(
            tenant_id=current_tenant().pk,
            channel=chosen.channel,
            driver=chosen.key,
            name=name,
            rank=_next_rank(chosen.channel),
            is_enabled=is_enabled,
            max_per_s=max_per_s,
            changed_at=now,
        )
        row.config = json.dumps(typed)
        row.save(force_insert=True)
        key: str = row.public_id
        _record("account_added", row, by, now, driver=row.driver, is_enabled=is_enabled)
        if is_enabled:
            end_rest(key, chosen.channel, now=now)
    return key


def change_account(
    *,
    key: str,
    name: str,
    settings: Mapping[str, str],
    forget: Collection[str],
    max_per_s: int,
    seen: datetime,
    by: By,
    now: datetime,
) -> None:
    """Other settings for an account; an empty secret keeps what is stored, unless it is to be forgotten.

    `seen` is the account's `changed_at` on the page that is answered. Whoever has mended an account wants to see that
    it goes, so its rest ends. Raises UnknownAccount, UnknownDriver, ChangedMeanwhile, SecretsNeededAgain, BadConfig.
    """
    with transaction.atomic():
        lock_accounts()
        row = locked_account(key)
        if row.changed_at != seen:
            raise ChangedMeanwhile(key)
        chosen, kept = driver_of(row.driver), _kept(row)
        typed = _of_fields(chosen, settings)
        silent = [one for one in _secrets(chosen) if one.name not in typed and one.name not in forget]
        held_back = [one for one in silent if kept.get(one.name)]
        if held_back and _leads_elsewhere(chosen, kept, typed):
            raise SecretsNeededAgain(held_back)
        typed |= {one.name: kept[one.name] for one in held_back}
        _require_sound(chosen, typed)
        changed = sorted(field for field in {*typed, *kept} if typed.get(field) != kept.get(field))
        row.name, row.max_per_s, row.changed_at = name, max_per_s, now
        row.config = json.dumps(typed)
        row.save(update_fields=["name", "max_per_s", "changed_at", "config_sealed"])
        _record("account_changed", row, by, now, settings=",".join(changed), max_per_s=max_per_s)
        if row.is_enabled:
            end_rest(key, Channel(row.channel), now=now)


def switch_off(*, key: str, by: By, now: datetime) -> None:
    """Use an account no more. What it has sent can still be asked about, and its receipts still count.

    Raises UnknownAccount.
    """
    with transaction.atomic():
        lock_accounts()
        row = locked_account(key)
        if row.is_enabled:
            row.is_enabled = False
            row.save(update_fields=["is_enabled"])
            _record("account_switched_off", row, by, now)


def switch_on(*, key: str, by: By, now: datetime) -> None:
    """Use an account again, after all others of its channel. Raises UnknownAccount."""
    with transaction.atomic():
        lock_accounts()
        row = locked_account(key)
        if not row.is_enabled:
            row.is_enabled, row.rank = True, _next_rank(Channel(row.channel))
            row.save(update_fields=["is_enabled", "rank"])
            _record("account_switched_on", row, by, now)
            end_rest(key, Channel(row.channel), now=now)


def move_up(*, key: str, by: By, now: datetime) -> None:
    """Use an account before the one that stands before it now. Raises UnknownAccount."""
    _move(key, -1, by, now)


def move_down(*, key: str, by: By, now: datetime) -> None:
    """Use an account after the one that stands after it now. Raises UnknownAccount."""
    _move(key, +1, by, now)


def remove_account(*, key: str, by: By, now: datetime) -> None:
    """Forget an account with its secrets. Raises UnknownAccount, StillInUse, StillNeeded."""
    with transaction.atomic():
        lock_accounts()
        row = locked_account(key)
        _require_removable(row, now)
        AccountState.objects.filter(account=key).delete()
        _record("account_removed", row, by, now, driver=row.driver)
        row.delete()


def require_removable(key: str, *, now: datetime) -> None:
    """Raise what `remove_account` would raise now."""
    row = ProviderAccount.objects.filter(public_id=key).first()
    if row is None:
        raise UnknownAccount(key)
    _require_removable(row, now)


def _require_removable(row: ProviderAccount, now: datetime) -> None:
    if row.is_enabled:
        raise StillInUse(row.public_id)
    messages = Message.objects.filter(account=row.public_id)
    unsettled = messages.filter(state__in=[*WAITING, *HELD, State.AMBIGUOUS]).count()
    recent = messages.filter(Q(state__in=[State.ACCEPTED, State.DELIVERED]), finished_at__gt=now - RECEIPTS_COME_FOR)
    last = recent.aggregate(last=Max("finished_at"))["last"]
    if unsettled or last is not None:
        raise StillNeeded(unsettled, last + RECEIPTS_COME_FOR if last else None)


def _move(key: str, step: int, by: By, now: datetime) -> None:
    with transaction.atomic():
        lock_accounts()
        row = locked_account(key)
        order = list(ProviderAccount.objects.filter(channel=row.channel, is_enabled=True).order_by("rank"))
        place = next((place for place, one in enumerate(order) if one.pk == row.pk), None)
        if place is None or not 0 <= place + step < len(order):
            return
        other = order[place + step]
        # Two of one rank are refused even for a moment, so one of them steps aside first.
        ranks = (row.rank, other.rank)
        _rank(other, _next_rank(Channel(row.channel)))
        _rank(row, ranks[1])
        _rank(other, ranks[0])
        _record("account_moved", row, by, now, place=place + step + 1)


def _rank(row: ProviderAccount, rank: int) -> None:
    row.rank = rank
    row.save(update_fields=["rank"])


def _next_rank(channel: Channel) -> int:
    ranks = ProviderAccount.objects.filter(channel=channel, is_enabled=True).aggregate(last=Max("rank"))
    return 0 if ranks["last"] is None else int(ranks["last"]) + 1


def locked_account(key: str) -> ProviderAccount:
    """Raises UnknownAccount."""
    row: ProviderAccount | None = ProviderAccount.objects.select_for_update().filter(public_id=key).first()
    if row is None:
        raise UnknownAccount(key)
    return row


def lock_accounts() -> None:
    """Ranks are counted over all accounts, and a first one has no other row that could be locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, current_tenant().pk])


def _secrets(driver: Driver) -> list[Field]:
    return [field for field in driver.fields if field.kind is FieldKind.SECRET]


def _of_fields(driver: Driver, settings: Mapping[str, str]) -> dict[str, str]:
    """What was typed into the driver's own fields and nothing else: some settings are the platform's alone."""
    typed = {field.name: settings.get(field.name, "").strip() for field in driver.fields}
    return {name: value for name, value in typed.items() if value}


def _kept(row: ProviderAccount) -> dict[str, str]:
    try:
        return settings_of(row)
    except UnreadableSettings:
        return {}


def _leads_elsewhere(driver: Driver, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    return any(
        before.get(field.name, field.default) != after.get(field.name, field.default)
        for field in driver.fields
        if field.is_destination
    )


def _require_sound(driver: Driver, typed: Mapping[str, str]) -> None:
    """Raises BadConfig. Opening a session speaks to nobody."""
    driver.open(typed).close()


def _record(action: str, row: ProviderAccount, by: By, now: datetime, **detail: str | int | bool) -> None:
    audit.record(by=by, action=action, subject=subject_of_account(row.public_id), at=now, channel=row.channel, **detail)


def subject_of_account(key: str) -> str:
    """The name of an account in the audit trail."""
    return f"account:{key}"
