# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A Jobcenter's own words: saved as versions that never change, of which one is in use, or none.

What was sent names the version, so years later an office can say what its people read.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet

from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.service import By
from jobcenter_portal.tenancy.briefly import briefly
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.languages import is_known
from notifications.channels.base import Channel
from notifications.kinds import UnknownKind, kind_of
from notifications.models import TextVersion
from notifications.texts.defaults import Key, Text
from notifications.texts.linter import Finding, Severity, check
from notifications.texts.syntax import TextFault, parse

log = structlog.get_logger(__name__)
WITH_WORDS: Final = (Channel.EMAIL, Channel.SMS, Channel.LETTER)
"""Channels whose words can be changed; a push notification says the same whatever it is about."""
_LOCK: Final = 7304
_KEPT: Final = 2000
"""Read texts per process: more than seven Jobcenters have, small enough to forget about."""


class TextRefused(ValueError):
    """The words cannot be saved as they are: `findings` say why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("the text has faults")
        self.findings = findings


class TextChangedMeanwhile(Exception):
    """Other words are in use than those that somebody had before them: `current`, or the portal's where it is None."""

    def __init__(self, current: TextVersion | None) -> None:
        super().__init__("the text was changed meanwhile")
        self.current = current


class NoSuchText(LookupError):
    """There is no text of this kind, channel and language that could be changed."""


def active() -> Mapping[Key, Text]:
    """The own words of the current Jobcenter that are in use, at most a second old: sending asks for every message."""
    jobcenter = current_tenant()
    return OwnTexts(jobcenter.pk, briefly("own texts", read=_in_use))


class OwnTexts(Mapping[Key, Text]):
    """Own words by kind, channel and language. A text is read when it is needed, and once per process."""

    def __init__(self, tenant_id: int, in_use: Mapping[Key, int]) -> None:
        self._tenant_id = tenant_id
        self._in_use = in_use

    def __getitem__(self, key: Key) -> Text:
        text = _text(self._tenant_id, self._in_use[key])
        if text is None:
            raise KeyError(key)
        return text

    def __iter__(self) -> Iterator[Key]:
        return iter(self._in_use)

    def __len__(self) -> int:
        return len(self._in_use)


def findings(
    *, kind: str, channel: Channel, language: str, subject: str, body: str, never_said: Collection[str] | None = None
) -> list[Finding]:
    """What the linter says of these words in the current Jobcenter. Raises NoSuchText.

    `never_said` are the words that the kind never says, for who has asked it already.
    """
    _known(kind, channel, language)
    jobcenter = _jobcenter()
    return check(
        kind,
        channel,
        language,
        subject,
        body,
        discreet=jobcenter.settings.discreet,
        words=kind_of(kind).never_said() if never_said is None else never_said,
        office=(jobcenter.name, jobcenter.short_name),
    )


def save_text(
    *,
    kind: str,
    channel: Channel,
    language: str,
    subject: str,
    body: str,
    by: By,
    now: datetime,
    despite_warnings: bool = False,
    seen: int | None = None,
) -> TextVersion:
    """Save new words and use them from now on. Raises TextRefused, TextChangedMeanwhile, NoSuchText.

    Warnings (more than one SMS, say) hold it up until somebody has seen them. The words that are already in use are
    not saved twice. `seen` is the version that was in use when somebody began to write, 0 for the portal's words.
    """
    return _save(
        kind,
        channel,
        language,
        subject,
        body,
        by=by,
        now=now,
        despite_warnings=despite_warnings,
        is_used=True,
        seen=seen,
    )


def draft_text(
    *, kind: str, channel: Channel, language: str, subject: str, body: str, by: By, now: datetime
) -> TextVersion:
    """Save new words without using them, for a test. Raises TextRefused, NoSuchText."""
    return _save(kind, channel, language, subject, body, by=by, now=now, despite_warnings=True, is_used=False)


def _save(
    kind: str,
    channel: Channel,
    language: str,
    subject: str,
    body: str,
    *,
    by: By,
    now: datetime,
    despite_warnings: bool,
    is_used: bool,
    seen: int | None = None,
) -> TextVersion:
    found = findings(kind=kind, channel=channel, language=language, subject=subject, body=body)
    blocking = {Severity.ERROR} if despite_warnings else {Severity.ERROR, Severity.WARNING}
    if any(finding.severity in blocking for finding in found):
        raise TextRefused(found)
    subject = "" if channel is Channel.SMS else str(parse(subject.strip()))
    body = str(parse(body.strip()))
    with transaction.atomic():
        _one_at_a_time(kind, channel, language)
        texts = _of(kind, channel, language)
        before, newest = texts.filter(is_active=True).first(), texts.order_by("-version").first()
        same = before if is_used else newest
        if same is not None and (same.subject, same.body) == (subject, body):
            return same
        _as_seen(before, seen)
        if is_used:
            texts.filter(is_active=True).update(is_active=False)
        saved: TextVersion = TextVersion.objects.create(
            tenant_id=current_tenant().pk,
            kind=kind,
            channel=channel,
            language=language,
            version=newest.version + 1 if newest else 1,
            subject=subject,
            body=body,
            is_active=is_used,
            created_at=now,
            created_by_id=by.membership_id,
        )
        audit.record(
            by=by,
            action="text_saved" if is_used else "text_drafted",
            subject=subject_of(kind, channel, language),
            at=now,
            version=saved.version,
            before=before.version if before else 0,
        )
    return saved


def restore(version: TextVersion, *, by: By, now: datetime, seen: int | None = None) -> TextVersion:
    """Use old words again, as a new version. Raises TextChangedMeanwhile, and TextRefused where they became wrong."""
    return save_text(
        kind=version.kind,
        channel=Channel(version.channel),
        language=version.language,
        subject=version.subject,
        body=version.body,
        by=by,
        now=now,
        despite_warnings=True,
        seen=seen,
    )


def back_to_default(
    *, kind: str, channel: Channel, language: str, by: By, now: datetime, seen: int | None = None
) -> None:
    """Use the portal's words again. The own ones stay in the list of versions. Raises TextChangedMeanwhile."""
    _known(kind, channel, language)
    with transaction.atomic():
        _one_at_a_time(kind, channel, language)
        before = _of(kind, channel, language).filter(is_active=True).first()
        if before is None:
            return
        _as_seen(before, seen)
        before.is_active = False
        before.save(update_fields=["is_active"])
        audit.record(
            by=by,
            action="text_reset",
            subject=subject_of(kind, channel, language),
            at=now,
            version=0,
            before=before.version,
        )


def versions(*, kind: str, channel: Channel, language: str) -> list[TextVersion]:
    """All own words that ever were, newest first."""
    return list(_of(kind, channel, language).order_by("-version"))


def text_of(version: TextVersion) -> Text | None:
    """A version as it can be filled in; None when a release made it unreadable, so that the portal's words are used."""
    try:
        subject = None if version.channel == Channel.SMS else parse(version.subject)
        return Text(subject, parse(version.body), version.language, version.version)
    except TextFault:
        log.error("text of a Jobcenter cannot be read", text=version.pk)  # noqa: TRY400 -- the fault could repeat words
        return None


def subject_of(kind: str, channel: Channel, language: str) -> str:
    """The name of a text in the audit trail."""
    return f"text:{kind}/{channel}.{language}"


def _as_seen(current: TextVersion | None, seen: int | None) -> None:
    if seen is not None and seen != (current.version if current else 0):
        raise TextChangedMeanwhile(current)


def _in_use() -> dict[Key, int]:
    rows = TextVersion.objects.filter(is_active=True).values_list("kind", "channel", "language", "pk")
    return {(kind, Channel(channel), language): number for kind, channel, language, number in rows}


@lru_cache(maxsize=_KEPT)
def _text(tenant_id: int, number: int) -> Text | None:  # noqa: ARG001 -- a number is one Jobcenter's
    row = TextVersion.objects.filter(pk=number).first()
    return text_of(row) if row else None


def _of(kind: str, channel: Channel, language: str) -> "QuerySet[TextVersion]":
    texts: QuerySet[TextVersion] = TextVersion.objects.filter(kind=kind, channel=channel, language=language)
    return texts.select_related("created_by")


def _known(kind: str, channel: Channel, language: str) -> None:
    try:
        says_something = bool(kind_of(kind).placeholders)
    except UnknownKind as unknown:
        raise NoSuchText(kind) from unknown
    if not says_something or channel not in WITH_WORDS or not is_known(language):
        raise NoSuchText(f"{kind}/{channel}.{language}")


def _jobcenter() -> Jobcenter:
    jobcenter = current_tenant()
    assert isinstance(jobcenter, Jobcenter)  # noqa: S101 -- the context holds the model itself
    return jobcenter


def _one_at_a_time(kind: str, channel: Channel, language: str) -> None:
    """Two who save the same text get numbers one after the other."""
    name = f"{current_tenant().pk}/{subject_of(kind, channel, language)}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, name])
