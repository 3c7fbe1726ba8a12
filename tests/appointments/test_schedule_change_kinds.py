# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Each kind of change, from weekly hours to a house that moves, and what comes between a preview and its apply."""

from datetime import date, datetime, timedelta

import pytest

from appointments.availability import find_slots
from appointments.booking import book
from appointments.changing import reschedule
from appointments.core.lifecycle import Status
from appointments.core.modes import ALL_MODES
from appointments.core.rule_checks import RuleDraft
from appointments.models import (
    Absence,
    Closure,
    Location,
    LocationHours,
    OpeningException,
    OpeningRule,
    ServiceCalendar,
)
from appointments.schedule_changes import (
    Away,
    BackAgain,
    ChangedMeanwhile,
    Choice,
    Closed,
    DayHours,
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
)
from jobcenter_portal.audit.models import AuditEntry
from tests.appointments.factories import Office, make_appointment, make_service, person
from tests.appointments.schedule_steps import (
    DAY,
    HALF_HOUR,
    LEAD,
    NINE,
    TUESDAY,
    carry_out,
    going,
    ill,
    kinds_of,
    with_first,
)


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
