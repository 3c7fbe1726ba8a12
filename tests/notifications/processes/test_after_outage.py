# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fault 35: after a day and a half without delivery, what still helps leaves, at the pace that is allowed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import pytest
from django.db import transaction

from jobcenter_portal.tenancy.models import Jobcenter
from notifications import service
from notifications.channels.email.smtp import config_from_url
from notifications.models import Message
from notifications.outbox.clock import database_now
from notifications.service import Channel, Priority
from tests.notifications.factories import make_account, plan, planned
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.processes.steps import MakeWorkers, states
from tests.notifications.servers import Catchers, wait_until

pytestmark = pytest.mark.usefixtures("transactional_db")
HOUR: Final = timedelta(hours=1)
A_SECOND: Final = 40
PEOPLE: Final = 400
BURST: Final = 2 * A_SECOND
JITTER: Final = timedelta(seconds=0.5)
"""Between our own clock when an allowance is counted and the catcher's when the mail has come."""


def test_the_backlog_leaves_at_the_accounts_pace_and_a_new_confirmation_goes_ahead_of_it(
    fulda: Jobcenter, note_kind: FakeKind, catchers: Catchers, workers: MakeWorkers
) -> None:
    catchers.start("smtp")
    make_account(Channel.EMAIL, config_from_url(catchers.addresses["SMTP_URL"]), max_per_s=A_SECOND)
    with transaction.atomic(), service.together():
        for number in range(PEOPLE):
            _reminders_of(f"person:{number}")
    processes = workers(catchers)
    processes.ready_worker()
    processes.beat()

    wait_until("a part has left", lambda: states()["accepted"] > PEOPLE // 3)
    plan(database_now(), subject="new:1", kind="test-note", priority=Priority.CONFIRMATION)
    wait_until("everything has left", lambda: states()["accepted"] == PEOPLE + 1)

    mails = sorted(catchers.mails(), key=lambda mail: mail.received_at)
    assert len(mails) == len({mail.reference for mail in mails}) == PEOPLE + 1
    assert states() == {"accepted": PEOPLE + 1, "superseded": 2 * PEOPLE, "expired": PEOPLE}
    token = Message.objects.get(subject="new:1").message_id_token
    after_it = len(mails) - 1 - next(place for place, mail in enumerate(mails) if mail.reference.startswith(token))
    assert after_it > PEOPLE // 4, "the confirmation waited behind old reminders"
    came = [mail.received_at for mail in mails]
    assert _most_above_the_pace(came) <= BURST
    assert came[-1] - came[0] < 1.5 * timedelta(seconds=(PEOPLE - BURST) / A_SECOND), "slower than it may"


def _reminders_of(subject: str) -> None:
    """Three that are due since 36, 20 and 2 hours, of which one still helps; a fourth helps nobody any more."""
    now = database_now()
    for hours in (36, 20, 2):
        due = planned(now - hours * HOUR, occasion=f"{hours}h", not_after=now + HOUR)
        service.plan(subject=subject, revision=1, messages=[due], now=now)
    service.plan(
        subject=subject,
        revision=1,
        messages=[planned(now - 30 * HOUR, occasion="late", not_after=now - HOUR)],
        now=now,
    )


def _most_above_the_pace(came: Sequence[datetime]) -> float:
    """By how many mails any stretch of time, however long, had more than A_SECOND for each of its seconds."""
    most = 0.0
    for first, begun in enumerate(came):
        for last in range(first, len(came)):
            seconds = (came[last] - begun + JITTER).total_seconds()
            most = max(most, last - first + 1 - seconds * A_SECOND)
    return most
