# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A letter's whole way: planned, taken over by the queue, printed, posted; or not, because nobody needs it any more."""

from datetime import datetime, timedelta

from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications import service
from notifications.delivery import dispatch
from notifications.delivery.sessions import Sessions
from notifications.letters.queue import letter_of
from notifications.models import Letter, Message
from notifications.outbox.clock import Clock
from notifications.service import Channel, Fate
from tests.notifications.channels.paper import ADDRESS, said
from tests.notifications.factories import plan
from tests.notifications.fake_app.kinds import FakeKind

BY = audit.staff(7)
HOUR = timedelta(hours=1)


def deliver(now: datetime) -> None:
    with Sessions() as sessions:
        dispatch.deliver_all(sessions=sessions, clock=Clock(now, stopwatch=lambda: 0.0))


def fates(now: datetime) -> list[Fate]:
    return [view.fate for view in service.history("thing:1", now=now)]


def test_a_planned_letter_is_accepted_and_waits_for_paper(fulda: Jobcenter, now: datetime, kind: FakeKind) -> None:
    TenantSettings.objects.update(letters_enabled=True)
    plan(now, channel=Channel.LETTER)
    deliver(now)
    (waiting,) = Letter.objects.all()
    (message,) = Message.objects.all()
    assert (message.state, message.provider_reference, waiting.state) == ("accepted", waiting.public_id, "queued")
    assert letter_of(waiting.content).address == ADDRESS
    assert fates(now) == [Fate.WAITS_FOR_PRINT]


def test_from_the_plan_to_the_post(fulda: Jobcenter, now: datetime, kind: FakeKind) -> None:
    TenantSettings.objects.update(letters_enabled=True)
    plan(now, channel=Channel.LETTER)
    deliver(now)
    batch = service.open_letter_batch(by=BY, now=now + HOUR).batch
    assert batch is not None
    assert fates(now) == [Fate.IN_PRINT]
    assert "esgehtumthing:1now." in said(service.letter_batch_pdf(batch=batch, by=BY, now=now + HOUR))
    service.mark_letters_sent(batch=batch, by=BY, now=now + 2 * HOUR)
    assert fates(now) == [Fate.POSTED]
    assert Message.objects.get().state == "accepted", "that a letter arrived is never known"


def test_a_letter_about_what_was_called_off_before_it_was_printed_is_not_printed(
    fulda: Jobcenter, now: datetime, kind: FakeKind
) -> None:
    TenantSettings.objects.update(letters_enabled=True)
    plan(now, channel=Channel.LETTER)
    deliver(now)
    kind.untrue = {"thing:1"}
    opened = service.open_letter_batch(by=BY, now=now + HOUR)
    assert (opened.batch, opened.dropped) == (None, 1)
    assert fates(now) == [Fate.NOT_PRINTED]
