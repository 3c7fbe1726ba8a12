# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Places for long work among the children of one worker.

A tick that has a backlog to bring out takes up to a minute. If every child of a worker were busy with one, a
confirmation that somebody waits for would wait as well; so one child fewer than there are may be.
"""

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO


class Slots:
    """Made before the children are forked. A child that is killed gives its place back by itself: the kernel does."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 -- lives as long as the process

    @contextmanager
    def one(self) -> Iterator[bool]:
        """Hold one of the places. False: all are taken, by other processes."""
        for place in range(self._count):
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            except OSError:
                continue
            try:
                yield True
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)
            return
        yield False
