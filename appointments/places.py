# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How people find a house and get in: what the office says about it, in each language.

Messages that wait are put into words when they leave, so they say what holds then.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from appointments.models import Location
from jobcenter_portal.audit import service as audit
from jobcenter_portal.web.languages import is_known

LONGEST_ENTRANCE: Final = 200
"""It stands beside the address in e-mails and on letters."""
LONGEST_WAY: Final = 400


@dataclass(frozen=True, slots=True)
class Way:
    """What is said about a house in one language; empty sentences are left out, and German stands in for them."""

    entrance: str = ""
    directions: str = ""
    without_steps: str = ""

    @property
    def seal(self) -> str:
        """Tells whether somebody changed it meanwhile."""
        return hashlib.sha256(f"{self.entrance}\n{self.directions}\n{self.without_steps}".encode()).hexdigest()

    @property
    def is_said(self) -> bool:
        return bool(self.entrance or self.directions or self.without_steps)


class WayChangedMeanwhile(Exception):
    """Something else is said by now than what somebody had before them: `current`."""

    def __init__(self, current: Way) -> None:
        super().__init__("the way was changed meanwhile")
        self.current = current


def way_of(location: Location, language: str) -> Way:
    """What the office wrote in this very language, German standing in for nothing."""
    return Way(
        location.entrances.get(language, ""),
        location.directions.get(language, ""),
        location.barrier_free.get(language, ""),
    )


def tell_the_way(*, location: Location, language: str, way: Way, seen: str, by: audit.By, now: datetime) -> None:
    """Let this hold from now on; `seen` is the seal of what somebody had before them. The same again changes nothing.

    Raises WayChangedMeanwhile, and ValueError for a language that no page can have.
    """
    if not is_known(language):
        raise ValueError(language)
    with transaction.atomic():
        locked = Location.objects.select_for_update().get(pk=location.pk)
        before = way_of(locked, language)
        if before == way:
            return
        if before.seal != seen:
            raise WayChangedMeanwhile(before)
        locked.entrances = _with(locked.entrances, language, way.entrance)
        locked.directions = _with(locked.directions, language, way.directions)
        locked.barrier_free = _with(locked.barrier_free, language, way.without_steps)
        locked.save(update_fields=["entrances", "directions", "barrier_free"])
        audit.record(by=by, action="way_told", subject=f"location:{locked.pk}", at=now, language=language)


def _with(texts: dict[str, str], language: str, sentence: str) -> dict[str, str]:
    others = {code: text for code, text in texts.items() if code != language}
    return {**others, language: sentence} if sentence else others
