# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One site in words that need neither the portal nor the peer: it travels between their two environments as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of one local day, minutes of the day, end excluded."""

    day: str
    start_minute: int
    end_minute: int


@dataclass(frozen=True, slots=True)
class Staff:
    number: int
    hours: dict[int, tuple[int, int]]
    """First opening and last closing minute by ISO weekday."""
    breaks: list[Stretch]
    """Closed time between them, day by day: the peer knows one range of hours a day."""
    days_off: list[tuple[str, str]]
    """First and last day."""
    appointments: list[Stretch]


@dataclass(frozen=True, slots=True)
class PeerSite:
    service_minutes: int
    grid_minutes: int
    gap_minutes: int
    lead_minutes: int
    staff: list[Staff]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, known: dict[str, Any]) -> PeerSite:
        staff = [
            Staff(
                one["number"],
                {int(weekday): (start, end) for weekday, (start, end) in one["hours"].items()},
                [Stretch(**each) for each in one["breaks"]],
                [(first, last) for first, last in one["days_off"]],
                [Stretch(**each) for each in one["appointments"]],
            )
            for one in known["staff"]
        ]
        return cls(**{**known, "staff": staff})
