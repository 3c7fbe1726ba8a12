# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mails that come back, as different mail servers write them, and as somebody writes them who means us no good."""

import base64
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.channels.base import ReceiptKind
from notifications.channels.email.bounces import LONGEST_READ, Bounce, read_bounce

K = ReceiptKind
VERP = "b-1-aaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb"
TO = f"{VERP}@zurueck.fulda.example"
TOKEN = "0199aa11000070008000000000000001"
RETURNED = f"From: termin@fulda.example\r\nMessage-ID: <{TOKEN}@fulda.example>\r\nSubject: Ihr Termin\r\n"


def report(*blocks: str, returned: str = RETURNED, **changes: str) -> bytes:
    """A delivery report as Postfix writes it; `blocks`: one per recipient."""
    values = {
        "type": "message/delivery-status",
        "about_mail": f"Reporting-MTA: dns; mx.example\r\nOriginal-Envelope-Id: {VERP}",
        "encoding": "7bit",
        "returned_type": "text/rfc822-headers",
    } | changes
    status = "\r\n\r\n".join([values["about_mail"], *blocks]) + "\r\n"
    if values["encoding"] == "base64":
        status = base64.encodebytes(status.encode()).decode()
    return (
        "Return-Path: <>\r\nFrom: mailer-daemon@mx.example\r\nAuto-Submitted: auto-replied\r\n"
        "Date: Mon, 23 Nov 2026 09:30:00 +0100\r\nMessage-ID: <bounce-1@mx.example>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_r/1"\r\n\r\n'
        "--=_r/1\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        f"--=_r/1\r\nContent-Type: {values['type']}\r\nContent-Transfer-Encoding: {values['encoding']}\r\n\r\n{status}"
        f"--=_r/1\r\nContent-Type: {values['returned_type']}\r\n\r\n{returned}\r\n--=_r/1--\r\n"
    ).encode()


def recipient(action: str, status: str, diagnosis: str = "") -> str:
    told = f"\r\nDiagnostic-Code: {diagnosis}" if diagnosis else ""
    return f"Final-Recipient: rfc822; ayse@example.org\r\nAction: {action}\r\nStatus: {status}{told}"


def test_a_report_tells_kind_code_time_and_every_name_the_surest_first() -> None:
    bounce = read_bounce(report(recipient("failed", "5.1.1", "smtp; 550 5.1.1 unknown")), recipient=TO)
    assert bounce is not None
    assert bounce == Bounce(
        kind=K.ADDRESS_WRONG,
        names=(TO, VERP, TOKEN),
        code="dsn-5.1.1",
        event=bounce.event,
        at=datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("block", "kind", "code"),
    [
        (recipient("failed", "5.1.10"), K.ADDRESS_WRONG, "dsn-5.1.10"),
        (recipient("Failed ", "5.1.1 (bad mailbox)"), K.ADDRESS_WRONG, "dsn-5.1.1"),
        (recipient("failed", "5.0.0", "smtp; 550-5.1.1 The account does not exist"), K.ADDRESS_WRONG, "dsn-5.1.1"),
        (recipient("failed", "5.1.0"), K.BOUNCED, "dsn-5.1.0"),
        (recipient("failed", "5.1.2"), K.BOUNCED, "dsn-5.1.2"),
        (recipient("failed", "5.2.2"), K.BOUNCED, "dsn-5.2.2"),
        (recipient("failed", "5.7.1", "smtp; 550 5.1.1 looks unknown"), K.BOUNCED, "dsn-5.7.1"),
        (recipient("failed", "", "smtp; 554 no"), K.BOUNCED, "dsn-5.0.0"),
        (recipient("failed", "nonsense"), K.BOUNCED, "bounced"),
        # Tried for days and given up: final, though the status says "for now".
        (recipient("failed", "4.4.7"), K.BOUNCED, "dsn-4.4.7"),
        (recipient("delayed", "4.4.1"), K.DELAYED, "dsn-4.4.1"),
        (recipient("delayed", "4.0.0", "smtp; 450 4.7.1 greylisted"), K.DELAYED, "dsn-4.7.1"),
        (recipient("delivered", "2.0.0"), K.DELIVERED, "dsn-2.0.0"),
    ],
)
def test_the_action_says_what_became_of_it_and_the_most_exact_status_why(
    block: str, kind: ReceiptKind, code: str
) -> None:
    bounce = read_bounce(report(block), recipient=TO)
    assert bounce is not None
    assert (bounce.kind, bounce.code) == (kind, code)


@pytest.mark.parametrize("action", ["relayed", "expanded", "", "vanished"])
def test_a_report_that_tells_nothing_final_is_none(action: str) -> None:
    assert read_bounce(report(recipient(action, "2.0.0")), recipient=TO) is None


def test_of_several_recipients_the_worst_counts() -> None:
    blocks = [recipient("delivered", "2.0.0"), recipient("failed", "5.1.1"), recipient("delayed", "4.4.1")]
    bounce = read_bounce(report(*blocks), recipient=TO)
    assert bounce is not None
    assert bounce.kind is K.ADDRESS_WRONG


@pytest.mark.parametrize(
    "changes",
    [
        {"encoding": "base64"},
        {"type": "message/global-delivery-status"},
        {"returned_type": "message/rfc822"},
        {"type": "Message/Delivery-Status; charset=utf-8"},
    ],
    ids=str,
)
def test_reports_of_other_servers_are_read_as_well(changes: dict[str, str]) -> None:
    bounce = read_bounce(report(recipient("failed", "5.1.1"), **changes), recipient=TO)
    assert bounce is not None
    assert (bounce.kind, bounce.names) == (K.ADDRESS_WRONG, (TO, VERP, TOKEN))


def test_bare_line_feeds_are_read_as_well() -> None:
    bounce = read_bounce(report(recipient("failed", "5.1.1")).replace(b"\r\n", b"\n"), recipient=TO)
    assert bounce is not None
    assert (bounce.kind, bounce.names) == (K.ADDRESS_WRONG, (TO, VERP, TOKEN))


def test_a_repeated_report_has_the_same_event_and_another_one_another() -> None:
    first = read_bounce(report(recipient("failed", "5.1.1")), recipient=TO)
    again = read_bounce(b"Received: from mx2\r\n" + report(recipient("failed", "5.1.1")), recipient=TO)
    later = read_bounce(report(recipient("delayed", "4.4.1")), recipient=TO)
    assert first is not None
    assert again is not None
    assert later is not None
    assert first.event == again.event != later.event


def test_a_complaint_names_the_mail_by_its_old_sender() -> None:
    raw = (
        "From: arf@provider.example\r\nMessage-ID: <arf-1@provider.example>\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nAbuse.\r\n"
        "--x\r\nContent-Type: message/feedback-report\r\n\r\n"
        f"Feedback-Type: abuse\r\nVersion: 1\r\nOriginal-Mail-From: <{TO}>\r\n"
        f"--x\r\nContent-Type: message/rfc822\r\n\r\nReturn-Path: <{TO}>\r\n{RETURNED}\r\n--x--\r\n"
    )
    bounce = read_bounce(raw.encode(), recipient="missbrauch@fulda.example")
    assert bounce is not None
    assert (bounce.kind, bounce.code) == (K.COMPLAINED, "complained")
    assert bounce.names == ("missbrauch@fulda.example", TO, TOKEN)
    assert read_bounce(raw.replace("abuse", "not-spam").encode()) is None


def test_exims_own_form_is_read() -> None:
    raw = (
        b"X-Failed-Recipients: ayse@example.org\r\nAuto-Submitted: auto-replied\r\nMessage-ID: <e1@mx>\r\n\r\n"
        b"SMTP error from remote mail server: 550 5.1.1 <ayse@example.org>: unknown\r\n"
    )
    bounce = read_bounce(raw, recipient=TO)
    assert bounce is not None
    assert (bounce.kind, bounce.names, bounce.code) == (K.ADDRESS_WRONG, (TO,), "dsn-5.1.1")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: Abwesend\r\nAuto-Submitted: auto-replied\r\n\r\nIch bin bis 550 5.1.1 im Urlaub.\r\n",
        b"Subject: Danke\r\n\r\nIch komme.\r\n",
        b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\n",
        b'Content-Type: multipart/report; boundary=""\r\n\r\n--\r\n',
        b"Content-Type: multipart/report; boundary*=utf-99''%ff\r\n\r\n--x\r\n",
        b"Content-Type: multipart/report; boundary*0*=x''%\r\n\r\n",
        b"Content-Type: message/delivery-status\r\n\r\nAction: failed\r\n",
    ],
)
def test_what_is_no_bounce_tells_nothing(raw: bytes) -> None:
    assert read_bounce(raw, recipient=TO) is None


def test_no_free_text_of_a_server_is_kept() -> None:
    block = recipient("failed", "5.1.1 ayse@example.org", "smtp; 550 5.1.1 <ayse@example.org> is unknown at our place")
    bounce = read_bounce(report(block), recipient=TO)
    assert "ayse" not in repr(bounce)


NESTED = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(5_000))


@pytest.mark.parametrize(
    "raw",
    [
        report(recipient("failed", "5.1.1")) + b"x" * 10_000_000,
        NESTED,
        b'Content-Type: multipart/report; boundary="a"\r\n\r\n' + b"--a\r\n" * 2_000_000,
        b'Content-Type: multipart/report; boundary="a"\r\n\r\n'
        + b"--a\r\nContent-Type: message/delivery-status\r\n\r\n" * 9_999,
        report(*[recipient("delayed", "4.4.1")] * 20_000),
        b"X-Failed-Recipients: x\r\n\r\n" + b"5." * 5_000_000,
        b"A: b\r\n" * 1_000_000,
        b"\r\n \t" * 1_000_000,
        b"Content-Type: multipart/report; " + b"; ".join(b"boundary*%d*=x" % n for n in range(20_000)) + b"\r\n\r\n",
        b"Content-Type: " + b'"\\' * 500_000 + b"\r\n\r\n",
        b"Date: " + b"(" * 200_000 + b"\r\nX-Failed-Recipients: x\r\n\r\n",
        b"Content-Type: multipart/report; boundary=" + b'"' * 200_000 + b"\r\n\r\n",
    ],
    ids=range(12),
)
def test_ten_megabytes_of_malice_are_read_in_no_time(raw: bytes) -> None:
    started = time.monotonic()
    read_bounce(raw, recipient=TO)
    assert time.monotonic() - started < 2
    assert len(raw) > LONGEST_READ or len(raw) < 10_000_000


PIECES = st.sampled_from(
    [
        b"\r\n",
        b"\n",
        b"--=_r/1",
        b"--=_r/1--",
        b"Content-Type: message/delivery-status",
        b"Content-Type: multipart/report; boundary*=",
        b"Content-Transfer-Encoding: base64",
        b"Date: ",
        b"Action: failed",
        b"Status: ",
        b"\xff\xfe",
        b"=?utf-8?b?",
        b"\x00",
    ]
)


@given(st.integers(0, 900), st.integers(0, 300), st.lists(PIECES | st.binary(max_size=40), max_size=20))
def test_no_damage_to_a_report_makes_reading_fail(at: int, cut: int, pieces: list[bytes]) -> None:
    raw = report(recipient("failed", "5.1.1"))
    found: Any = read_bounce(raw[:at] + b"".join(pieces) + raw[at + cut :], recipient=TO)
    assert found is None or isinstance(found, Bounce)
