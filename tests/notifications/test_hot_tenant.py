# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fault 36: one Jobcenter has 50,000 messages due at once, and six small ones a few."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from django.db import connection

from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.delivery import dispatch
from notifications.delivery.sessions import Sessions
from notifications.models import Message
from notifications.outbox.clock import Clock, database_now
from notifications.service import figures
from tests.factories import make_jobcenter
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.servers import Catchers

MANY: Final = 50_000
FEW: Final = 20
_WRITE: Final = """
INSERT INTO notifications_message (tenant_id, public_id, subject, revision, kind, occasion, channel, recipient,
    language, priority, state, due_at, not_after, attempts, message_id_token, provider_reference, segments, result_code,
    created_at)
SELECT %(tenant)s, 'm' || n, 'thing:' || n, 1, 'test-note', 'now', 'email', int4send(n), 'de', 2, 'planned', %(now)s,
    %(now)s + interval '1 day', 0, md5(%(tenant)s::text || '/' || n), '', 0, '', %(now)s
FROM generate_series(1, %(count)s) n"""


def write(tenant: Jobcenter, count: int) -> None:
    """Reminders that all become due at this moment."""
    with tenant_context(tenant), connection.cursor() as cursor:
        cursor.execute(_WRITE, {"tenant": tenant.pk, "count": count, "now": database_now()})


@pytest.mark.django_db(transaction=True)
def test_six_small_jobcenters_are_served_within_seconds_beside_one_with_fifty_thousand(
    fulda: Jobcenter, note_kind: FakeKind, catchers: Catchers, tmp_path: Path
) -> None:
    """The loop goes on until one mail more has arrived than the first round has; then its time is up."""
    catchers.start("smtp")
    small = [make_jobcenter(f"small-{number}") for number in range(6)]
    write(fulda, MANY)
    for jobcenter in small:
        write(jobcenter, FEW)

    def seconds() -> float:
        has_gone_round = len(list((tmp_path / "smtp").rglob("*.eml"))) > dispatch.BATCH + len(small) * FEW
        return time.monotonic() + (3600 if has_gone_round else 0)

    with Sessions() as sessions:
        clock = Clock(database_now(), stopwatch=seconds)
        dispatch.deliver_all(sessions=sessions, clock=clock, budget=timedelta(minutes=2))

    slowest = []
    for jobcenter in small:
        with tenant_context(jobcenter):
            (email,) = figures(jobcenter.settings, now=database_now()).channels
            assert (email.due, email.accepted) == (0, FEW)
            slowest.append(email.latency.p95_s or 0)
    assert max(slowest) < 30
    with tenant_context(fulda):
        served = Message.objects.filter(state="accepted").count()
        assert dispatch.BATCH <= served <= 2 * dispatch.BATCH, "the large one is served too, a hundred at a time"
