# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What page and metrics say about delivery, from real rows of two Jobcenters."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.counting import count_plainly
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.tallies import add_refusal
from jobcenter_portal.tenancy.unusual import declare
from notifications import service
from notifications.models import AccountState, Heartbeat, Message, ProviderReceipt, Spending
from notifications.outbox import budget
from notifications.service import Channel
from notifications.states import State
from tests.appointments.desk.staff import main_text
from tests.notifications.factories import plan
from tests.notifications.steps import brought_to
from tests.portal.operator.test_doors import PASSWORD, TOKEN, basic


@pytest.fixture(autouse=True)
def secrets(settings: Any, now: datetime) -> Iterator[None]:
    settings.OPERATOR_PASSWORD, settings.METRICS_TOKEN = PASSWORD, TOKEN
    with time_machine.travel(now, tick=False):
        yield


def sent(now: datetime, took: timedelta, *, ago: timedelta = timedelta(minutes=5), **changes: Any) -> Message:
    """A message that was accepted `ago`, `took` after its time."""
    plan(now, subject=f"thing:{Message.objects.count()}", **changes)
    accepted = now - ago
    return brought_to(State.ACCEPTED, now=now, due_at=accepted - took, finished_at=accepted)


def due(now: datetime, since: timedelta, **changes: Any) -> Message:
    plan(now, subject=f"thing:{Message.objects.count()}", **changes)
    return brought_to(State.PLANNED, now=now, due_at=now - since)


@pytest.fixture
def busy(fulda: Jobcenter, wiesbaden: Jobcenter, now: datetime) -> Jobcenter:
    """Fulda: ten e-mails accepted after 1 to 9 s and 150 s, one SMS due for three minutes, one e-mail unclear."""
    for seconds in (*range(1, 10), 150):
        sent(now, timedelta(seconds=seconds))
    sent(now, timedelta(seconds=1), ago=timedelta(hours=3))
    sent(now, timedelta(seconds=1), ago=timedelta(hours=25))
    plan(now, subject="thing:failed")
    brought_to(State.FAILED, now=now)
    due(now, timedelta(minutes=3), channel=Channel.SMS)
    due(now, -timedelta(minutes=3), channel=Channel.SMS)
    plan(now, subject="thing:unclear")
    brought_to(State.AMBIGUOUS, now=now)
    with tenant_context(wiesbaden):
        sent(now, timedelta(seconds=2))
    return fulda


def test_a_jobcenters_figures_are_counted_from_its_rows(busy: Jobcenter, now: datetime) -> None:
    found = service.figures(busy.settings, now=now)
    email, sms = found.channels
    assert (email.channel, email.due, email.accepted, email.late, email.failed, email.unclear) == (
        "email",
        0,
        11,
        1,
        1,
        1,
    )
    assert (sms.due, sms.oldest_due, sms.accepted, sms.latency.count) == (1, timedelta(minutes=3), 0, 0)
    assert email.latency == service.Latency(
        buckets=(1, 2, 5, 9, 9, 9, 9, 10, 10, 10), count=10, total_s=195.0, p50_s=5.0, p95_s=150.0
    )
    (unclear,) = found.unclear
    assert Message.objects.get(public_id=unclear).state == State.AMBIGUOUS


def test_accounts_budgets_and_receipts_are_told(fulda: Jobcenter, now: datetime) -> None:
    AccountState.objects.create(
        tenant=fulda, account="platform-sms", rests_until=now + timedelta(minutes=2), code="account:seven-500"
    )
    AccountState.objects.create(
        tenant=fulda, account="platform-email", rests_until=now - timedelta(minutes=2), code="x"
    )
    (hour, *_rest) = budget.stretches(fulda.settings.zone, now=now)
    Spending.objects.create(tenant=fulda, channel="sms", period=hour.name, begins_at=hour.begins_at, segments=190)
    for n, look_at in enumerate((now, None)):
        ProviderReceipt.objects.create(
            tenant=fulda,
            account="platform-sms",
            event=f"e{n}",
            kind="delivered",
            received_at=now - timedelta(minutes=n + 1),
            look_at=look_at,
        )
    found = service.figures(fulda.settings, now=now)
    assert found.resting == (service.Resting("platform-sms", now + timedelta(minutes=2), "account:seven-500"),)
    assert [(spent.period, spent.segments, spent.cap) for spent in found.budget] == [
        ("hour", 190, 200),
        ("day", 0, 1000),
        ("month", 0, 10000),
    ]
    assert (found.receipts, found.oldest_receipt) == (1, timedelta(minutes=1))


def scraped() -> dict[tuple[str, str], float]:
    """Every sample by name and labels, as Prometheus' own parser reads them."""
    answer = Client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        (sample.name, " ".join(f"{key}={value}" for key, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def test_prometheus_reads_them_per_jobcenter_and_channel(busy: Jobcenter, now: datetime) -> None:
    Heartbeat.objects.create(name="tick", beat_at=now - timedelta(seconds=4))
    found = scraped()
    expected = {
        ("portal_messages_due", "channel=sms tenant=fulda"): 1,
        ("portal_oldest_due_seconds", "channel=sms tenant=fulda"): 180,
        ("portal_messages_unclear", "channel=email tenant=fulda"): 1,
        ("portal_messages_ended_24h", "channel=email outcome=accepted tenant=fulda"): 11,
        ("portal_messages_ended_24h", "channel=email outcome=accepted tenant=wiesbaden"): 1,
        ("portal_messages_ended_24h", "channel=email outcome=failed tenant=fulda"): 1,
        ("portal_messages_late_24h", "channel=email tenant=fulda"): 1,
        ("portal_delivery_latency_seconds_bucket", "channel=email le=5.0 tenant=fulda"): 5,
        ("portal_delivery_latency_seconds_bucket", "channel=email le=120.0 tenant=fulda"): 9,
        ("portal_delivery_latency_seconds_bucket", "channel=email le=+Inf tenant=fulda"): 10,
        ("portal_sms_budget_used_ratio", "period=hour tenant=fulda"): 0,
        ("portal_receipts_waiting", "tenant=fulda"): 0,
        ("portal_beat_age_seconds", "loop=tick"): 4,
        ("portal_jobcenters_unread", ""): 0,
    }
    assert {key: found.get(key) for key in expected} == expected


def test_prometheus_reads_that_somebody_misuses_a_jobcenter(
    fulda: Jobcenter, wiesbaden: Jobcenter, now: datetime
) -> None:
    then = now - timedelta(minutes=10)
    for _code in range(20):
        count_plainly("code-sms", now=then)
    count_plainly("typed-sms", now=then)
    for _refusal in range(3):
        add_refusal("wait-address", now=now)
    declare("holds", now=now)
    found = scraped()
    expected = {
        ("portal_codes_asked_1h", "channel=sms tenant=fulda"): 20,
        ("portal_codes_typed_1h", "channel=sms tenant=fulda"): 1,
        ("portal_codes_asked_1h", "channel=sms tenant=wiesbaden"): 0,
        ("portal_limit_refusals_1h", "limit=wait-address tenant=fulda"): 3,
        ("portal_machines_work", "tenant=fulda what=holds"): 1,
        ("portal_machines_work", "tenant=fulda what=waits"): 0,
        ("portal_machines_work", "tenant=wiesbaden what=holds"): 0,
        ("portal_times_kept", "tenant=fulda"): 0,
    }
    assert {key: found.get(key) for key in expected} == expected
    assert not [key for key in found if key[0] == "portal_limit_refusals_1h" and "wiesbaden" in key[1]]


def test_every_metric_is_explained_to_operators_and_every_one_that_is_explained_exists(busy: Jobcenter) -> None:
    guide = (Path(settings.BASE_DIR) / "docs" / "operations.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`?\b(portal_[a-z0-9_]+)", guide))
    answer = Client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    families = {
        re.sub("_(gsum|gcount)$", "", one.name) for one in text_string_to_metric_families(answer.content.decode())
    }
    assert families - told == set()
    assert {name.removesuffix("_bucket") for name in told} - families == set()


def test_a_jobcenter_that_cannot_be_read_hides_no_other(busy: Jobcenter, monkeypatch: pytest.MonkeyPatch) -> None:
    told = service.figures

    def failing(settings: object, *, now: datetime) -> object:
        if settings.tenant_id == busy.pk:  # type: ignore[attr-defined]
            raise RuntimeError("anna.beispiel@people.example")
        return told(settings, now=now)  # type: ignore[arg-type]

    monkeypatch.setattr(service, "figures", failing)
    found = scraped()
    assert found["portal_jobcenters_unread", ""] == 1
    assert found["portal_messages_ended_24h", "channel=email outcome=accepted tenant=wiesbaden"] == 1
    assert not any("tenant=fulda" in labels for _name, labels in found)


def test_the_page_says_what_is_wrong_first_and_names_nobody(busy: Jobcenter, now: datetime) -> None:
    Heartbeat.objects.create(name="tick", beat_at=now - timedelta(minutes=4))
    answer = Client().get("/betrieb/", headers={"authorization": basic(PASSWORD)})
    text = main_text(answer)
    assert "Bei 1 Jobcenter ist etwas nicht in Ordnung." in text
    assert "steht Takt der Zustellung: 4 min" in text
    assert "SMS 1 3 min – – 0 0 0 0 0" in text
    assert "E-Mail 0 – 5,0 s 2 min 11 1 1 0 1" in text
    assert text.index("Jobcenter Fulda") < text.index("Jobcenter Wiesbaden")
    assert Message.objects.get(state="ambiguous").public_id in text
    assert "refresh" not in answer.content.decode()


def test_it_reloads_by_itself_only_when_asked(fulda: Jobcenter) -> None:
    html = Client().get("/betrieb/?neu=laden", headers={"authorization": basic(PASSWORD)}).content.decode()
    assert '<meta http-equiv="refresh" content="30">' in html


def test_without_jobcenters_and_without_messages_the_page_says_so(db: None) -> None:
    answer = Client().get("/betrieb/", headers={"authorization": basic(PASSWORD)})
    assert "Es gibt noch kein Jobcenter." in main_text(answer)
