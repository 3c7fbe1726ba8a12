# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The border at the final dot, shown with a server that follows a script on a real socket."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace

import pytest

from notifications.channels.base import (
    Accepted,
    AccountProblem,
    Ambiguous,
    RejectedPermanent,
    RejectedTemporary,
    Result,
)
from notifications.channels.email.smtp import SmtpAccount, SmtpSession
from tests.notifications.channels.conftest import NOW, mail

GREETING = {"CONNECT": "220 hi", "EHLO": "250 hi", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go", ".": "250 ok"}
CLOSE, HANG, DRIP = "close", "hang", "drip"
PIPELINING = {"EHLO": "250-hi\r\n250-PIPELINING\r\n250 DSN"}


class Conversation:
    """One connection answered by a script, which a test may change between two mails."""

    def __init__(self, connection: socket.socket, script: dict[str, str], seen: list[str]) -> None:
        self._connection = connection
        self._reader = connection.makefile("rb")
        self._script = script
        self._seen = seen
        self.lines: list[str] = []

    def run(self, stop: threading.Event) -> None:
        command: str | None = "CONNECT"
        while command:
            answer = (GREETING | self._script).get(command, "250 ok")
            if answer == HANG:
                stop.wait(10)
            if answer == DRIP:
                self._drip(stop)
            if answer in {HANG, CLOSE, DRIP}:
                return
            self._connection.sendall(answer.encode() + b"\r\n")
            if answer.startswith("421"):
                return
            command = self._content() if answer.startswith("354") else self._line().decode().upper()
            self.lines.append(command.strip())
            command = command.strip().partition(" ")[0].partition(":")[0]
            self._seen.append(command)

    def _drip(self, stop: threading.Event) -> None:
        """An answer that never ends and never pauses."""
        with suppress(OSError):
            while not stop.wait(0.1):
                self._connection.sendall(b"2")

    def _content(self) -> str:
        while True:
            line = self._line()
            if line in {b"", b".\r\n"}:
                return line.decode()
            if self._script.get("CONTENT") == CLOSE:
                # SO_LINGER 0: a reset, as from a server that was killed.
                self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return ""

    def _line(self) -> bytes:
        return self._reader.readline()

    def close(self) -> None:
        self._reader.close()
        self._connection.close()


@contextmanager
def scripted(*scripts: dict[str, str], lines: list[str] | None = None) -> Iterator[tuple[SmtpAccount, list[str]]]:
    """Serve one connection for each script and note every command, in `lines` with all that belongs to it."""
    seen: list[str] = []
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        for script in scripts:
            try:
                connection, _peer = listener.accept()
            except OSError:
                return
            with closing(Conversation(connection, script, seen)) as conversation:
                if lines is not None:
                    conversation.lines = lines
                # A client that has heard enough hangs up.
                with suppress(ConnectionError):
                    conversation.run(stop)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield SmtpAccount("127.0.0.1", listener.getsockname()[1], starttls=False, timeout=0.5), seen
    finally:
        stop.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=10)


@pytest.mark.parametrize(
    ("script", "result"),
    [
        ({"CONNECT": "421 later"}, RejectedTemporary("banner-421", None)),
        ({"CONNECT": "554 not you"}, AccountProblem("banner-554")),
        ({"MAIL": HANG}, RejectedTemporary("mail-lost", None)),
        ({"MAIL": "421 bye"}, RejectedTemporary("mail-421", None)),
        ({"MAIL": "451 later"}, RejectedTemporary("mail-451", None)),
        ({"MAIL": "552 5.3.4 too large"}, RejectedPermanent("mail-552-5.3.4", suppress=False)),
        ({"RCPT": HANG}, RejectedTemporary("rcpt-lost", None)),
        ({"RCPT": CLOSE}, RejectedTemporary("rcpt-lost", None)),
        ({"RCPT": "550 no code"}, RejectedPermanent("rcpt-550", suppress=False)),
        ({"RCPT": "530 5.7.0 log in first"}, AccountProblem("rcpt-530")),
        ({"RCPT": "550 5.1.1"}, RejectedPermanent("rcpt-550-5.1.1", suppress=True)),
        ({"RCPT": "550 5.1.13 odd"}, RejectedPermanent("rcpt-550-5.1.13", suppress=False)),
        ({"DATA": HANG}, RejectedTemporary("data-lost", None)),
        ({"DATA": "554 no"}, RejectedPermanent("data-554", suppress=False)),
        ({"DATA": "250 odd"}, RejectedTemporary("data-250", None)),
        ({".": HANG}, Ambiguous("after-dot")),
        ({".": CLOSE}, Ambiguous("after-dot")),
        ({".": "nonsense"}, Ambiguous("after-dot")),
        ({".": "451 4.3.0 disk"}, RejectedTemporary("dot-451", None)),
        ({".": "421 bye"}, RejectedTemporary("dot-421", None)),
        ({".": "550 5.1.1 gone"}, RejectedPermanent("dot-550-5.1.1", suppress=True)),
    ],
    ids=str,
)
@pytest.mark.parametrize("offers", [{}, PIPELINING], ids=["one by one", "pipelining"])
def test_each_phase_has_its_own_class(script: dict[str, str], result: Result, offers: dict[str, str]) -> None:
    with scripted(script | offers) as (account, _seen), SmtpSession(account) as session:
        assert session.send(mail(), now=NOW) == result


@pytest.mark.parametrize("data", ["354 go", "503 no recipients", "554 no valid recipients"])
def test_with_pipelining_a_refused_recipient_gets_no_mail_whatever_is_said_to_data(data: str) -> None:
    script = PIPELINING | {"RCPT": "550 5.1.1 no", "DATA": data}
    with scripted(script, PIPELINING) as (account, seen), SmtpSession(account) as session:
        assert session.send(mail(), now=NOW) == RejectedPermanent("rcpt-550-5.1.1", suppress=True)
        script["RCPT"] = "250 ok"
        script["DATA"] = "354 go"
        assert isinstance(session.send(mail(), now=NOW), Accepted)
    assert seen.count(".") == 1
    # Who waits for a mail is left alone; who refused goes on after RSET.
    assert (seen.count("EHLO"), seen.count("RSET")) == ((2, 0) if data.startswith("354") else (1, 1))


@pytest.mark.parametrize(
    ("phase", "result"),
    [
        ("CONNECT", RejectedTemporary("connect", None)),
        ("EHLO", RejectedTemporary("connect", None)),
        ("MAIL", RejectedTemporary("mail-lost", None)),
        ("RCPT", RejectedTemporary("rcpt-lost", None)),
        ("DATA", RejectedTemporary("data-lost", None)),
        (".", Ambiguous("after-dot")),
    ],
)
def test_a_server_that_never_falls_silent_holds_nobody_longer_than_the_deadline(phase: str, result: Result) -> None:
    with scripted({phase: DRIP}) as (account, _seen), SmtpSession(replace(account, deadline=1.0)) as session:
        started = time.monotonic()
        assert session.send(mail(), now=NOW) == result
        assert 0.9 < time.monotonic() - started < 3


def test_an_answer_without_end_is_given_up() -> None:
    script = {"MAIL": "\r\n".join(["250-ok"] * 10_000)}
    with scripted(script) as (account, _seen), SmtpSession(account) as session:
        assert session.send(mail(), now=NOW) == RejectedTemporary("mail-lost", None)


def test_a_server_that_dies_before_the_final_dot_cannot_have_the_mail() -> None:
    with scripted({"CONTENT": CLOSE}) as (account, seen), SmtpSession(account) as session:
        assert session.send(mail(text="x" * 8_000_000), now=NOW) == RejectedTemporary("content-lost", None)
    assert "." not in seen


def test_a_server_that_stops_reading_before_the_final_dot_cannot_have_the_mail() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _peer = listener.accept()
            with connection:
                connection.sendall(b"220 hi\r\n250 hi\r\n250 ok\r\n250 ok\r\n354 go\r\n")
                done.wait(10)

        done = threading.Event()
        thread = threading.Thread(target=serve)
        thread.start()
        account = SmtpAccount("127.0.0.1", listener.getsockname()[1], starttls=False, timeout=0.5)
        with SmtpSession(account) as session:
            assert session.send(mail(text="x" * 20_000_000), now=NOW) == RejectedTemporary("content-lost", None)
        done.set()
        thread.join(timeout=10)


@pytest.mark.parametrize("end", ["421 idle too long", CLOSE])
def test_a_kept_connection_that_the_server_gives_up_is_opened_again_at_once(end: str) -> None:
    script: dict[str, str] = {}
    with scripted(script, {}) as (account, seen), SmtpSession(account) as session:
        assert isinstance(session.send(mail(), now=NOW), Accepted)
        script["MAIL"] = end
        assert isinstance(session.send(mail(), now=NOW), Accepted)
    assert seen.count("EHLO") == 2


def test_a_refused_mail_is_followed_by_rset_on_the_same_connection() -> None:
    with scripted({"RCPT": "550 5.1.1 no"}) as (account, seen), SmtpSession(account) as session:
        session.send(mail(), now=NOW)
        session.send(mail(), now=NOW)
    assert seen == ["EHLO", "MAIL", "RCPT", "RSET", "MAIL", "RCPT", "RSET", "QUIT", ""]


# --- What is said -----------------------------------------------------------------------------------------------------
def test_a_server_that_offers_it_is_asked_for_reports_that_name_the_message() -> None:
    lines: list[str] = []
    bounce_address = "b-1-abc-def@zurueck.fulda.example"
    with scripted(PIPELINING, lines=lines) as (account, _seen), SmtpSession(account) as session:
        session.send(mail(to="ayse+termin=1@example.org", bounce_address=bounce_address), now=NOW)
    assert lines[1:4] == [
        "MAIL FROM:<B-1-ABC-DEF@ZURUECK.FULDA.EXAMPLE> RET=HDRS ENVID=B-1-ABC-DEF",
        "RCPT TO:<AYSE+TERMIN=1@EXAMPLE.ORG> NOTIFY=FAILURE,DELAY ORCPT=RFC822;AYSE+2BTERMIN+3D1@EXAMPLE.ORG",
        "DATA",
    ]


def test_without_a_bounce_address_the_message_is_named_by_its_token() -> None:
    lines: list[str] = []
    with scripted(PIPELINING, lines=lines) as (account, _seen), SmtpSession(account) as session:
        session.send(mail(message_id_token="0199aa11"), now=NOW)
    assert lines[1] == "MAIL FROM:<TERMIN@FULDA.EXAMPLE> RET=HDRS ENVID=0199AA11"


def test_a_server_that_offers_nothing_is_asked_for_nothing() -> None:
    lines: list[str] = []
    with scripted({}, lines=lines) as (account, _seen), SmtpSession(account) as session:
        session.send(mail(bounce_address="b-1@zurueck.fulda.example"), now=NOW)
    assert lines[1:3] == ["MAIL FROM:<B-1@ZURUECK.FULDA.EXAMPLE>", "RCPT TO:<AYSE@EXAMPLE.ORG>"]


def test_a_mail_has_one_recipient_so_none_is_ever_refused_in_part() -> None:
    with scripted({}) as (account, seen), SmtpSession(account) as session:
        session.send(mail(), now=NOW)
        with pytest.raises(ValueError, match="not an e-mail address"):
            session.send(mail(to="ayse@example.org, eva@example.org"), now=NOW)
    assert seen.count("RCPT") == 1
