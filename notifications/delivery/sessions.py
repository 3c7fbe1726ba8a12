# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The kept-open ways to the providers, one set per worker thread."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Final, Self

from notifications.channels.base import Receipt, Session
from notifications.channels.registry import driver_of
from notifications.delivery.ways import Way

_MOST_OPEN: Final = 64
"""Per thread. Some hundred Jobcenters with accounts of their own would otherwise keep a connection each."""


class Sessions:
    """Opens an account's session on first use and keeps it, until its settings change. Not for several threads."""

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[int | None, str], tuple[Way, Session]] = OrderedDict()

    def of(self, way: Way) -> Session:
        """The session of an account. Raises BadConfig and UnknownDriver, before any I/O."""
        key = (way.tenant_id, way.key)
        known = self._open.pop(key, None)
        if known is not None and known[0] != way:
            # Somebody changed password or address of the account: nothing more goes the old way.
            known[1].close()
            known = None
        kept = known or (way, driver_of(way.driver).open(way.config))
        self._open[key] = kept
        while len(self._open) > _MOST_OPEN:
            _, (_, oldest) = self._open.popitem(last=False)
            oldest.close()
        return kept[1]

    def drop(self, way: Way) -> None:
        """Forget a session whose driver failed: nobody knows what state it is in."""
        known = self._open.pop((way.tenant_id, way.key), None)
        if known is not None:
            known[1].close()

    def collect(self) -> Iterator[tuple[Way, Sequence[Receipt]]]:
        """What came in on open sessions meanwhile, by account."""
        for way, session in list(self._open.values()):
            receipts = session.collect()
            if receipts:
                yield way, receipts

    def close(self) -> None:
        for _, session in self._open.values():
            session.close()
        self._open.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()
