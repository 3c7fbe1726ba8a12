# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Changing the reminder plan: what it would do is what it does, nobody overwrites a colleague, and it can be undone."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection, connections

from appointments.core.reminder_rules import Rule
from appointments.models import ReminderRule
from appointments.reminder_plan import rules_now
from appointments.reminder_settings import (
    NothingToUndo,
    change_reminders,
    effect,
    is_followed,
    past_changes,
    plan_now,
    undo_last_change,
)
from appointments.reminder_wishes import (
    BeyondHorizon,
    Change,
    ChannelIsOff,
    Consequence,
    HardlyADay,
    LetterInHours,
    NoNight,
    NothingChanges,
    PlanChangedMeanwhile,
    Quiet,
    ReachesNobody,
    RuleIsThere,
    Unfit,
    UnknownService,
    check,
    consequences,
    following_house,
    replacing,
    silencing,
)
from appointments.replanning import SETTLED, follow_plan
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications.models import Message
from notifications.service import Replanned
from tests.appointments.factories import Office, make_appointment, make_office, make_service, person
from tests.factories import make_jobcenter

MONDAY_NINE = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)  # a week ahead
EMAIL, SMS = Rule("reminder", "email", "P3D"), Rule("reminder", "sms", "P1D")
WORKDAY_BEFORE = Rule("reminder", "email", "P1B")
ADMIN = audit.staff(7)


@pytest.fixture
def office(fulda: Jobcenter) -> Office:
    return make_office(fulda, calendars=3)


@pytest.fixture
def booked(office: Office, now: datetime) -> None:
    """Thirty people over three weeks; everybody has an e-mail address, every second one a number."""
    for number in range(30):
        day, slot = divmod(number, 3)
        start = MONDAY_NINE + timedelta(days=day % 5 + day // 5 * 7, minutes=30 * slot)
        phone = "" if number % 2 else f"+49152288173{number:02}"
        make_appointment(office, start, now, person(email=f"{number}@post.example", phone=phone))


def change(office: Office, what: Change, now: datetime) -> None:
    change_reminders(jobcenter=office.jobcenter, change=what, seen=plan_now().fingerprint, by=ADMIN, now=now)


def followed(office: Office, now: datetime) -> Replanned:
    """What the periodic task does within two minutes."""
    follow_plan(office.jobcenter, now=now)
    return follow_plan(office.jobcenter, now=now + SETTLED)


def planned(office: Office) -> Counter[tuple[date, str, datetime, str]]:
    """What waits in the outbox: day, channel, time and which reminder."""
    zone = office.jobcenter.settings.zone
    rows = Message.objects.filter(kind="reminder", state="planned").values_list("due_at", "channel", "occasion")
    return Counter((local_day(due, zone), channel, due, occasion) for due, channel, occasion in rows)


CHANGES = {
    "another day": lambda plan, office: replacing(plan, EMAIL, Rule("reminder", "email", "P2D")),
    "one more": lambda plan, office: replacing(plan, None, Rule("reminder", "sms", "PT2H")),
    "working days instead": lambda plan, office: replacing(plan, SMS, Rule("reminder", "sms", "P1B")),
    "only for those without e-mail": lambda plan, office: replacing(
        plan, SMS, Rule("reminder", "sms", "P1D", None, frozenset({"email"}))
    ),
    "one fewer": lambda plan, office: Change(removed=frozenset({SMS})),
    "none at all": lambda plan, office: Change(removed=frozenset({SMS, EMAIL})),
    "silence about this concern": lambda plan, office: silencing(plan, office.service.pk),
    "its own plan": lambda plan, office: replacing(plan, None, Rule("reminder", "sms", "P5D", office.service.pk)),
    "longer nights": lambda plan, office: Change(quiet=Quiet(time(17), time(9, 30), time(18), time(9, 15))),
}


@pytest.mark.parametrize("wish", CHANGES.values(), ids=CHANGES)
def test_what_a_change_would_do_is_what_is_planned_once_it_is_saved(
    office: Office, booked: None, now: datetime, wish: object
) -> None:
    what = wish(plan_now(), office)  # type: ignore[operator]
    zone = office.jobcenter.settings.zone
    assert planned(office) == Counter(
        (local_day(one.due_at, zone), one.channel.value, one.due_at, one.occasion)
        for one in effect(plan_now(), what, now=now).before
    )

    said = effect(plan_now(), what, now=now)
    change(office, what, now)
    done = followed(office, now)

    assert planned(office) == Counter((one.day, one.channel.value, one.due_at, one.occasion) for one in said.after)
    assert done == Replanned(added=said.added, moved=said.moved, withdrawn=said.withdrawn)
    assert done != Replanned()


def test_looking_at_an_effect_writes_nothing(office: Office, booked: None, now: datetime) -> None:
    before = (list(ReminderRule.objects.values()), list(TenantSettings.objects.values()), planned(office))
    for wish in CHANGES.values():
        effect(plan_now(), wish(plan_now(), office), now=now)
    assert before == (list(ReminderRule.objects.values()), list(TenantSettings.objects.values()), planned(office))
    assert past_changes() == []


def test_a_change_is_recorded_with_what_went_and_what_came(office: Office, now: datetime) -> None:
    change(office, replacing(plan_now(), EMAIL, WORKDAY_BEFORE), now)
    change(office, Change(quiet=Quiet(time(21), time(7, 30))), now + timedelta(hours=1))

    quiet, rule = past_changes()
    assert (rule.at, rule.membership_id, rule.change) == (
        now,
        7,
        Change(removed=frozenset({EMAIL}), added=frozenset({WORKDAY_BEFORE})),
    )
    assert (quiet.change, quiet.quiet_before) == (
        Change(quiet=Quiet(time(21), time(7, 30))),
        Quiet(time(20), time(8)),
    )
    assert [entry.detail for entry in AuditEntry.objects.filter(subject="reminders").order_by("id")] == [
        {"removed": "reminder//email/P3D/", "added": "reminder//email/P1B/", "quiet_before": "", "quiet_after": ""},
        {"removed": "", "added": "", "quiet_before": "20:00/08:00//", "quiet_after": "21:00/07:30//"},
    ]


def test_of_two_people_the_second_is_told_and_nothing_of_the_first_is_lost(office: Office, now: datetime) -> None:
    both_saw = plan_now()
    change(office, replacing(both_saw, EMAIL, WORKDAY_BEFORE), now)

    with pytest.raises(PlanChangedMeanwhile):
        change_reminders(
            jobcenter=office.jobcenter,
            change=replacing(both_saw, SMS, Rule("reminder", "sms", "PT4H")),
            seen=both_saw.fingerprint,
            by=ADMIN,
            now=now,
        )
    assert set(rules_now()) == {WORKDAY_BEFORE, SMS}
    assert len(past_changes()) == 1


def test_a_switched_channel_is_another_plan_too(office: Office, now: datetime) -> None:
    seen = plan_now()
    TenantSettings.objects.update(push_enabled=True)
    with pytest.raises(PlanChangedMeanwhile):
        change_reminders(
            jobcenter=office.jobcenter,
            change=Change(removed=frozenset({SMS})),
            seen=seen.fingerprint,
            by=ADMIN,
            now=now,
        )


def test_other_settings_that_somebody_saves_meanwhile_stay(office: Office, now: datetime) -> None:
    what = Change(quiet=Quiet(time(21), time(7)))
    plan = plan_now()
    TenantSettings.objects.update(phone="0661 1234")
    change_reminders(jobcenter=office.jobcenter, change=what, seen=plan.fingerprint, by=ADMIN, now=now)
    saved = TenantSettings.objects.get()
    assert (saved.phone, saved.quiet_from, saved.quiet_until) == ("0661 1234", time(21), time(7))


WRONG = {
    "twice": (Rule("reminder", "email", "P3D"), RuleIsThere),
    "twice, for others": (Rule("reminder", "email", "P3D", None, frozenset({"sms"})), RuleIsThere),
    "a channel that is off": (Rule("reminder", "push", "P1D"), ChannelIsOff),
    "for those without it": (Rule("reminder", "sms", "P2D", None, frozenset({"sms"})), ReachesNobody),
    "earlier than anybody books": (Rule("reminder", "email", "P22D"), BeyondHorizon),
    "in working days too": (Rule("reminder", "email", "P20B"), BeyondHorizon),
    "in hours too": (Rule("reminder", "email", "PT529H"), BeyondHorizon),
    "about nothing": (Rule("reminder", "email", "P2D", 999_999), UnknownService),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_a_rule_that_makes_no_sense_is_refused_and_changes_nothing(
    office: Office, now: datetime, case: tuple[Rule, type[Unfit]]
) -> None:
    rule, why = case
    with pytest.raises(why):
        change(office, replacing(plan_now(), None, rule), now)
    assert set(rules_now()) == {EMAIL, SMS}


def test_the_earliest_reminder_that_somebody_could_get_is_allowed(office: Office, now: datetime) -> None:
    """People book 21 days ahead, to the end of that day."""
    check(plan_now(), replacing(plan_now(), None, Rule("reminder", "email", "P21D")), now=now)
    far = make_service(office.jobcenter, slug="messe", horizon_days=60)
    check(plan_now(), replacing(plan_now(), None, Rule("reminder", "email", "P60D", far.pk)), now=now)
    check(plan_now(), replacing(plan_now(), None, Rule("reminder", "email", "P60D")), now=now)
    with pytest.raises(BeyondHorizon):
        near = Rule("reminder", "email", "P22D", office.service.pk)
        check(plan_now(), replacing(plan_now(), None, near), now=now)


def test_a_letter_takes_days(office: Office, now: datetime) -> None:
    TenantSettings.objects.update(letters_enabled=True)
    with pytest.raises(LetterInHours):
        change(office, replacing(plan_now(), None, Rule("reminder", "letter", "PT48H")), now)
    change(office, replacing(plan_now(), None, Rule("reminder", "letter", "P6B")), now)


@pytest.mark.parametrize(
    ("quiet", "why"),
    [
        (Quiet(time(8), time(20)), NoNight),
        (Quiet(time(20), time(20)), NoNight),
        (Quiet(time(20), time(16, 30)), HardlyADay),
        (Quiet(time(20), time(8), time(6), time(22)), NoNight),
        (Quiet(time(20), time(8), time(22), None), NoNight),
        (Quiet(time(20), time(8)), NothingChanges),
    ],
)
def test_quiet_hours_are_a_night_and_leave_a_day(office: Office, now: datetime, quiet: Quiet, why: type[Unfit]) -> None:
    with pytest.raises(why):
        change(office, Change(quiet=quiet), now)
    assert plan_now().quiet == Quiet(time(20), time(8))


def test_what_comes_along_is_said(office: Office, now: datetime) -> None:
    plan, one = plan_now(), office.service.pk
    own = Rule("reminder", "sms", "P2D", one)
    assert consequences(plan, Change(removed=frozenset({SMS}))) == []
    assert consequences(plan, Change(removed=frozenset({SMS, EMAIL}))) == [Consequence.NOBODY_IS_REMINDED]
    assert consequences(plan, replacing(plan, None, own)) == [Consequence.SERVICE_LEAVES_HOUSE]
    assert consequences(plan, silencing(plan, one)) == []

    change(office, replacing(plan, None, own), now)
    plan = plan_now()
    assert consequences(plan, Change(removed=frozenset({SMS, EMAIL}))) == [Consequence.HOUSE_REMINDS_NO_MORE]
    assert consequences(plan, Change(removed=frozenset({own}))) == [Consequence.SERVICE_FOLLOWS_HOUSE]


def test_a_concern_can_be_silent_speak_again_and_follow_the_house(office: Office, now: datetime) -> None:
    one = office.service.pk
    change(office, silencing(plan_now(), one), now)
    assert plan_now().own_rules(one) == (Rule("reminder", "none", "", one),)
    change(office, replacing(plan_now(), None, Rule("reminder", "sms", "P2D", one)), now)
    assert plan_now().own_rules(one) == (Rule("reminder", "sms", "P2D", one),)
    change(office, following_house(plan_now(), one), now)
    assert plan_now().own_rules(one) == ()


def test_the_last_change_can_be_taken_back_and_that_too(office: Office, now: datetime) -> None:
    first = plan_now()
    what = Change(removed=frozenset({EMAIL}), added=frozenset({WORKDAY_BEFORE}), quiet=Quiet(time(21), time(7)))
    change(office, what, now)
    second = plan_now()

    undo_last_change(jobcenter=office.jobcenter, seen=second.fingerprint, by=ADMIN, now=now)
    assert plan_now().fingerprint == first.fingerprint
    undo_last_change(jobcenter=office.jobcenter, seen=first.fingerprint, by=ADMIN, now=now)
    assert plan_now().fingerprint == second.fingerprint
    assert [past.was_undoing for past in past_changes()] == [True, True, False]


def test_nothing_is_taken_back_that_no_longer_stands(office: Office, now: datetime) -> None:
    with pytest.raises(NothingToUndo):
        undo_last_change(jobcenter=office.jobcenter, seen=plan_now().fingerprint, by=ADMIN, now=now)
    change(office, replacing(plan_now(), EMAIL, WORKDAY_BEFORE), now)
    ReminderRule.objects.filter(offset="P1B").delete()
    with pytest.raises(NothingToUndo):
        undo_last_change(jobcenter=office.jobcenter, seen=plan_now().fingerprint, by=ADMIN, now=now)


def test_it_says_when_the_planned_reminders_follow(office: Office, booked: None, now: datetime) -> None:
    followed(office, now)
    assert is_followed(plan_now())
    change(office, Change(removed=frozenset({SMS})), now)
    assert not is_followed(plan_now())
    followed(office, now + timedelta(minutes=1))
    assert is_followed(plan_now())


@pytest.fixture
def real_office(transactional_db: None) -> Office:
    """On real connections, which see each other's rows once they are committed."""
    jobcenter = make_jobcenter("fulda")
    with tenant_context(jobcenter):
        return make_office(jobcenter)


def test_of_five_people_who_save_at_the_same_moment_one_changes_the_plan(real_office: Office, now: datetime) -> None:
    with tenant_context(real_office.jobcenter):
        seen = plan_now()
    gate = threading.Barrier(5)

    def save(days: int) -> bool:
        what = replacing(seen, EMAIL, Rule("reminder", "email", f"P{days}D"))
        try:
            with tenant_context(real_office.jobcenter):
                connection.ensure_connection()
                gate.wait(10)
                change_reminders(jobcenter=real_office.jobcenter, change=what, seen=seen.fingerprint, by=ADMIN, now=now)
        except PlanChangedMeanwhile:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(5) as pool:
        results = list(pool.map(save, range(4, 9)))

    with tenant_context(real_office.jobcenter):
        assert (results.count(True), len(rules_now()), len(past_changes())) == (1, 2, 1)
        winner = results.index(True) + 4
        assert set(rules_now()) == {Rule("reminder", "email", f"P{winner}D"), SMS}
