# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A mail that came back, brought to the inbox of the Jobcenter whose message it is about."""

import re
from enum import StrEnum

from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.channels.base import Receipt
from notifications.channels.email.bounces import Bounce, read_bounce
from notifications.outbox.clock import database_now
from notifications.receipts import verp
from notifications.receipts.inbox import take_in

ACCOUNT = "bounces"
"""What stands in the inbox instead of a provider's account."""
_REFERENCE = re.compile(r"[0-9a-f]{32}")


class Taken(StrEnum):
    """What became of a mail, for the log. None of them is a reason to send it back: bounces are never bounced."""

    RECEIPT = "receipt"
    REPEATED = "repeated"
    NOT_A_BOUNCE = "not a bounce"
    NOT_OURS = "not ours"


def take_in_mail(raw: bytes, *, recipient: str = "", jobcenter: Jobcenter | None = None) -> Taken:
    """Read one mail and write down what it says; when this returns, that is committed.

    `recipient`: to whom it was addressed. `jobcenter`: whose mailbox it came from, where that is known: only then a
    returned Message-ID counts, which nobody sealed.
    """
    bounce = read_bounce(raw, recipient=recipient)
    if bounce is None:
        return Taken.NOT_A_BOUNCE
    for name in bounce.names:
        named = verp.read(name)
        if named is not None:
            return _write(bounce, named.reference, Jobcenter.objects.filter(pk=named.tenant_id).first())
        if jobcenter is not None and _REFERENCE.fullmatch(name):
            return _write(bounce, name, jobcenter)
    return Taken.NOT_OURS


def _write(bounce: Bounce, reference: str, jobcenter: Jobcenter | None) -> Taken:
    if jobcenter is None:
        return Taken.NOT_OURS
    receipt = Receipt(event=bounce.event, kind=bounce.kind, our_reference=reference, code=bounce.code, at=bounce.at)
    with tenant_context(jobcenter):
        new = take_in([receipt], account_key=ACCOUNT, now=database_now())
    return Taken.RECEIPT if new else Taken.REPEATED
