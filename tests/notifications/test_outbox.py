# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Plan, claim, arm, finish, reap: what each does to one message."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError
from pytest_django import DjangoAssertNumQueries

from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications import service
from notifications.channels.base import (
    Accepted,
    AccountProblem,
    Ambiguous,
    Channel,
    RejectedPermanent,
    RejectedTemporary,
    Result,
    Throttled,
)
from notifications.models import Message
from notifications.outbox.arming import Armed
from notifications.outbox.claiming import LEASE, Claim, claim
from notifications.outbox.finishing import give_back_all
from notifications.outbox.reaping import Reaped, reap
from notifications.service import Priority
from tests.notifications.factories import (
    arm_one,
    claim_all,
    claim_one,
    finish_one,
    outcomes,
    plan,
    planned,
    states,
    supersede,
)

LATER = timedelta(minutes=10)
pytestmark = pytest.mark.usefixtures("fulda")


def test_planning_twice_plans_once_and_keeps_the_name_of_the_message(now: datetime) -> None:
    plan(now)
    before = Message.objects.values().get()
    plan(now + LATER)
    assert Message.objects.values().get() == before
    assert len(before["message_id_token"]) == 32


def test_messages_are_planned_and_taken_back_only_inside_a_transaction(now: datetime, transactional_db: None) -> None:
    for use in (
        lambda: service.plan(subject="thing:1", revision=1, messages=[planned(now)], now=now),
        lambda: service.supersede(subject="thing:1", below_revision=2, now=now),
        lambda: service.withdraw(subject="thing:1", now=now),
    ):
        with pytest.raises(TransactionManagementError, match="in the transaction that changes their subject"):
            use()


def test_only_what_is_due_is_claimed_the_urgent_first(now: datetime) -> None:
    plan(now, subject="thing:reminder", due_at=now - LATER)
    plan(now, subject="thing:later", due_at=now + timedelta(seconds=1))
    plan(now, subject="thing:change", priority=Priority.CHANGE)
    plan(now, subject="thing:confirmation", priority=Priority.CONFIRMATION)
    assert [claimed.ref.subject for claimed in claim_all(now, limit=2)] == ["thing:change", "thing:confirmation"]
    assert [claimed.ref.subject for claimed in claim_all(now)] == ["thing:reminder"]
    assert not claim(limit=9, now=now)


def test_another_jobcenter_claims_none_of_it(now: datetime, wiesbaden: Jobcenter) -> None:
    plan(now)
    with tenant_context(wiesbaden):
        assert not claim(limit=9, now=now)
    assert claim_one(now).ref.subject == "thing:1"


def test_what_comes_too_late_expires_instead_of_being_sent(now: datetime) -> None:
    plan(now, not_after=now + LATER)
    assert claim(limit=9, now=now + LATER) == Claim([], closed=1)
    assert states() == {"thing:1 now": "expired"}


def test_what_became_too_late_between_claim_and_arming_is_not_sent(now: datetime) -> None:
    plan(now, not_after=now + timedelta(seconds=5))
    claimed = claim_one(now)
    assert arm_one(claimed, now + timedelta(seconds=5)) is Armed.TOO_LATE
    assert states() == {"thing:1 now": "expired"}


def test_what_was_superseded_between_claim_and_arming_is_not_sent(now: datetime) -> None:
    plan(now)
    plan(now, subject="thing:2")
    claimed, _other = claim_all(now)
    assert supersede(now, below_revision=2) == 1
    assert arm_one(claimed, now) is Armed.GONE
    assert states() == {"thing:1 now": "superseded", "thing:2 now": "leased"}


def test_superseding_takes_back_older_revisions_only_and_never_what_is_being_sent(now: datetime) -> None:
    for occasion in ("retry", "sending", "leased"):
        plan(now, occasion=occasion)
        claimed = claim_one(now)
        if occasion != "leased":
            arm_one(claimed, now)
        if occasion == "retry":
            finish_one(claimed, RejectedTemporary("rcpt-450", timedelta(hours=1)), now)
    plan(now, occasion="planned")
    plan(now, occasion="newer", revision=2)
    plan(now, occasion="other", subject="thing:2")
    assert supersede(now, below_revision=2) == 3
    assert states() == {
        "thing:1 retry": "superseded",
        "thing:1 sending": "sending",
        "thing:1 leased": "superseded",
        "thing:1 planned": "superseded",
        "thing:1 newer": "planned",
        "thing:2 other": "planned",
    }


def test_what_is_planned_together_is_written_at_once_and_reads_as_if_one_by_one(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        plan(now, subject=f"thing:{number}")
    with transaction.atomic(), django_assert_num_queries(2), service.together():
        for number in range(3):
            service.supersede(subject=f"thing:{number}", below_revision=2, now=now)
            service.plan(subject=f"thing:{number}", revision=2, messages=[planned(now, occasion="new")], now=now)
        service.supersede(subject="thing:2", below_revision=3, now=now)
    assert states() == {
        **{f"thing:{number} now": "superseded" for number in range(3)},
        **{f"thing:{number} new": "planned" for number in range(2)},
    }


def test_nothing_of_a_failed_change_is_written_and_the_next_one_begins_empty(now: datetime) -> None:
    with pytest.raises(LookupError), transaction.atomic(), service.together():
        service.plan(subject="thing:1", revision=1, messages=[planned(now)], now=now)
        raise LookupError
    plan(now, subject="thing:2")
    assert states() == {"thing:2 now": "planned"}


def test_withdrawing_takes_back_every_revision(now: datetime) -> None:
    plan(now)
    plan(now, revision=2, occasion="P3D", due_at=now + LATER)
    with transaction.atomic():
        assert service.withdraw(subject="thing:1", now=now) == 2
    assert states() == {"thing:1 now": "withdrawn", "thing:1 P3D": "withdrawn"}


def test_a_newer_revision_is_not_armed_while_an_older_one_is_being_sent(now: datetime) -> None:
    plan(now)
    older = claim_one(now)
    assert arm_one(older, now) is Armed.YES
    plan(now, revision=2)
    newer = claim_one(now)
    assert arm_one(newer, now) is Armed.OUT_OF_ORDER
    assert not claim(limit=9, now=now)
    assert finish_one(older, Accepted("ref"), now)
    newer = claim_one(now + timedelta(seconds=5))
    assert arm_one(newer, now + timedelta(seconds=5)) is Armed.YES


def test_email_and_sms_about_the_same_thing_do_not_wait_for_each_other(now: datetime) -> None:
    plan(now)
    plan(now, channel=Channel.SMS)
    mail, sms = claim_all(now)
    assert (arm_one(mail, now), arm_one(sms, now)) == (Armed.YES, Armed.YES)


def test_no_more_sms_than_the_cap_leave_in_an_hour_and_the_rest_waits_and_says_so(now: datetime) -> None:
    TenantSettings.objects.update(sms_hourly_cap=2)
    for number in range(3):
        plan(now, subject=f"thing:{number}", channel=Channel.SMS)
    batch = claim_all(now)
    minute = timedelta(minutes=1)
    armed = [arm_one(claimed, now + minute * number / 10) for number, claimed in enumerate(batch)]
    assert armed == [Armed.YES, Armed.YES, Armed.SMS_CAP]
    (waiting,) = service.history("thing:2", now=now)
    assert (waiting.fate, waiting.waits_until) == (service.Fate.WAITS_FOR_BUDGET, now + timedelta(hours=1))
    assert claim_all(now + timedelta(minutes=59)) == []
    again = claim_one(now + timedelta(hours=1))
    assert arm_one(again, now + timedelta(hours=1)) is Armed.YES


def test_an_address_that_was_refused_for_good_gets_nothing_more(now: datetime) -> None:
    plan(now)
    claimed = claim_one(now)
    arm_one(claimed, now)
    finish_one(claimed, RejectedPermanent("rcpt-550", suppress=True), now)
    plan(now, subject="thing:2")
    plan(now, subject="thing:3", recipient=b"o" * 32)
    to_refused, to_other = claim_all(now)
    assert (arm_one(to_refused, now), arm_one(to_other, now)) == (Armed.ADDRESS_REFUSED, Armed.YES)
    assert states() == {"thing:1 now": "failed", "thing:2 now": "suppressed", "thing:3 now": "sending"}


@pytest.mark.parametrize(
    ("result", "state", "attempts", "wait"),
    [
        (Accepted("ref-1", "parts=1"), "accepted", 1, None),
        (RejectedPermanent("rcpt-550", suppress=False), "failed", 1, None),
        (RejectedTemporary("rcpt-450", timedelta(hours=1)), "retry", 1, timedelta(hours=1)),
        (Throttled(timedelta(minutes=7)), "retry", 0, timedelta(minutes=7)),
        (AccountProblem("auth-535"), "retry", 0, timedelta()),
        (Ambiguous("after-dot"), "ambiguous", 1, timedelta(minutes=5)),
    ],
)
def test_each_of_the_six_results_has_its_consequence(
    now: datetime, result: Result, state: str, attempts: int, wait: timedelta | None
) -> None:
    plan(now)
    claimed = claim_one(now)
    arm_one(claimed, now)
    assert finish_one(claimed, result, now)
    message = Message.objects.get()
    assert (message.state, message.attempts, message.next_attempt_at) == (
        state,
        attempts,
        None if wait is None else now + wait,
    )
    assert len(outcomes()) == 1
    assert (message.finished_at is not None) == (state in {"accepted", "failed"})


def test_an_answer_after_the_lease_was_lost_is_kept_and_touches_nothing(now: datetime) -> None:
    plan(now)
    claimed = claim_one(now)
    arm_one(claimed, now)
    later = now + timedelta(minutes=5)
    assert reap(now=later) == Reaped(freed=0, ambiguous=1)
    assert not finish_one(claimed, Accepted("ref-1"), later)
    assert states() == {"thing:1 now": "ambiguous"}
    assert outcomes() == [("ambiguous", "worker-lost"), ("late-accepted", "")]


def test_a_lapsed_lease_frees_what_was_not_sent_and_doubts_what_may_have_been(now: datetime) -> None:
    plan(now, subject="thing:leased")
    plan(now, subject="thing:sending", priority=Priority.CHANGE)
    sending, _leased = claim_all(now)
    arm_one(sending, now)
    assert reap(now=now + timedelta(seconds=89)) == Reaped(0, 0)
    assert reap(now=now + LEASE) == Reaped(freed=1, ambiguous=0)
    assert reap(now=now + timedelta(seconds=240)) == Reaped(freed=0, ambiguous=1)
    assert reap(now=now + timedelta(seconds=240)) == Reaped(0, 0)
    assert states() == {"thing:leased now": "planned", "thing:sending now": "ambiguous"}
    assert claim_one(now + LEASE).ref.subject == "thing:leased"


def test_an_old_lease_arms_nothing_even_before_the_reaper_came(now: datetime) -> None:
    plan(now)
    claimed = claim_one(now)
    assert arm_one(claimed, now + LEASE) is Armed.GONE
    assert states() == {"thing:1 now": "leased"}


def test_what_a_worker_gives_back_can_be_claimed_at_once(now: datetime) -> None:
    plan(now)
    plan(now, subject="thing:2")
    give_back_all(claim_all(now))
    assert states() == {"thing:1 now": "planned", "thing:2 now": "planned"}
    assert len(claim_all(now)) == 2


def test_an_outcome_that_is_noted_twice_counts_once(now: datetime) -> None:
    """The COMMIT arrived, its answer did not: whoever sent the message tries to note it again."""
    plan(now)
    claimed = claim_one(now)
    assert arm_one(claimed, now) is Armed.YES
    assert finish_one(claimed, Accepted("ref-1"), now)
    assert not finish_one(claimed, Accepted("ref-1"), now)
    assert (Message.objects.get().state, outcomes()) == ("accepted", [("accepted", "")])
