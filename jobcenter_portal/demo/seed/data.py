# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads the demo's data files into typed values: one TOML file per Jobcenter, plus texts and names that all share.

How the files are written:

* Hours: `"mon-wed,fri 08:00-12:00 13:00-15:30"`, weekdays first, then ranges on the local clock.
* `from_today = [2, 5]`: from the second to the fifth day after the day of the seed, both included.
* `each_year = ["12-24", "01-01"]`: month and day; a closure may last over New Year.
* `after_easter = -48`: days after Easter Sunday.
* A service takes its texts from `shared/services.toml` unless it brings its own.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any, Final

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


@dataclass(frozen=True, slots=True)
class LocationData:
    slug: str
    name: str
    street: str
    town: str
    hours: tuple[Hours, ...]
    entrance: str = ""
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


@dataclass(frozen=True, slots=True)
class StaffData:
    """Somebody who works here; without a lane nobody books appointments with them."""

    key: str
    name: str
    role: Role
    lane: LaneData | None


@dataclass(frozen=True, slots=True)
class ClosureData:
    """Closed days, given in one of three ways; without a location the whole Jobcenter is closed."""

    reason: Mapping[str, str]
    location: str | None = None
    each_year: tuple[str, str] | None = None
    after_easter: int | None = None
    from_today: Days | None = None


@dataclass(frozen=True, slots=True)
class PersonData:
    """An invented person with addresses, who books a service a moment before the demo starts."""

    name: str
    language: str
    service: str
    email: str = ""
    mobile: str = ""


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
        counters=tuple(_lane(one) for one in raw.get("counters", ())),
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
    return ServiceData(
        **{**texts, "documents": {language: "\n".join(lines) for language, lines in texts["documents"].items()}}
    )


def _staff(raw: dict[str, Any]) -> StaffData:
    has_lane = "at" in raw
    return StaffData(raw["key"], raw["name"], Role(raw["role"]), _lane(raw) if has_lane else None)


def _lane(raw: dict[str, Any]) -> LaneData:
    return LaneData(
        name=raw["name"],
        services=tuple(raw["services"]),
        at={location: _all_hours(texts) for location, texts in raw["at"].items()},
        max_per_day=raw.get("max_per_day"),
        absences=tuple(_absence(one) for one in raw.get("absences", ())),
    )


def _absence(raw: dict[str, Any]) -> AbsenceData:
    days = raw["from_today"][0], raw["from_today"][1]
    return AbsenceData(days, minutes(raw["hours"])) if "hours" in raw else AbsenceData(days)


def _closure(raw: dict[str, Any]) -> ClosureData:
    each_year = (raw["each_year"][0], raw["each_year"][1]) if "each_year" in raw else None
    return ClosureData(**{**raw, "each_year": each_year, "from_today": _days(raw)})


def _days(raw: dict[str, Any]) -> Days | None:
    return (raw["from_today"][0], raw["from_today"][1]) if "from_today" in raw else None
