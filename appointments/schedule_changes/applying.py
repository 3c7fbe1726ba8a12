# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Show what a change would do, and do it: the change, everybody's appointment and the messages, or nothing at all.

A preview writes the change, looks, and rolls it back: what it shows is what will be. Applying locks first what
bookings lock first: sessions, then appointments in the order of their ids, then the calendars (everybody's who is
needed, in one order), then taken time. From there to the commit no booking gets in, and what comes after finds the
raised version of the schedule and searches again.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from appointments import reminders
from appointments.attendance import ChangedMeanwhile
from appointments.core.impact import Schedule
from appointments.models import Appointment, Calendar, GroupSession, Occupancy
from appointments.queries import lock_schedules
from appointments.schedule_changes.choices import Case, Choice, Way
from appointments.schedule_changes.finding import Concerned, Found, find, first_day, load_schedule, load_taken
from appointments.schedule_changes.kinds import Change
from appointments.schedule_changes.performing import Performer, is_personal, release_time, tells
from appointments.schedule_changes.planning import Planner, deputies_of_sessions, names_of
from jobcenter_portal.accounts.models import ContactPoint
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter

_DIGITS: Final = 18
"""Numbers of more digits than this are no ids."""


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change does, and what is proposed. `fingerprint` is the same as long as nothing of it has changed."""

    change: Change
    cases: tuple[Case, ...]
    held: int
    """How many people are just booking a time that goes."""
    fingerprint: str
    points: Mapping[int, tuple[ContactPoint, ...]]
    """Addresses that a message can go to, by customer."""
    names: Mapping[int, str]
    """Names of calendars that are proposed."""


@dataclass(frozen=True, slots=True)
class Done:
    """How many people went which way, and who has to be told by somebody, because no message reaches them."""

    ways: Mapping[Way, int]
    untold: tuple[Appointment, ...]


def preview(*, jobcenter: Jobcenter, change: Change, now: datetime) -> Impact:
    """What the change would do to appointments that stand, with a plan for each; nothing is changed."""
    with transaction.atomic():
        calendar_ids = change.calendars()
        versions = dict(Calendar.objects.filter(pk__in=calendar_ids).values_list("pk", "schedule_version"))
        found, after = _write_and_look(jobcenter, change, calendar_ids, now)
        release_time(found.cases)
        points = _points_of(found.cases, jobcenter)
        cases = tuple(Planner(jobcenter, change, found.cases, after, now).plan(found.cases, points.keys()))
        names = names_of(cases)
        transaction.set_rollback(True)
    return Impact(change, cases, len(found.held), found.fingerprint(versions), points, names)


def apply(
    *,
    jobcenter: Jobcenter,
    change: Change,
    choices: Mapping[str, Choice],
    fingerprint: str,
    by: audit.By,
    now: datetime,
) -> Done:
    """Make the change true and give everybody whom it concerns what was chosen: all of it or nothing.

    Raises ChangedMeanwhile when others are concerned than those who were shown, or the schedule is another one by now;
    WayGone when a chosen time is not free (any more).
    """
    with transaction.atomic():
        calendar_ids = change.calendars()
        versions = _lock(calendar_ids, choices)
        if not set(change.calendars()) <= set(versions):
            raise ChangedMeanwhile
        found, after = _write_and_look(jobcenter, change, calendar_ids, now)
        of_change = {pk: versions[pk] for pk in calendar_ids}
        if found.fingerprint(of_change) != fingerprint or {case.key for case in found.cases} != set(choices):
            raise ChangedMeanwhile
        Occupancy.objects.filter(pk__in=[row.pk for row in found.held]).delete()
        audit.record(by=by, action=change.action, subject=change.subject, at=now, concerned=len(found.cases))
        points = _points_of(found.cases, jobcenter)
        planner = Planner(jobcenter, change, found.cases, after, now)
        Performer(jobcenter, planner, change.new_location_id, by, now).perform(found.cases, choices)
    return _done(found.cases, choices, points, is_personal=is_personal(jobcenter))


def _write_and_look(
    jobcenter: Jobcenter, change: Change, calendar_ids: Collection[int], now: datetime
) -> tuple[Found, Schedule]:
    """Write the change and compare the schedules around it."""
    zone = jobcenter.settings.zone
    span = change.span(zone)
    taken = load_taken(calendar_ids, span, now)
    places = {*taken.location_ids, *filter(None, [change.new_location_id])}
    since = first_day(span, now, zone)
    before = load_schedule(calendar_ids, places, since, zone)
    change.write()
    after = load_schedule(calendar_ids, places, since, zone)
    found = find(taken, before, after, jobcenter, now)
    everybody = {pk for case in found.cases for pk in case.calendars} | deputies_of_sessions(found.cases)
    if not everybody <= set(calendar_ids):
        after = load_schedule({*calendar_ids, *everybody}, places, since, zone)
    return found, after


def _lock(calendar_ids: Sequence[int], choices: Mapping[str, Choice]) -> dict[int, int]:
    """Sessions, appointments, calendars: in the order in which bookings lock them. Returns the schedules' versions."""
    appointments, sessions = _ids(choices, "a"), _ids(choices, "s")
    list(GroupSession.objects.select_for_update().filter(pk__in=sessions).order_by("pk").values_list("pk"))
    seated = Appointment.objects.filter(session_id__in=sessions).values_list("pk", flat=True) if sessions else ()
    ids = sorted({*appointments, *seated})
    list(Appointment.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    needed = sorted({*calendar_ids, *(pk for choice in choices.values() for pk in choice.party)})
    # All in one statement: two offices that send deputies to each other would otherwise wait for each other.
    locked = Calendar.objects.select_for_update().filter(pk__in=needed).order_by("pk")
    versions = dict(locked.values_list("pk", "schedule_version"))
    lock_schedules(calendar_ids)
    return versions


def _ids(choices: Mapping[str, Choice], kind: str) -> list[int]:
    """The numbers behind the keys of one kind; keys come from a page and may be anything."""
    numbers = (key[1:] for key in choices if key.startswith(kind))
    return [int(number) for number in numbers if number.isdecimal() and len(number) < _DIGITS]


def _points_of(cases: Sequence[Concerned], jobcenter: Jobcenter) -> dict[int, tuple[ContactPoint, ...]]:
    """Addresses that a message can go to, by customer; who has none is missing."""
    found: dict[int, tuple[ContactPoint, ...]] = {}
    for case in cases:
        for one in case.people:
            points = sorted(one.customer.contact_points.all(), key=lambda point: str(point.channel))
            if reached := reminders.reachable(points, jobcenter.settings):
                found[one.customer_id] = tuple(reached)
    return found


def _done(
    cases: Sequence[Concerned], choices: Mapping[str, Choice], told: Collection[int], *, is_personal: bool
) -> Done:
    people = [(one, choices[case.key]) for case in cases for one in case.people]
    return Done(
        ways=Counter(choice.way for _one, choice in people),
        untold=tuple(
            one for one, choice in people if tells(choice, is_personal=is_personal) and one.customer_id not in told
        ),
    )
