# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads the demo's data files into typed values: one TOML file per Jobcenter, plus texts and names that all share.

How the files are written:

* Hours: `"mon-wed,fri 08:00-12:00 13:00-15:30"`, weekdays first, then ranges on the local clock.
* `from_today = [2, 5]`: from the second to the fifth day after the day of the seed, both included.
* `each_year = ["12-24", "01-01"]`: month and day; a closure may last over New Year.
* `after_easter = -48`: days after Easter Sunday.
* A service takes its texts from `shared/services.toml` unless it brings its own; `modes = ["phone", "in_person"]` says
  how people can meet, `open = "09:00-16:00"` bounds its hours of the day.
* A calendar is open `at` its sites; `emergency` are hours for emergencies alone, `every_two_weeks` those of every other
  week, counted from the week of the seed. `rooms` and `second` name services in which it is not the one who leads.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from functools import cache, reduce
from operator import or_
from pathlib import Path
from typing import Any, Final

from appointments.core.modes import Mode, PartyRole
from appointments.models import CalendarKind
from jobcenter_portal.accounts.permissions import Role

FOLDER: Final = Path(__file__).resolve().parents[1] / "data"
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Days = tuple[int, int]
"""First and last day, both included, counted from the day of the seed."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Open on an ISO weekday, in minutes of the local day."""

    weekday: int
    start_minute: int
    end_minute: int
    is_emergency: bool = False
    every_weeks: int = 1


@dataclass(frozen=True, slots=True)
class LocationData:
    slug: str
    name: str
    street: str
    town: str
    hours: tuple[Hours, ...]
    from_today: Days | None = None
    """A site that exists for some time only."""


@dataclass(frozen=True, slots=True)
class ServiceData:
    """An Anliegen; `documents` holds one paper a line."""

    slug: str
    minutes: int
    title: Mapping[str, str]
    hint: Mapping[str, str]
    documents: Mapping[str, str]
    before: int = 0
    after: int = 0
    grid: int | None = None
    lead_hours: int | None = None
    horizon: int | None = None
    hours: tuple[int, int] | None = None
    """In which minutes of the day it takes place."""
    modes: Mode = Mode.IN_PERSON
    mediator: int = 0
    """Extra minutes when somebody interprets."""
    is_emergency: bool = False
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class AbsenceData:
    """Away on these days: all day, or in one range of minutes of each."""

    from_today: Days
    minutes: tuple[int, int] = (0, 24 * 60)


@dataclass(frozen=True, slots=True)
class LaneData:
    """Somebody's or some counter's calendar: what it offers, and its hours by location."""

    name: str
    services: tuple[str, ...]
    at: Mapping[str, tuple[Hours, ...]]
    max_per_day: int | None = None
    absences: tuple[AbsenceData, ...] = ()
    kind: CalendarKind = CalendarKind.CASEWORKER
    languages: tuple[str, ...] = ()
    code: str = ""
    deputy: str = ""
    """Name of the calendar that stands in."""
    rooms: tuple[str, ...] = ()
    second: tuple[str, ...] = ()

    @property
    def roles(self) -> list[tuple[str, PartyRole]]:
        """Which part it plays in which service."""
        return [
            *((slug, PartyRole.LEAD) for slug in self.services),
            *((slug, PartyRole.SECOND) for slug in self.second),
            *((slug, PartyRole.ROOM) for slug in self.rooms),
        ]


@dataclass(frozen=True, slots=True)
class StaffData:
    """Somebody who works here; without a lane nobody books appointments with them."""

    key: str
    name: str
    role: Role
    lane: LaneData | None
    places: tuple[str, ...] = ()
    """Where their work ends; without any it reaches everywhere."""


@dataclass(frozen=True, slots=True)
class ClosureData:
    """Closed days, given in one of three ways; without a location the whole Jobcenter is closed."""

    reason: Mapping[str, str]
    location: str | None = None
    each_year: tuple[str, str] | None = None
    after_easter: int | None = None
    from_today: Days | None = None
    emergency: tuple[str, int, int] | None = None
    """Month and day, and the minutes in which emergencies are served although it is closed."""


@dataclass(frozen=True, slots=True)
class CatchmentData:
    """Which site serves a municipality, from and until a day counted from the seed."""

    municipality: str
    postcodes: tuple[str, ...]
    location: str
    from_today: int | None = None
    until_today: int | None = None


@dataclass(frozen=True, slots=True)
class SessionData:
    """A group date on the first open day at or after `from_today`."""

    service: str
    location: str
    calendar: str
    from_today: int
    minutes: tuple[int, int]
    seats: int
    title: Mapping[str, str]
    taken: int = 0


@dataclass(frozen=True, slots=True)
class PersonData:
    """An invented person with addresses, who books a service a moment before the demo starts.

    `post` holds the lines of a postal address, for somebody whom nothing else reaches.
    """

    name: str
    language: str
    service: str
    email: str = ""
    mobile: str = ""
    post: str = ""


@dataclass(frozen=True, slots=True)
class Demand:
    """What share of opening time is taken: on past days and today, on the two nearest open days, and how it fades.

    From the third open day on, each day has `fade` times the share of the day before.
    """

    past: float
    near: float
    fade: float


@dataclass(frozen=True, slots=True)
class JobcenterData:
    slug: str
    name: str
    short_name: str
    settings: Mapping[str, Any]
    demand: Demand
    reminders: tuple[Mapping[str, Any], ...]
    closures: tuple[ClosureData, ...]
    locations: tuple[LocationData, ...]
    services: tuple[ServiceData, ...]
    staff: tuple[StaffData, ...]
    counters: tuple[LaneData, ...] = field(default=())
    catchments: tuple[CatchmentData, ...] = field(default=())
    sessions: tuple[SessionData, ...] = field(default=())
    people: tuple[PersonData, ...] = field(default=())

    @property
    def lanes(self) -> tuple[LaneData, ...]:
        return (*(one.lane for one in self.staff if one.lane), *self.counters)


def slugs() -> list[str]:
    """The Jobcenters that there are data for."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(slug: str) -> JobcenterData:
    """Read one Jobcenter's file. Raises FileNotFoundError, KeyError or TypeError for data that cannot be understood."""
    raw = _read(FOLDER / f"{slug}.toml")
    return JobcenterData(
        slug=raw["slug"],
        name=raw["name"],
        short_name=raw["short_name"],
        settings=raw["settings"],
        demand=Demand(**raw["demand"]),
        reminders=tuple(raw["reminders"]),
        closures=tuple(_closure(one) for one in raw["closures"]),
        locations=tuple(_location(one) for one in raw["locations"]),
        services=tuple(_service(one) for one in raw["services"]),
        staff=tuple(_staff(one) for one in raw["staff"]),
        counters=tuple(_lane({"kind": CalendarKind.COUNTER, **one}) for one in raw.get("counters", ())),
        catchments=tuple(_catchment(one) for one in raw.get("catchments", ())),
        sessions=tuple(_session(one) for one in raw.get("sessions", ())),
        people=tuple(PersonData(**one) for one in raw["people"]),
    )


@cache
def names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Given and family names from which people are invented."""
    raw = _read(FOLDER / "shared" / "names.toml")
    return tuple(raw["given"]), tuple(raw["family"])


def hours(text: str) -> tuple[Hours, ...]:
    """`"mon-wed,fri 08:00-12:00 13:00-15:30"` as one rule for each weekday and range."""
    days, *ranges = text.split()
    return tuple(Hours(weekday, *minutes(one)) for weekday in _weekdays(days) for one in ranges)


def minutes(text: str) -> tuple[int, int]:
    """`"08:00-12:00"` in minutes of the day."""
    start, end = (time.fromisoformat(part) for part in text.split("-"))
    return start.hour * 60 + start.minute, end.hour * 60 + end.minute


def _weekdays(text: str) -> list[int]:
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        found += range(_WEEKDAYS.index(first) + 1, _WEEKDAYS.index(last or first) + 2)
    return found


@cache
def _texts() -> dict[str, Any]:
    return _read(FOLDER / "shared" / "services.toml")


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _all_hours(texts: list[str]) -> tuple[Hours, ...]:
    return tuple(one for text in texts for one in hours(text))


def _location(raw: dict[str, Any]) -> LocationData:
    return LocationData(**{**raw, "hours": _all_hours(raw["hours"]), "from_today": _days(raw)})


def _service(raw: dict[str, Any]) -> ServiceData:
    texts = _texts().get(raw["slug"], {}) | raw
    special: dict[str, Any] = {
        "documents": {language: "\n".join(lines) for language, lines in texts["documents"].items()},
        "modes": _modes(texts.get("modes", ["in_person"])),
        "is_emergency": texts.get("emergency", False),
        "is_group": texts.get("group", False),
        "hours": minutes(texts["open"]) if "open" in texts else None,
    }
    plain = {key: value for key, value in texts.items() if key not in ("emergency", "group", "open")}
    return ServiceData(**{**plain, **special})


def _modes(names: list[str]) -> Mode:
    return reduce(or_, (Mode[name.upper()] for name in names))


def _staff(raw: dict[str, Any]) -> StaffData:
    has_lane = "services" in raw
    lane = _lane(raw) if has_lane else None
    return StaffData(raw["key"], raw["name"], Role(raw["role"]), lane, tuple(raw.get("places", ())))


def _lane(raw: dict[str, Any]) -> LaneData:
    return LaneData(
        name=raw["name"],
        services=tuple(raw["services"]),
        at=_hours_by_location(raw),
        max_per_day=raw.get("max_per_day"),
        absences=tuple(_absence(one) for one in raw.get("absences", ())),
        kind=CalendarKind(raw.get("kind", CalendarKind.CASEWORKER)),
        languages=tuple(raw.get("languages", ())),
        code=raw.get("code", ""),
        deputy=raw.get("deputy", ""),
        rooms=tuple(raw.get("rooms", ())),
        second=tuple(raw.get("second", ())),
    )


def _hours_by_location(raw: dict[str, Any]) -> dict[str, tuple[Hours, ...]]:
    found: dict[str, tuple[Hours, ...]] = {}
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("at", {}),
        ("emergency", {"is_emergency": True}),
        ("every_two_weeks", {"every_weeks": 2}),
    ]
    for key, special in kinds:
        for location, texts in raw.get(key, {}).items():
            found[location] = (*found.get(location, ()), *(replace(one, **special) for one in _all_hours(texts)))
    return found


def _catchment(raw: dict[str, Any]) -> CatchmentData:
    return CatchmentData(**{**raw, "postcodes": tuple(raw["postcodes"])})


def _session(raw: dict[str, Any]) -> SessionData:
    return SessionData(**{**raw, "minutes": minutes(raw["minutes"])})


def _absence(raw: dict[str, Any]) -> AbsenceData:
    days = raw["from_today"][0], raw["from_today"][1]
    return AbsenceData(days, minutes(raw["hours"])) if "hours" in raw else AbsenceData(days)


def _closure(raw: dict[str, Any]) -> ClosureData:
    each_year = (raw["each_year"][0], raw["each_year"][1]) if "each_year" in raw else None
    emergency = (raw["emergency"][0], *minutes(raw["emergency"][1])) if "emergency" in raw else None
    return ClosureData(**{**raw, "each_year": each_year, "from_today": _days(raw), "emergency": emergency})


def _days(raw: dict[str, Any]) -> Days | None:
    return (raw["from_today"][0], raw["from_today"][1]) if "from_today" in raw else None
