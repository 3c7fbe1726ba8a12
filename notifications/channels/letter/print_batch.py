# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Letters that the office prints itself: sending one means that it waits, sealed, for the next batch.

The provider is the office. It says of a batch that it is in the post and no more than that, so no letter ever counts
as delivered. The queue lies in the database, above this layer, and is handed in from there (`use`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from django.utils.translation import gettext_lazy as _

from notifications.channels.base import (
    Accepted,
    Channel,
    Closing,
    Config,
    Field,
    ForgedReceipt,
    OutgoingLetter,
    Receipt,
    ReceiptRequest,
    Result,
    Words,
    text_of,
)

_FEWEST_LINES: Final = 2
_MOST_LINES: Final = 6
"""Of the zone for the address (DIN 5008)."""
_LONGEST_LINE: Final = 70
_LONGEST_LINK: Final = 200

RETURN_LINE: Final = Field(
    "return_line",
    _("Rücksendeangabe"),
    required=False,
    help=_(
        "Steht klein über der Adresse im Fenster, etwa „Postfach 12 34, 36037 Fulda“. "
        "Jeder kann sie lesen: bitte ohne das Wort Jobcenter."
    ),
)


class PrintQueue(Protocol):
    """Where letters of the current Jobcenter wait for paper."""

    def put(self, letter: OutgoingLetter, *, now: datetime) -> str:
        """Keep a letter and return its name there. The same reference again changes nothing and gives the same name."""
        ...

    def find(self, reference: str) -> str | None: ...


_queues: list[PrintQueue] = []


def use(queue: PrintQueue) -> None:
    """Say once, at the start of the process, where letters wait."""
    _queues[:] = [queue]


class PrintSession(Closing):
    def __init__(self, return_line: str) -> None:
        self._return_line = return_line

    def send(self, outgoing: OutgoingLetter, *, now: datetime) -> Result:
        """Raises ValueError, before anything is kept, for a letter that no window or sheet has room for."""
        letter = replace(outgoing, return_line=self._return_line or outgoing.return_line)
        _check(letter)
        return Accepted(_queues[0].put(letter, now=now))

    def ask(self, reference: str, *, to: str = "") -> Result | None:  # noqa: ARG002 -- part of Session
        name = _queues[0].find(reference)
        return Accepted(name) if name else None


def _check(letter: OutgoingLetter) -> None:
    if not _FEWEST_LINES <= len(letter.address) <= _MOST_LINES:
        raise ValueError("an address has two to six lines")
    if any(not line.strip() or len(line) > _LONGEST_LINE for line in (*letter.address, letter.return_line or "-")):
        raise ValueError("a line of the window is empty or too long")
    if len(letter.link) > _LONGEST_LINK:
        raise ValueError("a link that no camera reads from paper")
    if not letter.texts or not all(text.text.strip() for text in letter.texts):
        raise ValueError("a letter without words")


class PrintDriver:
    key = "print"
    channel = Channel.LETTER
    label = _("Selbst drucken und abschicken")
    fields = (RETURN_LINE,)
    can_be_asked = True
    receipts_step: Words | None = None

    def open(self, config: Config) -> PrintSession:
        return PrintSession(text_of(config, RETURN_LINE))

    def receipts(self, request: ReceiptRequest, config: Config) -> Sequence[Receipt]:  # noqa: ARG002 -- part of Driver
        raise ForgedReceipt("paper sends no receipts")


DRIVER: Final = PrintDriver()
