# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What stands on the page of one text beside its fields: preview, placeholders, versions and tests."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from appointments.desk.administration.texts_rows import Where
from appointments.desk.administration.texts_words import (
    FindingLine,
    alphabet,
    finding_lines,
    parts_of,
    status,
)
from appointments.desk.message_words import MessageLine, line
from appointments.messages import sender_name
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.languages import Language, language_by_code
from notifications import service as notifications
from notifications.service import Channel, NoTestAddress, texts

MOST_VERSIONS = 30
_MOST_TESTS = 3


@dataclass(frozen=True, slots=True)
class Live:
    """Everything that changes while somebody types: what there is to say, and how it would read."""

    status: str
    about_subject: Sequence[FindingLine]
    about_body: Sequence[FindingLine]
    subject_is_wrong: bool
    body_is_wrong: bool
    needs_tick: bool
    has_tick: bool
    is_sms: bool
    sender: str
    subject: str
    text: str
    language: Language
    costs: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PlaceholderRow:
    """A name as it is typed, what it stands for and how it could read."""

    typed: str
    explanation: str | Promise
    example: str
    may_head: bool


@dataclass(frozen=True, slots=True)
class Placeholders:
    """`needed`: of each of these one has to be said. `flags` are asked and have no words."""

    needed: Sequence[Sequence[PlaceholderRow]]
    free: Sequence[PlaceholderRow]
    flags: Sequence[PlaceholderRow]


@dataclass(frozen=True, slots=True)
class VersionRow:
    number: int
    when: datetime
    who: str
    badge_kind: str
    badge_text: str
    url: str
    is_shown: bool
    is_draft: bool
    can_return: bool


def live(where: Where, jobcenter: Jobcenter, subject: str, body: str, *, has_tick: bool = False) -> Live:
    seen = texts.preview(**where.named, subject=subject, body=body, sender=sender_name(jobcenter))
    wrong = {finding.part for finding in seen.findings if finding.severity is texts.Severity.ERROR}
    doubtful = any(finding.severity is texts.Severity.WARNING for finding in seen.findings)
    return Live(
        status=status(seen),
        about_subject=finding_lines(seen.findings, texts.SUBJECT, subject),
        about_body=finding_lines(seen.findings, texts.BODY, body),
        subject_is_wrong=texts.SUBJECT in wrong,
        body_is_wrong=texts.BODY in wrong,
        needs_tick=doubtful and not wrong,
        has_tick=has_tick,
        is_sms=where.channel is Channel.SMS,
        sender=_sender(where.channel, jobcenter),
        subject=seen.subject,
        text=seen.text,
        language=language_by_code(where.language),
        costs=list(_costs(seen)),
    )


def placeholders(where: Where, *, discreet: bool) -> Placeholders:
    known = texts.placeholders_of(where.kind)
    examples = texts.examples(where.kind, where.language, discreet=discreet)
    needed: dict[str, list[PlaceholderRow]] = {}
    free: list[PlaceholderRow] = []
    flags: list[PlaceholderRow] = []
    for name, placeholder in known.items():
        example, is_flag = examples[name], isinstance(examples[name], bool)
        row = PlaceholderRow(
            typed=f"[[{name}?…]]" if is_flag else f"{{{name}}}",
            explanation=placeholder.explanation,
            example="" if is_flag else _said(example),
            may_head=placeholder.is_open and not is_flag and where.channel is Channel.EMAIL,
        )
        if placeholder.tells:
            needed.setdefault(placeholder.tells, []).append(row)
        else:
            (flags if is_flag else free).append(row)
    return Placeholders(list(needed.values()), free, flags)


def version_rows(
    where: Where, jobcenter: str, versions: Sequence[texts.TextVersion], drafts: frozenset[int], shown: int
) -> list[VersionRow]:
    rows = []
    for one in versions[:MOST_VERSIONS]:
        is_draft = one.version in drafts
        badge_kind = "success" if one.is_active else "info"
        badge_text = _("in Gebrauch") if one.is_active else _("Entwurf") if is_draft else _("früher in Gebrauch")
        rows.append(
            VersionRow(
                number=one.version,
                when=one.created_at,
                who=one.created_by.display_name if one.created_by else _("Portal"),
                badge_kind=badge_kind,
                badge_text=badge_text,
                url=where.url(jobcenter, fassung=one.version),
                is_shown=one.version == shown,
                is_draft=is_draft,
                can_return=not one.is_active,
            )
        )
    return rows


def test_lines(version: texts.TextVersion | None, *, now: datetime) -> list[MessageLine]:
    """What became of the latest tests of a version, the newest first."""
    if version is None:
        return []
    sent = notifications.history(texts.subject_of_test(version), now=now)
    return [line(view, now=now) for view in reversed(sent[-_MOST_TESTS:])]


def test_address(channel: Channel) -> str:
    """Where a test would go; "" where the settings hold no address, or there is no test."""
    try:
        return texts.address_for_tests(channel)
    except NoTestAddress:
        return ""


def _sender(channel: Channel, jobcenter: Jobcenter) -> str:
    settings = jobcenter.settings
    match channel:
        case Channel.EMAIL:
            return sender_name(jobcenter)
        case Channel.SMS:
            return settings.sms_sender_discreet if settings.discreet else settings.sms_sender
        case _:
            return ""


def _costs(seen: texts.Preview) -> Iterator[tuple[str, str]]:
    if seen.sms is None or seen.longest is None:
        return
    yield _("Mit üblichen Werten"), parts_of(seen.sms)
    yield _("Mit den längsten Werten"), parts_of(seen.longest)
    yield _("Zeichen"), alphabet(seen.longest)
    if seen.costly:
        yield _("Das liegt an"), " ".join(seen.costly)


def _said(value: texts.Value) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
