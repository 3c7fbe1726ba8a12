# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Does what was chosen for everybody whom a change concerns. The caller holds the transaction and every lock.

Time is released, then taken, and only then do the first messages come: after those nothing may wait for a row.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Q

from appointments import reminders
from appointments.changing import write_cancellation, write_move
from appointments.core.answers import DeclineReason
from appointments.core.lifecycle import Status, Verb, next_status
from appointments.groups import cancel_session
from appointments.models import Appointment, GroupSession, Occupancy, OccupancyState
from appointments.models.occupancy import ACTIVE, Holder, Wanted
from appointments.requests import decline_request, write_other_time
from appointments.schedule_changes.choices import Choice, Way
from appointments.schedule_changes.finding import Concerned
from appointments.schedule_changes.planning import Planner
from appointments.writing import bump, record
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import BookingMode, Jobcenter
from notifications import service as notifications

_TELLING: Final = frozenset({Way.RELOCATE, Way.MOVE, Way.OFFER, Way.CANCEL})


class WayGone(Exception):
    """What was chosen for one of them is not possible (any more); nothing was changed. `key` says for whom."""

    def __init__(self, key: str) -> None:
        super().__init__("a chosen way is gone")
        self.key = key


def is_personal(jobcenter: Jobcenter) -> bool:
    """Whether people know by name who expects them."""
    return jobcenter.settings.booking_mode == BookingMode.PERSONAL_CASEWORKER


def tells(choice: Choice, *, is_personal: bool) -> bool:
    """Whether the person is told. Of a deputy only those who knew whom they would meet: nothing else changes."""
    return choice.way in _TELLING or (choice.way is Way.DEPUTY and is_personal)


def release_time(cases: Iterable[Concerned]) -> None:
    """Give back the time of all these, locked in the order of its rows."""
    ids = [case.subject.pk for case in cases if case.appointment is not None]
    sessions = [case.subject.pk for case in cases if case.appointment is None]
    taken = Occupancy.objects.filter(ACTIVE).filter(Q(appointment_id__in=ids) | Q(session_id__in=sessions))
    rows = list(taken.select_for_update().order_by("pk").values_list("pk", flat=True))
    Occupancy.objects.filter(pk__in=rows).update(state=OccupancyState.RELEASED)


class Performer:
    """Everything of one change, for one member of staff, at one moment."""

    def __init__(
        self, jobcenter: Jobcenter, planner: Planner, new_location_id: int | None, by: audit.By, now: datetime
    ) -> None:
        self._jobcenter, self._settings, self._planner = jobcenter, jobcenter.settings, planner
        self._new_location_id, self._by, self._now = new_location_id, by, now

    def perform(self, cases: Sequence[Concerned], choices: Mapping[str, Choice]) -> None:
        """Raises WayGone for the first who cannot go the chosen way; the caller's transaction is of no use then."""
        for case in cases:
            if not self._planner.is_open_to(case, choices[case.key]):
                raise WayGone(case.key)
        leaving = [case for case in cases if choices[case.key].way in (Way.DEPUTY, Way.MOVE)]
        release_time(leaving)
        for case in leaving:
            self._take(case, choices[case.key])
        with notifications.together(), audit.together():
            for case in cases:
                self._go(case, choices[case.key])

    def _take(self, case: Concerned, choice: Choice) -> None:
        """The engine must offer the time, and the constraints must grant it."""
        if not self._planner.is_free(case, choice):
            raise WayGone(case.key)
        wanted, holder = self._wanted(case, choice)
        if Occupancy.objects.take(wanted, holder, is_limited=self._planner.is_limited(case, choice)) is None:
            raise WayGone(case.key)

    def _wanted(self, case: Concerned, choice: Choice) -> tuple[list[Wanted], Holder]:
        if case.appointment is None:
            return [self._planner.stretch_of_session(case, choice.party[0])], Holder(session=case.session)
        request = self._planner.request(case.appointment, choice.starts_at or case.starts_at)
        return [request.stretch(calendar_id) for calendar_id in choice.party], Holder(appointment=case.appointment)

    def _go(self, case: Concerned, choice: Choice) -> None:
        if case.appointment is None:
            self._session(case, choice)
            return
        match choice.way:
            case Way.DEPUTY:
                self._depute(case.appointment, choice.party[0])
            case Way.MOVE:
                self._move(case.appointment, choice)
            case Way.RELOCATE:
                self._relocate(case.appointment)
            case Way.OFFER | Way.CANCEL:
                self._cancel(case.appointment, asks_to_choose=choice.way is Way.OFFER)
            case Way.KEEP:
                record(case.appointment, self._by, "let_stand", self._now)

    def _session(self, case: Concerned, choice: Choice) -> None:
        session = case.subject
        assert isinstance(session, GroupSession)  # noqa: S101 -- no appointment, so a session
        match choice.way:
            case Way.DEPUTY:
                GroupSession.objects.filter(pk=session.pk).update(calendar_id=choice.party[0])
                for one in case.people:
                    self._depute(one, choice.party[0])
            case Way.RELOCATE:
                GroupSession.objects.filter(pk=session.pk).update(location_id=self._new_location_id)
                for one in case.people:
                    self._relocate(one)
            case Way.KEEP:
                for one in case.people:
                    record(one, self._by, "let_stand", self._now)
            case _:
                cancel_session(jobcenter=self._jobcenter, session=session, by=self._by, now=self._now)

    def _depute(self, appointment: Appointment, calendar_id: int) -> None:
        """The same time with somebody else. Messages name nobody, so only who knew a name before is told."""
        has_new_lead = appointment.calendar_id != calendar_id
        appointment.calendar_id = calendar_id
        if has_new_lead and is_personal(self._jobcenter) and appointment.status_now is not Status.REQUESTED:
            bump(appointment, "calendar")
            record(appointment, self._by, "deputised", self._now, calendar=str(calendar_id))
            reminders.announce_deputy(appointment, self._settings, now=self._now)
            return
        appointment.save(update_fields=["calendar"])
        record(appointment, self._by, "deputised", self._now, calendar=str(calendar_id))

    def _move(self, appointment: Appointment, choice: Choice) -> None:
        request = self._planner.request(appointment, choice.starts_at or appointment.starts_at)
        if appointment.status_now is Status.REQUESTED:
            write_other_time(appointment, next_status(Status.REQUESTED, Verb.BOOK), request, choice.party[0], self._by)
            return
        write_move(appointment, request, choice.party[0], self._by, counts=False)

    def _relocate(self, appointment: Appointment) -> None:
        """Time and people stay, the place does not. Who has only asked hears the place with the office's answer."""
        appointment.location_id = self._new_location_id or appointment.location_id
        if appointment.status_now is Status.REQUESTED:
            appointment.save(update_fields=["location"])
            record(appointment, self._by, "relocated", self._now)
            return
        bump(appointment, "location")
        record(appointment, self._by, "relocated", self._now)
        reminders.announce_new_place(appointment, self._settings, now=self._now)

    def _cancel(self, appointment: Appointment, *, asks_to_choose: bool) -> None:
        if appointment.status_now is Status.REQUESTED:
            decline_request(
                jobcenter=self._jobcenter,
                appointment=appointment,
                reason=DeclineReason.CALL,
                by=self._by,
                now=self._now,
            )
            return
        write_cancellation(appointment, self._jobcenter, self._by, self._now, asks_to_choose=asks_to_choose)
