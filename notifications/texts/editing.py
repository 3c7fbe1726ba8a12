# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What pages need on which an office words its messages: which texts there are, and how each of them stands today."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jobcenter_portal.audit import service as audit
from jobcenter_portal.web.languages import LANGUAGES, is_known
from notifications.channels.base import Channel
from notifications.kinds import UnknownKind, Value, kind_of
from notifications.models import TextVersion
from notifications.texts.defaults import Key, Text, default
from notifications.texts.linter import BODY, LONGEST_BODY, LONGEST_SMS, LONGEST_SUBJECT, SUBJECT, Finding, Severity
from notifications.texts.overrides import (
    WITH_WORDS,
    NoSuchText,
    TextChangedMeanwhile,
    TextRefused,
    back_to_default,
    draft_text,
    findings,
    restore,
    save_text,
    subject_of,
    text_of,
    versions,
)
from notifications.texts.placeholders import Placeholder, examples, placeholders_of
from notifications.texts.preview import Preview, Sms, preview
from notifications.texts.syntax import ListStyle, MissingValue
from notifications.texts.trial import address_for_tests, subject_of_test

__all__ = [
    "BODY",
    "LONGEST_BODY",
    "LONGEST_SMS",
    "LONGEST_SUBJECT",
    "SUBJECT",
    "WITH_WORDS",
    "Finding",
    "Key",
    "NoSuchText",
    "OwnText",
    "Placeholder",
    "Preview",
    "Severity",
    "Sms",
    "TextChangedMeanwhile",
    "TextRefused",
    "TextVersion",
    "Value",
    "Words",
    "address_for_tests",
    "back_to_default",
    "draft_text",
    "drafts",
    "examples",
    "languages_of",
    "own_texts",
    "placeholders_of",
    "portal_words",
    "preview",
    "restore",
    "save_text",
    "subject_of_test",
    "versions",
    "words_in_use",
]

_DRAFTED: Final = "text_drafted"


@dataclass(frozen=True, slots=True)
class Words:
    """A text as it is typed. `version` 0 is the portal's."""

    subject: str
    body: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class OwnText:
    """A Jobcenter's own words that are in use, and what there is to say about them today.

    Rules and names of concerns change after words were saved. `is_said` False: a release made them unreadable, so
    people get the portal's words instead.
    """

    version: int
    findings: Sequence[Finding]
    is_said: bool


def languages_of(kind: str, channel: Channel) -> tuple[str, ...]:
    """The languages in which this message has words that can be changed, in the portal's order."""
    return tuple(language.code for language in LANGUAGES if _portals(kind, channel, language.code) is not None)


def portal_words(*, kind: str, channel: Channel, language: str) -> Words:
    """What people read where the office has no words of its own. Raises NoSuchText where nothing can be changed."""
    text = _portals(kind, channel, language)
    if text is None:
        raise NoSuchText(f"{kind}/{channel}.{language}")
    return Words(str(text.subject or ""), str(text.body).strip())


def words_in_use(*, kind: str, channel: Channel, language: str) -> Words:
    """What people read today. A letter without words of its own says what the e-mail says."""
    portals = portal_words(kind=kind, channel=channel, language=language)
    own = _in_use(kind, channel, language)
    if own is not None:
        return Words(own.subject, own.body, own.version)
    mail = _in_use(kind, Channel.EMAIL, language) if channel is Channel.LETTER else None
    return Words(mail.subject, mail.body) if mail else portals


def own_texts() -> Mapping[Key, OwnText]:
    """All own words of the current Jobcenter that are in use, checked anew."""
    by_kind: dict[str, list[TextVersion]] = defaultdict(list)
    for version in TextVersion.objects.filter(is_active=True).order_by("kind", "channel", "language"):
        by_kind[version.kind].append(version)
    found: dict[Key, OwnText] = {}
    for kind, of_kind in by_kind.items():
        try:
            never_said = kind_of(kind).never_said()
        except UnknownKind:
            continue  # a kind that a release took away is sent no more, whatever its words are
        for version in of_kind:
            key = (kind, Channel(version.channel), version.language)
            if _portals(*key) is not None:
                found[key] = _checked(version, never_said)
    return found


def drafts(*, kind: str, channel: Channel, language: str) -> frozenset[int]:
    """The numbers of those versions that were saved without ever being used."""
    trail = audit.history(subject_of(kind, channel, language))
    return frozenset(int(entry.detail["version"]) for entry in trail if entry.action == _DRAFTED)


def _checked(version: TextVersion, never_said: Collection[str]) -> OwnText:
    found = findings(
        kind=version.kind,
        channel=Channel(version.channel),
        language=version.language,
        subject=version.subject,
        body=version.body,
        never_said=never_said,
    )
    serious = [finding for finding in found if finding.severity is not Severity.NOTE]
    return OwnText(version.version, serious, _is_said(version))


def _is_said(version: TextVersion) -> bool:
    text = text_of(version)
    if text is None:
        return False
    values = examples(version.kind, version.language)
    try:
        for pattern in filter(None, (text.subject, text.body)):
            pattern.fill(values, style=ListStyle.COMMAS)
    except MissingValue:
        return False
    return True


def _in_use(kind: str, channel: Channel, language: str) -> TextVersion | None:
    found: TextVersion | None = TextVersion.objects.filter(
        kind=kind, channel=channel, language=language, is_active=True
    ).first()
    return found


def _portals(kind: str, channel: Channel, language: str) -> Text | None:
    """The portal's text of a message that can be worded; None where there is none.

    A letter says what the e-mail says. What has no SMS is for the office itself and never goes by post.
    """
    try:
        can_be_worded = bool(kind_of(kind).placeholders) and channel in WITH_WORDS and is_known(language)
    except UnknownKind:
        return None
    if not can_be_worded:
        return None
    if channel is not Channel.LETTER:
        return default(kind, channel, language)
    return default(kind, Channel.EMAIL, language) if default(kind, Channel.SMS, language) else None
