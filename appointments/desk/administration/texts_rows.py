# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""All texts of a Jobcenter to be scanned: whose words people read where, and which of them need a look."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from appointments.desk.administration.texts_words import GROUPS, WHEN, counted, language_name
from appointments.desk.message_words import CHANNEL, kind_name
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.web.languages import GERMAN, LANGUAGES
from notifications.service import Channel, texts

Own = Mapping[texts.Key, texts.OwnText]


@dataclass(frozen=True, slots=True)
class Where:
    """Which text: its kind, channel and language."""

    kind: str
    channel: Channel
    language: str

    @property
    def key(self) -> texts.Key:
        return self.kind, self.channel, self.language

    @property
    def named(self) -> dict[str, Any]:
        """As the verbs of texts take it."""
        return {"kind": self.kind, "channel": self.channel, "language": self.language}

    @property
    def title(self) -> str:
        return f"{kind_name(self.kind)}, {CHANNEL[self.channel]}, {language_name(self.language)}"

    def url(self, jobcenter: str, name: str = "text", **query: object) -> str:
        here = {"jobcenter": jobcenter, "kind": self.kind, "channel": self.channel.value, "tongue": self.language}
        address = reverse(f"desk:{name}", kwargs=here)
        return f"{address}?{urlencode(query)}" if query else address


@dataclass(frozen=True, slots=True)
class Cell:
    """One or all languages of a channel. `badge` counts what is wrong; without `url` there is no such text."""

    channel: Promise
    text: str = ""
    badge: str = ""
    url: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of message, or one of its languages."""

    name: str
    note: str | Promise
    url: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Group:
    name: Promise
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Concern:
    """An own text that needs a look."""

    title: str
    url: str
    what: str


def where_or_404(kind: str, channel: str, language: str) -> Where:
    if kind not in WHEN or channel not in list(texts.WITH_WORDS):
        raise Http404
    found = Where(kind, Channel(channel), language)
    if language not in texts.languages_of(kind, found.channel):
        raise Http404
    return found


def spoken(settings: TenantSettings) -> tuple[str, ...]:
    """The languages that a Jobcenter offers, in the portal's order."""
    wanted = {GERMAN.code, *settings.languages}
    return tuple(language.code for language in LANGUAGES if language.code in wanted)


def channels_of(kind: str) -> tuple[Channel, ...]:
    return tuple(channel for channel in texts.WITH_WORDS if texts.languages_of(kind, channel))


def groups(jobcenter: str, own: Own, *, language: str = "", only: Collection[str] | None = None) -> Iterator[Group]:
    """All kinds by occasion; of one language or of all, and `only` some kinds."""
    for name, kinds in GROUPS.items():
        rows = [_kind_row(jobcenter, kind, when, own, language) for kind, when in kinds.items() if _wanted(kind, only)]
        rows = [row for row in rows if any(cell.url for cell in row.cells)]
        if rows:
            yield Group(name, rows)


def language_rows(jobcenter: str, kind: str, codes: Collection[str], own: Own) -> list[Row]:
    """The languages of one kind, with every channel that it has."""
    rows = []
    for code in codes:
        cells = [_text_cell(jobcenter, Where(kind, channel, code), own) for channel in channels_of(kind)]
        if any(cell.url for cell in cells):
            rows.append(Row(language_name(code), "", "", cells))
    return rows


def concerns(jobcenter: str, own: Own) -> list[Concern]:
    """Own texts that people do not read, and those that break a rule by now; with warnings somebody chose to live."""
    found = []
    for key, text in own.items():
        where = Where(*key)
        errors = [finding for finding in text.findings if finding.severity is texts.Severity.ERROR]
        if not text.is_said:
            what = _("Diese Fassung lässt sich nicht mehr verwenden. Bis Sie sie ändern, gilt der Text des Portals.")
        elif errors:
            what = errors[0].sentence
        else:
            continue
        found.append(Concern(where.title, where.url(jobcenter), what))
    return found


def _wanted(kind: str, only: Collection[str] | None) -> bool:
    return only is None or kind in only


def _kind_row(jobcenter: str, kind: str, when: Promise, own: Own, language: str) -> Row:
    url = reverse("desk:texts-of-kind", kwargs={"jobcenter": jobcenter, "kind": kind})
    if language:
        cells = [_text_cell(jobcenter, Where(kind, channel, language), own) for channel in texts.WITH_WORDS]
    else:
        cells = [_channel_cell(kind, channel, own, url) for channel in texts.WITH_WORDS]
    return Row(kind_name(kind), when, url, cells)


def _channel_cell(kind: str, channel: Channel, own: Own, url: str) -> Cell:
    """Of all languages together: which of them have words of the office's own."""
    if not texts.languages_of(kind, channel):
        return Cell(CHANNEL[channel])
    codes = [code for code in texts.languages_of(kind, channel) if (kind, channel, code) in own]
    findings = [finding for code in codes for finding in own[kind, channel, code].findings]
    if not codes:
        return Cell(CHANNEL[channel], _unchanged(channel), url=url)
    names = ", ".join(language_name(code) for code in codes)
    return Cell(CHANNEL[channel], _("eigener Text: %(names)s") % {"names": names}, counted(findings), url, is_own=True)


def _text_cell(jobcenter: str, where: Where, own: Own) -> Cell:
    if where.language not in texts.languages_of(where.kind, where.channel):
        return Cell(CHANNEL[where.channel])
    text = own.get(where.key)
    if text is None:
        return Cell(CHANNEL[where.channel], _unchanged(where.channel), url=where.url(jobcenter))
    words = _("eigener Text, Fassung %(version)d") % {"version": text.version}
    return Cell(CHANNEL[where.channel], words, counted(text.findings), where.url(jobcenter), is_own=True)


def _unchanged(channel: Channel) -> str:
    return _("wie die E-Mail") if channel is Channel.LETTER else _("Text des Portals")
