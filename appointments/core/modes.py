# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How an appointment takes place, and the part that each calendar plays in it."""

from enum import IntEnum, IntFlag, unique


@unique
class Mode(IntFlag):
    """How people meet. A bit each, so that hours and services can allow several in one number."""

    IN_PERSON = 1
    PHONE = 2
    VIDEO = 4
    OUTREACH = 8
    """The office comes to the person."""


ALL_MODES = Mode.IN_PERSON | Mode.PHONE | Mode.VIDEO | Mode.OUTREACH


def modes_in(mask: int) -> list[Mode]:
    """The single modes of a number, in their order."""
    return [mode for mode in Mode if mode & mask]


@unique
class PartyRole(IntEnum):
    """Whose time an appointment takes. Each role of a service is filled by one calendar; all of them or none."""

    LEAD = 1
    SECOND = 2
    """A second member of staff."""
    ROOM = 3
    MEDIATOR = 4
    """Somebody who interprets; wanted by the person, not by the service."""
