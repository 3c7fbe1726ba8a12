# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Planning reminders anew when not the appointment has changed but what decides about them.

What a person changes (consent, address, language) is planned anew in that very transaction. What the Jobcenter changes
(rules, quiet hours, channels) concerns thousands: a periodic task sees that its plan is another one than the planned
reminders follow, and walks through them. Nobody has to remember to start it, and where it was interrupted it goes on.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from appointments.core.lifecycle import Status
from appointments.core.reminder_rules import Rule
from appointments.models import Appointment, Replanning
from appointments.reminder_plan import REMINDER, reminders_of, rules_now
from appointments.reminders import AT_ONCE, reachable
from jobcenter_portal.accounts.models import ContactPoint
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications import service as notifications
from notifications.service import Batch, Channel, Replanned

BATCH: Final = 200
SETTLED: Final = timedelta(seconds=5)
"""How long a plan must have been seen before it is followed: for a second processes still book by the one before."""
_BATCHES_A_ROUND: Final = 50
_PLANNING_SETTINGS: Final = (
    "time_zone",
    "email_enabled",
    "sms_enabled",
    "push_enabled",
    "letters_enabled",
    "quiet_from",
    "quiet_until",
    "email_quiet_from",
    "email_quiet_until",
)
_MARK: Final = 1
"""Raised when the same rules come to mean other times: then everything is planned anew once."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a walk has come: appointments looked at so far, of about how many, and what was changed."""

    seen: int
    of: int
    changed: Replanned


def replan(
    appointments: Sequence[Appointment], settings: TenantSettings, rules: Sequence[Rule], *, now: datetime
) -> Replanned:
    """Let the reminders of locked appointments follow the rules, and their people's addresses and consent, as of now.

    What has been sent stays sent, and what a person was told lately is not said again.
    """
    points = points_by_customer(appointments, settings)
    told = notifications.told([Batch(one.subject, one.revision, ()) for one in appointments], occasion=AT_ONCE)
    wanted = [
        Batch(
            one.subject,
            one.revision,
            reminders_of(
                one,
                points[one.customer_id] if is_to_come(one, now) else (),
                settings,
                rules,
                told_at=told_at(one, told.get(one.subject)),
                now=now,
            ),
        )
        for one in appointments
    ]
    return notifications.replan(wanted, kind=REMINDER, now=now)


def points_by_customer(
    appointments: Sequence[Appointment], settings: TenantSettings
) -> Mapping[int, Sequence[ContactPoint]]:
    """The addresses on which the Jobcenter may write to these people, read at this moment."""
    points: dict[int, list[ContactPoint]] = {one.customer_id: [] for one in appointments}
    found = ContactPoint.objects.filter(customer_id__in=points).order_by("channel")
    for point in reachable(found, settings):
        points[point.customer_id].append(point)
    return points


def is_to_come(appointment: Appointment, now: datetime) -> bool:
    return appointment.status_now is Status.BOOKED and appointment.starts_at > now


def replan_jobcenter(jobcenter: Jobcenter, *, now: datetime) -> Iterator[Progress]:
    """Plan the reminders of all coming appointments of the current Jobcenter anew, a batch at a time.

    Each batch is a transaction of its own, so people go on booking meanwhile. Ended in the middle, the rest is found
    by `follow_plan`.
    """
    settings, rules = _plan_now(jobcenter)
    coming = Appointment.objects.filter(status=Status.BOOKED, starts_at__gt=now)
    count, seen, changed, last = coming.count(), 0, Replanned(), 0
    digest = digest_of(settings, rules)
    while True:
        with transaction.atomic():
            batch = _next_batch(after=last, now=now)
            changed += replan(batch, settings, rules, now=now)
            if not batch:
                Replanning.objects.update_or_create(
                    tenant_id=jobcenter.pk, defaults={"followed": digest, "seen": digest, "done_up_to": 0}
                )
                return
        last, seen = batch[-1].pk, seen + len(batch)
        yield Progress(seen, max(count, seen), changed)


def follow_plan(jobcenter: Jobcenter, *, now: datetime) -> Replanned:
    """One round of bringing the planned reminders behind a changed plan; does nothing while they follow it.

    Run by two at once, the second one leaves it to the first.
    """
    changed = Replanned()
    for _ in range(_BATCHES_A_ROUND):
        with transaction.atomic():
            settings, rules = _plan_now(jobcenter)
            state = _state(jobcenter, digest_of(settings, rules), now)
            if state is None:
                return changed
            batch = _next_batch(after=state.done_up_to, now=now)
            changed += replan(batch, settings, rules, now=now)
            if not batch:
                state.followed, state.done_up_to = state.seen, 0
                state.save()
                return changed
            state.done_up_to = batch[-1].pk
            state.save()
    return changed


def digest_of(settings: TenantSettings, rules: Sequence[Rule]) -> bytes:
    """A name for everything that decides when whose reminders leave."""
    said = [f"{name}={getattr(settings, name)}" for name in _PLANNING_SETTINGS]
    lines = sorted(
        f"{rule.kind}/{rule.service_id}/{rule.channel}/{rule.offset}/{','.join(sorted(rule.only_without))}"
        for rule in rules
    )
    return hashlib.sha256("\n".join([str(_MARK), *said, *lines]).encode()).digest()


def _state(jobcenter: Jobcenter, digest: bytes, now: datetime) -> Replanning | None:
    """The walk that is to go on, locked; None when there is none, or not yet, or somebody else goes on with it."""
    if Replanning.objects.filter(followed=digest).exists():  # every minute, of every Jobcenter: no lock for that
        return None
    Replanning.objects.get_or_create(tenant_id=jobcenter.pk)
    state: Replanning | None = Replanning.objects.select_for_update(skip_locked=True).first()
    if state is None or bytes(state.followed) == digest:
        return None
    if bytes(state.seen) != digest:
        state.seen, state.seen_at, state.done_up_to = digest, now, 0
        state.save()
    is_settled = state.seen_at is not None and now - state.seen_at >= SETTLED
    return state if is_settled else None


def _plan_now(jobcenter: Jobcenter) -> tuple[TenantSettings, tuple[Rule, ...]]:
    settings: TenantSettings = TenantSettings.objects.get(tenant_id=jobcenter.pk)
    return settings, rules_now()


def _next_batch(*, after: int, now: datetime) -> list[Appointment]:
    coming = Appointment.objects.filter(pk__gt=after, status=Status.BOOKED, starts_at__gt=now).order_by("pk")
    return list(coming.select_for_update()[:BATCH])


def told_at(appointment: Appointment, told: notifications.Told | None) -> Callable[[ContactPoint], datetime]:
    """When an address was last told: with everybody at this revision, or later if it was given later."""
    first = told.first if told else appointment.booked_at

    def at(point: ContactPoint) -> datetime:
        last = told.last_at.get((Channel(point.channel), bytes(point.address_index))) if told else None
        return max(first, last or first)

    return at
