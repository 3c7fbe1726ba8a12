# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Setting accounts up: what is kept, what is refused, in which order they stand, and when one may go."""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import AccountState, Message, ProviderAccount
from notifications.service import Channel, accounts
from notifications.states import State
from tests.notifications.accounts.conftest import BY, SMTP, Add
from tests.notifications.factories import plan

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
MAILJET = {"api_key": "public-part", "secret_key": "private-part", "webhook_key": "long-enough-to-be-a-key"}


def stored(key: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ProviderAccount.objects.get(public_id=key).config)
    return found


def change(key: str, now: datetime, settings: dict[str, str], **changes: Any) -> None:
    values: dict[str, Any] = {"name": "Landkreis", "forget": (), "max_per_s": 0}
    values["seen"] = ProviderAccount.objects.get(public_id=key).changed_at
    accounts.change_account(key=key, settings=settings, by=BY, now=now, **(values | changes))


def trail() -> list[tuple[str, str, dict[str, Any]]]:
    return list(AuditEntry.objects.order_by("id").values_list("action", "subject", "detail"))


def order(now: datetime, channel: Channel = Channel.EMAIL) -> list[tuple[str, int]]:
    (found,) = (one for one in accounts.channels(now=now) if one.channel is channel)
    return [(one.name, one.place) for one in found.accounts]


# --- What is kept and shown ---------------------------------------------------------------------------------------
def test_a_new_account_is_sealed_and_shows_everything_but_its_secret(add: Add, now: datetime) -> None:
    key = add(max_per_s=5)
    found = accounts.account(key, now=now)
    assert (found.name, found.place, found.condition, found.max_per_s) == ("Landkreis", 1, accounts.Condition.IN_USE, 5)
    assert found.values == {name: value for name, value in SMTP.items() if name != "password"}
    assert found.kept == {"password"}
    assert stored(key) == SMTP
    assert b"pa55" not in bytes(ProviderAccount.objects.get(public_id=key).config_sealed)
    assert "pa55" not in repr(found)
    detail = {"channel": "email", "driver": "smtp", "is_enabled": True}
    assert trail() == [("account_added", f"account:{key}", detail)]


def test_only_the_providers_own_fields_are_taken(add: Add) -> None:
    """`inside` lets the platform's relay stand in its own network, `ca_file` reads a file of the server."""
    key = add({**SMTP, "inside": "yes", "ca_file": "/etc/passwd", "receipts_url": "https://elsewhere.example/"})
    assert stored(key) == SMTP


@pytest.mark.parametrize(("wrong", "field"), [({"host": "mail server"}, "host"), ({"port": "99999"}, "port")])
def test_what_the_driver_does_not_like_is_named_and_nothing_is_written(
    add: Add, wrong: dict[str, str], field: str
) -> None:
    with pytest.raises(accounts.BadConfig) as refused:
        add({**SMTP, **wrong})
    assert refused.value.field_name == field
    assert (ProviderAccount.objects.count(), trail()) == (0, [])


@pytest.mark.parametrize("driver", ["web-push", "gibt-es-nicht"])
def test_nobody_has_a_push_account_of_their_own_or_one_with_an_unknown_provider(add: Add, driver: str) -> None:
    with pytest.raises(accounts.UnknownDriver):
        add({}, driver=driver)


# --- Changing ------------------------------------------------------------------------------------------------------
def test_an_empty_secret_keeps_the_stored_one_and_the_trail_names_what_changed(add: Add, now: datetime) -> None:
    key = add()
    change(key, now + SECOND, {**SMTP, "username": "wiesbaden", "password": ""}, name="Kreis", max_per_s=3)
    assert stored(key) == {**SMTP, "username": "wiesbaden"}
    found = accounts.account(key, now=now)
    assert (found.name, found.max_per_s, found.changed_at) == ("Kreis", 3, now + SECOND)
    assert trail()[1:] == [
        ("account_changed", f"account:{key}", {"channel": "email", "settings": "username", "max_per_s": 3})
    ]


def test_a_new_secret_takes_the_place_of_the_old_one_and_the_trail_says_no_more_than_that(
    add: Add, now: datetime
) -> None:
    key = add()
    change(key, now + SECOND, {**SMTP, "password": "n3w"})
    assert stored(key) == {**SMTP, "password": "n3w"}
    assert trail()[1][2] == {"channel": "email", "settings": "password", "max_per_s": 0}


def test_a_secret_that_may_be_missing_can_be_forgotten_and_a_needed_one_cannot(add: Add, now: datetime) -> None:
    key = add(MAILJET, driver="mailjet")
    change(key, now + SECOND, {}, forget={"webhook_key"})
    assert accounts.account(key, now=now).kept == {"api_key", "secret_key"}
    with pytest.raises(accounts.BadConfig) as refused:
        change(key, now + 2 * SECOND, {}, forget={"secret_key"})
    assert refused.value.field_name == "secret_key"
    assert accounts.account(key, now=now).kept == {"api_key", "secret_key"}


@pytest.mark.parametrize("elsewhere", [{"host": "mail.thief.example"}, {"port": "2525"}, {"security": "none"}])
def test_a_stored_secret_does_not_go_along_to_another_server(
    add: Add, now: datetime, elsewhere: dict[str, str]
) -> None:
    """Otherwise whoever may set accounts up could read it: at a server of their own, or on the way there."""
    key = add()
    with pytest.raises(accounts.SecretsNeededAgain) as refused:
        change(key, now + SECOND, {**SMTP, **elsewhere, "password": ""})
    assert [field.name for field in refused.value.fields] == ["password"]
    assert stored(key) == SMTP
    change(key, now + SECOND, {**SMTP, **elsewhere, "password": "typed-again"})
    assert stored(key) == {**SMTP, **elsewhere, "password": "typed-again"}


def test_a_setting_left_at_its_default_is_the_same_server(add: Add, now: datetime) -> None:
    key = add({name: value for name, value in SMTP.items() if name != "port"})
    change(key, now + SECOND, {**SMTP, "password": ""})
    assert stored(key) == SMTP


def test_the_second_of_two_who_change_an_account_is_told_and_changes_nothing(add: Add, now: datetime) -> None:
    key = add()
    change(key, now + SECOND, {**SMTP, "username": "first"})
    with pytest.raises(accounts.ChangedMeanwhile):
        change(key, now + 2 * SECOND, {**SMTP, "username": "second"}, seen=now)
    assert stored(key)["username"] == "first"


def test_another_jobcenters_account_is_unknown(add: Add, now: datetime, wiesbaden: Jobcenter) -> None:
    key = add()
    with tenant_context(wiesbaden):
        assert all(not one.accounts for one in accounts.channels(now=now))
        for step in (accounts.switch_off, accounts.switch_on, accounts.move_up, accounts.remove_account):
            with pytest.raises(accounts.UnknownAccount):
                step(key=key, by=BY, now=now)
    assert accounts.account(key, now=now).is_enabled


# --- Order ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def three(add: Add) -> dict[str, str]:
    """A, B and C, in this order."""
    return {name: add(name=name) for name in "ABC"}


def test_accounts_stand_in_the_order_in_which_they_came(three: dict[str, str], now: datetime) -> None:
    assert order(now) == [("A", 1), ("B", 2), ("C", 3)]


def test_one_can_be_moved_up_and_down_and_not_beyond_the_ends(three: dict[str, str], now: datetime) -> None:
    accounts.move_up(key=three["C"], by=BY, now=now)
    assert order(now) == [("A", 1), ("C", 2), ("B", 3)]
    accounts.move_down(key=three["A"], by=BY, now=now)
    assert order(now) == [("C", 1), ("A", 2), ("B", 3)]
    before = len(trail())
    accounts.move_up(key=three["C"], by=BY, now=now)
    accounts.move_down(key=three["B"], by=BY, now=now)
    assert (order(now), len(trail())) == ([("C", 1), ("A", 2), ("B", 3)], before)
    assert [entry[2]["place"] for entry in trail()[-2:]] == [2, 2]


def test_what_is_switched_off_has_no_place_and_comes_back_last(three: dict[str, str], now: datetime) -> None:
    accounts.switch_off(key=three["A"], by=BY, now=now)
    assert order(now) == [("B", 1), ("C", 2), ("A", 0)]
    accounts.move_up(key=three["A"], by=BY, now=now)
    accounts.switch_on(key=three["A"], by=BY, now=now)
    accounts.switch_on(key=three["A"], by=BY, now=now)
    assert order(now) == [("B", 1), ("C", 2), ("A", 3)]
    assert [entry[0] for entry in trail()[3:]] == ["account_switched_off", "account_switched_on"]


def test_channels_have_orders_of_their_own(three: dict[str, str], add: Add, now: datetime) -> None:
    add({"key": "k"}, driver="seven", name="S")
    assert order(now, Channel.SMS) == [("S", 1)]


# --- Removing ------------------------------------------------------------------------------------------------------
def message_of(key: str, state: State, now: datetime, *, ended_at: datetime | None = None) -> None:
    """A message that went through an account and has come to a state."""
    plan(now)
    steps = {State.AMBIGUOUS: (), State.ACCEPTED: (State.AMBIGUOUS,)}
    token = {"lease_token": uuid.uuid4(), "lease_until": now}
    Message.objects.update(state=State.LEASED, **token)
    Message.objects.update(state=State.SENDING, account=key)
    for one in (*steps.get(state, ()), state):
        Message.objects.update(state=one, lease_token=None, lease_until=None, finished_at=ended_at)


@pytest.mark.parametrize("state", [State.RETRY, State.AMBIGUOUS])
def test_an_account_stays_while_one_of_its_messages_is_not_settled(add: Add, now: datetime, state: State) -> None:
    key = add(is_enabled=False)
    message_of(key, state, now)
    with pytest.raises(accounts.StillNeeded) as kept:
        accounts.remove_account(key=key, by=BY, now=now)
    assert (kept.value.unsettled, kept.value.until) == (1, None)


def test_an_account_stays_as_long_as_its_provider_may_say_that_something_bounced(add: Add, now: datetime) -> None:
    key = add(is_enabled=False)
    message_of(key, State.ACCEPTED, now, ended_at=now)
    with pytest.raises(accounts.StillNeeded) as kept:
        accounts.require_removable(key, now=now + 6 * DAY)
    assert (kept.value.unsettled, kept.value.until) == (0, now + 7 * DAY)
    accounts.remove_account(key=key, by=BY, now=now + 7 * DAY)
    assert ProviderAccount.objects.count() == 0


def test_an_account_in_use_is_not_removed(add: Add, now: datetime) -> None:
    key = add()
    with pytest.raises(accounts.StillInUse):
        accounts.remove_account(key=key, by=BY, now=now)


def test_an_account_that_nothing_is_bound_to_goes_with_everything_known_of_it(add: Add, now: datetime) -> None:
    key = add(is_enabled=False)
    AccountState.objects.create(tenant_id=ProviderAccount.objects.get().tenant_id, account=key, code="breaker")
    accounts.require_removable(key, now=now)
    accounts.remove_account(key=key, by=BY, now=now)
    assert (ProviderAccount.objects.count(), AccountState.objects.count()) == (0, 0)
    assert trail()[-1] == ("account_removed", f"account:{key}", {"channel": "email", "driver": "smtp"})
