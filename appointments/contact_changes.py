# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a person is reached changes: an address given, changed or taken back, reminders wanted or not, another language.

One function and one transaction each: lock the person and their coming appointments, change, record, plan anew. What
waits for an address that is no longer theirs never leaves for it; what they still have to know goes to the new one.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from appointments import pumping
from appointments.core.lifecycle import Status
from appointments.models import Appointment
from appointments.reminder_plan import REMINDER, current_rules
from appointments.reminders import announce_to_new_address
from appointments.replanning import replan
from appointments.writing import record
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint, Customer
from jobcenter_portal.accounts.service import address_index, addresses_of, give_address, lock_customer, normalised
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.counting import Counter, Quota, QuotaFull, counted
from jobcenter_portal.tenancy.models import LANGUAGES, Jobcenter
from notifications import service as notifications
from notifications.service import Batch, Channel

OWN_CHANGES: Final = (Quota(5, timedelta(days=1)),)
"""Each new address is written to at once, and a link can fall into hands that would write to strangers with it."""


class TooManyChanges(Exception):
    """The person has given new addresses too often today; the office can still change it for them."""


class UnknownLanguage(ValueError):
    """No page and no message has this language."""


def withdraw_reminders(
    *, jobcenter: Jobcenter, appointment: Appointment, channel: ContactChannel, by: audit.By, now: datetime
) -> None:
    """No more reminders on one channel; confirmations and changes still come. Said twice, it holds once."""
    _want_reminders(jobcenter, appointment, channel, by, now, wanted=False)


def give_reminders(
    *, jobcenter: Jobcenter, appointment: Appointment, channel: ContactChannel, by: audit.By, now: datetime
) -> None:
    """Reminders are wanted on this channel (again): those whose time has not passed are planned."""
    _want_reminders(jobcenter, appointment, channel, by, now, wanted=True)


def change_address(
    *,
    jobcenter: Jobcenter,
    appointment: Appointment,
    channel: ContactChannel,
    address: str,
    by: audit.By,
    now: datetime,
    proven_at: datetime | None = None,
) -> None:
    """An address is given, or another one instead of it: it is told what there is, and reminded from now on.

    `proven_at`: when its owner read a code there. What the old one was still waiting for goes to the new one.
    Raises NotAGermanMobile and NotAGermanNumber.
    """
    with transaction.atomic():
        customer, theirs = _lock(appointment, now)
        old = addresses_of(customer).get(channel)
        if old is not None and bytes(old.address_index) == address_index(channel, address):
            if proven_at is not None:
                old.proven_at = proven_at
                old.save(update_fields=["proven_at"])
            return
        old_index = bytes(old.address_index) if old else None
        point = give_address(customer, channel, address, now=now, proven_at=proven_at)
        told = _readdress(customer, channel, old_index, bytes(point.address_index), now)
        for one in theirs:
            _record(one, by, "address_changed" if old_index else "address_given", now, channel)
            if channel is not ContactChannel.PHONE and one.subject not in told:
                messages = announce_to_new_address(one, point, jobcenter.settings, now=now)
                notifications.plan(subject=one.subject, revision=one.revision, messages=messages, now=now)
        _replan(theirs, jobcenter, now)


def change_own_address(
    *,
    jobcenter: Jobcenter,
    appointment: Appointment,
    channel: ContactChannel,
    address: str,
    now: datetime,
    proven_at: datetime | None = None,
) -> None:
    """The person's own change, by their link. Raises TooManyChanges, and what `change_address` raises.

    An SMS leaves at once, so neighbouring numbers are counted with those that codes go to, unless a code was typed.
    """
    counters = [Counter("own-address", appointment.subject.encode(), OWN_CHANGES)]
    if proven_at is None:
        counters += pumping.ranges_of(channel, normalised(channel, address))
    try:
        with counted(counters, now=now):
            change_address(
                jobcenter=jobcenter,
                appointment=appointment,
                channel=channel,
                address=address,
                by=audit.CUSTOMER,
                now=now,
                proven_at=proven_at,
            )
    except QuotaFull as full:
        raise TooManyChanges from full


def remove_address(
    *, jobcenter: Jobcenter, appointment: Appointment, channel: ContactChannel, by: audit.By, now: datetime
) -> None:
    """An address is taken back, as anybody may at any time: it is forgotten, and nothing more is sent there."""
    with transaction.atomic():
        customer, theirs = _lock(appointment, now)
        point = addresses_of(customer).get(channel)
        if point is None:
            return
        index = bytes(point.address_index)
        point.delete()
        _readdress(customer, channel, index, None, now)
        for one in theirs:
            _record(one, by, "address_removed", now, channel)
        _replan(theirs, jobcenter, now)


def change_language(*, appointment: Appointment, language: str, by: audit.By, now: datetime) -> None:
    """Messages that still wait, and all later ones, speak another language. Raises UnknownLanguage."""
    if language not in LANGUAGES:
        raise UnknownLanguage(language)
    with transaction.atomic():
        customer, theirs = _lock(appointment, now)
        customer.language = language
        customer.save(update_fields=["language"])
        for one in theirs:
            if one.language != language:
                one.language = language
                one.save(update_fields=["language"])
                record(one, by, "language_changed", now, language=language)
        notifications.relanguage([one.subject for one in _all_of(customer)], language=language)


def _want_reminders(
    jobcenter: Jobcenter,
    appointment: Appointment,
    channel: ContactChannel,
    by: audit.By,
    now: datetime,
    *,
    wanted: bool,
) -> None:
    with transaction.atomic():
        customer, theirs = _lock(appointment, now)
        point = addresses_of(customer).get(channel)
        if point is None:
            return
        is_open_again = wanted and _let_reminders_in(point)
        if point.reminders_wanted is wanted and not is_open_again:
            return
        point.reminders_wanted = wanted
        point.save(update_fields=["reminders_wanted"])
        for one in theirs:
            _record(one, by, "reminders_wanted" if wanted else "reminders_withdrawn", now, channel)
        _replan(theirs, jobcenter, now)


def _let_reminders_in(point: ContactPoint) -> bool:
    """Who once said STOP to reminders, and wants them now, is not kept from them by their own word."""
    if point.channel == ContactChannel.PHONE:
        return False
    channel, recipient = Channel(point.channel), bytes(point.address_index)
    found = notifications.suppressed([recipient]).get((channel, recipient))
    return found is not None and found.only_reminders and notifications.lift(channel, recipient)


def _lock(appointment: Appointment, now: datetime) -> tuple[Customer, list[Appointment]]:
    """The person, and what they have with us, this appointment at least, in the order in which everybody locks."""
    customer = lock_customer(appointment.customer_id)
    concerned = Q(status__in=[Status.BOOKED, Status.REQUESTED], starts_at__gt=now) | Q(pk=appointment.pk)
    locked = Appointment.objects.filter(concerned, customer=customer).select_for_update(of=("self",))
    return customer, list(locked.order_by("pk"))


def _all_of(customer: Customer) -> list[Appointment]:
    """With those that are over: what was still to be said about one of them is owed too."""
    return list(Appointment.objects.filter(customer=customer).order_by("pk"))


def _readdress(
    customer: Customer, channel: ContactChannel, old: bytes | None, new: bytes | None, now: datetime
) -> frozenset[str]:
    """Nothing was ever sent to a number that the office calls."""
    if old is None or channel is ContactChannel.PHONE:
        return frozenset()
    revisions = [Batch(one.subject, one.revision, ()) for one in _all_of(customer)]
    return notifications.readdress(revisions, channel=Channel(channel), old=old, new=new, spare=REMINDER, now=now)


def _replan(theirs: Sequence[Appointment], jobcenter: Jobcenter, now: datetime) -> None:
    replan(theirs, jobcenter.settings, current_rules(), now=now)


def _record(appointment: Appointment, by: audit.By, action: str, now: datetime, channel: ContactChannel) -> None:
    record(appointment, by, action, now, channel=channel.value)
