# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Letters of the walk: one in an open batch and one in the post, each with a canary for its person and its address."""

from datetime import datetime, timedelta

from django.db import transaction

from appointments.models import Appointment
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.accounts.service import address_index
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter
from notifications import service as notifications
from notifications.letters.queue import LetterQueue
from notifications.models import Letter, Message
from notifications.service import Channel, Planned, Priority
from tests.notifications.channels.paper import letter


def leave_letters(jobcenter: Jobcenter, appointment: Appointment, secret: str, now: datetime) -> dict[str, str]:
    """For the ids of a world. The letters are about one appointment, whose person gets a postal address."""
    address = f"Vera {secret}\nWeg {secret}\n36037 Fulda"
    point = ContactPoint(
        tenant=jobcenter, customer_id=appointment.customer_id, channel=ContactChannel.LETTER, given_at=now
    )
    point.address, point.address_index = address, address_index(ContactChannel.LETTER, address)
    point.save()
    posted_batch, posted = _printed(appointment, bytes(point.address_index), "walk/posted", now)
    notifications.mark_letters_sent(batch=posted_batch, by=audit.SYSTEM, now=now)
    batch, waiting = _printed(appointment, bytes(point.address_index), "walk/open", now)
    return {
        "letter_batch": batch,
        "letter": waiting.public_id,
        "posted_batch": posted_batch,
        "posted_letter": posted.public_id,
        "letter_mark": posted.mark,
    }


def _printed(appointment: Appointment, recipient: bytes, occasion: str, now: datetime) -> tuple[str, Letter]:
    planned = Planned(
        kind="confirmation",
        occasion=occasion,
        channel=Channel.LETTER,
        recipient=recipient,
        language="de",
        due_at=now + timedelta(days=1),  # nobody delivers it: it is put into the queue by hand
        not_after=now + timedelta(days=5),
        priority=Priority.CONFIRMATION,
    )
    with transaction.atomic():
        notifications.plan(subject=appointment.subject, revision=appointment.revision, messages=[planned], now=now)
    message = Message.objects.get(occasion=occasion)
    LetterQueue().put(letter(reference=message.message_id_token), now=now)
    batch = notifications.open_letter_batch(by=audit.SYSTEM, now=now).batch
    assert batch is not None
    return batch, Letter.objects.get(message=message)
