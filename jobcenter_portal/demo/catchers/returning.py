# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a mail server sends back when it cannot deliver what it took: a report (RFC 3464), handed over by LMTP."""

import smtplib
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from typing import Final

_FAILURES: Final = {
    "ghost": ("failed", "5.1.1", "smtp; 550 5.1.1 User unknown"),
    "stuffed": ("failed", "5.0.0", "smtp; 552 5.2.2 Mailbox full"),
    "snail": ("delayed", "4.4.1", "smtp; connection timed out"),
}
"""Recipients that are taken and sent back later, by the name before the @."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A mail that will not arrive (or not yet)."""

    sender: str
    recipient: str
    envelope_id: str
    content: bytes

    @property
    def is_wanted(self) -> bool:
        return bool(self.sender) and self.recipient.partition("@")[0].lower() in _FAILURES

    def report(self, now: datetime) -> bytes:
        action, status, diagnosis = _FAILURES[self.recipient.partition("@")[0].lower()]
        boundary = f"returned-{sha256(self.content).hexdigest()[:20]}"
        lines = [
            "From: Mail Delivery System <mailer-daemon@catcher.localhost>",
            f"To: {self.sender}",
            "Subject: Undelivered Mail Returned to Sender",
            f"Date: {format_datetime(now)}",
            f"Message-ID: <{boundary}@catcher.localhost>",
            "Auto-Submitted: auto-replied",
            "MIME-Version: 1.0",
            f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"',
            "",
            f"--{boundary}",
            "Content-Type: text/plain; charset=us-ascii",
            "",
            "The mail could not be delivered.",
            f"--{boundary}",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; catcher.localhost",
            *([f"Original-Envelope-Id: {self.envelope_id}"] if self.envelope_id else []),
            "",
            f"Final-Recipient: rfc822; {self.recipient}",
            f"Action: {action}",
            f"Status: {status}",
            f"Diagnostic-Code: {diagnosis}",
            f"--{boundary}",
            "Content-Type: text/rfc822-headers",
            "",
            self.content.partition(b"\r\n\r\n")[0].decode("ascii", "replace"),
            f"--{boundary}--",
            "",
        ]
        return "\r\n".join(lines).encode("ascii", "replace")


def send_back(returned: Returned, *, to: str, now: datetime) -> None:
    """Hand the report to the LMTP server at `host:port`, addressed to whoever sent the mail."""
    host, _, port = to.rpartition(":")
    with smtplib.LMTP(host, int(port), local_hostname="catcher.localhost") as lmtp:
        lmtp.sendmail("", [returned.sender], returned.report(now))
