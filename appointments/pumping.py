# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""SMS pumping: somebody earns money with each SMS and has codes sent to numbers of theirs, in rows, never typing one.

Two marks give it away, and each has its answer. Codes that nobody types: from then on machines have to work for each
code. Neighbouring numbers: no more SMS codes to that range for a while, while everybody else gets theirs. E-mail and
booking without messages stay open, and the budget for codes (proving) stands behind both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db.models import Count, Q

from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.counters import Counted
from jobcenter_portal.tenancy.counting import Counter, Quota, count_plainly, how_many
from jobcenter_portal.tenancy.sealed import blind_index
from jobcenter_portal.tenancy.unusual import declare

log = structlog.get_logger(__name__)
RANGE: Final = "code-range"
_HOUR: Final = timedelta(hours=1)
_RANGES: Final = ((3, Quota(10, _HOUR)), (4, Quota(20, _HOUR)))
"""By the last digits in which the numbers of a range differ. A shelter that hands out cards from one box has a few
neighbours; nobody has eleven of a thousand numbers within an hour."""
TYPING: Final = timedelta(minutes=5)
"""So long somebody may look for a code. Younger ones are not judged yet."""
ENOUGH: Final = 20
"""Of fewer codes nothing can be said: an old couple without their glasses would be an attack."""
_WAYS: Final = (ContactChannel.EMAIL, ContactChannel.SMS)
LOWEST_SHARE: Final = 0.2
"""People type 60 to 80 of 100 codes."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The codes of one hour, as far as people had time to type them."""

    asked: int
    typed: int

    @property
    def is_pumped(self) -> bool:
        return self.asked >= ENOUGH and self.typed < LOWEST_SHARE * self.asked


def asked(channel: ContactChannel) -> str:
    """Under which name codes of a channel are counted when they are asked for."""
    return f"code-{channel.value}"


def ranges_of(channel: ContactChannel, address: str) -> Sequence[Counter]:
    """What has to have room before an SMS goes to this number; nothing for a mailbox."""
    if channel is not ContactChannel.SMS:
        return ()
    return tuple(Counter(RANGE, _range_index(address[:-digits]), (quota,)) for digits, quota in _RANGES)


def note_typed(channel: ContactChannel, *, now: datetime) -> None:
    """A code was typed, and was right."""
    count_plainly(_typed(channel), now=now)


def watch(*, codes: str, now: datetime) -> None:
    """After a code was sent: close the door to `codes` when hardly any SMS is answered."""
    found = answered(ContactChannel.SMS, now=now)
    if found.is_pumped and declare(codes, now=now):
        log.warning("few codes are typed", asked=found.asked, typed=found.typed)


def answered(channel: ContactChannel, *, now: datetime) -> Answered:
    """Of the hour that ended when the youngest code that can be judged was sent."""
    until = now - TYPING
    return Answered(
        asked=how_many(asked(channel), since=until - _HOUR, until=until),
        typed=how_many(_typed(channel), since=until - _HOUR),
    )


def answered_by_channel(*, now: datetime) -> Mapping[ContactChannel, Answered]:
    """The same of both ways that codes go, in one question."""
    until = now - TYPING
    names = [name(channel) for channel in _WAYS for name in (asked, _typed)]
    rows = (
        Counted.objects.filter(what__in=names, who=b"", at__gt=until - _HOUR)
        .values_list("what")
        .annotate(times=Count("pk"), till_then=Count("pk", filter=Q(at__lte=until)))
    )
    found = {what: (times, till_then) for what, times, till_then in rows}
    return {
        channel: Answered(asked=found.get(asked(channel), (0, 0))[1], typed=found.get(_typed(channel), (0, 0))[0])
        for channel in _WAYS
    }


def _typed(channel: ContactChannel) -> str:
    return f"typed-{channel.value}"


def _range_index(beginning: str) -> bytes:
    return blind_index(beginning, tenant_id=current_tenant().pk, purpose="number-range")
