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


def message_names(folder: Path) -> list[str]:
    """File names of all messages below a CATCHER_DIR, newest first. A folder that is not there yet counts as empty."""
    return sorted((path.name for kind in ("mail/*.eml", "sms/*.json") for path in folder.glob(kind)), reverse=True)


def read_message(folder: Path, name: str) -> CaughtMessage:
    """One message by its file name, which must come from `message_names`: it becomes part of a path."""
    return _mail(folder / "mail" / name) if name.endswith(".eml") else _sms(folder / "sms" / name)


def list_messages(folder: Path) -> list[CaughtMessage]:
    """All messages, newest first. Reading a mail takes milliseconds; for a long list read only what is shown."""
    return [read_message(folder, name) for name in message_names(folder)]


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
