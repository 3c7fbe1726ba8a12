# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whom letters are for: from the subjects of messages back to people and their appointments."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from appointments.models import Appointment, WaitingEntry, WaitingOffer


@dataclass(frozen=True, slots=True, repr=False)
class Addressee:
    """One person. `starts_at` and `appointment` (a public id): None and "" for who waits for a time."""

    customer_id: int
    name: str
    starts_at: datetime | None = None
    appointment: str = ""


def addressees(subjects: Iterable[str]) -> dict[str, Addressee]:
    """By subject; what was deleted is missing. Three queries at most, however many letters."""
    ids: dict[str, set[int]] = {}
    for subject in subjects:
        prefix, _colon, number = subject.partition(":")
        if number.isdecimal():
            ids.setdefault(prefix, set()).add(int(number))
    return {
        **_with_appointments(ids.get("appointment", set())),
        **_on_the_list(ids.get("waiting", set())),
        **_with_offers(ids.get("waiting-offer", set())),
    }


def _with_appointments(ids: set[int]) -> dict[str, Addressee]:
    found = Appointment.objects.filter(pk__in=ids).select_related("customer") if ids else ()
    return {one.subject: Addressee(one.customer_id, one.customer.name, one.starts_at, one.public_id) for one in found}


def _on_the_list(ids: set[int]) -> dict[str, Addressee]:
    found = WaitingEntry.objects.filter(pk__in=ids).select_related("customer") if ids else ()
    return {f"waiting:{one.pk}": Addressee(one.customer_id, one.customer.name) for one in found}


def _with_offers(ids: set[int]) -> dict[str, Addressee]:
    found = WaitingOffer.objects.filter(pk__in=ids).select_related("entry__customer") if ids else ()
    return {
        f"waiting-offer:{one.pk}": Addressee(one.entry.customer_id, one.entry.customer.name, one.starts_at)
        for one in found
    }
