# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Turn an OutgoingEmail into the bytes that go over the wire.

The bytes are assembled here because the standard library's EmailMessage needs more than 5 ms for one such mail and
thousands have to leave per second. What keeps that safe: every header passes `_header`, which refuses whatever could
begin another line; every body is base64 or quoted-printable, so no input reaches the wire unencoded; and a property
test reads any mail back with the standard parser and compares all parts.
"""

import base64
import binascii
import re
from datetime import datetime
from email.utils import format_datetime

import idna

from notifications.channels.base import CalendarPart, OutgoingEmail

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_TOKEN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,46}[A-Za-z0-9])?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_METHOD = re.compile(r"[A-Z]{3,20}")
# RFC 5322 dot-atom at DNS-like domain; quoted local parts exist on paper and in injection attempts.
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_URL = re.compile(r"(?:https?://|mailto:)[!#-;=?-~]{1,900}")
_NEWLINE = re.compile(r"\r\n|\r|\u2028|\u2029")
_OTHER_NEWLINE = re.compile(r"[\r\u2028\u2029]")
_FOREIGN = bytes(range(128, 256))
_ENCODED_WORD_BYTES = 42  # 42 bytes become 56 base64 letters: with =?utf-8?b? and ?= still below the limit of 75
_LONGEST_PLAIN = 60
_BASE64_LINE = 76  # RFC 2045 section 6.8


def build_mime(outgoing: OutgoingEmail, now: datetime) -> bytes:
    """Return the mail, CRLF and 7 bit throughout. The same input gives the same bytes.

    Text comes first, HTML after it, then the calendar object that mail programs act on; the same object is attached
    once more as a file for people whose program does not. `now` (aware) becomes the Date header.
    Raises ValueError when an address or header value holds line breaks, control characters or no valid address.
    """
    headers = _headers(outgoing, now)
    # "=_" occurs neither in base64 nor in quoted-printable, so no body can hold a boundary.
    inner, outer = f"=_{outgoing.message_id_token}_a", f"=_{outgoing.message_id_token}_m"
    bodies = [
        _part("text/plain; charset=utf-8", outgoing.text),
        _part("text/html; charset=utf-8", outgoing.html),
    ]
    if outgoing.calendar is None:
        return _lines(*headers, _multipart("alternative", inner, bodies))
    calendar = _in_base64(outgoing.calendar.ics)
    bodies.append(_calendar(outgoing.calendar, calendar))
    mixed = [_multipart("alternative", inner, bodies), _attachment(calendar)]
    return _lines(*headers, _multipart("mixed", outer, mixed))


def message_id(outgoing: OutgoingEmail) -> str:
    """Return the Message-ID: the same for every attempt, so that mail systems can recognise a repetition."""
    domain = ascii_address(outgoing.sender_address).rpartition("@")[2]
    return f"<{outgoing.message_id_token}@{domain}>"


def ascii_address(address: str) -> str:
    """Return the address as it is written in SMTP: an international domain becomes punycode (IDNA 2008).

    Raises ValueError for anything else than one plain address; letters beyond ASCII before the @ need SMTPUTF8, which
    few servers take.
    """
    local, at, domain = address.rpartition("@")
    if not domain.isascii() and not _CONTROL.search(domain):
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise ValueError("not an e-mail address") from None
    written = f"{local}{at}{domain}"
    dots_are_wrong = ".." in written or local.startswith(".") or local.endswith(".")
    if dots_are_wrong or not _ADDRESS.fullmatch(written):
        raise ValueError("not an e-mail address")
    return written


def _headers(outgoing: OutgoingEmail, now: datetime) -> list[bytes]:
    if not _TOKEN.fullmatch(outgoing.message_id_token):
        raise ValueError("message id token: only letters, digits and . _ -")
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    sender = ascii_address(outgoing.sender_address)
    headers = [
        _header("From", f"{_phrase(outgoing.sender_name)} <{sender}>" if outgoing.sender_name else sender),
        _header("To", ascii_address(outgoing.to)),
        _header("Subject", _text(outgoing.subject)),
        _header("Date", format_datetime(now)),
        _header("Message-ID", message_id(outgoing)),
        _header("MIME-Version", "1.0"),
    ]
    if outgoing.reply_to:
        headers.append(_header("Reply-To", ascii_address(outgoing.reply_to)))
    headers += [_header(name, value) for name, value in standing_headers(outgoing).items()]
    return headers


def standing_headers(outgoing: OutgoingEmail) -> dict[str, str]:
    """What every mail of ours says about itself, also where a provider writes the rest of its headers."""
    headers = {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": _matching(_LANGUAGE, outgoing.language, "language"),
    }
    if outgoing.unsubscribe_url:
        url = _matching(_URL, outgoing.unsubscribe_url, "unsubscribe URL")
        headers["List-Unsubscribe"] = f"<{url}>"
        if url.startswith("https://"):
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def refuse_unsendable(outgoing: OutgoingEmail, now: datetime) -> None:
    """Raise ValueError for addresses and headers that no mail may have, whoever writes it in the end."""
    _headers(outgoing, now)


def _header(name: str, value: str) -> bytes:
    # The fold made by _text is the only line break that may pass.
    if _CONTROL.search(value.replace("\r\n ", "")) or not value.isascii():
        raise ValueError(f"{name}: control character or line break")
    return f"{name}: {value}".encode("ascii")


def _matching(pattern: re.Pattern[str], value: str, what: str) -> str:
    if not pattern.fullmatch(value):
        raise ValueError(f"{what}: unexpected characters")
    return value


def _text(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("header text: control character or line break")
    # "=?" is encoded too: otherwise text that looks like an encoded word would be decoded by the reader. So is
    # space at the ends, which parsers strip.
    if value.isascii() and "=?" not in value and len(value) <= _LONGEST_PLAIN and value == value.strip():
        return value
    return "\r\n ".join(_encoded_words(value))


def _phrase(value: str) -> str:
    text = _text(value)
    if text != value:
        return text
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _encoded_words(value: str) -> list[str]:
    rest, chunks = value.encode("utf-8"), []
    while len(rest) > _ENCODED_WORD_BYTES:
        end = _ENCODED_WORD_BYTES
        while rest[end] & 0xC0 == 0x80:  # noqa: PLR2004 -- inside of a character
            end -= 1
        chunks.append(rest[:end])
        rest = rest[end:]
    return [f"=?utf-8?b?{base64.b64encode(chunk).decode('ascii')}?=" for chunk in (*chunks, rest)]


def _part(content_type: str, text: str) -> bytes:
    raw = _with_line_feeds(text).encode("utf-8", errors="replace")
    if len(raw.translate(None, _FOREIGN)) * 5 < len(raw) * 4:  # Cyrillic and Arabic: base64 is less than half as long
        return _base64_part(_in_base64(raw.replace(b"\n", b"\r\n")), f"Content-Type: {content_type}")
    encoded = binascii.b2a_qp(raw, istext=True).replace(b"\n", b"\r\n")
    headers = f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return headers.encode("ascii") + encoded


def _with_line_feeds(text: str) -> str:
    return _NEWLINE.sub("\n", text) if _OTHER_NEWLINE.search(text) else text


def _calendar(calendar: CalendarPart, encoded: bytes) -> bytes:
    method = _matching(_METHOD, calendar.method, "calendar method")
    if f"\r\nMETHOD:{method}\r\n".encode("ascii") not in calendar.ics:
        raise ValueError("calendar method and METHOD property differ")
    return _base64_part(encoded, f"Content-Type: text/calendar; method={method}; charset=utf-8")


def _attachment(encoded: bytes) -> bytes:
    return _base64_part(
        encoded,
        'Content-Type: application/ics; name="termin.ics"',
        'Content-Disposition: attachment; filename="termin.ics"',
    )


def _in_base64(raw: bytes) -> bytes:
    # base64.encodebytes() calls the encoder for every line; a letter with a calendar entry has a hundred of them.
    line = binascii.b2a_base64(raw, newline=False)
    return b"".join([line[at : at + _BASE64_LINE] + b"\r\n" for at in range(0, len(line), _BASE64_LINE)])


def _base64_part(encoded: bytes, *headers: str) -> bytes:
    head = "\r\n".join([*headers, "Content-Transfer-Encoding: base64", "", ""])
    return head.encode("ascii") + encoded


def _multipart(subtype: str, boundary: str, parts: list[bytes]) -> bytes:
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode("ascii")
    line = f"--{boundary}".encode("ascii")
    middle = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts)
    return head + middle + line + b"--\r\n"


def _lines(*lines: bytes) -> bytes:
    return b"\r\n".join(lines)
