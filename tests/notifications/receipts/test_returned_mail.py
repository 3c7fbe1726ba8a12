# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a mail that comes back to the message it was about: in one process, and between real ones."""

import os
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO, TextIOWrapper
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from jobcenter_portal.demo.catchers.returning import Returned
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.channels.base import Accepted
from notifications.channels.email.smtp import SmtpSession
from notifications.models import Message, ProviderReceipt
from notifications.receipts.applying import apply_due
from notifications.receipts.returned_mail import Taken, take_in_mail
from notifications.receipts.verp import bounce_address
from notifications.states import State
from tests.notifications.channels.conftest import ROOT, mail
from tests.notifications.channels.conftest import start_catcher as start_catcher  # noqa: PLC0414 -- a fixture
from tests.notifications.receipts.factories import message_in, suppressions, told_attempts
from tests.notifications.servers import end, wait_until


@pytest.fixture(autouse=True)
def domain(settings: Any) -> None:
    settings.BOUNCE_DOMAIN = "zurueck.fulda.example"


def came_back(sender: str, *, to: str = "ghost@example.org", envelope_id: str = "", content: bytes = b"") -> bytes:
    return Returned(sender, to, envelope_id, content).report(datetime.now(UTC))


def after_applying(message: Message) -> tuple[str, bool]:
    apply_due(now=datetime.now(UTC))
    message.refresh_from_db()
    return message.state, message.needs_other_way


def test_a_bounce_to_the_sealed_address_ends_its_message(fulda: Jobcenter, now: datetime) -> None:
    message = message_in(State.ACCEPTED, now)
    address = bounce_address(message.message_id_token)
    raw = came_back(address)
    assert [take_in_mail(raw, recipient=address) for _ in range(3)] == [Taken.RECEIPT, Taken.REPEATED, Taken.REPEATED]
    assert after_applying(message) == (State.BOUNCED, True)
    assert told_attempts(message) == [("told-address_wrong", "dsn-5.1.1")]
    assert suppressions() == [("email", bytes(message.recipient), "address_wrong", False)]


def test_the_envelope_id_finds_the_message_where_the_address_was_lost(fulda: Jobcenter, now: datetime) -> None:
    message = message_in(State.ACCEPTED, now)
    envelope_id = bounce_address(message.message_id_token).partition("@")[0]
    raw = came_back("termin@fulda.example", to="stuffed@example.org", envelope_id=envelope_id)
    assert take_in_mail(raw, recipient="postmaster@fulda.example") is Taken.RECEIPT
    assert after_applying(message) == (State.BOUNCED, True)
    assert (told_attempts(message), suppressions()) == ([("told-bounced", "dsn-5.2.2")], [])


def test_a_delay_changes_nothing_but_is_noted(fulda: Jobcenter, now: datetime) -> None:
    message = message_in(State.ACCEPTED, now)
    address = bounce_address(message.message_id_token)
    assert take_in_mail(came_back(address, to="snail@example.org"), recipient=address) is Taken.RECEIPT
    assert after_applying(message) == (State.ACCEPTED, False)
    assert told_attempts(message) == [("told-delayed", "dsn-4.4.1")]


def test_a_bare_message_id_counts_only_in_a_jobcenters_own_mailbox(fulda: Jobcenter, now: datetime) -> None:
    message = message_in(State.ACCEPTED, now)
    content = f"Message-ID: <{message.message_id_token}@fulda.example>\r\n\r\n".encode()
    raw = came_back("termin@fulda.example", content=content)
    assert take_in_mail(raw, recipient="termin@fulda.example") is Taken.NOT_OURS
    assert take_in_mail(raw, recipient="termin@fulda.example", jobcenter=fulda) is Taken.RECEIPT
    assert after_applying(message) == (State.BOUNCED, True)


def test_a_guessed_address_and_a_jobcenter_that_is_gone_reach_nobody(fulda: Jobcenter, now: datetime) -> None:
    address = bounce_address("0" * 32)
    guessed = address.replace(f"b-{fulda.pk:x}-", f"b-{fulda.pk + 1:x}-")
    for recipient in (guessed, "b-1-x-y@zurueck.fulda.example", ""):
        assert take_in_mail(came_back("termin@fulda.example"), recipient=recipient) is Taken.NOT_OURS
    assert not ProviderReceipt.objects.exists()


def test_another_jobcenters_bounce_lands_at_the_other_one(
    fulda: Jobcenter, wiesbaden: Jobcenter, now: datetime
) -> None:
    with tenant_context(wiesbaden):
        message = message_in(State.ACCEPTED, now)
        address = bounce_address(message.message_id_token)
    assert take_in_mail(came_back(address), recipient=address, jobcenter=fulda) is Taken.RECEIPT
    assert not ProviderReceipt.objects.exists()
    with tenant_context(wiesbaden):
        assert after_applying(message) == (State.BOUNCED, True)


def test_an_absence_note_is_taken_and_forgotten(fulda: Jobcenter) -> None:
    note = b"Subject: Abwesend\r\nAuto-Submitted: auto-replied\r\n\r\nBis Montag.\r\n"
    assert take_in_mail(note, recipient=bounce_address("0" * 32)) is Taken.NOT_A_BOUNCE


def test_one_mail_can_come_on_standard_input(
    fulda: Jobcenter, now: datetime, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    message = message_in(State.ACCEPTED, now)
    address = bounce_address(message.message_id_token)
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(came_back(address))))
    call_command("receive_bounces", recipient=address)
    assert capsys.readouterr().out == "receipt\n"
    assert after_applying(message) == (State.BOUNCED, True)


def test_a_jobcenter_that_does_not_exist_is_named(db: None) -> None:
    with pytest.raises(CommandError, match="no such Jobcenter"):
        call_command("receive_bounces", jobcenter="nirgendwo")


# --- Real processes ---------------------------------------------------------------------------------------------------
@contextmanager
def receiving(*arguments: str) -> Iterator[int]:
    """`manage.py receive_bounces` on a port of its own."""
    names = ("SECRET_KEY", "FIELD_KEYS", "LINK_KEYS", "PUBLIC_URL", "DATABASE_URL", "REDIS_URL", "SMTP_URL")
    environment = {name: os.environ[name] for name in names if name in os.environ}
    process = subprocess.Popen(  # noqa: S603 -- our own command
        [sys.executable, "manage.py", "receive_bounces", "--port", "0", *arguments],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "tests.notifications.fake_app.worker_settings",
            "BOUNCE_DOMAIN": "zurueck.fulda.example",
            **environment,
        },
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening 127.0.0.1:"), line
        yield int(line.rpartition(":")[2])
    finally:
        end(process)


def test_a_mail_sent_bounces_over_lmtp_and_ends_as_not_delivered(
    transactional_db: None, fulda: Jobcenter, start_catcher: Any
) -> None:
    now = datetime.now(UTC)
    message = message_in(State.SENDING, now)
    outgoing = mail(
        message_id_token=message.message_id_token,
        to="ghost@example.org",
        bounce_address=bounce_address(message.message_id_token),
    )
    with receiving() as port:
        catcher = start_catcher(
            "smtp", CATCHER_BOUNCES_TO=f"127.0.0.1:{port}", CATCHER_SENDER_DOMAINS="zurueck.fulda.example"
        )
        with SmtpSession(catcher.smtp_account()) as session:
            assert isinstance(session.send(outgoing, now=now), Accepted)
        wait_until("the bounce is in the inbox", ProviderReceipt.objects.exists)
    assert len(catcher.messages()) == 1
    assert after_applying(message) == (State.SENDING, False), "the sender has not noted yet that it left"
    Message.objects.filter(pk=message.pk).update(state=State.ACCEPTED, lease_token=None, lease_until=None)
    ProviderReceipt.objects.update(look_at=now)
    assert after_applying(message) == (State.BOUNCED, True)
    assert suppressions() == [("email", bytes(message.recipient), "address_wrong", False)]


def test_the_receiver_takes_one_recipient_at_a_time_and_everything_that_is_no_bounce(
    transactional_db: None, fulda: Jobcenter
) -> None:
    message = message_in(State.ACCEPTED, datetime.now(UTC))
    address = bounce_address(message.message_id_token)
    with receiving() as port, smtplib.LMTP("127.0.0.1", port, local_hostname="mx.example") as lmtp:
        refused = lmtp.sendmail("", [address, "postmaster@zurueck.fulda.example"], came_back(address))
        assert {who: code for who, (code, _text) in refused.items()} == {"postmaster@zurueck.fulda.example": 452}
        assert lmtp.sendmail("spam@example.org", [address], b"Subject: Geld\r\n\r\nGeld.\r\n") == {}
    assert after_applying(message) == (State.BOUNCED, True)


def test_what_cannot_be_written_down_now_has_to_come_again(transactional_db: None, fulda: Jobcenter) -> None:
    message = message_in(State.ACCEPTED, datetime.now(UTC))
    address = bounce_address(message.message_id_token)
    with receiving() as port, smtplib.LMTP("127.0.0.1", port, local_hostname="mx.example") as lmtp:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("LOCK TABLE notifications_providerreceipt IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(smtplib.SMTPDataError) as later:
                lmtp.sendmail("", [address], came_back(address))
            cursor.execute("ROLLBACK")
        assert later.value.smtp_code == 451
        assert lmtp.sendmail("", [address], came_back(address)) == {}
    assert after_applying(message) == (State.BOUNCED, True)
