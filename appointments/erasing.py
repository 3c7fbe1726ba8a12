# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A person asks to be erased (Art. 17 GDPR), and is, at once: name, addresses, links, and whatever waits to be sent.

What stays is that somebody had an appointment then: rows without a person, which keep the day's figures and the trail
of who did what. What the office holds elsewhere about them is not ours to erase.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from appointments.changing import cancel
from appointments.core.lifecycle import Status
from appointments.lost_links import questions_for
from appointments.models import Appointment, ContactTask, LinkCode, WaitingEntry
from appointments.waiting import subject_of_offer
from jobcenter_portal.accounts.models import ContactPoint, Customer
from jobcenter_portal.accounts.service import lock_customer
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter
from notifications import service as notifications

ERASED = "person_erased"


@dataclass(frozen=True, slots=True)
class Erased:
    """What it came to: appointments that were to come and are free again, and messages that do not leave any more."""

    cancelled: int
    taken_back: int


def erase_person(*, jobcenter: Jobcenter, customer_id: int, by: audit.By, now: datetime) -> Erased:
    """Erase one person. Erasing twice is fine. Raises Customer.DoesNotExist.

    Their coming appointments are cancelled without a word, since nothing is left to write to. A message that a worker
    is sending at this very moment may still arrive; no other does. That an address said STOP is kept, as its keyed
    hash: the same person may come again, and would be asked why nobody listened.
    """
    with transaction.atomic():
        customer = lock_customer(customer_id)
        theirs = list(Appointment.objects.filter(customer=customer).select_for_update(of=("self",)).order_by("pk"))
        waiting = list(WaitingEntry.objects.filter(customer=customer).select_for_update(of=("self",)).order_by("pk"))
        points = list(ContactPoint.objects.filter(customer=customer))
        subjects = [*_subjects(theirs, waiting), *questions_for(points)]
        ContactPoint.objects.filter(pk__in=[one.pk for one in points]).delete()
        ContactTask.objects.filter(customer=customer).delete()
        coming = [one for one in theirs if one.status_now in (Status.BOOKED, Status.REQUESTED) and one.ends_at > now]
        with notifications.together():  # what the cancellations would take back is taken back before, and counted
            for one in coming:
                cancel(jobcenter=jobcenter, appointment=one, by=by, now=now)
            taken_back = notifications.erase(subjects, now=now)
        _let_no_link_open(theirs)
        WaitingEntry.objects.filter(pk__in=[place.pk for place in waiting]).delete()
        _forget_the_name(customer)
        subject = f"customer:{customer.pk}"
        audit.record(by=by, action=ERASED, subject=subject, at=now, cancelled=len(coming), taken_back=taken_back)
    return Erased(len(coming), taken_back)


def _subjects(theirs: Sequence[Appointment], waiting: Sequence[WaitingEntry]) -> list[str]:
    """Everything that messages were ever about."""
    places = [f"waiting:{place.pk}" for place in waiting]
    offers = [subject_of_offer(offer) for place in waiting for offer in place.offers.all()]
    return [*(one.subject for one in theirs), *places, *offers]


def _let_no_link_open(theirs: Sequence[Appointment]) -> None:
    LinkCode.objects.filter(code_hash__in=[one.code_hash for one in theirs if one.code_hash]).delete()
    Appointment.objects.filter(pk__in=[one.pk for one in theirs]).update(
        token_hash=None, code_hash=None, idempotency_key=None, link_version=F("link_version") + 1
    )


def _forget_the_name(customer: Customer) -> None:
    customer.name_sealed = None
    customer.save(update_fields=["name_sealed"])
