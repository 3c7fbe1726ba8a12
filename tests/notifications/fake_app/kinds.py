# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two kinds of message that belong to no feature, so that delivery is tested without appointments."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from notifications.channels.base import Channel
from notifications.kinds import Envelope, MessageRef, Placeholder, Planned

PHONE = "+4915228817386"
PERSON = "Anna Kanarienvogel"
"""What a text about a subject "person:…" says."""


@dataclass
class FakeKind:
    """Says what it is told to: `untrue` subjects are no longer so, `broken` ones raise.

    Mail goes to <subject>@people.example, or to `address` if that is set.
    """

    key: str
    resend_when_ambiguous: bool
    untrue: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    address: str = ""
    instead: list[Planned] = field(default_factory=list)
    placeholders: Mapping[str, Placeholder] = field(
        default_factory=lambda: {"about": Placeholder(explanation="worum es geht", example="thing:1 now")}
    )

    def never_said(self) -> Collection[str]:
        return ()

    def compose(self, ref: MessageRef, *, now: datetime) -> Envelope | None:  # noqa: ARG002 -- part of MessageKind
        if ref.subject in self.broken:
            raise RuntimeError("anna.beispiel@people.example")
        if ref.subject in self.untrue:
            return None
        address = PHONE if ref.channel is Channel.SMS else f"{ref.subject.replace(':', '-')}@people.example"
        about = PERSON if ref.subject.startswith("person:") else f"{ref.subject} {ref.occasion}"
        return Envelope(address=self.address or address, values={"about": about})

    def compose_all(self, refs: Sequence[MessageRef], *, now: datetime) -> list[Envelope | None]:
        return [self.compose(ref, now=now) for ref in refs]

    def other_ways(self, ref: MessageRef, *, now: datetime) -> Sequence[Planned]:  # noqa: ARG002 -- as above
        return self.instead


def note() -> FakeKind:
    return FakeKind("test-note", resend_when_ambiguous=False)


def change() -> FakeKind:
    return FakeKind("test-change", resend_when_ambiguous=True)
