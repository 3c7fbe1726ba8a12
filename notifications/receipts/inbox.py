# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where receipts land: written down at once, each only once; what they mean is worked out later (`applying`).

A provider repeats what is not answered quickly, and some give up after a few seconds. So nothing is looked up here,
and a burst of thousands costs one statement each.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection

from jobcenter_portal.tenancy.context import current_tenant
from notifications.channels.base import Receipt

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_EVENT, _OURS, _THEIRS, _CODE = 128, 32, 128, 40

_INSERT: Final = """
INSERT INTO notifications_providerreceipt
    (tenant_id, account, event, kind, our_reference, provider_reference, code, event_at, received_at, look_at)
SELECT %(tenant)s, %(account)s, w.event, w.kind, w.ours, w.theirs, w.code, w.at, %(now)s, %(now)s
FROM unnest(%(events)s::text[], %(kinds)s::text[], %(ours)s::text[], %(theirs)s::text[], %(codes)s::text[],
    %(ats)s::timestamptz[]) AS w (event, kind, ours, theirs, code, at)
ON CONFLICT (tenant_id, account, event) DO NOTHING"""


def take_in(receipts: Sequence[Receipt], *, account_key: str, now: datetime) -> int:
    """Write down receipts of one account of the current Jobcenter. Returns how many were new."""
    if not receipts:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            {
                "tenant": current_tenant().pk,
                "account": account_key,
                "now": now,
                "events": [_named(one.event) for one in receipts],
                "kinds": [one.kind.value for one in receipts],
                "ours": [_reference(one.our_reference, _OURS) for one in receipts],
                "theirs": [_reference(one.provider_reference, _THEIRS) for one in receipts],
                "codes": [_UNPRINTABLE.sub("", one.code)[:_CODE] for one in receipts],
                "ats": [one.at for one in receipts],
            },
        )
        return int(cursor.rowcount)


def _named(event: str) -> str:
    """An event's name as it is stored. Cut off, two different ones could become the same; hashed they cannot."""
    if len(event) <= _EVENT and not _UNPRINTABLE.search(event):
        return event
    return "sha256:" + hashlib.sha256(event.encode(errors="surrogatepass")).hexdigest()


def _reference(value: str, longest: int) -> str:
    """A name that cannot be one of ours is none: shortened it might be somebody else's."""
    return "" if len(value) > longest or _UNPRINTABLE.search(value) else value
