# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Somebody falls ill, hours are cut, a house closes or moves: whom it concerns, and what becomes of each."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments.availability import Wishes, find_slots
from appointments.booking import book, book_held
from appointments.changing import reschedule
from appointments.core.impact import Obstacle
from appointments.core.lifecycle import Status
from appointments.core.modes import ALL_MODES, PartyRole
from appointments.core.rule_checks import RuleDraft
from appointments.holding import hold
from appointments.models import (
    Absence,
    Appointment,
    Calendar,
    Closure,
    Hold,
    Location,
    LocationHours,
    Occupancy,
    OccupancyState,
    OpeningException,
    OpeningRule,
    ServiceCalendar,
)
from appointments.schedule_changes import (
    Away,
    BackAgain,
    Case,
    Change,
    ChangedMeanwhile,
    Choice,
    Closed,
    DayHours,
    Done,
    Moved,
    OpenAgain,
    SiteHours,
    Way,
    WayGone,
    WeeklyHours,
    apply,
    draft_of,
    preview,
    to_come,
    today_of,
)
from appointments.taking import Request, SlotTaken
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Message
from tests.appointments.factories import Office, make_appointment, make_calendar, make_office, make_service, person
from tests.factories import make_jobcenter

NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)
HALF_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)
LEAD = audit.staff(7)


@pytest.fixture
def office(fulda: Jobcenter) -> Office:
    """Two people in one house; what is booked first goes to the first of them."""
    return make_office(fulda, calendars=2)


def with_first(
    office: Office, starts_at: datetime, now: datetime, name: str = "Jürgen", **addresses: str
) -> Appointment:
    return book(
        jobcenter=office.jobcenter,
        service=office.service,
        location=office.location,
        starts_at=starts_at,
        person=person(name, **addresses),
        now=now,
        wishes=Wishes(only_calendar=office.calendars[0].pk),
        by=LEAD,
    )


def ill(office: Office, day: datetime = NINE) -> Away:
    return Away(office.calendars[0].pk, day - timedelta(hours=2), day + timedelta(hours=8))


def everybody(case: Case) -> Choice:
    return case.default


def carry_out(office: Office, change: Change, now: datetime, choose: object = None, **ways: Way) -> Done:
    """Preview and apply at once, as proposed or as `choose` says."""
    impact = preview(jobcenter=office.jobcenter, change=change, now=now)
    pick = choose if callable(choose) else everybody
    return apply(
        jobcenter=office.jobcenter,
        change=change,
        choices={case.key: pick(case) for case in impact.cases},
        fingerprint=impact.fingerprint,
        by=LEAD,
        now=now,
    )


def going(way: Way) -> object:
    return lambda case: next(choice for choice in case.choices if choice.way is way)


def kinds_of(appointment: Appointment) -> list[tuple[str, str]]:
    messages = Message.objects.filter(subject=appointment.subject).order_by("id")
    return [(message.kind, message.state) for message in messages if message.kind != "reminder"]


def booked_time() -> list[tuple[datetime, int]]:
    rows = Occupancy.objects.exclude(state=OccupancyState.RELEASED).order_by("start_tick", "calendar_id")
    return [(row.period.lower, row.calendar_id) for row in rows]


# --- What is shown ----------------------------------------------------------------------------------------------------
def test_falling_ill_shows_everybody_of_the_day_and_what_can_be_done(office: Office, now: datetime) -> None:
    one = with_first(office, NINE, now, email="j@post.example")
    with_first(office, NINE + DAY, now)
    colleague = office.calendars[1].pk

    impact = preview(jobcenter=office.jobcenter, change=ill(office), now=now)

    (case,) = impact.cases
    assert (case.concerned.appointment, case.concerned.obstacles) == (one, frozenset({Obstacle.ABSENT}))
    assert case.choices == (
        Choice(Way.DEPUTY, NINE, (colleague,)),
        Choice(Way.MOVE, NINE + HALF_HOUR, (colleague,)),
        Choice(Way.OFFER),
        Choice(Way.CANCEL),
    )
    assert (impact.held, list(impact.points), impact.names) == (0, [one.customer_id], {colleague: "Zimmer 2"})


def test_a_preview_changes_nothing(office: Office, now: datetime) -> None:
    one = with_first(office, NINE, now)
    before = (booked_time(), office.calendars[0].schedule_version, AuditEntry.objects.count(), Message.objects.count())
    preview(jobcenter=office.jobcenter, change=ill(office), now=now)

    office.calendars[0].refresh_from_db()
    assert (
        booked_time(),
        office.calendars[0].schedule_version,
        AuditEntry.objects.count(),
        Message.objects.count(),
    ) == before
    assert Absence.objects.count() == 0
    one.refresh_from_db()
    assert one.revision == 1


def test_no_two_people_are_proposed_the_same_time(office: Office, now: datetime) -> None:
    for minutes in (0, 30, 60):
        with_first(office, NINE + timedelta(minutes=minutes), now, email=f"p{minutes}@post.example")
    make_appointment(office, NINE, now)  # the colleague is not free at nine

    impact = preview(jobcenter=office.jobcenter, change=ill(office), now=now)

    proposed = [(choice.way, choice.starts_at) for case in impact.cases for choice in case.choices if choice.starts_at]
    assert proposed == [
        (Way.MOVE, NINE + timedelta(minutes=90)),
        (Way.DEPUTY, NINE + timedelta(minutes=30)),
        (Way.MOVE, NINE + timedelta(minutes=120)),
        (Way.DEPUTY, NINE + timedelta(minutes=60)),
        (Way.MOVE, NINE + timedelta(minutes=150)),
    ]


def test_the_named_deputy_comes_first(office: Office, now: datetime) -> None:
    third = make_calendar(office.jobcenter, office.location, office.service, name="Zimmer 3")
    Calendar.objects.filter(pk=office.calendars[0].pk).update(deputy=third)
    with_first(office, NINE, now)

    (case,) = preview(jobcenter=office.jobcenter, change=ill(office), now=now).cases
    assert case.default == Choice(Way.DEPUTY, NINE, (third.pk,))


def test_who_can_be_told_chooses_when_the_next_time_is_far_and_who_cannot_gets_any_time(
    office: Office, now: datetime
) -> None:
    told = with_first(office, NINE, now, email="j@post.example")
    untold = with_first(office, NINE + HALF_HOUR, now)
    Closure.objects.create(
        tenant=office.jobcenter, first_day=TUESDAY + DAY, last_day=TUESDAY + 15 * DAY, reasons={"de": "Umbau"}
    )
    everyone_away = Closed(None, TUESDAY, TUESDAY, {"de": "Streik"})

    cases = preview(jobcenter=office.jobcenter, change=everyone_away, now=now).cases

    far = datetime(2026, 12, 10, 7, 0, tzinfo=UTC)
    assert [(case.concerned.appointment, case.default.way) for case in cases] == [(told, Way.OFFER), (untold, Way.MOVE)]
    assert cases[1].default.starts_at == far


# --- What is done -----------------------------------------------------------------------------------------------------
def test_a_deputy_takes_over_and_nobody_is_told_because_no_name_was_told(office: Office, now: datetime) -> None:
    one = with_first(office, NINE, now, email="j@post.example")
    colleague = office.calendars[1].pk

    done = carry_out(office, ill(office), now)

    one.refresh_from_db()
    assert (one.calendar_id, one.revision, one.starts_at, one.status) == (colleague, 1, NINE, Status.BOOKED)
    assert booked_time() == [(NINE, colleague)]
    assert kinds_of(one) == [("confirmation", "planned")]
    assert (done.ways, done.untold) == ({Way.DEPUTY: 1}, ())
    assert [entry.action for entry in audit.history(one.subject)] == ["booked", "deputised"]
    assert [entry.action for entry in audit.history(f"calendar:{office.calendars[0].pk}")] == ["absence_entered"]
    assert Absence.objects.count() == 1


def test_where_people_know_their_caseworker_they_hear_of_the_deputy(db: None, now: datetime) -> None:
    jobcenter = make_jobcenter("kreis", booking_mode="personal_caseworker")
    with tenant_context(jobcenter):
        office = make_office(jobcenter, calendars=2)
        one = with_first(office, NINE, now, email="j@post.example")
        impact = preview(jobcenter=jobcenter, change=ill(office), now=now)
        own, *_others = [choice for choice in impact.cases[0].choices if choice.way is Way.MOVE]
        assert own.party == (office.calendars[0].pk,), "another time is one with the same person"

        carry_out(office, ill(office), now)
        one.refresh_from_db()
        assert (one.revision, one.calendar_id) == (2, office.calendars[1].pk)
        assert kinds_of(one) == [("confirmation", "superseded"), ("deputy", "planned")]


def test_moving_takes_the_proposed_time_and_tells_it(office: Office, now: datetime) -> None:
    one = with_first(office, NINE, now, email="j@post.example")
    done = carry_out(office, ill(office), now, going(Way.MOVE))

    one.refresh_from_db()
    later = NINE + HALF_HOUR
    assert (one.starts_at, one.previous_starts_at, one.reschedules) == (later, NINE, 0)
    assert booked_time() == [(later, office.calendars[1].pk)]
    assert kinds_of(one) == [("confirmation", "superseded"), ("changed", "planned")]
    assert done.ways == {Way.MOVE: 1}


@pytest.mark.parametrize(("way", "kind"), [(Way.OFFER, "new_choice"), (Way.CANCEL, "cancelled")])
def test_cancelling_asks_for_a_new_choice_or_only_tells(office: Office, now: datetime, way: Way, kind: str) -> None:
    one = with_first(office, NINE, now, email="j@post.example")
    done = carry_out(office, ill(office), now, going(way))

    one.refresh_from_db()
    assert (one.status, one.cancelled_by, booked_time()) == (Status.CANCELLED, "staff", [])
    assert kinds_of(one) == [("confirmation", "superseded"), (kind, "planned")]
    assert done.ways == {way: 1}


def test_who_gave_no_address_is_named_to_be_told_by_somebody(office: Office, now: datetime) -> None:
    silent = with_first(office, NINE, now)
    with_first(office, NINE + HALF_HOUR, now, email="j@post.example")

    assert carry_out(office, ill(office), now, going(Way.CANCEL)).untold == (silent,)


def test_appointments_may_stand_outside_new_hours_and_are_not_asked_about_again(office: Office, now: datetime) -> None:
    one = with_first(office, NINE, now)
    closed = DayHours(office.calendars[0].pk, office.location.pk, TUESDAY, ())

    carry_out(office, closed, now, going(Way.KEEP))
    assert booked_time() == [(NINE, office.calendars[0].pk)]
    assert [entry.action for entry in audit.history(one.subject)] == ["booked", "let_stand"]
    assert preview(jobcenter=office.jobcenter, change=closed, now=now).cases == ()
    assert [
        case.concerned.appointment for case in preview(jobcenter=office.jobcenter, change=ill(office), now=now).cases
    ] == [one]


def test_a_time_that_somebody_is_just_booking_is_taken_from_them_with_the_nearest_ones(
    office: Office, now: datetime
) -> None:
    wish = Wishes(only_calendar=office.calendars[0].pk)
    request = Request(office.jobcenter, office.service, office.location, NINE, now, wishes=wish)
    token, _held = hold(request)

    impact = preview(jobcenter=office.jobcenter, change=ill(office), now=now)
    assert (impact.cases, impact.held) == ((), 1)
    assert Occupancy.objects.filter(state=OccupancyState.HELD).count() == 1
    carry_out(office, ill(office), now)
    assert booked_time() == [], "nobody else is kept from it by a hold that leads nowhere"

    with pytest.raises(SlotTaken) as gone:
        book_held(jobcenter=office.jobcenter, token=token, person=person(), now=now)
    assert [slot.starts_at.date() for slot in gone.value.nearest] == [TUESDAY - DAY] * 3
    assert Hold.objects.count() == 1, "what was typed stays"


def test_who_is_already_in_the_room_is_listed_and_left_alone(office: Office, now: datetime) -> None:
    begun = with_first(office, NINE, now)
    at_ten_past = NINE + timedelta(minutes=10)
    span = today_of(at_ten_past, office.jobcenter.settings.zone)
    change = Away(office.calendars[0].pk, span.since, span.until or NINE)

    (case,) = preview(jobcenter=office.jobcenter, change=change, now=at_ten_past).cases
    assert (case.concerned.appointment, case.default) == (begun, Choice(Way.KEEP))
    assert carry_out(office, change, at_ten_past).ways == {Way.KEEP: 1}


def test_a_missing_room_is_replaced_and_the_person_stays_the_same(office: Office, now: datetime) -> None:
    rooms = [make_calendar(office.jobcenter, office.location, name=f"Raum {letter}") for letter in "AB"]
    for room in rooms:
        ServiceCalendar.objects.create(
            tenant=office.jobcenter, service=office.service, calendar=room, role=PartyRole.ROOM
        )
    one = with_first(office, NINE, now)
    used = Occupancy.objects.exclude(calendar=office.calendars[0]).get(appointment=one).calendar_id
    other = next(room.pk for room in rooms if room.pk != used)

    carry_out(office, Away(used, NINE, NINE + HALF_HOUR), now)
    one.refresh_from_db()
    assert one.calendar_id == office.calendars[0].pk
    assert booked_time() == sorted([(NINE, office.calendars[0].pk), (NINE, other)])


def test_a_request_moves_to_another_time_or_is_declined(db: None, now: datetime) -> None:
    jobcenter = make_jobcenter("anfrage", booking_mode="request")
    with tenant_context(jobcenter):
        office = make_office(jobcenter, calendars=1)
        asked = make_appointment(office, NINE, now, person(email="j@post.example"))
        (case,) = preview(jobcenter=jobcenter, change=ill(office), now=now).cases
        assert [choice.way for choice in case.choices] == [Way.MOVE, Way.CANCEL]

        carry_out(office, ill(office), now, going(Way.MOVE))
        asked.refresh_from_db()
        assert (asked.status, asked.starts_at, asked.answer_by) == (Status.BOOKED, NINE + timedelta(hours=23), None)
        assert kinds_of(asked)[-1] == ("other_time", "planned")
        second = make_appointment(office, NINE + 2 * DAY, now, person(email="k@post.example"))
        carry_out(office, ill(office, NINE + 2 * DAY), now, going(Way.CANCEL))
        second.refresh_from_db()
        assert (second.status, kinds_of(second)[-1]) == (Status.CANCELLED, ("declined", "planned"))


def test_a_crowd_costs_few_queries_each_and_a_worker_is_called_once(office: Office, now: datetime) -> None:
    people = 12
    for number in range(people):
        make_appointment(office, NINE + number // 2 * HALF_HOUR, now, person(email=f"p{number}@post.example"))
    closed = Closed(office.location.pk, TUESDAY, TUESDAY, {"de": "Wahl"})
    with CaptureQueriesContext(connection) as queries:
        impact = preview(jobcenter=office.jobcenter, change=closed, now=now)
    assert (len(impact.cases), len(queries) < 45) == (people, True), len(queries)

    choices = {case.key: Choice(Way.OFFER) for case in impact.cases}
    with CaptureQueriesContext(connection) as queries:
        apply(
            jobcenter=office.jobcenter, change=closed, choices=choices, fingerprint=impact.fingerprint, by=LEAD, now=now
        )
    assert len(queries) < 45 + 2 * people, len(queries)
    assert len(connection.run_on_commit) == 1
    assert Message.objects.filter(kind="new_choice", state="planned").count() == people
    assert AuditEntry.objects.filter(action="cancelled").count() == people


# --- Every kind of change ---------------------------------------------------------------------------------------------
def test_new_weekly_hours_leave_untouched_rules_alone_and_end_the_others(office: Office, now: datetime) -> None:
    calendar = office.calendars[0]
    standing = {rule.weekday: rule for rule in to_come(calendar.pk, TUESDAY)}
    kept = [draft_of(rule) for weekday, rule in standing.items() if weekday != 2]
    short = RuleDraft(office.location.pk, 2, 480, 540, modes=ALL_MODES)
    one = with_first(office, NINE, now)
    early = with_first(office, NINE - HALF_HOUR, now)
    late = with_first(office, NINE + 7 * DAY, now)

    carry_out(office, WeeklyHours(calendar.pk, TUESDAY, (*kept, short)), now, going(Way.KEEP))

    rules = OpeningRule.objects.filter(calendar=calendar).order_by("weekday", "valid_from")
    assert [
        (rule.weekday, rule.end_minute, rule.valid_from, rule.valid_until) for rule in rules if rule.weekday == 2
    ] == [
        (2, 540, TUESDAY, None),
        (2, 720, None, TUESDAY - DAY),
    ]
    assert {rule.pk for rule in rules} >= {rule.pk for rule in standing.values()}
    assert {one.pk, late.pk} == {int(e.subject.split(":")[1]) for e in AuditEntry.objects.filter(action="let_stand")}
    assert early.status == Status.BOOKED


def test_a_fortnightly_rule_that_changes_keeps_its_weeks(office: Office, now: datetime) -> None:
    calendar, first = office.calendars[0], date(2026, 11, 3)
    OpeningRule.objects.filter(calendar=calendar).delete()
    old = RuleDraft(office.location.pk, 2, 480, 720, first, None, 2, ALL_MODES)
    carry_out(office, WeeklyHours(calendar.pk, first, (old,)), now)
    longer = RuleDraft(office.location.pk, 2, 480, 780, first, None, 2, ALL_MODES)
    carry_out(office, WeeklyHours(calendar.pk, TUESDAY, (longer,)), now)

    rules = OpeningRule.objects.filter(calendar=calendar).order_by("valid_from")
    assert [(rule.valid_from, rule.valid_until, rule.end_minute) for rule in rules] == [
        (first, TUESDAY - DAY, 720),
        (date(2026, 11, 30), None, 780),
    ]


def test_other_hours_on_one_date_and_back(office: Office, now: datetime) -> None:
    with_first(office, NINE, now)
    calendar, place = office.calendars[0].pk, office.location.pk
    carry_out(office, DayHours(calendar, place, TUESDAY, ((540, 600), (660, 720))), now)
    assert list(OpeningException.objects.values_list("start_minute", "end_minute")) == [(540, 600), (660, 720)]

    longer = DayHours(calendar, place, TUESDAY, ((720, 1080),))
    carry_out(office, longer, now, going(Way.CANCEL))
    late = with_first(office, NINE + timedelta(hours=8), now)
    (case,) = preview(jobcenter=office.jobcenter, change=DayHours(calendar, place, TUESDAY, None), now=now).cases
    assert case.concerned.appointment == late
    carry_out(office, DayHours(calendar, place, TUESDAY, None), now)
    assert OpeningException.objects.count() == 0


def test_a_closed_house_lets_emergencies_through_its_window(office: Office, now: datetime) -> None:
    urgent = make_service(office.jobcenter, slug="notfall", is_emergency=True)
    ServiceCalendar.objects.create(tenant=office.jobcenter, service=urgent, calendar=office.calendars[0])
    OpeningRule.objects.create(
        tenant=office.jobcenter,
        calendar=office.calendars[0],
        location=office.location,
        weekday=2,
        start_minute=720,
        end_minute=780,
        is_emergency=True,
    )
    ordinary = with_first(office, NINE, now)
    emergency = book(
        jobcenter=office.jobcenter,
        service=urgent,
        location=office.location,
        starts_at=NINE + timedelta(hours=3),
        person=person(),
        now=now,
        by=LEAD,
    )
    window = Closed(office.location.pk, TUESDAY, TUESDAY, {"de": "Fortbildung"}, ((TUESDAY, (720, 750)),))
    concerned = [
        case.concerned.appointment for case in preview(jobcenter=office.jobcenter, change=window, now=now).cases
    ]
    assert concerned == [ordinary]
    carry_out(office, window, now, going(Way.CANCEL))

    closure = Closure.objects.get()
    without_window = OpenAgain(office.location.pk, closure.pk, TUESDAY, TUESDAY)
    assert preview(jobcenter=office.jobcenter, change=without_window, now=now).cases == ()
    carry_out(office, without_window, now)
    assert Closure.objects.count() == 0
    emergency.refresh_from_db()
    assert emergency.status == Status.BOOKED


def test_an_absence_taken_back_opens_the_time_again(office: Office, now: datetime) -> None:
    carry_out(office, ill(office), now)
    away = Absence.objects.get()
    carry_out(office, BackAgain(office.calendars[0].pk, away.pk, away.starts_at, away.ends_at), now)

    assert Absence.objects.count() == 0
    assert office.calendars[0].pk in find_slots(
        service=office.service, location=office.location, settings=office.jobcenter.settings, now=now
    ).calendars_at(NINE)


def test_shorter_hours_of_the_house_concern_all_its_calendars(office: Office, now: datetime) -> None:
    both = [
        with_first(office, NINE + timedelta(hours=2), now),
        make_appointment(office, NINE + timedelta(hours=2), now),
    ]
    short = SiteHours(office.location.pk, TUESDAY, tuple((weekday, (480, 600)) for weekday in range(1, 6)))
    cases = preview(jobcenter=office.jobcenter, change=short, now=now).cases
    assert [case.concerned.appointment for case in cases] == both
    carry_out(office, short, now)
    assert LocationHours.objects.count() == 5
    again = SiteHours(office.location.pk, TUESDAY + DAY, short.hours)
    carry_out(office, again, now)
    assert LocationHours.objects.count() == 5


def test_a_house_that_moves_takes_its_appointments_along_and_tells_the_new_place(office: Office, now: datetime) -> None:
    new = Location.objects.create(
        tenant=office.jobcenter, slug="neu", name="Neubau", street="Ring 2", town="36037 Fulda"
    )
    before = with_first(office, NINE, now, email="a@post.example")
    after = with_first(office, NINE + DAY, now, email="b@post.example")
    moved = Moved(office.location.pk, TUESDAY + DAY, new.pk)

    done = carry_out(office, moved, now)

    before.refresh_from_db()
    after.refresh_from_db()
    office.location.refresh_from_db()
    assert (before.location_id, after.location_id) == (office.location.pk, new.pk)
    assert (after.starts_at, after.calendar_id, after.revision) == (NINE + DAY, office.calendars[0].pk, 2)
    assert kinds_of(after) == [("confirmation", "superseded"), ("new_place", "planned")]
    assert done.ways == {Way.RELOCATE: 1}
    assert office.location.valid_until == TUESDAY
    for place, free in ((office.location, False), (new, True)):
        times = find_slots(service=office.service, location=place, settings=office.jobcenter.settings, now=now)
        assert bool(times.calendars_at(NINE + 2 * DAY)) is free


def test_a_house_that_is_given_up_asks_people_to_choose(office: Office, now: datetime) -> None:
    one = with_first(office, NINE + DAY, now, email="a@post.example")
    carry_out(office, Moved(office.location.pk, TUESDAY + DAY), now)
    one.refresh_from_db()
    assert kinds_of(one)[-1] == ("new_choice", "planned")


# --- What came in between ---------------------------------------------------------------------------------------------
def test_a_booking_between_preview_and_apply_stops_everything(office: Office, now: datetime) -> None:
    with_first(office, NINE, now)
    change = ill(office)
    impact = preview(jobcenter=office.jobcenter, change=change, now=now)
    with_first(office, NINE + HALF_HOUR, now)

    with pytest.raises(ChangedMeanwhile):
        apply(
            jobcenter=office.jobcenter,
            change=change,
            choices={case.key: case.default for case in impact.cases},
            fingerprint=impact.fingerprint,
            by=LEAD,
            now=now,
        )
    assert (Absence.objects.count(), AuditEntry.objects.filter(action="deputised").count()) == (0, 0)


def test_a_change_of_the_hours_between_preview_and_apply_stops_everything(office: Office, now: datetime) -> None:
    change = DayHours(office.calendars[0].pk, office.location.pk, TUESDAY, ())
    impact = preview(jobcenter=office.jobcenter, change=change, now=now)
    carry_out(office, Away(office.calendars[0].pk, NINE + DAY, NINE + 2 * DAY), now)

    with pytest.raises(ChangedMeanwhile):
        apply(jobcenter=office.jobcenter, change=change, choices={}, fingerprint=impact.fingerprint, by=LEAD, now=now)


def test_a_chosen_time_that_has_gone_stops_everything_and_says_for_whom(office: Office, now: datetime) -> None:
    first = with_first(office, NINE, now, email="a@post.example")
    second = with_first(office, NINE + HALF_HOUR, now, email="b@post.example")
    impact = preview(jobcenter=office.jobcenter, change=ill(office), now=now)
    make_appointment(office, NINE + HALF_HOUR, now)  # the colleague's time is gone

    with pytest.raises(WayGone) as gone:
        apply(
            jobcenter=office.jobcenter,
            change=ill(office),
            choices={case.key: case.default for case in impact.cases},
            fingerprint=impact.fingerprint,
            by=LEAD,
            now=now,
        )
    assert gone.value.key == f"a{second.pk}"
    first.refresh_from_db()
    assert (first.calendar_id, Absence.objects.count()) == (office.calendars[0].pk, 0)
    assert kinds_of(first) == [("confirmation", "planned")]


@pytest.mark.parametrize(
    "choice",
    [
        Choice(Way.KEEP),
        Choice(Way.RELOCATE),
        Choice(Way.DEPUTY),
        Choice(Way.MOVE, NINE + timedelta(minutes=5), (1,)),
        Choice(Way.MOVE, NINE - timedelta(days=30), (1,)),
        Choice(Way.DEPUTY, NINE + HALF_HOUR, (1,)),
    ],
)
def test_a_way_that_was_never_offered_is_no_way(office: Office, now: datetime, choice: Choice) -> None:
    one = with_first(office, NINE, now)
    with pytest.raises(WayGone) as gone:
        carry_out(office, ill(office), now, lambda _case: choice)
    assert gone.value.key == f"a{one.pk}"


def test_what_was_typed_must_be_what_the_engine_offers(office: Office, now: datetime) -> None:
    with_first(office, NINE, now)
    colleague = office.calendars[1].pk
    evening, off_the_grid = NINE + timedelta(hours=10), NINE + timedelta(minutes=35)
    for starts_at in (evening, off_the_grid):
        with pytest.raises(WayGone):
            carry_out(office, ill(office), now, lambda _case, at=starts_at: Choice(Way.MOVE, at, (colleague,)))
    assert Absence.objects.count() == 0


def test_moving_away_between_preview_and_apply_is_noticed(office: Office, now: datetime) -> None:
    one = with_first(office, NINE, now)
    impact = preview(jobcenter=office.jobcenter, change=ill(office), now=now)
    reschedule(jobcenter=office.jobcenter, appointment=one, starts_at=NINE + DAY, by=LEAD, now=now)
    with pytest.raises(ChangedMeanwhile):
        apply(
            jobcenter=office.jobcenter,
            change=ill(office),
            choices={case.key: case.default for case in impact.cases},
            fingerprint=impact.fingerprint,
            by=LEAD,
            now=now,
        )


def test_choices_survive_the_form() -> None:
    for choice in (Choice(Way.OFFER), Choice(Way.MOVE, NINE, (3, 14)), Choice(Way.DEPUTY, NINE, (7,))):
        assert Choice.of_code(choice.code) == choice
    for wrong in (
        "",
        "fly",
        "move.1.",
        "move.x.1",
        "move.5900000",
        "deputy.5900000.0",
        "keep.",
        "move.99999999999.1",
        "cancel\n",
    ):
        with pytest.raises(ValueError, match=r".*"):
            Choice.of_code(wrong)
