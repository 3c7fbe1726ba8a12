# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Calendar entries that follow an appointment when it is moved or cancelled.

A calendar recognises an entry by UID and believes the higher SEQUENCE (RFC 5546 section 2.1.4), so both come from the
appointment and never change their meaning. What customers typed does not belong in here: calendars are shared with
families and scanned by providers.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

_PRODUCT = "-//Terminservice//Termine//DE"  # does not say whose appointment it is: calendars are shared
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ud800-\udfff]")
_LINE_BREAK = re.compile("\r\n|\r|\u2028|\u2029|\x85")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")
_UID = re.compile(r"[A-Za-z0-9._@-]{1,200}")
_URL = re.compile(r"https?://[!#-;=?-~]{1,900}")


class Method(StrEnum):
    """REQUEST also carries moves; PUBLISH is for downloads, where nobody is asked to take part."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


def build_ics(
    *,
    uid: str,
    sequence: int,
    method: Method,
    starts_at: datetime,
    ends_at: datetime,
    zone: ZoneInfo,
    summary: str,
    location: str,
    description: str,
    organizer_address: str,
    organizer_name: str,
    attendee_address: str | None,
    url: str,
    now: datetime,
) -> bytes:
    """Return one VCALENDAR with one VEVENT (RFC 5545), UTF-8 with CRLF.

    `starts_at`, `ends_at` (exclusive) and `now` are aware instants; `zone` is where the appointment takes place. `uid`
    has the form of an address and stays for life; `sequence` rises with every change. An empty `url` is left out.
    Raises ValueError for naive or reversed times and for malformed uid, addresses or url.
    """
    if not all(moment.tzinfo for moment in (starts_at, ends_at, now)) or ends_at <= starts_at:
        raise ValueError("times must be aware, the end after the start")
    if not _UID.fullmatch(uid) or sequence < 0:
        raise ValueError("uid or sequence malformed")
    if url and not _URL.fullmatch(url):
        raise ValueError("url malformed")
    cancelled = method is Method.CANCEL
    facts = {
        "uid": uid,
        "sequence": sequence,
        "dtstamp": now.astimezone(UTC),
        "dtstart": _wall_clock(starts_at, zone),
        "dtend": _wall_clock(ends_at, zone),
        "summary": _clean(summary),
        "location": _clean(location),
        "description": _clean(description),
        "status": "CANCELLED" if cancelled else "CONFIRMED",
        "class": "PRIVATE",
        "transp": "TRANSPARENT" if cancelled else "OPAQUE",
        "organizer": _address(organizer_address, organizer_name),
        "attendee": _attendee(attendee_address) if attendee_address else None,
        "url": url or None,
    }
    years = (starts_at.astimezone(zone).year, ends_at.astimezone(zone).year)
    return _calendar(method, _vtimezone(zone.key, *years), facts)


def _calendar(method: Method, timezone: bytes, facts: Mapping[str, object]) -> bytes:
    """The zone is put in as written before: it is half of the entry, and the same in thousands of mails."""
    event = Event()
    for name, value in facts.items():
        if value is not None:
            event.add(name, value)
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method.value)
    calendar.add_component(event)
    head, begin, rest = calendar.to_ical().partition(b"BEGIN:VEVENT")
    return b"".join((head, timezone, begin, rest))


def _wall_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """Local time, so that calendars show the office's clock.

    The hour that comes twice in October is written in UTC on its second turn: local time with a TZID would mean the
    first one (RFC 5545 section 3.3.5).
    """
    local = moment.astimezone(zone)
    return moment.astimezone(UTC) if local.fold else local


@lru_cache(maxsize=64)
def _vtimezone(key: str, first_year: int, last_year: int) -> bytes:
    zone = Timezone.from_tzid(key, first_date=date(first_year, 1, 1), last_date=date(last_year + 1, 1, 1))
    zone.pop("comment", None)
    written: bytes = zone.to_ical()
    return written


def _clean(text: str) -> str:
    return _CONTROL.sub("", _LINE_BREAK.sub("\n", text))


def _address(address: str, name: str) -> vCalAddress:
    if not _ADDRESS.fullmatch(address):
        raise ValueError("address malformed")
    value = vCalAddress(f"mailto:{address}")
    # A parameter knows no escapes (RFC 5545 section 3.2); some readers see one in a backslash and lose the address.
    common_name = " ".join(_clean(name).replace("\\", " ").split())
    if common_name:
        value.params["CN"] = vText(common_name)
    return value


def _attendee(address: str) -> vCalAddress:
    value = _address(address, "")
    # Nobody has to answer; ACCEPTED keeps calendars from asking.
    value.params["PARTSTAT"] = vText("ACCEPTED")
    value.params["ROLE"] = vText("REQ-PARTICIPANT")
    value.params["RSVP"] = vText("FALSE")
    return value
