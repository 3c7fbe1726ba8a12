# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Messages in any state, reached by the steps that the database allows, and receipts about them."""

import uuid
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final

from jobcenter_portal.tenancy.context import current_tenant
from notifications.channels.base import Receipt, ReceiptKind
from notifications.models import Attempt, Message, ProviderReceipt, Suppression
from notifications.receipts.applying import apply_due
from notifications.receipts.inbox import take_in
from notifications.states import HELD, State

_S = State
_WAY: Final = {
    _S.PLANNED: (),
    _S.LEASED: (_S.LEASED,),
    _S.SENDING: (_S.LEASED, _S.SENDING),
    _S.RETRY: (_S.LEASED, _S.SENDING, _S.RETRY),
    _S.AMBIGUOUS: (_S.LEASED, _S.SENDING, _S.AMBIGUOUS),
    _S.ACCEPTED: (_S.LEASED, _S.SENDING, _S.ACCEPTED),
    _S.FAILED: (_S.LEASED, _S.SENDING, _S.FAILED),
    _S.DELIVERED: (_S.LEASED, _S.SENDING, _S.ACCEPTED, _S.DELIVERED),
    _S.BOUNCED: (_S.LEASED, _S.SENDING, _S.ACCEPTED, _S.BOUNCED),
    _S.SUPERSEDED: (_S.SUPERSEDED,),
    _S.WITHDRAWN: (_S.WITHDRAWN,),
    _S.EXPIRED: (_S.EXPIRED,),
    _S.SUPPRESSED: (_S.SUPPRESSED,),
}
ACCOUNT: Final = "konto-von-fulda"
_numbers = count(1)


def message_in(state: State, now: datetime, **changes: Any) -> Message:
    """A message of the current Jobcenter in a state."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "tenant_id": current_tenant().pk,
        "subject": f"thing:{number}",
        "revision": 1,
        "kind": "test-note",
        "occasion": "now",
        "channel": "email",
        "recipient": number.to_bytes(32, "big"),
        "language": "de",
        "priority": 2,
        "due_at": now,
        "not_after": now + timedelta(days=1),
        "message_id_token": uuid.uuid4().hex,
        "account": ACCOUNT,
        "created_at": now,
    }
    message: Message = Message.objects.create(**(values | changes))
    advance(message, _WAY[state], now)
    return message


def advance(message: Message, way: tuple[State, ...], now: datetime) -> None:
    """Lead a message on, as a worker does."""
    for after in way:
        held = after in HELD
        Message.objects.filter(pk=message.pk).update(
            state=after,
            lease_token=uuid.uuid4() if held else None,
            lease_until=now + timedelta(seconds=90) if held else None,
        )
    message.refresh_from_db()


def receipt(message: Message | None, kind: ReceiptKind, **changes: Any) -> Receipt:
    """What a provider says about a message; `event` is new each time."""
    values: dict[str, Any] = {
        "event": f"event-{next(_numbers)}",
        "kind": kind,
        "our_reference": message.message_id_token if message else uuid.uuid4().hex,
    }
    return Receipt(**(values | changes))


def told(now: datetime, *receipts: Receipt, account: str = ACCOUNT) -> None:
    """Receipts come in and are applied at once."""
    take_in(receipts, account_key=account, now=now)
    apply_due(now=now)


def told_attempts(message: Message) -> list[tuple[str, str]]:
    rows = Attempt.objects.filter(message=message, outcome__startswith="told-").order_by("n")
    return list(rows.values_list("outcome", "code"))


def waiting() -> int:
    return int(ProviderReceipt.objects.filter(look_at__isnull=False).count())


def suppressions() -> list[tuple[str, bytes, str, bool]]:
    rows = Suppression.objects.order_by("channel", "recipient")
    return [(row.channel, bytes(row.recipient), row.reason, row.only_reminders) for row in rows]
