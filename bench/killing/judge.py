# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Compares what a mail server took with what the portal's rows say. Knows no database, so that it can be tested."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

GRACE: Final = timedelta(seconds=10)
"""Of use is asked when a window of mails is armed; the last of them is handed over a little later."""
REPEATED: Final = frozenset({"test-change"})
"""Kinds that may be sent once more when nobody knows whether they arrived."""
_SENT: Final = frozenset({"accepted", "delivered"})


@dataclass(frozen=True, slots=True)
class Row:
    """One message as the database knows it after everything has settled."""

    subject: str
    """With its Jobcenter."""
    revision: int
    reference: str
    kind: str
    state: str
    not_after: datetime
    closed_at: datetime | None = None
    is_listed: bool = False
    """The desk shows it as unclear."""
    is_waiting: bool = False
    """Somebody will look into it again by itself."""
    trace: tuple[str, ...] = ()
    """Outcomes of its attempts, in order."""

    @property
    def about(self) -> str:
        return f"{self.subject} r{self.revision}"

    @property
    def doubts(self) -> int:
        return self.trace.count("ambiguous")

    def __str__(self) -> str:
        return f"{self.about} ({self.kind}, {self.state}; {', '.join(self.trace) or 'no attempt'})"


@dataclass(slots=True)
class Verdict:
    lost: list[str] = field(default_factory=list)
    unexplained_duplicates: list[str] = field(default_factory=list)
    late_useless: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    """Told an old time after the new one."""
    ambiguous: int = 0
    listed: int = 0
    explained_duplicates: int = 0

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.unexplained_duplicates or self.late_useless or self.out_of_order)


def judge(planned: Collection[str], rows: Sequence[Row], taken: Mapping[str, Sequence[datetime]]) -> Verdict:
    """`planned`: what was committed to be said. `taken`: when each mail was taken, by its reference."""
    verdict = Verdict()
    known = {row.about for row in rows}
    verdict.lost += [f"{about}: committed, and no row knows it" for about in sorted(set(planned) - known)]
    strangers = sorted(set(taken) - {row.reference for row in rows})
    verdict.lost += [f"mail {reference}: taken, and no row knows it" for reference in strangers]
    newest: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: row.revision):
        newest[row.subject] = row
    for row in rows:
        times, newer = taken.get(row.reference, ()), newest[row.subject]
        verdict.ambiguous += row.doubts > 0
        verdict.listed += row.state == "ambiguous" and row.is_listed
        if reason := _why_lost(row, was_taken=bool(times), is_overtaken=newer is not row):
            verdict.lost.append(f"{row}: {reason}")
        if len(times) > 1:
            if _is_explained(row, len(times)):
                verdict.explained_duplicates += 1
            else:
                verdict.unexplained_duplicates.append(f"{row}: taken {len(times)} times")
        if any(time > row.not_after + GRACE for time in times):
            verdict.late_useless.append(f"{row}: of use until {row.not_after}, taken at {max(times)}")
        if newer is not row and times and max(times) > min(taken.get(newer.reference, (max(times),))):
            verdict.out_of_order.append(f"{row}: taken at {max(times)}, after {newer}")
    return verdict


def _why_lost(row: Row, *, was_taken: bool, is_overtaken: bool) -> str:
    if row.state in _SENT:
        return "" if was_taken else "noted as sent, and the server never took it"
    if row.state == "ambiguous":
        if row.is_waiting:
            return "nobody has looked into it"
        return "" if row.is_listed else "unclear, and the desk does not list it"
    if row.state == "expired":
        in_time = row.closed_at is None or row.closed_at < row.not_after
        return "given up before it was of no use" if in_time else ""
    if row.state == "superseded" and is_overtaken:
        return ""
    # The server refuses nobody and nothing else is taken back, so there is no reason for any other state.
    return "neither sent nor listed"


def _is_explained(row: Row, times: int) -> bool:
    return row.kind in REPEATED and times <= 1 + row.doubts
