# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of a Jobcenter's face: say something else, go back, and what holds now."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.db import connection, transaction
from django.db.models import QuerySet

from jobcenter_portal.about.models import Part, Wording
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.service import By
from jobcenter_portal.tenancy.briefly import briefly
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.web.languages import is_known

LONGEST: Final[Mapping[Part, int]] = MappingProxyType(
    {
        Part.WELCOME: 300,
        Part.CONTACT: 600,
        Part.IMPRINT: 6000,
        Part.PRIVACY: 24000,
        Part.GAPS: 6000,
        Part.ENFORCEMENT: 800,
    }
)
_LOCK: Final = 7411


class TooLong(ValueError):
    """More words than the place on the page has room for."""


class WordingChangedMeanwhile(Exception):
    """Other words hold than those that somebody had before them: `current`."""

    def __init__(self, current: Wording | None) -> None:
        super().__init__("the wording was changed meanwhile")
        self.current = current


def words_of(parts: Iterable[Part]) -> Mapping[tuple[Part, str], str]:
    """What holds now, by part and language, at most a second old. A part without words in a language is not there."""
    wanted = tuple(sorted(parts))
    return briefly("wordings", wanted, read=lambda: _words(wanted))


def current_wording(part: Part, language: str) -> Wording | None:
    """The newest version, also where it is empty; None where nothing was ever written."""
    return versions(part, language).first()


def versions(part: Part, language: str) -> "QuerySet[Wording]":
    """All versions, newest first."""
    of_part: QuerySet[Wording] = Wording.objects.filter(part=part, language=language)
    return of_part.select_related("created_by").order_by("-version")


def reword(*, part: Part, language: str, text: str, seen: int, by: By, now: datetime) -> Wording | None:
    """Let these words hold from now on; `seen` is the version that somebody had before them, 0 for none.

    The same words are not saved twice. Raises TooLong, WordingChangedMeanwhile, and ValueError for a language that
    no page can have.
    """
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if len(text) > LONGEST[part]:
        raise TooLong
    if not is_known(language):
        raise ValueError(language)
    with transaction.atomic():
        _one_at_a_time(part, language)
        before = current_wording(part, language)
        if text == (before.text if before else ""):
            return before
        if seen != (before.version if before else 0):
            raise WordingChangedMeanwhile(before)
        saved: Wording = Wording.objects.create(
            tenant_id=current_tenant().pk,
            part=part,
            language=language,
            version=seen + 1,
            text=text,
            created_at=now,
            created_by_id=by.membership_id,
        )
        audit.record(by=by, action="wording_saved", subject=f"wording:{part}.{language}", at=now, version=saved.version)
    return saved


def reword_as_in(*, part: Part, language: str, version: int, seen: int, by: By, now: datetime) -> Wording | None:
    """Use the words of an earlier version again, as a new one. Raises LookupError, WordingChangedMeanwhile."""
    earlier = versions(part, language).filter(version=version).first()
    if earlier is None:
        raise LookupError(version)
    return reword(part=part, language=language, text=earlier.text, seen=seen, by=by, now=now)


def _words(parts: tuple[Part, ...]) -> dict[tuple[Part, str], str]:
    newest = (
        Wording.objects.filter(part__in=parts)
        .order_by("part", "language", "-version")
        .distinct("part", "language")
        .values_list("part", "language", "text")
    )
    return {(Part(part), language): text for part, language, text in newest if text}


def _one_at_a_time(part: Part, language: str) -> None:
    """Two people who save the same words come one after the other, and the second is told."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, f"{current_tenant().pk}/{part}.{language}"]
        )
