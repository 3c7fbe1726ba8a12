# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reading mail that comes back: which message, and what became of it.

Understood are delivery reports (RFC 3464, 6533), complaints (ARF, RFC 5965) and the X-Failed-Recipients of Exim and
Google. Everything else (absence notes, human answers) says nothing about delivery.

Anybody can send such a mail. So it is cut by hand into its top-level parts and never taken apart further: the time
grows with the length alone, whatever is nested in it, and nothing of its free text is kept.
"""

import base64
import binascii
import hashlib
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import Final

from notifications.channels.base import ReceiptKind
from notifications.channels.email.status import is_no_such_mailbox, status_in

LONGEST_READ: Final = 256 * 1024
"""What stands behind it is at most the returned mail's own text, which nobody needs."""
_MOST_PARTS: Final = 20
_BASIC = re.compile(r"\b([45])\d\d\b")
_REPORTS: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED: Final = frozenset({"text/rfc822-headers", "message/rfc822", "message/global", "message/global-headers"})
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")
_MESSAGE_ID = re.compile(r"<\s*([^@<>\s]{1,128})@[^<>\s]{1,255}>")


@dataclass(frozen=True, slots=True)
class Bounce:
    """`names`: what may name our message, the most trustworthy first. `event` is the same when it comes again."""

    kind: ReceiptKind
    names: tuple[str, ...]
    code: str
    event: str
    at: datetime | None


def read_bounce(raw: bytes, *, recipient: str = "") -> Bounce | None:
    """What a mail to the bounce address `recipient` tells; None when it tells nothing. Never raises."""
    try:
        return _read(raw[:LONGEST_READ], recipient)
    except (LookupError, TypeError, AttributeError, ValueError, AssertionError):
        # The standard library's header parser breaks in such ways on headers that were made to break it.
        return None


@dataclass(frozen=True, slots=True)
class _Part:
    kind: str
    content: bytes


def _read(raw: bytes, recipient: str) -> Bounce | None:
    head = _headers(raw)
    parts = list(_parts(head, raw))
    told = _from_report(parts) or _from_complaint(parts) or _from_exim(head, raw)
    if told is None:
        return None
    kind, status, names = told
    returned = _returned_headers(parts)
    names = [recipient, *names, _text(returned, "Return-Path").strip(" <>")]
    names += _MESSAGE_ID.findall(_text(returned, "Message-ID"))
    names = list(dict.fromkeys(name for name in names if name))
    report_id = _text(head, "Message-ID").strip() or hashlib.sha256(raw).hexdigest()
    event = hashlib.sha256("\0".join([kind, report_id, *names]).encode(errors="replace")).hexdigest()
    code = f"dsn-{status}" if status else kind.value
    return Bounce(kind, tuple(names), code, f"mail:{event}", _date(head))


_Told = tuple[ReceiptKind, str, list[str]]


def _from_report(parts: list[_Part]) -> _Told | None:
    for part in parts:
        if part.kind not in _REPORTS:
            continue
        blocks = [_headers(block) for block in _BLANK_LINE.split(part.content.strip())[:_MOST_PARTS]]
        names = [_text(block, "Original-Envelope-Id").strip() for block in blocks]
        told = [one for one in map(_about_recipient, blocks) if one is not None]
        if told:
            kind, status = max(told, key=lambda one: _GRAVITY.index(one[0]))
            return kind, status, names
    return None


_GRAVITY: Final = (ReceiptKind.DELIVERED, ReceiptKind.DELAYED, ReceiptKind.BOUNCED, ReceiptKind.ADDRESS_WRONG)


def _about_recipient(block: Message) -> tuple[ReceiptKind, str] | None:
    """Kind and status of one recipient's block. "failed" is final even with a status of 4.x: it was tried for days."""
    status, diagnostic = _text(block, "Status"), _text(block, "Diagnostic-Code")
    status = _most_exact(status, diagnostic)
    match _text(block, "Action").strip().lower():
        case "failed":
            return (ReceiptKind.ADDRESS_WRONG if is_no_such_mailbox(status) else ReceiptKind.BOUNCED), status
        case "delayed":
            return ReceiptKind.DELAYED, status
        case "delivered":
            return ReceiptKind.DELIVERED, status
    return None


def _most_exact(status: str, diagnostic: str) -> str:
    """Many servers say 5.0.0 and keep what they were told for the diagnosis."""
    own, told = status_in(status), status_in(diagnostic)
    if told and (not own or own.endswith(".0.0")):
        return told
    if own:
        return own
    basic = _BASIC.search(diagnostic)
    return f"{basic[1]}.0.0" if basic else ""


def _from_complaint(parts: list[_Part]) -> _Told | None:
    for part in parts:
        if part.kind == "message/feedback-report":
            block = _headers(part.content.strip())
            if _text(block, "Feedback-Type").strip().lower() not in {"abuse", "fraud"}:
                return None
            names = [_text(block, name).strip(" <>") for name in ("Original-Envelope-Id", "Original-Mail-From")]
            return ReceiptKind.COMPLAINED, "", names
    return None


def _from_exim(head: Message, raw: bytes) -> _Told | None:
    if not _text(head, "X-Failed-Recipients"):
        return None
    body = _BLANK_LINE.split(raw, maxsplit=1)[-1].decode("ascii", "replace")
    status = status_in(body)
    return (ReceiptKind.ADDRESS_WRONG if is_no_such_mailbox(status) else ReceiptKind.BOUNCED), status, []


def _parts(head: Message, raw: bytes) -> Iterator[_Part]:
    """The top-level parts of a report."""
    boundary = head.get_boundary()
    if head.get_content_maintype() != "multipart" or not boundary:
        return
    delimiter = re.compile(
        rb"(?:^|\n)--" + re.escape(boundary.encode("ascii", "replace")) + rb"(?:--)?[ \t]*(?=\r?\n|$)"
    )
    for piece in delimiter.split(raw, maxsplit=_MOST_PARTS)[1:]:
        own = _headers(piece.lstrip(b"\r\n"))
        content = _BLANK_LINE.split(piece, maxsplit=1)
        if len(content) == 2:  # noqa: PLR2004 -- headers and content
            yield _Part(own.get_content_type(), _decoded(content[1], _text(own, "Content-Transfer-Encoding")))


def _decoded(content: bytes, encoding: str) -> bytes:
    match encoding.strip().lower():
        case "base64":
            try:
                return base64.b64decode(content)
            except binascii.Error:
                return b""
        case "quoted-printable":
            return quopri.decodestring(content)
    return content


def _returned_headers(parts: list[_Part]) -> Message:
    returned = next((part.content for part in parts if part.kind in _RETURNED), b"")
    return _headers(returned.lstrip())


_PARSER: Final = BytesHeaderParser()


def _headers(block: bytes) -> Message:
    return _PARSER.parsebytes(_BLANK_LINE.split(block, maxsplit=1)[0] + b"\r\n\r\n")


def _text(block: Message, name: str) -> str:
    return str(block.get(name, ""))


def _date(head: Message) -> datetime | None:
    try:
        at = parsedate_to_datetime(_text(head, "Date"))
    except (ValueError, OverflowError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
