# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whoever has mended an account sees that what waited leaves, against real providers; what waits for something else
stays where it is."""

from datetime import datetime, timedelta

from jobcenter_portal.tenancy.models import Jobcenter
from notifications.channels.email.smtp import config_from_url
from notifications.models import AccountState, ChannelPause, Message, ProviderAccount
from notifications.service import Channel, accounts
from tests.notifications.accounts.conftest import BY, SMTP, Add, smtp_at
from tests.notifications.accounts.test_changing import change
from tests.notifications.factories import deliver, make_account, outcomes, plan, states, supersede
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.servers import Catchers

SECOND = timedelta(seconds=1)
SOON = 2 * SECOND
REST = timedelta(minutes=2)


def test_after_the_right_password_everything_leaves_in_a_moment_and_not_after_the_rest(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers, add: Add
) -> None:
    catchers.start("smtp")
    key = add(smtp_at(catchers, password="wrong"))
    for number in range(3):
        plan(now, subject=f"thing:{number}")
    deliver(now)
    deliver(now + SECOND)
    assert (set(states().values()), set(outcomes())) == (
        {"planned"},
        {("account", "auth-535"), ("not-tried", "not-tried")},
    )
    assert accounts.account(key, now=now + SECOND).rests_until == now + REST
    change(key, now + 10 * SECOND, smtp_at(catchers))
    deliver(now + 11 * SECOND)
    assert set(states().values()) == {"planned"}  # a worker could still go by the old password
    deliver(now + 10 * SECOND + SOON)
    deliver(now + 11 * SECOND + SOON)
    assert (set(states().values()), len(catchers.mails())) == ({"accepted"}, 3)
    assert accounts.account(key, now=now).condition is accounts.Condition.IN_USE


def test_a_first_account_ends_the_wait_for_one(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers, add: Add
) -> None:
    catchers.start("smtp")
    settings_of_platform(catchers, "")
    plan(now)
    deliver(now)
    assert list(ChannelPause.objects.values_list("code", "until")) == [("account:none", now + REST)]
    supersede(now, below_revision=2)
    plan(now, subject="thing:2")  # nobody will take it before the pause is over
    deliver(now + SECOND)
    add(smtp_at(catchers), now=now + SECOND)
    deliver(now + SECOND + SOON)
    assert (states(), len(catchers.mails())) == ({"thing:1 now": "superseded", "thing:2 now": "accepted"}, 1)


def settings_of_platform(catchers: Catchers, url: str) -> None:
    """The platform has no mail server any more, or another one."""
    catchers._settings.SMTP_URL = url


def test_an_account_that_is_switched_on_again_is_tried_at_once(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers, add: Add
) -> None:
    catchers.start("smtp")
    key = add(smtp_at(catchers), is_enabled=False)
    settings_of_platform(catchers, "")
    plan(now)
    deliver(now)
    accounts.switch_on(key=key, by=BY, now=now + SECOND)
    deliver(now + SECOND + SOON)
    assert set(states().values()) == {"accepted"}


def test_what_waits_for_another_reason_keeps_its_own_time(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers, add: Add
) -> None:
    """A greylisting server would count a second try within seconds against us."""
    catchers.start("smtp")
    key = add(smtp_at(catchers))
    note_kind.address = "busy@people.example"
    plan(now)
    deliver(now)
    again_at = Message.objects.get().next_attempt_at
    assert again_at is not None
    assert again_at > now + SOON
    AccountState.objects.filter(account=key).update(code="breaker", rests_until=now + REST)
    change(key, now + SECOND, smtp_at(catchers))
    assert Message.objects.get().next_attempt_at == again_at
    assert AccountState.objects.get().rests_until == now + SECOND + SOON


def test_an_account_that_cannot_be_read_does_not_stop_the_one_behind_it(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    """Its key is gone from the ring, or it was copied from another Jobcenter."""
    catchers.start("smtp")
    broken = make_account(Channel.EMAIL, SMTP)
    make_account(Channel.EMAIL, config_from_url(catchers.addresses["SMTP_URL"]), rank=1)
    ProviderAccount.objects.filter(pk=broken.pk).update(config_sealed=b"nothing that opens")
    found = accounts.account(broken.public_id, now=now)
    assert (found.condition, found.values, found.kept) == (accounts.Condition.UNREADABLE, {}, frozenset())
    plan(now)
    deliver(now)
    deliver(now + SECOND)
    assert (set(states().values()), len(catchers.mails())) == ({"accepted"}, 1)


def test_settings_that_cannot_be_read_are_typed_anew(fulda: Jobcenter, now: datetime) -> None:
    broken = make_account(Channel.EMAIL, SMTP)
    ProviderAccount.objects.update(config_sealed=b"nothing that opens")
    change(broken.public_id, now, SMTP)
    assert accounts.account(broken.public_id, now=now).kept == {"password"}
