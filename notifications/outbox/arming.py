# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The durable mark "about to send", set milliseconds before the first byte leaves.

Everything that may have changed since the claim is looked at once more, in the same transaction: is the message still
wanted (superseding took its token away), still of use, still alone (no other message of its subject may be in
flight), and may the Jobcenter still send SMS this hour. What is not armed is not sent.
"""

from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Min

from jobcenter_portal.tenancy.context import current_tenant
from notifications.channels.base import Channel
from notifications.models import Message
from notifications.outbox.claiming import Claimed
from notifications.outbox.finishing import close_unsent, give_back
from notifications.states import State

SEND_LEASE: Final = timedelta(seconds=240)
"""Longer than a provider call can take (a task is ended after 240 s): what is silent for so long is ambiguous."""
_ORDER_PAUSE: Final = timedelta(seconds=5)
_HOUR: Final = timedelta(hours=1)
_SUBJECT_LOCK: Final = 7302
_SMS_LOCK: Final = 7303


class Armed(Enum):
    """May the message be sent?"""

    YES = auto()
    GONE = auto()  # superseded, withdrawn or taken over: somebody else's business
    TOO_LATE = auto()
    ADDRESS_REFUSED = auto()
    SMS_CAP = auto()
    OUT_OF_ORDER = auto()


# A newer revision waits for an older one on every channel, and on one channel a subject's messages leave one by one.
# An e-mail and an SMS about the same thing do not wait for each other.
_ANOTHER_IN_FLIGHT: Final = """EXISTS (SELECT FROM notifications_message o
    WHERE o.tenant_id = %(tenant)s AND o.subject = %(subject)s AND o.state = 'sending' AND o.id <> %(id)s
    AND (o.revision < %(revision)s OR o.channel = %(channel)s))"""
_REFUSED: Final = """EXISTS (SELECT FROM notifications_suppression o
    WHERE o.tenant_id = %(tenant)s AND o.channel = %(channel)s AND o.recipient = %(recipient)s)"""
_CAP_REACHED: Final = """(%(channel)s = 'sms' AND (SELECT count(*) FROM notifications_message o
    WHERE o.tenant_id = %(tenant)s AND o.channel = 'sms' AND o.armed_at > %(hour_ago)s) >= %(cap)s)"""

# Fenced by id and token only: with a condition on the state the planner takes the partial index of held rows, which
# its statistics believe empty, and walks all of them (measured: 244 times slower with 20,000 leases).
_ARM: Final = f"""
UPDATE notifications_message m SET state = 'sending', armed_at = %(now)s, lease_until = %(until)s
WHERE m.id = %(id)s AND m.tenant_id = %(tenant)s AND m.lease_token = %(token)s
AND m.lease_until > %(now)s AND m.not_after > %(now)s
AND NOT {_ANOTHER_IN_FLIGHT} AND NOT {_REFUSED} AND NOT {_CAP_REACHED}
RETURNING m.id"""  # noqa: S608 -- put together from the constants above
_WHY: Final = f"""
SELECT m.not_after <= %(now)s, {_REFUSED}, {_CAP_REACHED}, {_ANOTHER_IN_FLIGHT}
FROM notifications_message m WHERE m.id = %(id)s AND m.tenant_id = %(tenant)s AND m.lease_token = %(token)s
AND m.lease_until > %(now)s FOR UPDATE"""  # noqa: S608 -- as above


def arm(claimed: Claimed, *, sms_cap: int, now: datetime) -> Armed:
    """Mark one claimed message as being sent, in a transaction of its own that is on disk when this returns.

    Anything but YES has been dealt with: the message is closed or waits again. `sms_cap`: SMS per hour and Jobcenter.
    """
    tenant_id, ref = current_tenant().pk, claimed.ref
    facts: dict[str, Any] = {
        "tenant": tenant_id,
        "id": claimed.id,
        "token": claimed.token,
        "subject": ref.subject,
        "revision": ref.revision,
        "channel": ref.channel,
        "recipient": ref.recipient,
        "now": now,
        "until": now + SEND_LEASE,
        "hour_ago": now - _HOUR,
        "cap": sms_cap,
    }
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        # One arming per subject at a time, and one per Jobcenter for SMS: otherwise two workers would each see the
        # other's message not yet being sent. A separate statement, because the next one needs a newer snapshot.
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', true), pg_advisory_xact_lock(%s, hashtext(%s)), "
            "CASE WHEN %s = 'sms' THEN pg_advisory_xact_lock(%s, %s) END",
            [_SUBJECT_LOCK, f"{tenant_id}/{ref.subject}", ref.channel, _SMS_LOCK, tenant_id],
        )
        cursor.execute(_ARM, facts)
        if cursor.fetchone():
            return Armed.YES
        cursor.execute(_WHY, facts)
        return _deal_with(claimed, cursor.fetchone(), now=now)


def _deal_with(claimed: Claimed, why: tuple[bool, bool, bool, bool] | None, *, now: datetime) -> Armed:
    match why:
        case None:
            return Armed.GONE
        case (True, _, _, _):
            close_unsent(claimed, into=State.EXPIRED, code="too-late", now=now)
            return Armed.TOO_LATE
        case (_, True, _, _):
            close_unsent(claimed, into=State.SUPPRESSED, code="address-refused", now=now)
            return Armed.ADDRESS_REFUSED
        case (_, _, True, _):
            give_back(claimed, code="sms-cap", until=_end_of_sms_hour(now))
            return Armed.SMS_CAP
        case _:
            give_back(claimed, code="", until=now + _ORDER_PAUSE)
            return Armed.OUT_OF_ORDER


def _end_of_sms_hour(now: datetime) -> datetime:
    """When the oldest SMS of the last hour is an hour old; in an hour where the cap is 0."""
    sent = Message.objects.filter(channel=Channel.SMS, armed_at__gt=now - _HOUR)
    oldest: datetime | None = sent.aggregate(oldest=Min("armed_at"))["oldest"]
    return (oldest or now) + _HOUR
