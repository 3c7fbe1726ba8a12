# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Letters that wait for paper. Unlike any other message they lie here with address and text, sealed, until printed."""

import json
from dataclasses import asdict
from datetime import date, datetime

from jobcenter_portal.tenancy.context import current_tenant
from notifications.channels.base import LetterText, OutgoingLetter
from notifications.channels.letter import print_batch
from notifications.models import Letter, Message


class LetterQueue:
    """The queue of the current Jobcenter."""

    def put(self, letter: OutgoingLetter, *, now: datetime) -> str:
        message = Message.objects.only("id").get(message_id_token=letter.reference)
        row = Letter(tenant_id=current_tenant().pk, message=message, queued_at=now)
        row.content = sealed_text(letter)
        # One row for a message, whatever happens: a worker that was killed after this line asks, and finds it.
        Letter.objects.bulk_create([row], ignore_conflicts=True)
        name: str = Letter.objects.values_list("public_id", flat=True).get(message=message)
        return name

    def find(self, reference: str) -> str | None:
        names = Letter.objects.filter(message__message_id_token=reference)
        name: str | None = names.values_list("public_id", flat=True).first()
        return name


def sealed_text(letter: OutgoingLetter) -> str:
    """What goes under the seal. Its mark stands in its row, in the clear: somebody will type it."""
    facts = asdict(letter)
    del facts["mark"]  # nor could older code, which may still print this letter, read what it does not know
    return json.dumps(facts, default=date.isoformat, ensure_ascii=False)


def letter_of(text: str) -> OutgoingLetter:
    """The other way round."""
    facts = json.loads(text)
    return OutgoingLetter(
        **facts
        | {
            "address": tuple(facts["address"]),
            "texts": tuple(LetterText(**each) for each in facts["texts"]),
            "day": date.fromisoformat(facts["day"]),
        }
    )


def install() -> None:
    """Let the channel put its letters here."""
    print_batch.use(LetterQueue())
