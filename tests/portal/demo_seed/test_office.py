# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Master data without appointments: every row is valid, and every service is open to book on any date of the year."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command

from appointments.models import (
    Absence,
    Appointment,
    Calendar,
    Catchment,
    Closure,
    ClosureWindow,
    Location,
    LocationHours,
    Municipality,
    OpeningRule,
    ReminderRule,
    Service,
    ServiceCalendar,
)
from appointments.queries import locations_of, services
from appointments.service import Wishes, find_slots
from jobcenter_portal.accounts.models import Membership, User
from jobcenter_portal.demo.management.commands import seed_demo
from jobcenter_portal.demo.seed import run
from jobcenter_portal.demo.seed.data import ClosureData, load, slugs
from jobcenter_portal.demo.seed.office import Office, build, closed_days
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import BookingMode, Jobcenter, TenantSettings

MODELS = (
    TenantSettings, Location, LocationHours, Service, Calendar, ServiceCalendar, OpeningRule, Absence, Closure,
    ClosureWindow, ReminderRule, Membership, Municipality, Catchment,
)  # fmt: skip
NOT_EVERYWHERE = {ClosureWindow, Municipality, Catchment}
DATES = ("2026-02-16", "2026-03-28", "2026-04-02", "2026-10-25", "2026-12-23", "2026-12-31", "2027-01-01", "2028-02-29")


@pytest.fixture(params=slugs())
def slug(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def office(db: None, slug: str, now: datetime) -> Iterator[Office]:
    """One of the seven without appointments; the test runs inside its context."""
    data = load(slug)
    jobcenter = Jobcenter.objects.create(slug=slug, name=data.name, short_name=data.short_name)
    with tenant_context(jobcenter):
        yield build(jobcenter, data, now)


def test_every_row_is_valid(office: Office) -> None:
    rows = [row for model in MODELS for row in model.objects.all()]

    office.jobcenter.full_clean()
    assert set(MODELS) - {type(row) for row in rows} <= NOT_EVERYWHERE
    for row in rows:
        unset = [field.name for field in row._meta.fields if field.null and getattr(row, field.attname) is None]
        row.full_clean(exclude=unset)


def test_staff_sign_in_by_name_and_without_any_password(office: Office) -> None:
    users = User.objects.filter(pk__in=Membership.objects.values("user_id"))

    assert {user.username for user in users} == {f"{office.data.slug}.{one.key}" for one in office.data.staff}
    assert not any(user.has_usable_password() for user in users)


@pytest.mark.parametrize("day", DATES)
def test_every_service_is_offered_within_the_horizon_on_any_date(day: str, db: None, slug: str) -> None:
    data = load(slug)
    now = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=9)
    jobcenter = Jobcenter.objects.create(slug=slug, name=data.name, short_name=data.short_name)
    with tenant_context(jobcenter):
        settings = build(jobcenter, data, now).settings
        nothing = [
            (service.slug, location.slug)
            for service in services()
            if not (service.is_emergency or service.is_group)
            for location in locations_of(service)
            if not find_slots(
                service=service, location=location, settings=settings, now=now, wishes=_least_wishes(service)
            ).slots(1)
        ]

    assert nothing == []


def _least_wishes(service: Service) -> Wishes:
    """What must be said at least: some services are not in person."""
    return Wishes(mode=service.possible_modes[0])


def test_emergencies_are_released_at_the_offices_hour_on_a_working_day(db: None, slug: str) -> None:
    data = load(slug)
    before, after = (datetime(2026, 11, 24, hour, tzinfo=UTC) for hour in (4, 7))  # a Tuesday, 5 and 8 o'clock
    jobcenter = Jobcenter.objects.create(slug=slug, name=data.name, short_name=data.short_name)
    with tenant_context(jobcenter):
        settings = build(jobcenter, data, before).settings
        [service] = [one for one in services() if one.is_emergency]
        [location] = locations_of(service)
        days = [
            {
                slot.starts_at.astimezone(settings.zone).date()
                for slot in find_slots(service=service, location=location, settings=settings, now=now).slots()
            }
            for now in (before, after)
        ]

    is_on_the_day_before = settings.emergency_days_before == 1
    assert days == [{before.date()} if is_on_the_day_before else set(), {before.date()}]


@pytest.mark.parametrize(
    ("closure", "expected"),
    [
        (ClosureData({}, from_today=(2, 3)), [("2026-12-01", "2026-12-02")]),
        (
            ClosureData({}, each_year=("12-24", "01-01")),
            [("2025-12-24", "2026-01-01"), ("2026-12-24", "2027-01-01"), ("2027-12-24", "2028-01-01")],
        ),
        (
            ClosureData({}, after_easter=-48),
            [("2025-03-03", "2025-03-03"), ("2026-02-16", "2026-02-16"), ("2027-02-08", "2027-02-08")],
        ),
    ],
)
def test_closures_follow_the_running_year(closure: ClosureData, expected: list[tuple[str, str]]) -> None:
    days = closed_days(closure, date(2026, 11, 29))

    assert [(str(first), str(last)) for first, last in days] == expected


def test_where_nothing_is_booked_instantly_two_modes_say_so() -> None:
    modes = {slug: load(slug).settings["booking_mode"] for slug in slugs()}

    assert {slug: mode for slug, mode in modes.items() if mode != BookingMode.INSTANT} == {
        "kreis-offenbach": BookingMode.REQUEST,
        "marburg-biedenkopf": BookingMode.PERSONAL_CASEWORKER,
    }


def test_the_command_tells_what_it_did_and_does_it_once(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("seed_demo", only="gross-gerau", today="2027-06-03")
    call_command("seed_demo", only="gross-gerau", today="2027-06-04")

    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("[1/1] gross-gerau: 8 calendars, ")
    assert second == "[1/1] gross-gerau: is there already"


def test_a_day_that_is_none_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="2027-02-29"):
        call_command(seed_demo.Command(), only="fulda", today="2027-02-29")


def test_a_seed_that_breaks_off_leaves_nothing_behind(db: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(Exception):
        pass

    def kill(*_args: object) -> None:
        assert Appointment.objects.exists()
        raise Killed

    monkeypatch.setattr(run, "happen", kill)
    with pytest.raises(Killed):
        run.seed("gross-gerau", now)

    assert not Jobcenter.objects.exists()
    assert not User.objects.exists()
