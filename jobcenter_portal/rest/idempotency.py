# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Idempotency-Key: a request that is sent again gives the same answer and does nothing twice.

Only answers of success are kept. A request that was refused has changed nothing, so the same key may try again. Where
a machine dies between doing and remembering, the key is free again after a while, and the use case itself finds what
it has done before: `Sent.name` is what it is asked to remember.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError

from jobcenter_portal.rest.models import SentRequest
from jobcenter_portal.rest.problems import KEY_IN_PROGRESS, KEY_INVALID, KEY_MISMATCH, Problem, try_later
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.sealed import blind_index

KEPT: Final = timedelta(hours=24)
BUSY: Final = timedelta(minutes=2)
"""Longer than any request may take: statements end after 20 s, and the web server ends the rest."""
HEADER: Final = "Idempotency-Key"
REPLAYED_HEADER: Final = "Idempotent-Replayed"
_KEY: Final = re.compile(r"[A-Za-z0-9._-]{16,128}")
_PURPOSE: Final = "idempotency"


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What was answered. No repr: it may name a person."""

    status: int
    document: Any
    location: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that is being worked on for the first time."""

    pk: int
    busy_until: datetime
    name: str
    """Stands for key and content together; equal only for the very same request."""


def key_in(header: str) -> str:
    """The key, with or without the quotation marks of the draft standard; empty without a header. Raises Problem."""
    key = header.strip()
    if key.startswith('"') and key.endswith('"') and len(key) > 1:
        key = key[1:-1]
    if key and not _KEY.fullmatch(key):
        raise Problem(KEY_INVALID)
    return key


def begin(*, key: str, content: Iterable[Any], now: datetime) -> Sent | Answer:
    """Take the request up, or give the answer it had. Raises Problem: other content, or still being worked on."""
    key_hash, content_hash = _digest([key]), _digest(content)
    tenant_id = current_tenant().pk
    SentRequest.objects.filter(key_hash=key_hash, began_at__lt=now - KEPT).delete()
    try:
        row, is_new = SentRequest.objects.get_or_create(
            tenant_id=tenant_id,
            key_hash=key_hash,
            defaults={"content_hash": content_hash, "began_at": now, "busy_until": now + BUSY},
        )
    except IntegrityError:
        # It was there and was forgotten in the same instant: whoever had it was refused.
        raise try_later(KEY_IN_PROGRESS, 1) from None
    if bytes(row.content_hash) != content_hash:
        raise Problem(KEY_MISMATCH)
    if row.busy_until is None:
        return Answer(**json.loads(row.answer_json))
    if not is_new and not _take_up(row, now):
        raise try_later(KEY_IN_PROGRESS, 1)
    return Sent(row.pk, now + BUSY, f"{key_hash.hex()}{content_hash.hex()}")


def keep(sent: Sent, answer: Answer) -> None:
    """Remember the answer, unless somebody else has taken the request up meanwhile."""
    row = SentRequest(tenant_id=current_tenant().pk)
    row.answer_json = json.dumps({"status": answer.status, "document": answer.document, "location": answer.location})
    mine = SentRequest.objects.filter(pk=sent.pk, busy_until=sent.busy_until)
    mine.update(answer_sealed=row.answer_sealed, busy_until=None)


def forget(sent: Sent) -> None:
    """It was refused or it failed: the key is free."""
    SentRequest.objects.filter(pk=sent.pk, busy_until=sent.busy_until).delete()


def forget_old(*, now: datetime, limit: int = 1000) -> int:
    """Hygiene for the current Jobcenter. Returns how many rows."""
    old = SentRequest.objects.filter(began_at__lt=now - KEPT).order_by("began_at").values_list("pk", flat=True)
    removed: int = SentRequest.objects.filter(pk__in=list(old[:limit])).delete()[0]
    return removed


def _take_up(row: SentRequest, now: datetime) -> bool:
    """Whether a request that somebody died over is ours now; of two who try, one gets it."""
    dead = SentRequest.objects.filter(pk=row.pk, busy_until=row.busy_until, busy_until__lt=now)
    taken_up: int = dead.update(busy_until=now + BUSY)
    return taken_up == 1


def _digest(parts: Iterable[Any]) -> bytes:
    """Keyed, because a body names people and names can be guessed."""
    text = json.dumps(list(parts), sort_keys=True, separators=(",", ":"))
    return blind_index(text, tenant_id=current_tenant().pk, purpose=_PURPOSE)
