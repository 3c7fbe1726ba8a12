# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Nothing may be said over the network inside a transaction: it would hold locks and a snapshot for as long as a
provider likes. The database itself is reached through libpq, which this does not see."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from django.db import connections

_VERBS: Final = ("connect", "connect_ex", "send", "sendall")


class NetworkInTransaction(AssertionError):
    """Code under test spoke to somebody while a transaction was open."""


def _in_transaction() -> bool:
    """The test's own transaction, which is rolled back after it, does not count."""
    opened = [block for database in connections.all(initialized_only=True) for block in database.atomic_blocks]
    return any(not block._from_testcase for block in opened)  # type: ignore[attr-defined]


@contextmanager
def no_network_in_transactions() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for verb in _VERBS:
            patch.setattr(socket.socket, verb, _guarded(getattr(socket.socket, verb), verb))
        yield


def _guarded(original: Callable[..., Any], verb: str) -> Callable[..., Any]:
    def guarded(self: socket.socket, *arguments: Any, **options: Any) -> Any:
        if self.family != socket.AF_UNIX and _in_transaction():
            raise NetworkInTransaction(verb)
        return original(self, *arguments, **options)

    return guarded
