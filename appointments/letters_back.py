# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A letter that the post brought back: it did not arrive, and the office asks the person where they live now."""

from datetime import datetime

from django.db import transaction

from appointments.contact_tasks import close_task, open_task, open_tasks
from appointments.letter_people import addressees
from appointments.models import TaskEnd, TaskReason
from jobcenter_portal.audit import service as audit
from notifications import service as notifications
from notifications.service import Channel


def letter_came_back(*, letter: str, by: audit.By, now: datetime) -> None:
    """Raises UnknownLetter, NotInThePost.

    The task is opened here and not by the way to say it otherwise: a letter often comes back after the appointment,
    when there is nothing left to say, and the next letter would go astray too.
    """
    with transaction.atomic():
        returned = notifications.letter_came_back(letter=letter, by=by, now=now)
        person = addressees([returned.subject]).get(returned.subject)
        if person is not None:
            open_task(
                customer_id=person.customer_id,
                channel=Channel.LETTER,
                recipient=returned.recipient,
                reason=TaskReason.UNKNOWN,
                now=now,
            )


def letter_is_not_back(*, letter: str, by: audit.By, now: datetime) -> None:
    """Somebody pressed the wrong line. Unless another letter came back from there, nobody has to be asked any more.

    Raises UnknownLetter, NotReturned.
    """
    with transaction.atomic():
        returned = notifications.letter_not_back(letter=letter, by=by, now=now)
        person = addressees([returned.subject]).get(returned.subject)
        if returned.others or person is None:
            return
        about_it = open_tasks().filter(
            customer_id=person.customer_id, channel=Channel.LETTER, recipient=returned.recipient
        )
        for task in about_it:
            # Confirmed opens the address, which the office itself may have closed for a reason of its own.
            close_task(task, as_=TaskEnd.CONFIRMED if returned.is_open else TaskEnd.DONE, by=by, now=now)
