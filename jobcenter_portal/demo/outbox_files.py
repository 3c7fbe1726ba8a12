# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Read back what the catchers have kept, for the demo's outbox page and for browser journeys.

Mails are read by the standard library's parser, not by the code that built them.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from enum import StrEnum
from pathlib import Path


class Kind(StrEnum):
    EMAIL = "email"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class CaughtMessage:
    """One mail or SMS. `reference` is the Message-ID without brackets, or the foreign_id. SMS have no subject."""

    kind: Kind
    to: str
    sender: str
    subject: str
    text: str
    html: str
    ics: bytes | None
    reference: str
    received_at: datetime


def list_messages(folder: Path) -> list[CaughtMessage]:
    """All messages below a CATCHER_DIR, newest first. A folder that is not there yet counts as empty."""
    mails = [(path.name, _mail(path)) for path in (folder / "mail").glob("*.eml")]
    texts = [(path.name, _sms(path)) for path in (folder / "sms").glob("*.json")]
    return [message for _name, message in sorted(mails + texts, key=lambda item: item[0], reverse=True)]


def _mail(path: Path) -> CaughtMessage:
    mail = BytesParser(EmailMessage, policy=policy.default).parsebytes(path.read_bytes())
    bodies: dict[str, bytes] = {}
    for part in mail.walk():
        if not part.is_multipart():
            payload = part.get_payload(decode=True)
            bodies.setdefault(part.get_content_type(), payload if isinstance(payload, bytes) else b"")
    return CaughtMessage(
        kind=Kind.EMAIL,
        to=str(mail["To"]),
        sender=str(mail["From"]),
        subject=str(mail["Subject"]),
        text=_decoded(bodies.get("text/plain", b"")),
        html=_decoded(bodies.get("text/html", b"")),
        ics=bodies.get("text/calendar"),
        reference=str(mail["Message-ID"]).strip().strip("<>"),
        received_at=_received_at(path),
    )


def _sms(path: Path) -> CaughtMessage:
    message = json.loads(path.read_bytes())
    return CaughtMessage(
        kind=Kind.SMS,
        to=message["to"],
        sender=message["from"],
        subject="",
        text=message["text"],
        html="",
        ics=None,
        reference=message["foreign_id"],
        received_at=_received_at(path),
    )


def _decoded(payload: bytes) -> str:
    return payload.decode("utf-8", errors="replace").replace("\r\n", "\n")


def _received_at(path: Path) -> datetime:
    return datetime.strptime(path.name.partition("-")[0], "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)
