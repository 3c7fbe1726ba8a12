# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rules of the SMS gateway stand-in: what it takes, what it refuses, and its journal."""

import json
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

import phonenumbers

from jobcenter_portal.demo.catchers.config import Shelf
from jobcenter_portal.kernel.gsm7 import segments

_LONGEST_TEXT: Final = 1520
_LONGEST_VALIDITY: Final = 2880
_LONGEST_PAGE: Final = 100
_LONGEST_FOREIGN_ID: Final = 64
_SENDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .&_-]{0,10}|\+?[0-9]{1,16}")
_FOREIGN_ID = re.compile(r"[A-Za-z0-9._@-]*")
_CONTENT_TYPE = re.compile(r"(application/x-www-form-urlencoded|application/json)(?:; *charset=\"?utf-8\"?)?")


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


class RefusalError(Exception):
    """A documented error code, answered with HTTP 200."""


class MalformedRequestError(Exception):
    """A request the documentation does not foresee, answered with HTTP 400."""


class Gateway:
    """Thread-safe: one request may still hang while others are served."""

    def __init__(self, folder: Path, *, reload_lock_seconds: float) -> None:
        self._folder = folder / "sms"
        self._shelf = Shelf(self._folder, ".json")
        self._lock = threading.Lock()
        self._reload_lock_seconds = reload_lock_seconds
        self._last_sent: dict[tuple[str, str], float] = {}
        self._next_id = time.time_ns() // 1_000_000

    def send(self, content_type: str, body: bytes, received_at: datetime) -> Reply:
        try:
            message = _checked(_fields(content_type.lower(), body))
            with self._lock:
                self._lock_repeated(message)
                self._next_id += 1
                message |= {"id": str(self._next_id), "received_at": received_at.astimezone(UTC).isoformat()}
                self._shelf.put(json.dumps(message, ensure_ascii=False, indent=1).encode(), received_at)
        except RefusalError as refusal:
            return Reply(200, {"success": str(refusal), "total_price": 0, "messages": []})
        except MalformedRequestError as error:
            return Reply(400, {"error": str(error)})
        return Reply(200, _success(message))

    def journal(self, query: Mapping[str, str]) -> Reply:
        """Newest first, filtered by the documented parameters that the portal uses."""
        limit, offset = query.get("limit", "100"), query.get("offset", "0")
        if not (limit.isdecimal() and offset.isdecimal() and 1 <= int(limit) <= _LONGEST_PAGE):
            return Reply(400, {"error": "limit or offset"})
        wanted = _e164(query["to"]) if "to" in query else None
        entries = [
            _journal_entry(message)
            for path in sorted(self._folder.glob("*.json"), reverse=True)
            if (message := json.loads(path.read_bytes()))
            and (wanted is None or message["to"] == wanted)
            and (query.get("id") in {None, message["id"]})
        ]
        return Reply(200, entries[int(offset) : int(offset) + int(limit)])

    def _lock_repeated(self, message: Mapping[str, Any]) -> None:
        key, now = (message["to"], message["text"]), time.monotonic()
        last = self._last_sent.get(key)
        if last is not None and now - last < self._reload_lock_seconds:
            raise RefusalError("402")
        self._last_sent[key] = now


def _fields(content_type: str, body: bytes) -> dict[str, str]:
    match = _CONTENT_TYPE.fullmatch(content_type)
    if not match:
        # As a gateway that reads forms does: nothing was understood, so the recipient is missing.
        raise RefusalError("301")
    try:
        if match[1] == "application/json":
            read = json.loads(body.decode("utf-8"))
            return {key: str(value) for key, value in read.items()}
        # A space stands for "+" here, so an unescaped "+49" arrives as " 49", as with the real thing.
        values = parse_qs(body.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="strict")
    except (UnicodeError, ValueError, AttributeError):
        raise MalformedRequestError("body is not UTF-8 or not of its content type") from None
    return {key: value[-1] for key, value in values.items()}


def _checked(fields: Mapping[str, str]) -> dict[str, Any]:
    to, text, sender = fields.get("to", "").strip(), fields.get("text", ""), fields.get("from", "")
    if not to:
        raise RefusalError("301")
    number = _e164(to)
    if number is None:
        raise RefusalError("202")
    if not text.strip():
        raise RefusalError("305")
    if len(text) > _LONGEST_TEXT:
        raise RefusalError("401")
    if sender and not _SENDER.fullmatch(sender):
        raise RefusalError("201")
    foreign_id = fields.get("foreign_id", "")
    if len(foreign_id) > _LONGEST_FOREIGN_ID or not _FOREIGN_ID.fullmatch(foreign_id):
        raise MalformedRequestError("foreign_id")
    ttl = fields.get("ttl", str(_LONGEST_VALIDITY))
    if not (ttl.isdecimal() and 1 <= int(ttl) <= _LONGEST_VALIDITY):
        raise MalformedRequestError("ttl")
    counted = segments(text)
    return {
        "to": number,
        "from": sender,
        "text": text,
        "foreign_id": foreign_id,
        "ttl": int(ttl),
        "encoding": counted.encoding.value,
        "parts": counted.parts,
    }


def _e164(typed: str) -> str | None:
    try:
        number = phonenumbers.parse(f"+{typed}" if typed.startswith("49") else typed, "DE")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _success(message: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "success": "100",
        "total_price": 0.075 * message["parts"],
        "balance": 100.0,
        "debug": "false",
        "sms_type": "direct",
        "messages": [
            {
                "id": message["id"],
                "sender": message["from"],
                "recipient": message["to"].removeprefix("+"),
                "text": message["text"],
                "encoding": message["encoding"],
                "parts": message["parts"],
                "price": 0.075 * message["parts"],
                "success": True,
                "error": None,
                "error_text": None,
            }
        ],
    }


def _journal_entry(message: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": message["id"],
        "to": message["to"].removeprefix("+"),
        "from": message["from"],
        "text": message["text"],
        "timestamp": message["received_at"],
        "price": "0.075",
        "channel": "sms",
        "dlr": "DELIVERED",
        "foreign_id": message["foreign_id"],
    }
