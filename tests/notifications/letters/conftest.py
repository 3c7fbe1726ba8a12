# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Letters that wait in the queue of Fulda."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications.letters.queue import LetterQueue
from notifications.models import Message
from notifications.service import Channel
from tests.notifications.channels.paper import ADDRESS, letter
from tests.notifications.factories import plan
from tests.notifications.fake_app.kinds import FakeKind

QueueLetter = Callable[..., str]


@pytest.fixture
def kind(note_kind: FakeKind) -> FakeKind:
    note_kind.address = "\n".join(ADDRESS)
    return note_kind


@pytest.fixture
def queue_letter(fulda: Jobcenter, now: datetime, kind: FakeKind) -> QueueLetter:
    """queue_letter("thing:1") plans a letter and lets it wait for paper; returns its public id."""
    TenantSettings.objects.update(letters_enabled=True)

    def queued(subject: str, **changes: Any) -> str:
        plan(now, subject=subject, channel=Channel.LETTER, **changes)
        message = Message.objects.get(subject=subject, channel=Channel.LETTER)
        return LetterQueue().put(letter(reference=message.message_id_token), now=now)

    return queued
