# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What SMS may cost in an hour, a day, a month."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications import service
from notifications.models import Message, Spending
from notifications.outbox import budget
from notifications.outbox.arming import Armed, Intent, arm
from notifications.outbox.budget import Period, Stretch
from notifications.service import Channel
from tests.notifications.factories import arm_one, claim_all, claim_one, deliver, plan
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.servers import Catchers

BERLIN = ZoneInfo("Europe/Berlin")


def spendings() -> dict[str, int]:
    return dict(Spending.objects.order_by("period").values_list("period", "segments"))


def test_what_leaves_is_counted_in_parts_in_its_hour_day_and_month(fulda: Jobcenter, now: datetime) -> None:
    for number in range(2):
        plan(now, subject=f"thing:{number}", channel=Channel.SMS)
    for claimed in claim_all(now):
        intent = Intent(claimed, "platform-sms", segments=3)
        assert arm([intent], settings=fulda.settings, now=now) == [Armed.YES]
    assert spendings() == {"d20261123": 6, "h2026112307": 6, "m202611": 6}


@pytest.mark.parametrize(
    ("cap", "again"),
    [
        ("sms_hourly_cap", datetime(2026, 11, 23, 8, 0, tzinfo=UTC)),
        ("sms_daily_cap", datetime(2026, 11, 23, 23, 0, tzinfo=UTC)),  # midnight in Fulda
        ("sms_monthly_cap", datetime(2026, 11, 30, 23, 0, tzinfo=UTC)),
    ],
)
def test_a_full_budget_holds_the_rest_back_until_the_next_hour_day_or_month(
    fulda: Jobcenter, now: datetime, cap: str, again: datetime
) -> None:
    TenantSettings.objects.update(**{cap: 1})
    for number in range(2):
        plan(now, subject=f"thing:{number}", channel=Channel.SMS, not_after=now + timedelta(days=30))
    first, second = claim_all(now)
    later = now + timedelta(minutes=20)
    assert (arm_one(first, now), claim_all(later)) == (Armed.YES, [])
    assert arm_one(second, now) is Armed.SMS_CAP
    (waiting,) = service.history("thing:1", now=now)
    assert (waiting.fate, waiting.waits_until) == (service.Fate.WAITS_FOR_BUDGET, again)
    assert arm_one(claim_one(again), again) is Armed.YES


@pytest.mark.parametrize(
    ("fault", "parts"),
    [
        (None, 0),  # nobody there
        ({"CATCHER_FAULT": "429"}, 0),
        ({"CATCHER_FAULT": "200-with-error", "CATCHER_FAULT_CODE": "202"}, 0),  # no such number
        ({"CATCHER_FAULT": "500-after-accept"}, 1),  # perhaps sent, so perhaps paid
        ({}, 1),
    ],
)
def test_only_what_surely_was_not_sent_costs_nothing(
    fulda: Jobcenter,
    now: datetime,
    note_kind: FakeKind,
    catchers: Catchers,
    fault: dict[str, Any] | None,
    parts: int,
) -> None:
    if fault is None:
        catchers.nowhere("sms")
    else:
        catchers.start("sms", **fault)
    plan(now, channel=Channel.SMS)
    deliver(now)
    assert Message.objects.get().account == "platform-sms"
    assert spendings() == {"d20261123": parts, "h2026112307": parts, "m202611": parts}


def test_that_little_is_left_is_said_once(fulda: Jobcenter, now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    TenantSettings.objects.update(sms_hourly_cap=5)
    for number in range(5):
        plan(now, subject=f"thing:{number}", channel=Channel.SMS)
    said = []
    for claimed in claim_all(now):
        assert arm_one(claimed, now) is Armed.YES
        said.append(sum("sms budget nearly used" in record.getMessage() for record in caplog.records))
    assert said == [0, 0, 0, 1, 1]
    assert [one.period for one in Spending.objects.filter(warned_at=now)] == ["h2026112307"]


def test_the_hour_that_comes_twice_in_october_counts_twice_and_its_day_has_25_hours() -> None:
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert [first.astimezone(BERLIN).hour, second.astimezone(BERLIN).hour] == [2, 2]
    hour, next_hour = timedelta(hours=1), datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
    assert budget.stretches(BERLIN, now=first)[0] == Stretch(Period.HOUR, "h2026102500", next_hour - hour, next_hour)
    assert budget.stretches(BERLIN, now=second)[0] == Stretch(Period.HOUR, "h2026102501", next_hour, next_hour + hour)
    day, month = budget.stretches(BERLIN, now=second)[1:]
    assert day.ends_at.astimezone(UTC) - day.begins_at.astimezone(UTC) == 25 * hour
    assert month.ends_at.astimezone(UTC) == datetime(2026, 10, 31, 23, 0, tzinfo=UTC)


def test_in_december_the_next_month_is_january() -> None:
    month = budget.stretches(BERLIN, now=datetime(2026, 12, 31, 12, 0, tzinfo=UTC))[2]
    assert (month.name, month.ends_at) == ("m202612", datetime(2027, 1, 1, tzinfo=BERLIN))
