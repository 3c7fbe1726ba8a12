# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The SMTP driver against the real catcher: what is taken, and how each refusal and fault is classified."""

import smtplib
import socket
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from jobcenter_portal.demo.outbox_files import Kind
from notifications.channels.base import (
    Accepted,
    AccountProblem,
    Ambiguous,
    BadConfig,
    CalendarPart,
    RejectedPermanent,
    RejectedTemporary,
    Result,
)
from notifications.channels.email.mime import build_mime
from notifications.channels.email.smtp import DRIVER, SmtpAccount, SmtpSession, config_from_url
from tests.notifications.channels.conftest import NOW, PASSWORD, USER, StartCatcher, mail

ICS = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
ACCEPTED = Accepted("<0199aa11-0000-7000-8000-000000000001@fulda.example>", "250")


def send(account: SmtpAccount, **changes: Any) -> Result:
    with SmtpSession(account) as session:
        return session.send(mail(**changes), now=NOW)


def test_a_mail_is_kept_as_it_was_written(start_catcher: StartCatcher) -> None:
    catcher = start_catcher("smtp")
    before = datetime.now(UTC)
    text = "Guten Tag,\n.\n..\n.Punkt\nEnde Grüße"
    assert send(catcher.smtp_account(), text=text, calendar=CalendarPart(ICS, "REQUEST")) == ACCEPTED
    [caught] = catcher.messages()
    assert (caught.kind, caught.to, caught.sender) == (
        Kind.EMAIL,
        "ayse@example.org",
        "Jobcenter Fulda <termin@fulda.example>",
    )
    assert (caught.subject, caught.text, caught.html, caught.ics) == (mail().subject, text, mail().html, ICS)
    assert caught.reference == "0199aa11-0000-7000-8000-000000000001@fulda.example"
    assert before <= caught.received_at <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("recipient", "result"),
    [
        ("unknown@example.org", RejectedPermanent("rcpt-550-5.1.1", suppress=True)),
        ("moved@example.org", RejectedPermanent("rcpt-550-5.1.10", suppress=True)),
        ("blocked@example.org", RejectedPermanent("rcpt-550-5.7.1", suppress=False)),
        ("full@example.org", RejectedTemporary("rcpt-452", None)),
        ("busy@example.org", RejectedTemporary("rcpt-421", None)),
    ],
)
def test_a_refused_recipient_is_classified_and_the_next_mail_goes_through(
    start_catcher: StartCatcher, recipient: str, result: Result
) -> None:
    catcher = start_catcher("smtp")
    with SmtpSession(catcher.smtp_account()) as session:
        assert session.send(mail(to=recipient), now=NOW) == result
        assert session.send(mail(), now=NOW) == ACCEPTED
    assert [message.to for message in catcher.messages()] == ["ayse@example.org"]


def test_greylisting_is_temporary_and_the_second_try_is_taken(start_catcher: StartCatcher) -> None:
    catcher = start_catcher("smtp")
    with SmtpSession(catcher.smtp_account()) as session:
        first = session.send(mail(to="greylist@example.org"), now=NOW)
        second = session.send(mail(to="greylist@example.org"), now=NOW)
    assert (first, second) == (RejectedTemporary("rcpt-450", None), ACCEPTED)


@pytest.mark.parametrize(
    ("changes", "result"),
    [
        ({"password": "falsch"}, AccountProblem("auth-535")),
        ({"username": "jemand"}, AccountProblem("auth-535")),
        ({"username": "", "password": ""}, AccountProblem("mail-530")),
    ],
)
def test_wrong_or_missing_authentication_is_a_matter_for_staff(
    start_catcher: StartCatcher, changes: dict[str, Any], result: Result
) -> None:
    catcher = start_catcher("smtp")
    assert send(catcher.smtp_account(**changes)) == result
    assert catcher.messages() == []


def test_a_foreign_sender_domain_is_a_matter_for_staff(start_catcher: StartCatcher) -> None:
    catcher = start_catcher("smtp")
    assert send(catcher.smtp_account(), sender_address="termin@bank.example") == AccountProblem("mail-550")
    assert catcher.messages() == []


def test_one_connection_carries_many_mails(start_catcher: StartCatcher) -> None:
    catcher = start_catcher("smtp")
    with SmtpSession(catcher.smtp_account()) as session:
        session.send(mail(), now=NOW)
        connection = session._smtp
        results = {session.send(mail(message_id_token=f"t{number}"), now=NOW).__class__ for number in range(20)}
        assert session._smtp is connection
    assert results == {Accepted}
    assert len(catcher.messages()) == 21


def test_an_idle_connection_is_checked_and_one_that_the_server_closed_is_reopened(start_catcher: StartCatcher) -> None:
    catcher = start_catcher("smtp")
    clock = [0.0]
    with SmtpSession(catcher.smtp_account(), monotonic=lambda: clock[0]) as session:
        session.send(mail(), now=NOW)
        first = session._smtp
        clock[0] = 31.0
        assert session.send(mail(), now=NOW) == ACCEPTED
        assert session._smtp is first
        assert first is not None
        assert first.sock is not None
        first.sock.shutdown(socket.SHUT_RDWR)
        clock[0] = 62.0
        assert session.send(mail(), now=NOW) == ACCEPTED
        assert session._smtp is not first


@pytest.mark.parametrize("fault", ["close-after-dot", "hang-after-dot"])
def test_silence_after_the_final_dot_is_ambiguous_and_the_mail_may_well_be_there(
    start_catcher: StartCatcher, fault: str
) -> None:
    catcher = start_catcher("smtp", CATCHER_FAULT=fault, CATCHER_FAULT_TIMES="1")
    with SmtpSession(catcher.smtp_account(timeout=1.0)) as session:
        assert session.send(mail(), now=NOW) == Ambiguous("after-dot")
        assert session.send(mail(to="b@example.org"), now=NOW) == ACCEPTED
    assert [message.to for message in catcher.messages()] == ["b@example.org", "ayse@example.org"]


def test_a_refusal_after_the_final_dot_is_permanent(start_catcher: StartCatcher) -> None:
    catcher = start_catcher("smtp", CATCHER_FAULT="refuse-after-dot")
    assert send(catcher.smtp_account()) == RejectedPermanent("dot-554-5.6.0", suppress=False)
    assert catcher.messages() == []


def test_a_late_greeting_is_temporary_and_does_not_hold_the_worker(start_catcher: StartCatcher) -> None:
    catcher = start_catcher("smtp", CATCHER_FAULT="slow-banner")
    started = time.monotonic()
    assert send(catcher.smtp_account(timeout=1.0)) == RejectedTemporary("connect", None)
    assert time.monotonic() - started < 5


def test_nobody_listening_is_temporary(start_catcher: StartCatcher) -> None:
    catcher = start_catcher("smtp")
    account = catcher.smtp_account()
    catcher.process.terminate()
    catcher.process.wait(timeout=10)
    assert send(account) == RejectedTemporary("connect", None)


def test_an_umlaut_in_the_domain_is_written_in_punycode_and_one_before_the_at_is_refused(
    start_catcher: StartCatcher,
) -> None:
    catcher = start_catcher("smtp")
    assert send(catcher.smtp_account(), to="ayse@müller.example") == ACCEPTED
    for address in ("ayşe@example.org", "ayse@exa\nmple.org", "ayse@example.org\r\nRCPT TO:<x@example.org>"):
        with pytest.raises(ValueError, match="not an e-mail address"):
            send(catcher.smtp_account(), to=address)
    assert [message.to for message in catcher.messages()] == ["ayse@xn--mller-kva.example"]


def test_an_answer_after_our_patience_is_not_taken_for_the_next_mails(start_catcher: StartCatcher) -> None:
    catcher = start_catcher(
        "smtp", CATCHER_FAULT="hang-after-dot", CATCHER_FAULT_TIMES="1", CATCHER_FAULT_SECONDS="1.5"
    )
    with SmtpSession(catcher.smtp_account(timeout=1.0)) as session:
        assert session.send(mail(), now=NOW) == Ambiguous("after-dot")
        time.sleep(1)
        assert session.send(mail(to="unknown@example.org"), now=NOW) == RejectedPermanent(
            "rcpt-550-5.1.1", suppress=True
        )
    assert len(catcher.messages()) == 1


def test_a_server_of_one_byte_a_second_costs_the_deadline_and_no_more(start_catcher: StartCatcher) -> None:
    catcher = start_catcher("smtp", CATCHER_FAULT="one-byte-a-second")
    started = time.monotonic()
    assert send(catcher.smtp_account(timeout=5.0, deadline=2.0)) == RejectedTemporary("connect", None)
    assert time.monotonic() - started < 4


def test_an_office_cannot_point_its_mail_server_into_our_own_network(
    start_catcher: StartCatcher, settings: Any
) -> None:
    catcher = start_catcher("smtp")
    typed = {"host": "127.0.0.1", "port": str(catcher.port), "security": "none", "username": USER, "password": PASSWORD}
    platform = config_from_url(f"smtp://{USER}:{PASSWORD}@127.0.0.1:{catcher.port}")
    settings.ALLOW_LOCAL_PROVIDERS = False
    results = []
    for config in (typed, platform):
        with DRIVER.open(config) as session:
            results.append(session.send(mail(), now=NOW))
    assert results == [AccountProblem("address"), ACCEPTED]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", ""),
        ("host", "mail.example\r\nQUIT"),
        ("host", "https://mail.example"),
        ("port", "0"),
        ("port", "70000"),
        ("security", "vielleicht"),
        ("password", "geheim\r\nX"),
        ("timeout", "bald"),
        ("deadline", "600"),
        ("helo", "portal\r\nMAIL FROM:<x@example.org>"),
    ],
)
def test_a_wrong_setting_is_named_before_anything_is_sent(field: str, value: str) -> None:
    with pytest.raises(BadConfig) as refused:
        DRIVER.open({"host": "mail.example", field: value})
    assert refused.value.field_name == field
    assert "QUIT" not in refused.value.sentence


def test_a_header_injection_is_refused_before_anything_is_sent() -> None:
    account = SmtpAccount("127.0.0.1", 1)
    with SmtpSession(account) as session, pytest.raises(ValueError, match="line break"):
        session.send(mail(subject="Termin\r\nBcc: x@example.org"), now=NOW)


GOOD = build_mime(mail(), NOW)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (GOOD.replace(b"\r\n", b"\n"), 500),
        (GOOD + b"x" * 999 + b"\r\n", 500),
        (GOOD + b"x\ny\r\n", 500),
        (GOOD.replace(b"Date: ", b"X-Date: "), 554),
        (GOOD.replace(b"Message-ID: ", b"X-Message-ID: "), 554),
        (GOOD.replace(b"From: ", b"X-From: "), 554),
        (b"Subject: zwei\r\n" + GOOD, 554),
        (b"From: zwei@fulda.example\r\n" + GOOD, 554),
        ("X-Note: Grüße\r\n".encode() + GOOD, 554),
    ],
    ids=[
        "only LF",
        "long line",
        "one LF",
        "no date",
        "no id",
        "no from",
        "two subjects",
        "two senders",
        "8 bit header",
    ],
)
def test_the_catcher_refuses_mail_that_a_strict_server_refuses(
    start_catcher: StartCatcher, raw: bytes, code: int
) -> None:
    catcher = start_catcher("smtp")
    with smtplib.SMTP("127.0.0.1", catcher.port, local_hostname="localhost") as smtp:
        smtp.ehlo()
        smtp.login(USER, PASSWORD)
        smtp.mail("termin@fulda.example")
        smtp.rcpt("ayse@example.org")
        assert smtp.docmd("DATA")[0] == 354
        # Not data(): it repairs line ends.
        smtp.send(raw if raw.endswith(b"\r\n") else raw + b"\r\n")
        smtp.send(b".\r\n")
        assert smtp.getreply()[0] == code
    assert catcher.messages() == []


def test_secrets_and_addresses_stay_out_of_representations() -> None:
    account = SmtpAccount.from_url("smtp+starttls://fulda:ge%40heim@mail.example:587?timeout=3")
    assert account == SmtpAccount("mail.example", 587, "fulda", "ge@heim", starttls=True, timeout=3.0)
    assert "heim" not in repr(account)
    assert "ayse" not in repr(mail())
