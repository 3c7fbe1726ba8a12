# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The seed on days that are difficult: calendars well filled, something free, and hardly anything to send."""

import re
from datetime import date, timedelta

from appointments.core.lifecycle import Status
from appointments.models import Absence, Appointment, Closure, GroupSession, Location, OpeningRule, Service
from appointments.queries import locations, locations_of, services
from appointments.service import find_slots
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint, Customer, Membership
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.demo.seed.data import load
from jobcenter_portal.demo.seed.run import seed
from jobcenter_portal.kernel.holidays import is_hessian_holiday
from jobcenter_portal.kernel.wall_clock import epoch_second, local_day, midnight
from jobcenter_portal.tenancy.models import BookingMode, Jobcenter
from notifications.models import Message
from tests.portal.demo_seed.conftest import Example
from tests.portal.demo_seed.test_data_files import FICTITIOUS_MOBILE

DAY = timedelta(days=1)
DUE_MESSAGES_PER_JOBCENTER = 6


def open_ranges(jobcenter: Jobcenter, day: date) -> list[tuple[int, int, int]]:
    """Opening time of each calendar on that day in seconds since 1970, closures and holidays left out."""
    closed = [one.location_id for one in Closure.objects.filter(first_day__lte=day, last_day__gte=day)]
    if None in closed or is_hessian_holiday(day):
        return []
    zone = jobcenter.settings.zone
    return [
        (rule.calendar_id, epoch_second(day, rule.start_minute, zone), epoch_second(day, rule.end_minute, zone))
        for rule in OpeningRule.objects.filter(weekday=day.isoweekday()).exclude(location_id__in=closed)
        if (rule.valid_from or day) <= day <= (rule.valid_until or day)
    ]


def filled_share(jobcenter: Jobcenter, day: date) -> float:
    """Share of the calendars' five-minute steps into which no appointment of any service could be put any more."""
    minutes = {
        (calendar, step) for calendar, start, end in open_ranges(jobcenter, day) for step in range(start, end, 300)
    }
    for one in Absence.objects.all():
        away = range(int(one.starts_at.timestamp()), int(one.ends_at.timestamp()), 300)
        minutes -= {(one.calendar_id, step) for step in away}
    free: set[tuple[int, int]] = set()
    for service in services():
        for location in locations_of(service):
            found = find_slots(
                service=service,
                location=location,
                settings=jobcenter.settings,
                now=midnight(day, jobcenter.settings.zone),
                first_day=day,
                days=1,
                for_staff=True,
            )
            free |= {
                (calendar, step)
                for slot in found.slots()
                for calendar in found.calendars_at(slot.starts_at)
                for step in range(int(slot.starts_at.timestamp()), int(slot.ends_at.timestamp()), 300)
            }
    assert free <= minutes
    return 1 - len(free) / len(minutes)


def next_open_days(seeded: Example, number: int) -> list[date]:
    today = local_day(seeded.now, seeded.jobcenter.settings.zone)
    ahead = (today + offset * DAY for offset in range(1, 40))
    return [day for day in ahead if open_ranges(seeded.jobcenter, day)][:number]


def test_the_next_two_open_days_are_half_to_nearly_full(seeded: Example) -> None:
    shares = [filled_share(seeded.jobcenter, day) for day in next_open_days(seeded, 2)]

    assert len(shares) == 2
    assert all(0.5 <= share <= 0.95 for share in shares), shares


def test_later_days_are_emptier(seeded: Example) -> None:
    near, *_, far = next_open_days(seeded, 8)

    assert filled_share(seeded.jobcenter, far) < filled_share(seeded.jobcenter, near) / 2


def test_every_service_can_be_booked_wherever_it_is_offered(seeded: Example) -> None:
    settings = seeded.jobcenter.settings
    nothing_free = [
        (service.slug, location.slug)
        for service in services()
        if not (service.is_emergency or service.is_group)
        for location in locations_of(service)
        if not find_slots(service=service, location=location, settings=settings, now=seeded.now).slots(1)
    ]

    assert nothing_free == []


def test_group_dates_have_people_in_them_and_one_is_full(seeded: Example) -> None:
    wanted = {(one.seats, one.taken) for one in load(seeded.jobcenter.slug).sessions}
    held = {
        (session.seats, Appointment.objects.filter(session=session).count()) for session in GroupSession.objects.all()
    }

    assert held == wanted


def test_every_location_offers_something(seeded: Example) -> None:
    assert all(any(location in locations_of(service) for service in services()) for location in locations())


def test_hardly_anything_is_waiting_to_be_sent(seeded: Example) -> None:
    due = Message.objects.filter(due_at__lte=seeded.now, not_after__gt=seeded.now).count()

    assert 1 <= due <= DUE_MESSAGES_PER_JOBCENTER


def test_people_who_gave_an_address_can_be_watched_being_reminded(seeded: Example) -> None:
    reminders = Message.objects.filter(kind="reminder", due_at__gt=seeded.now)

    assert reminders.exists()


def test_addresses_are_example_domains_and_fictitious_numbers(seeded: Example) -> None:
    points = list(ContactPoint.objects.all())

    assert points
    for point in points:
        if point.channel == ContactChannel.EMAIL:
            assert re.fullmatch(r"[a-z.]+@[a-z-]+\.example", point.address)
        elif point.channel == ContactChannel.LETTER:
            assert re.search(r"^(Beispiel|Muster)", point.address, re.MULTILINE)
        else:
            assert FICTITIOUS_MOBILE.fullmatch(point.address)


def test_people_have_names_with_letters_of_their_own(seeded: Example) -> None:
    names = " ".join(customer.name for customer in Customer.objects.all())

    assert set("üöß") <= set(names)


def test_nobody_books_alone_where_that_is_not_possible(seeded: Example) -> None:
    booked = {entry.actor_kind for entry in AuditEntry.objects.filter(action="booked")}

    assert booked == (
        {"customer", "staff"} if seeded.jobcenter.settings.booking_mode == BookingMode.INSTANT else {"staff"}
    )


def test_the_past_has_been_recorded_and_the_future_is_open(seeded: Example) -> None:
    past = {one.status_now for one in Appointment.objects.filter(ends_at__lte=seeded.now)}
    future = {one.status_now for one in Appointment.objects.filter(starts_at__gt=seeded.now + DAY)}

    assert {Status.FULFILLED, Status.NO_SHOW} <= past
    assert Status.BOOKED not in past
    assert future <= {Status.BOOKED, Status.CANCELLED}
    assert AuditEntry.objects.filter(at__gt=seeded.now).count() == 0


def test_a_second_seed_changes_nothing(seeded: Example) -> None:
    def rows() -> list[int]:
        models = (Appointment, Customer, Message, AuditEntry, Location, Service, OpeningRule, Membership)
        return [model.objects.count() for model in models]

    before = rows()

    assert seed(seeded.jobcenter.slug, seeded.now + DAY) is None
    assert rows() == before
