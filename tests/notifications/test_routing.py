# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Accounts with a limit per second, and the windows in which messages are armed."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from jobcenter_portal.tenancy.models import Jobcenter
from notifications.channels.base import OutgoingPush
from notifications.channels.email.smtp import config_from_url
from notifications.delivery.routing import Routed
from notifications.delivery.ways import Way
from notifications.delivery.writing import Written
from notifications.kinds import MessageRef
from notifications.outbox import breaker
from notifications.outbox.breaker import Leave
from notifications.outbox.claiming import Claimed
from notifications.service import Channel
from tests.notifications.factories import deliver, make_account, plan
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.servers import Catchers

SECOND = timedelta(seconds=1)


def way(channel: Channel = Channel.EMAIL, *, max_per_s: int = 0) -> Way:
    return Way(None, "one", channel, "smtp", {}, max_per_s)


def written(subject: str, channel: Channel, now: datetime) -> Written:
    ref = MessageRef(subject, 1, "now", channel, "de", b"r" * 32)
    claimed = Claimed(0, uuid4(), "test-note", ref, now, 0, "")
    return Written(claimed, OutgoingPush("", "", "", 0, is_urgent=False))


def test_an_account_with_a_limit_gives_as_much_as_time_has_filled_up(fulda: Jobcenter, now: datetime) -> None:
    limited = way(max_per_s=10)
    asked = [breaker.leave(limited, wanted=100, now=now + seconds * SECOND) for seconds in (0, 0, 0.5, 0.55, 10)]
    assert asked == [
        Leave(20),  # what two seconds allow
        Leave(0, now + SECOND / 10, "rate"),
        Leave(5),
        Leave(0, now + 0.65 * SECOND, "rate"),
        Leave(20),  # a long silence is no licence for a flood
    ]


def test_what_goes_beyond_the_limit_follows_second_by_second(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    catchers.start("smtp")
    make_account(Channel.EMAIL, config_from_url(catchers.addresses["SMTP_URL"]), max_per_s=2)
    for number in range(9):
        plan(now, subject=f"thing:{number}")
    sent = []
    for seconds in range(4):
        deliver(now + seconds * SECOND)
        sent.append(len(catchers.mails()))
    assert sent == [4, 6, 8, 9]


def test_what_goes_beyond_the_limit_of_one_account_leaves_through_the_other(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers, spare: Catchers
) -> None:
    catchers.start("smtp")
    spare.start("smtp")
    make_account(Channel.EMAIL, config_from_url(catchers.addresses["SMTP_URL"]), max_per_s=2)
    make_account(Channel.EMAIL, config_from_url(spare.addresses["SMTP_URL"]), rank=1)
    for number in range(9):
        plan(now, subject=f"thing:{number}")
    deliver(now)
    assert (len(catchers.mails()), len(spare.mails())) == (4, 5)


@pytest.mark.parametrize(
    ("channel", "sizes"), [(Channel.EMAIL, [10, 2, 1]), (Channel.SMS, [1] * 13), (Channel.PUSH, [10, 2, 1])]
)
def test_a_window_holds_ten_mails_or_one_sms_and_no_subject_twice(
    now: datetime, channel: Channel, sizes: list[int]
) -> None:
    messages = [written(f"thing:{number}", channel, now) for number in range(11)]
    messages += [written("thing:0", channel, now), written("thing:0", channel, now)]
    windows = [
        [one.claimed.ref.subject for one in window] for window in Routed(way(channel), False, messages).windows()
    ]
    assert [len(window) for window in windows] == sizes
    assert [len(set(window)) for window in windows] == sizes
