# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fills calendars with appointments, each made by the real use case as if its person had booked it some days ago."""

from datetime import date, datetime, time, timedelta
from random import Random

from appointments.groups import CannotTakePlace, create_session
from appointments.models import Appointment, Calendar, GroupSession, Location, Service
from appointments.seats import book_seat
from appointments.service import FreeTimes, SlotTaken, book, find_slots
from jobcenter_portal.audit import service as audit
from jobcenter_portal.demo.seed.data import LocationData, SessionData
from jobcenter_portal.demo.seed.load import open_minutes, shares
from jobcenter_portal.demo.seed.office import Office
from jobcenter_portal.demo.seed.people import somebody, with_addresses
from jobcenter_portal.kernel.wall_clock import first_instant, midnight
from jobcenter_portal.tenancy.models import BookingMode

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_BY_TELEPHONE = 0.25
"""Share of appointments that staff book for somebody, where people can book themselves."""
_LONGEST_SEARCH = 21
"""Days in which a group date finds its place: there may be holidays, and the house may be closed over New Year."""
_LONGEST_AHEAD = 7 * _DAY
_REST = 5 * _DAY
"""People with addresses book for later than this, so that their reminders can be watched in the demo."""
_REST_BY_POST = 9 * _DAY
"""Sooner than this no letter would come in time, and there would be none to print."""


def fill(office: Office, now: datetime, chance: Random) -> list[Appointment]:
    """Book appointments around today until each open day has its share; returns them."""
    return [
        appointment
        for day, share in list(shares(office))
        for location in office.data.locations
        for appointment in _fill_day(office, location, day, share, now, chance)
    ]


def book_people(office: Office, now: datetime) -> list[Appointment]:
    """The few people of the data file who gave addresses; they booked minutes ago, so their confirmations are due."""
    booked = []
    for number, one in enumerate(office.data.people):
        service, moment = office.services[one.service], now - (number + 1) * 3 * _MINUTE
        location = next(place for slug, place in office.locations.items() if service in office.services_at(slug))
        slots = find_slots(service=service, location=location, settings=office.settings, now=moment).slots()
        later = [slot for slot in slots if slot.starts_at > now + (_REST_BY_POST if one.post else _REST)]
        booked.append(
            book(
                jobcenter=office.jobcenter,
                service=service,
                location=location,
                starts_at=(later or slots)[0].starts_at,
                person=with_addresses(one, proven_at=moment),
                now=moment,
                by=actor(office, None),
            )
        )
    return booked


def hold_sessions(office: Office, now: datetime, chance: Random) -> list[Appointment]:
    """Group dates with people in them, each on the first day on which its calendar can hold it."""
    calendars = {calendar.name: calendar for calendar in Calendar.objects.all()}
    by = actor(office, None) if office.settings.booking_mode != BookingMode.INSTANT else _somebody_here(office)
    booked = []
    for one in office.data.sessions:
        session = _first_possible(office, one, calendars[one.calendar], by, now)
        booked += [
            book_seat(jobcenter=office.jobcenter, session=session, person=somebody(chance), now=now - _HOUR, by=by)
            for _seat in range(one.taken)
        ]
    return booked


def actor(office: Office, chance: Random | None) -> audit.By:
    """Who books or changes: the person, where that is possible; else, and now and then anyway, somebody who works here.

    Without a `chance` the person, wherever possible.
    """
    by_themselves = office.settings.booking_mode == BookingMode.INSTANT
    if by_themselves and (chance is None or chance.random() >= _BY_TELEPHONE):
        return audit.CUSTOMER
    colleagues = [office.memberships[one.key] for one in office.data.staff if one.lane]
    return audit.staff((chance.choice(colleagues) if chance else colleagues[0]).pk)


def _first_possible(office: Office, one: SessionData, calendar: Calendar, by: audit.By, now: datetime) -> GroupSession:
    for offset in range(_LONGEST_SEARCH):
        day = office.today + (one.from_today + offset) * _DAY
        starts_at = first_instant(day, time(one.minutes[0] // 60, one.minutes[0] % 60), office.settings.zone)
        try:
            return create_session(
                jobcenter=office.jobcenter,
                service=office.services[one.service],
                location=office.locations[one.location],
                calendar=calendar,
                starts_at=starts_at,
                seat_count=one.seats,
                titles=dict(one.title),
                by=by,
                now=now,
            )
        except CannotTakePlace:
            continue
    raise ValueError(f"no day for the group date of {one.service}")


def _somebody_here(office: Office) -> audit.By:
    colleagues = [office.memberships[one.key] for one in office.data.staff if one.lane]
    return audit.staff(colleagues[0].pk)


def _fill_day(
    office: Office, location: LocationData, day: date, share: float, now: datetime, chance: Random
) -> list[Appointment]:
    place = office.locations[location.slug]
    wanted = share * open_minutes(office, location, day)
    services = office.services_at(location.slug)
    chance.shuffle(services)
    booked: list[Appointment] = []
    for left in range(2 * len(services), 0, -1):  # twice round: gaps of the first round take shorter services
        service = services[left % len(services)]
        length = service.before_minutes + service.duration_minutes + service.after_minutes
        number = round(wanted / length / min(left, len(services)))
        if wanted < length or not number:
            continue
        free = find_slots(
            service=service,
            location=place,
            settings=office.settings,
            now=midnight(day, office.settings.zone),
            first_day=day,
            days=1,
            for_staff=True,
        )
        made = _book_some(office, service, place, _spread(free, length * _MINUTE, number, chance), now, chance)
        wanted -= len(made) * length
        booked += made
    return booked


def _spread(free: FreeTimes, length: timedelta, number: int, chance: Random) -> list[datetime]:
    """Some free starts of which none takes away another: one search is enough for all of them."""
    starts: list[datetime] = []
    for slot in free.slots():
        if not starts or slot.starts_at - starts[-1] >= length:
            starts.append(slot.starts_at)
    seats = [start for start in starts for _calendar in free.calendars_at(start)]
    chance.shuffle(seats)
    return seats[:number]


def _book_some(
    office: Office, service: Service, location: Location, starts: list[datetime], now: datetime, chance: Random
) -> list[Appointment]:
    booked = []
    for starts_at in starts:
        by = actor(office, chance)
        try:
            appointment = book(
                jobcenter=office.jobcenter,
                service=service,
                location=location,
                starts_at=starts_at,
                person=somebody(chance),
                now=_booked_at(office, starts_at, now, by, chance),
                by=by,
            )
        except SlotTaken:  # the calendar has its number of appointments for the day
            break
        booked.append(appointment)
    return booked


def _booked_at(office: Office, starts_at: datetime, now: datetime, by: audit.By, chance: Random) -> datetime:
    """A moment before now at which this person could book this time."""
    settings = office.settings
    lead = settings.min_lead_hours * _HOUR if by is audit.CUSTOMER else _HOUR
    latest = min(now - _HOUR, starts_at - lead)
    horizon = (settings.horizon_days - 1) * _DAY
    earliest = max(latest - _LONGEST_AHEAD, starts_at - horizon)
    return earliest + (latest - earliest) * chance.random()
