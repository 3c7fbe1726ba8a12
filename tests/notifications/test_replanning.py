# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rules, consent, language and addresses change while messages wait: what has left is never said again."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

from jobcenter_portal.tenancy.models import TenantSettings
from notifications import service
from notifications.channels.base import Accepted, Ambiguous
from notifications.models import Message
from notifications.outbox.arming import Armed, Intent, arm
from notifications.outbox.claiming import Claimed, claim
from notifications.outbox.finishing import Finished, finish, outcome_of
from notifications.outbox.reaping import reap
from notifications.service import Batch, Channel, Planned, Replanned
from tests.notifications.factories import plan, planned, states

HOUR = timedelta(hours=1)
OLD, NEW = b"o" * 32, b"n" * 32
pytestmark = pytest.mark.usefixtures("fulda")


def replan(now: datetime, *messages: Planned, subject: str = "thing:1", revision: int = 1) -> Replanned:
    with transaction.atomic():
        return service.replan([Batch(subject, revision, messages)], kind="test-note", now=now)


def readdress(now: datetime, *subjects: str, new: bytes | None = NEW) -> frozenset[str]:
    with transaction.atomic():
        return service.readdress(
            [Batch(subject, 1, ()) for subject in subjects],
            channel=Channel.EMAIL,
            old=OLD,
            new=new,
            spare="test-reminder",
            now=now,
        )


def held(now: datetime) -> Claimed:
    """The one due message, in a worker's hands."""
    (claimed,) = claim(limit=9, now=now).messages
    return claimed


def armed(claimed: Claimed, now: datetime) -> Armed:
    (answer,) = arm([Intent(claimed, account="")], settings=TenantSettings.objects.get(), now=now)
    return answer


def times() -> dict[str, datetime]:
    return dict(Message.objects.order_by("id").values_list("occasion", "due_at"))


def reminder(now: datetime, occasion: str = "P3D", **changes: Any) -> Planned:
    return planned(now, **{"occasion": occasion, "due_at": now + HOUR} | changes)


def test_what_is_wanted_is_added_moved_or_taken_back(now: datetime) -> None:
    for occasion in ("P3D", "P1D"):
        plan(now, occasion=occasion, due_at=now + HOUR)

    done = replan(now, reminder(now, "P1D", due_at=now + 2 * HOUR), reminder(now, "PT2H", due_at=now + 3 * HOUR))

    assert done == Replanned(added=1, moved=1, withdrawn=1)
    assert states() == {"thing:1 P3D": "withdrawn", "thing:1 P1D": "planned", "thing:1 PT2H": "planned"}
    assert times() == {"P3D": now + HOUR, "P1D": now + 2 * HOUR, "PT2H": now + 3 * HOUR}


def test_planning_the_same_anew_changes_nothing(now: datetime) -> None:
    plan(now, occasion="P3D", due_at=now + HOUR)
    before = Message.objects.values().get()

    assert replan(now, reminder(now, "P3D", not_after=before["not_after"])) == Replanned()
    assert Message.objects.values().get() == before


def test_other_kinds_subjects_and_revisions_are_left_alone(now: datetime) -> None:
    plan(now, kind="test-change")
    plan(now, subject="thing:2", occasion="P3D", due_at=now + HOUR)
    plan(now, revision=2, occasion="P3D", due_at=now + HOUR)

    assert replan(now) == Replanned()
    assert set(states().values()) == {"planned"}


def test_what_was_withdrawn_waits_again_when_it_is_wanted_again(now: datetime) -> None:
    plan(now, occasion="P3D", due_at=now + HOUR)
    assert replan(now) == Replanned(withdrawn=1)

    assert replan(now, reminder(now)) == Replanned(revived=1)

    message = Message.objects.get()
    assert (message.state, message.finished_at, message.due_at) == ("planned", None, now + HOUR)
    assert held(now + HOUR).id == message.pk


def test_what_somebody_took_back_by_hand_stays_taken_back(now: datetime) -> None:
    plan(now, occasion="P3D", due_at=now + HOUR)
    replan(now)
    Message.objects.update(result_code="by-hand")

    assert replan(now, reminder(now)) == Replanned()
    assert states() == {"thing:1 P3D": "withdrawn"}


def test_what_stands_in_for_a_message_that_failed_follows_no_rule_but_the_address(now: datetime) -> None:
    plan(now, occasion="P3D/email", due_at=now + HOUR)
    plan(now, kind="test-reminder", occasion="P1D/2", recipient=OLD, due_at=now + HOUR)

    assert replan(now) == Replanned()
    assert readdress(now, "thing:1") == frozenset()  # no news: it is a reminder still
    assert states() == {"thing:1 P3D/email": "planned", "thing:1 P1D/2": "planned"}
    assert Message.objects.filter(recipient=NEW, state="planned").count() == 1


def test_nothing_is_brought_back_whose_time_has_passed(now: datetime) -> None:
    plan(now, occasion="P3D", due_at=now + HOUR)
    replan(now)
    later = now + 2 * HOUR

    assert replan(later, reminder(now), reminder(now, "P1D")) == Replanned()
    assert states() == {"thing:1 P3D": "withdrawn"}


def test_what_is_due_and_waits_for_its_provider_goes_on_waiting(now: datetime) -> None:
    plan(now, occasion="P3D", due_at=now - HOUR)
    due = Message.objects.get()

    assert replan(now, reminder(now, due_at=now - 2 * HOUR)) == Replanned()
    assert Message.objects.get().due_at == due.due_at
    assert replan(now) == Replanned(withdrawn=1)  # unless it is not wanted any more at all


def test_what_was_sent_is_neither_repeated_nor_taken_back(now: datetime) -> None:
    for occasion, result in (("P3D", Accepted("id-1", "250")), ("P1D", Ambiguous("timeout"))):
        plan(now, occasion=occasion)
        claimed = held(now)
        assert armed(claimed, now) is Armed.YES
        finish([Finished(claimed, outcome_of(result, claimed, now=now), now)], now=now)
    before = states()

    assert replan(now, reminder(now, "P3D"), reminder(now, "P1D")) == Replanned()
    assert replan(now) == Replanned()
    assert states() == before == {"thing:1 P3D": "accepted", "thing:1 P1D": "ambiguous"}


def test_a_worker_that_holds_a_changed_message_cannot_send_what_was_true_before(now: datetime) -> None:
    plan(now, occasion="P3D", due_at=now, language="de")
    claimed = held(now)

    assert replan(now, reminder(now, due_at=now + HOUR, language="uk")) == Replanned(moved=1)

    assert armed(claimed, now) is Armed.GONE
    assert claim(limit=9, now=now).messages == []
    assert held(now + HOUR).ref.language == "uk"


def test_one_that_is_no_longer_wanted_is_taken_out_of_a_workers_hands(now: datetime) -> None:
    plan(now, occasion="P3D", due_at=now)
    claimed = held(now)

    assert replan(now) == Replanned(withdrawn=1)
    assert armed(claimed, now) is Armed.GONE


def test_hundreds_cost_as_many_queries_as_one(now: datetime, django_assert_num_queries: Any) -> None:
    for number in range(30):
        plan(now, subject=f"thing:{number}", occasion="P3D", due_at=now + HOUR)
        plan(now, subject=f"thing:{number}", occasion="P2D", due_at=now + HOUR)
    wanted = [
        Batch(f"thing:{number}", 1, [reminder(now, due_at=now + 2 * HOUR), reminder(now, "P1D")])
        for number in range(30)
    ]
    with transaction.atomic(), django_assert_num_queries(4):  # look, withdraw, add, change
        done = service.replan(wanted, kind="test-note", now=now)
    assert done == Replanned(added=30, moved=30, withdrawn=30)


def test_a_new_address_gets_what_the_old_one_was_still_waiting_for(now: datetime) -> None:
    plan(now, kind="test-change", recipient=OLD)
    plan(now, kind="test-reminder", occasion="P3D", recipient=OLD, due_at=now + HOUR)
    plan(now, kind="test-change", occasion="sms", channel=Channel.SMS, recipient=OLD)
    plan(now, kind="test-change", subject="thing:2", recipient=OLD)

    assert readdress(now, "thing:1") == {"thing:1"}

    rows = Message.objects.order_by("id").values_list("subject", "kind", "channel", "recipient", "state")
    assert [(subject, kind, channel, bytes(to), state) for subject, kind, channel, to, state in rows] == [
        ("thing:1", "test-change", "email", OLD, "withdrawn"),
        ("thing:1", "test-reminder", "email", OLD, "planned"),
        ("thing:1", "test-change", "sms", OLD, "planned"),
        ("thing:2", "test-change", "email", OLD, "planned"),
        ("thing:1", "test-change", "email", NEW, "planned"),
    ]


def test_an_address_taken_back_gets_nothing_more_and_one_given_again_gets_what_waits(now: datetime) -> None:
    plan(now, kind="test-change", recipient=OLD)
    assert readdress(now, "thing:1", new=None) == frozenset()
    assert states() == {"thing:1 now": "withdrawn"}

    plan(now, kind="test-change", recipient=NEW)
    with transaction.atomic():
        service.readdress(
            [Batch("thing:1", 1, ())], channel=Channel.EMAIL, old=NEW, new=OLD, spare="test-reminder", now=now
        )
    rows = Message.objects.order_by("id").values_list("recipient", "state")
    assert [(bytes(to), state) for to, state in rows] == [(OLD, "planned"), (NEW, "withdrawn")]


def test_another_language_reaches_what_waits_and_what_a_worker_holds(now: datetime) -> None:
    plan(now, occasion="now")
    claimed = held(now)
    plan(now, occasion="P3D", due_at=now + HOUR)
    plan(now, subject="thing:2", occasion="P3D", due_at=now + HOUR)

    with transaction.atomic():
        assert service.relanguage(["thing:1"], language="uk") == 2

    assert armed(claimed, now) is Armed.GONE
    assert held(now).ref.language == "uk"
    languages = Message.objects.order_by("id").values_list("subject", "language")
    assert list(languages) == [("thing:1", "uk"), ("thing:1", "uk"), ("thing:2", "de")]


def test_when_people_were_told_is_known_for_all_and_for_each_address(now: datetime) -> None:
    plan(now, recipient=OLD)
    plan(now, occasion="P3D", recipient=OLD)
    plan(now + HOUR, recipient=NEW)
    plan(now, revision=2, recipient=OLD)

    told = service.told([Batch("thing:1", 1, ()), Batch("thing:9", 1, ())], occasion="now")

    assert {subject: (one.first, one.last_at) for subject, one in told.items()} == {
        "thing:1": (now, {(Channel.EMAIL, OLD): now, (Channel.EMAIL, NEW): now + HOUR})
    }


def test_replanning_belongs_into_the_transaction_of_the_change(now: datetime, transactional_db: None) -> None:
    for use in (
        lambda: service.replan([], kind="test-note", now=now),
        lambda: service.readdress([], channel=Channel.EMAIL, old=OLD, new=None, spare="x", now=now),
        lambda: service.relanguage([], language="uk"),
    ):
        with pytest.raises(TransactionManagementError):
            use()


def test_a_lease_that_was_taken_away_is_nothing_to_reap(now: datetime) -> None:
    plan(now, occasion="P3D", due_at=now)
    held(now)
    replan(now, reminder(now))

    reaped = reap(now=now + 24 * HOUR)

    assert (reaped.freed, reaped.ambiguous) == (0, 0)
