# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whole deliveries in this process, against the catchers as processes of their own."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications import service
from notifications.kinds import Envelope, MessageRef
from notifications.models import Message, Suppression
from notifications.service import Channel, Fate, Priority
from tests.notifications.factories import deliver, outcomes, plan, states
from tests.notifications.fake_app.kinds import PHONE, FakeKind
from tests.notifications.servers import Catchers, end

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def fate(now: datetime, subject: str = "thing:1") -> Fate:
    (view,) = service.history(subject, now=now)
    return view.fate


def test_mail_and_sms_leave_once_with_the_names_they_were_planned_with(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    catchers.start("smtp")
    catchers.start("sms")
    plan(now)
    plan(now, channel=Channel.SMS)
    assert deliver(now) == 2
    assert deliver(now) == 0
    (mail,), (sms,) = catchers.mails(), catchers.texts()
    names = dict(Message.objects.values_list("channel", "message_id_token"))
    assert (mail.to, mail.sender, mail.subject, mail.text.strip(), mail.reference) == (
        "thing-1@people.example",
        "Jobcenter Fulda <termine@fulda.example>",
        "Nachricht test-note",
        "Guten Tag,\n\nes geht um thing:1 now.",
        f"{names['email']}@fulda.example",
    )
    assert (sms.to, sms.sender, sms.text, sms.reference) == (PHONE, "Fulda", "Es geht um thing:1 now.", names["sms"])
    assert states() == {"thing:1 now": "accepted"}
    assert [view.fate for view in service.history("thing:1", now=now)] == [Fate.SENT, Fate.SENT]
    assert {name for name, _code in outcomes()} == {"accepted"}


def test_a_discreet_jobcenter_does_not_show_its_name(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    TenantSettings.objects.update(discreet=True)
    catchers.start("smtp")
    catchers.start("sms")
    plan(now)
    plan(now, channel=Channel.SMS)
    deliver(now)
    (mail,), (sms,) = catchers.mails(), catchers.texts()
    assert (mail.sender, sms.sender) == ("Terminservice <termine@fulda.example>", "Termin")
    assert "Jobcenter" not in mail.html + mail.text + mail.subject


def test_what_is_no_longer_true_when_it_should_leave_is_withdrawn(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    catchers.start("smtp")
    plan(now)
    note_kind.untrue.add("thing:1")
    deliver(now)
    assert (states(), catchers.mails()) == ({"thing:1 now": "withdrawn"}, [])


def test_a_message_that_cannot_be_written_waits_and_lets_the_others_pass(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers, caplog: pytest.LogCaptureFixture
) -> None:
    catchers.start("smtp")
    plan(now, priority=Priority.CHANGE)
    plan(now, subject="thing:2")
    plan(now, subject="thing:3", kind="nobody-knows")
    note_kind.broken.add("thing:1")
    deliver(now)
    assert states() == {"thing:1 now": "retry", "thing:2 now": "accepted", "thing:3 now": "retry"}
    assert (fate(now), fate(now, "thing:3")) == (Fate.CANNOT_BE_WRITTEN, Fate.CANNOT_BE_WRITTEN)
    assert "anna.beispiel" not in caplog.text
    note_kind.broken.clear()
    deliver(now + MINUTE)
    assert states()["thing:1 now"] == "accepted"


def test_a_kind_that_fails_only_for_many_at_once_is_asked_one_by_one(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compose_all(refs: Sequence[MessageRef], *, now: datetime) -> list[Envelope | None]:
        raise RuntimeError(f"{len(refs)} at {now}")

    monkeypatch.setattr(note_kind, "compose_all", compose_all)
    note_kind.broken.add("thing:1")
    catchers.start("smtp")
    for number in range(3):
        plan(now, subject=f"thing:{number}")
    deliver(now)
    assert states() == {"thing:0 now": "accepted", "thing:1 now": "retry", "thing:2 now": "accepted"}


def test_what_an_outage_pushed_into_the_night_waits_for_the_morning_unless_it_would_be_useless_by_then(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    """Monday: due at 19:00 in Fulda; the portal is back at 22:00."""
    catchers.start("smtp")
    catchers.start("sms")
    evening, night = now + 11 * HOUR, now + 14 * HOUR
    plan(evening, subject="thing:sms", channel=Channel.SMS)
    plan(evening, subject="thing:urgent", channel=Channel.SMS, respects_quiet=False)
    plan(evening, subject="thing:mail")
    deliver(night)
    assert states() == {"thing:sms now": "planned", "thing:urgent now": "accepted", "thing:mail now": "accepted"}
    (waiting,) = service.history("thing:sms", now=night)
    morning = now + 24 * HOUR
    assert (waiting.fate, waiting.waits_until) == (Fate.WAITS_FOR_MORNING, morning)
    deliver(morning - SECOND)
    assert states()["thing:sms now"] == "planned"
    deliver(morning)
    assert states()["thing:sms now"] == "accepted"


def test_while_the_provider_is_down_messages_wait_and_say_so_and_then_leave(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    port = catchers.nowhere("smtp")
    for number in range(3):
        plan(now, subject=f"thing:{number}")
    deliver(now)
    assert {fate(now, f"thing:{number}") for number in range(3)} == {Fate.WAITS_FOR_PROVIDER}
    # One message found out; the others were not sent to the same wall.
    assert outcomes() == [("deferred", "connect"), ("not-tried", "not-tried"), ("not-tried", "not-tried")]
    catchers.start("smtp", port=port)
    deliver(now + MINUTE)
    assert len(catchers.mails()) == 1  # and one finds out that it is there again
    deliver(now + MINUTE + SECOND)
    assert sorted(mail.to for mail in catchers.mails()) == [f"thing-{number}@people.example" for number in range(3)]


def test_a_wrong_password_pauses_the_channel_of_one_jobcenter_and_burns_no_attempt(
    fulda: Jobcenter, wiesbaden: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    smtp = catchers.start("smtp", CATCHER_PASSWORD="changed")
    catchers.start("sms")
    plan(now)
    plan(now, subject="thing:2")
    plan(now, subject="thing:3", channel=Channel.SMS)
    deliver(now)
    assert [fate(now, f"thing:{number}") for number in (1, 2, 3)] == [
        Fate.WAITS_FOR_ACCOUNT,
        Fate.WAITS_FOR_ACCOUNT,
        Fate.SENT,
    ]
    assert list(Message.objects.filter(channel="email").values_list("attempts", flat=True)) == [0, 0]
    assert outcomes() == [("account", "auth-535"), ("not-tried", "not-tried"), ("accepted", "parts=1")]
    port = int(catchers.addresses["SMTP_URL"].rpartition(":")[2].partition("?")[0])
    end(smtp)
    catchers.start("smtp", port=port)
    with tenant_context(wiesbaden):
        plan(now)
    deliver(now + MINUTE)
    assert [mail.sender for mail in catchers.mails()] == ["Jobcenter Wiesbaden <termine@wiesbaden.example>"]
    deliver(now + 2 * MINUTE)
    deliver(now + 2 * MINUTE + SECOND)
    assert len(catchers.mails()) == 3


def test_a_throttled_gateway_is_left_alone_for_as_long_as_it_asked(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    catchers.start("sms", CATCHER_FAULT="429", CATCHER_FAULT_TIMES="1")
    plan(now, channel=Channel.SMS)
    plan(now, subject="thing:2", channel=Channel.SMS)
    deliver(now)
    assert (outcomes(), catchers.texts()) == ([("throttled", "throttled")], [])
    assert fate(now, "thing:2") is Fate.WAITS_FOR_PROVIDER
    deliver(now + HOUR)
    deliver(now + HOUR + SECOND)
    assert len(catchers.texts()) == 2


@pytest.mark.parametrize(
    ("name", "state"), [("unknown", "failed"), ("blocked", "failed"), ("full", "retry"), ("greylist", "retry")]
)
def test_refusals_of_one_recipient_concern_that_message_only(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers, name: str, state: str
) -> None:
    note_kind.address = f"{name}@people.example"
    catchers.start("smtp")
    plan(now)
    deliver(now)
    assert states() == {"thing:1 now": state}
    refused_for_good = name == "unknown"
    assert Suppression.objects.exists() is refused_for_good


def test_what_cannot_be_sent_at_all_fails_without_a_word_to_the_server(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    note_kind.address = "a@b.example\r\nBcc: all@people.example"
    catchers.start("smtp")
    plan(now)
    deliver(now)
    assert (states(), outcomes(), catchers.mails()) == ({"thing:1 now": "failed"}, [("rejected", "unsendable")], [])


def test_a_channel_that_was_switched_off_sends_nothing(
    fulda: Jobcenter, now: datetime, note_kind: FakeKind, catchers: Catchers
) -> None:
    TenantSettings.objects.update(sms_enabled=False)
    catchers.start("sms")
    plan(now, channel=Channel.SMS)
    deliver(now)
    assert (fate(now), catchers.texts()) == (Fate.CHANNEL_OFF, [])


def test_one_jobcenter_in_trouble_does_not_hold_up_the_others(
    transactional_db: None,
    fulda: Jobcenter,
    wiesbaden: Jobcenter,
    now: datetime,
    note_kind: FakeKind,
    catchers: Catchers,
) -> None:
    TenantSettings.objects.all().delete()
    catchers.start("smtp")
    plan(now)
    with tenant_context(wiesbaden):
        plan(now)
    deliver(now)
    assert [mail.sender for mail in catchers.mails()] == ["Jobcenter Wiesbaden <termine@wiesbaden.example>"]
    assert states() == {"thing:1 now": "leased"}
