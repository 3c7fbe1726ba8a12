# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which offsets apply to one appointment: the house's plan, or the service's own instead of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

NO_CHANNEL: Final = "none"
"""The channel of the one rule that says: about this service nobody is reminded."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a reminder plan. Without a service it is the house's. `only_without`: not for whoever has these."""

    kind: str
    channel: str
    offset: str
    service_id: int | None = None
    only_without: frozenset[str] = frozenset()


def offsets_by_channel(
    rules: Iterable[Rule], *, kind: str, service_id: int, channels: Collection[str]
) -> Mapping[str, tuple[str, ...]]:
    """The offsets of each of a person's `channels` for one kind of message about one service.

    A service with a rule of its own for this kind follows its own rules alone, NO_CHANNEL among them.
    """
    of_kind = [rule for rule in rules if rule.kind == kind]
    own = [rule for rule in of_kind if rule.service_id == service_id]
    wanted: dict[str, list[str]] = {}
    for rule in own or (rule for rule in of_kind if rule.service_id is None):
        if rule.channel in channels and rule.only_without.isdisjoint(channels):
            wanted.setdefault(rule.channel, []).append(rule.offset)
    return {channel: tuple(offsets) for channel, offsets in wanted.items()}
