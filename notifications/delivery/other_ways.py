# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A message that will not arrive: ask its kind what to do instead, once, in one transaction with what comes of it."""

from datetime import datetime
from typing import Final

import structlog
from django.db import transaction

from notifications.channels.base import Channel
from notifications.kinds import MessageRef, kind_of
from notifications.models import Message
from notifications.outbox import planning

log = structlog.get_logger(__name__)
_BATCH: Final = 20


def find_other_ways(*, now: datetime) -> int:
    """Settle the current Jobcenter's messages that need another way. Returns how many were looked at."""
    waiting = Message.objects.filter(needs_other_way=True).order_by("id").values_list("pk", flat=True)
    ids = list(waiting[:_BATCH])
    return sum(_find(message_id, now) for message_id in ids)


def _find(message_id: int, now: datetime) -> bool:
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(skip_locked=True).filter(pk=message_id, needs_other_way=True).first()
        )
        if message is None:
            return False
        try:
            with transaction.atomic():
                instead = kind_of(message.kind).other_ways(_ref(message), now=now)
                if instead:
                    batch = planning.Batch(message.subject, message.revision, instead)
                    planning.insert([batch], now=now)
        except Exception as error:  # noqa: BLE001 -- it would be asked again for ever, and hold up the others
            log.error("no other way found", message=message.pk, kind=message.kind, error=type(error).__name__)  # noqa: TRY400 -- its text could hold personal data
        message.needs_other_way = False
        message.save(update_fields=["needs_other_way"])
    return True


def _ref(message: Message) -> MessageRef:
    return MessageRef(
        subject=message.subject,
        revision=message.revision,
        occasion=message.occasion,
        channel=Channel(message.channel),
        language=message.language,
        recipient=bytes(message.recipient),
    )
