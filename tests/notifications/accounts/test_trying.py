# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A test message through exactly one account, against real providers."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications.accounts import trying
from notifications.accounts.changing import locked_account
from notifications.delivery.ways import way_through
from notifications.models import AccountState, Message, Spending
from notifications.service import accounts
from tests.notifications.accounts.conftest import BY, Add, seven_at, smtp_at
from tests.notifications.servers import PASSWORD, Catchers

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUSE = "haus@fulda.example"
MOBILE = "+4915228817386"
ACCEPTED, ACCOUNT, NOT_NOW = accounts.Verdict.ACCEPTED, accounts.Verdict.ACCOUNT, accounts.Verdict.NOT_NOW
UNCLEAR, REFUSED, TOO_FAST = accounts.Verdict.UNCLEAR, accounts.Verdict.REFUSED, accounts.Verdict.TOO_FAST


@pytest.fixture
def house(fulda: Jobcenter) -> Jobcenter:
    """With addresses for tests."""
    TenantSettings.objects.update(office_address=HOUSE, test_mobile=MOBILE)
    return Jobcenter.objects.get(pk=fulda.pk)


@pytest.fixture(autouse=True)
def inside(house: Jobcenter, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test runs in the context of a Jobcenter whose settings were read before; requests read them anew."""
    monkeypatch.setattr("notifications.texts.trial._office", lambda: house.settings)


def attempt(key: str, house: Jobcenter, now: datetime) -> tuple[accounts.Verdict, str]:
    tried = accounts.try_account(key=key, jobcenter=house, by=BY, now=now)
    assert accounts.last_try(key) == tried
    return tried.verdict, tried.code


def trail() -> list[tuple[str, dict[str, Any]]]:
    return list(AuditEntry.objects.exclude(action="account_added").order_by("id").values_list("action", "detail"))


def sms_spent() -> set[int]:
    return set(Spending.objects.values_list("segments", flat=True))


# --- What comes of it -------------------------------------------------------------------------------------------------
def test_a_mail_reaches_the_house_through_this_very_account_and_no_outbox(
    house: Jobcenter, now: datetime, catchers: Catchers, spare: Catchers, add: Add
) -> None:
    catchers.start("smtp")
    spare.start("smtp")
    add(smtp_at(catchers))
    second = add(smtp_at(spare), name="B")
    assert attempt(second, house, now) == (ACCEPTED, "")
    assert (catchers.mails(), Message.objects.count()) == ([], 0)
    (mail,) = spare.mails()
    assert mail.to == HOUSE
    assert trail() == [
        ("account_tried", {"channel": "email"}),
        ("account_answered", {"channel": "email", "verdict": "accepted", "code": ""}),
    ]


def test_an_account_is_tried_before_it_is_switched_on(
    house: Jobcenter, now: datetime, catchers: Catchers, add: Add
) -> None:
    catchers.start("smtp")
    assert attempt(add(smtp_at(catchers), is_enabled=False), house, now) == (ACCEPTED, "")


def test_a_wrong_password_is_the_accounts_problem(
    house: Jobcenter, now: datetime, catchers: Catchers, add: Add
) -> None:
    catchers.start("smtp")
    key = add(smtp_at(catchers, password="wrong"))
    assert attempt(key, house, now) == (ACCOUNT, "auth-535")
    assert AccountState.objects.count() == 0  # only real messages decide about a rest


def test_nobody_there_is_for_later(house: Jobcenter, now: datetime, catchers: Catchers, add: Add) -> None:
    catchers.nowhere("smtp")
    assert attempt(add(smtp_at(catchers)), house, now) == (NOT_NOW, "connect")


def test_a_refused_address_is_refused(house: Jobcenter, now: datetime, catchers: Catchers, add: Add) -> None:
    catchers.start("smtp")
    house.settings.office_address = "unknown@people.example"
    verdict, code = attempt(add(smtp_at(catchers)), house, now)
    assert (verdict, code) == (REFUSED, "rcpt-550-5.1.1")


@pytest.mark.parametrize(
    ("fault", "came", "spent"),
    [
        ({}, (ACCEPTED, ""), {1}),
        ({"CATCHER_FAULT": "500-after-accept"}, (UNCLEAR, "http-500"), {1}),
        ({"CATCHER_FAULT": "429"}, (TOO_FAST, "throttled"), {0}),
        ({"CATCHER_FAULT": "200-with-error", "CATCHER_FAULT_CODE": "500"}, (ACCOUNT, "seven-500"), {0}),
        ({"CATCHER_API_KEY": "another"}, (ACCOUNT, "http-401"), {0}),
    ],
)
def test_an_sms_costs_what_perhaps_left(
    house: Jobcenter,
    now: datetime,
    catchers: Catchers,
    add: Add,
    fault: dict[str, Any],
    came: tuple[accounts.Verdict, str],
    spent: set[int],
) -> None:
    catchers.start("sms", **fault)
    assert attempt(add(seven_at(catchers), driver="seven"), house, now) == came
    assert sms_spent() == spent
    assert [text.to for text in catchers.texts()] == ([MOBILE] if spent == {1} else [])


def test_whoever_answers_too_slowly_is_not_waited_for_and_nobody_says_that_nothing_left(
    house: Jobcenter, now: datetime, catchers: Catchers, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    catchers.start("sms", CATCHER_FAULT="accept-then-hang", CATCHER_FAULT_SECONDS="3")
    monkeypatch.setattr(trying, "PATIENCE_S", 1)
    assert attempt(add(seven_at(catchers), driver="seven"), house, now) == (UNCLEAR, "no-answer")
    assert sms_spent() == {1}


def test_no_session_is_more_patient_than_the_person_before_the_page(add: Add, catchers: Catchers) -> None:
    catchers.nowhere("smtp")
    typed = smtp_at(catchers, timeout="5", deadline="70")
    way = way_through(locked_account(add(typed)))
    assert {name: trying._hurried(way).config[name] for name in ("timeout", "deadline")} == {
        "timeout": "5",
        "deadline": "12",
    }


def test_an_accepted_test_ends_the_rest_of_an_account(
    house: Jobcenter, now: datetime, catchers: Catchers, add: Add
) -> None:
    catchers.start("smtp")
    key = add(smtp_at(catchers))
    AccountState.objects.create(
        tenant_id=house.pk, account=key, code="provider-down", rests_until=now + MINUTE, probed_at=now
    )
    tried = accounts.try_account(key=key, jobcenter=house, by=BY, now=now)
    state = AccountState.objects.get()
    assert (state.rests_until, state.probed_at) == (tried.at + 2 * SECOND, None)


# --- What is refused before anything leaves ------------------------------------------------------------------------
def test_a_sixth_try_within_ten_minutes_waits_whatever_the_account(
    house: Jobcenter, now: datetime, catchers: Catchers, add: Add
) -> None:
    catchers.start("smtp")
    keys = [add(smtp_at(catchers), name=name) for name in "AB"]
    for number in range(5):
        attempt(keys[number % 2], house, now + number * MINUTE)
    with pytest.raises(accounts.TooManyTries) as refused:
        attempt(keys[0], house, now + 9 * MINUTE)
    assert (refused.value.again_at, len(catchers.mails())) == (now + 10 * MINUTE, 5)
    assert attempt(keys[0], house, now + 10 * MINUTE) == (ACCEPTED, "")


def test_without_budget_no_test_sms_leaves(house: Jobcenter, now: datetime, catchers: Catchers, add: Add) -> None:
    catchers.start("sms")
    key = add(seven_at(catchers), driver="seven")
    house.settings.sms_hourly_cap = 1
    attempt(key, house, now)
    with pytest.raises(accounts.BudgetUsed) as refused:
        attempt(key, house, now + MINUTE)
    assert (refused.value.until, len(catchers.texts()), sms_spent()) == (now + timedelta(hours=1), 1, {1})


def test_without_a_number_of_the_house_nothing_leaves(
    house: Jobcenter, now: datetime, catchers: Catchers, add: Add
) -> None:
    catchers.start("sms")
    house.settings.test_mobile = ""
    with pytest.raises(accounts.NoTestAddress):
        attempt(add(seven_at(catchers), driver="seven"), house, now)
    assert (catchers.texts(), trail()) == ([], [])


def test_paper_cannot_be_tried(house: Jobcenter, now: datetime, add: Add) -> None:
    with pytest.raises(accounts.CannotBeTried):
        attempt(add({}, driver="print"), house, now)


def test_inside_of_a_transaction_nothing_is_tried(
    house: Jobcenter, now: datetime, catchers: Catchers, add: Add
) -> None:
    """Its locks would be held for as long as a provider likes."""
    catchers.start("smtp")
    key = add(smtp_at(catchers))
    with pytest.raises(RuntimeError), transaction.atomic():
        accounts.try_account(key=key, jobcenter=house, by=BY, now=now)
    assert catchers.mails() == []


# --- What is left of it --------------------------------------------------------------------------------------------
def test_a_try_whose_answer_nobody_heard_is_unclear(
    house: Jobcenter, now: datetime, add: Add, catchers: Catchers
) -> None:
    catchers.nowhere("smtp")
    key = add(smtp_at(catchers))
    assert accounts.last_try(key) is None
    trying._begin(key, house, BY, now)  # and then the process dies
    assert accounts.last_try(key) == accounts.Try(now, UNCLEAR)


def test_neither_addresses_nor_secrets_stand_in_the_trail_or_the_logs(
    house: Jobcenter, now: datetime, catchers: Catchers, add: Add, caplog: pytest.LogCaptureFixture
) -> None:
    catchers.start("smtp")
    attempt(add(smtp_at(catchers)), house, now)
    said = str(list(AuditEntry.objects.values())) + caplog.text
    assert [one for one in (HOUSE, PASSWORD, "127.0.0.1") if one in said] == []
