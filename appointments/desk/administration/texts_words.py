# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The office's messages in words: when each of them is sent, its languages, and what there is to say about a text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from babel import Locale
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from jobcenter_portal.kernel.gsm7 import Encoding
from jobcenter_portal.web.languages import language_by_code
from notifications.service import texts

GROUPS: Final[Mapping[Promise, Mapping[str, Promise]]] = MappingProxyType(
    {
        _("Zum Termin"): {
            "confirmation": _("gleich nach dem Buchen"),
            "reminder": _("vor dem Termin, so wie Ihre Erinnerungen eingestellt sind"),
            "changed": _("wenn der Termin verschoben ist"),
            "cancelled": _("wenn der Termin abgesagt ist, von der Person oder vom Haus"),
            "new_choice": _("wenn das Haus absagt und die Person bittet, eine neue Zeit zu wählen"),
            "new_place": _("wenn der Termin an einen anderen Standort kommt"),
            "deputy": _("wenn jemand anderes den Termin übernimmt"),
            "own_link": _("wenn jemand den Link verloren hat und danach fragt"),
        },
        _("Wenn Menschen um einen Termin bitten"): {
            "requested": _("wenn eine Anfrage eingegangen ist"),
            "other_time": _("wenn das Haus eine andere Zeit zusagt als die gewünschte"),
            "declined": _("wenn das Haus die Anfrage ablehnt"),
            "withdrawn": _("wenn die Person ihre Anfrage zurückzieht"),
        },
        _("Wenn eine Adresse zu prüfen ist"): {
            "proof_code": _("wenn jemand mit einem Code zeigt, dass die Adresse stimmt"),
        },
        _("Warteliste"): {
            "waiting": _("wenn sich jemand auf die Warteliste setzt"),
            "earlier_offer": _("wenn für jemanden mit Termin eine frühere Zeit frei ist"),
            "time_offer": _("wenn für jemanden ohne Termin eine Zeit frei ist"),
            "seat_offer": _("wenn bei einem Gruppentermin ein Platz frei ist"),
        },
        _("An Ihr Haus"): {
            "office_requests": _("einmal am Tag an das Haus, solange Anfragen auf Antwort warten"),
            "office_feedback": _("an das Haus, wenn jemand eine Barriere gemeldet hat"),
        },
    }
)
"""All kinds in the order in which an office thinks of them, and when each is sent."""
WHEN: Final[Mapping[str, Promise]] = MappingProxyType(
    {kind: when for of in GROUPS.values() for kind, when in of.items()}
)

SEVERITY: Final[Mapping[texts.Severity, tuple[Promise, str]]] = MappingProxyType(
    {
        texts.Severity.ERROR: (_("Fehler"), "danger"),
        texts.Severity.WARNING: (_("Warnung"), "warning"),
        texts.Severity.NOTE: (_("Hinweis"), "info"),
    }
)
_LONGEST_QUOTE: Final = 60


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One thing to know about a text, with the line it is about, which nobody can count in a wrapped field."""

    badge_text: Promise
    badge_kind: str
    where: str
    quote: str
    sentence: str


def language_name(code: str) -> str:
    """„Ukrainisch (Українська)“: whoever chooses a text reads the first, whoever checks it the second."""
    known = language_by_code(code)
    name = Locale.parse((get_language() or "de")[:2]).languages.get(code, known.native_name)
    return name if name == known.native_name else f"{name} ({known.native_name})"


def finding_lines(findings: Iterable[texts.Finding], part: str, text: str) -> list[FindingLine]:
    """What there is to say about one part of a text."""
    lines = text.splitlines()
    return [_line(finding, lines, is_named=part == texts.BODY) for finding in findings if finding.part == part]


def counted(findings: Sequence[texts.Finding]) -> str:
    """„2 Fehler, 1 Warnung“; hints are left out."""
    errors, warnings = (
        sum(finding.severity is severity for finding in findings)
        for severity in (texts.Severity.ERROR, texts.Severity.WARNING)
    )
    parts = [
        ngettext("%(number)d Fehler", "%(number)d Fehler", errors) % {"number": errors} if errors else "",
        ngettext("%(number)d Warnung", "%(number)d Warnungen", warnings) % {"number": warnings} if warnings else "",
    ]
    return ", ".join(part for part in parts if part)


def status(seen: texts.Preview) -> str:
    """One line about a text as it is typed, which screen readers say while somebody writes."""
    errors = any(finding.severity is texts.Severity.ERROR for finding in seen.findings)
    words = counted(seen.findings)
    about = _verdict(words, has_errors=errors)
    return " ".join(part for part in (about, parts_of(seen.longest) if seen.longest else "") if part)


def parts_of(sms: texts.Sms) -> str:
    """„1 SMS (140 von 160 Zeichen).“"""
    figures = {"parts": sms.parts, "units": sms.units, "room": sms.room}
    if sms.parts <= 1:
        return gettext("%(parts)d SMS (%(units)d von %(room)d Zeichen).") % figures
    return gettext("%(parts)d SMS (%(units)d Zeichen; in eine passen %(room)d).") % figures


def alphabet(sms: texts.Sms) -> str:
    if sms.encoding is Encoding.GSM7:
        return gettext("Einfache Zeichen: 160 passen in eine SMS.")
    return gettext("Mit besonderen Zeichen: Nur 70 passen in eine SMS.")


def _verdict(words: str, *, has_errors: bool) -> str:
    if has_errors:
        return gettext("%(counted)s. So lässt sich der Text nicht speichern.") % {"counted": words}
    if words:
        return gettext("%(counted)s. Speichern geht mit Haken.") % {"counted": words}
    return gettext("Der Text ist in Ordnung.")


def _line(finding: texts.Finding, lines: Sequence[str], *, is_named: bool) -> FindingLine:
    badge_text, badge_kind = SEVERITY[finding.severity]
    is_about_a_line = is_named and 0 < finding.line <= len(lines)
    quote = lines[finding.line - 1].strip() if is_about_a_line else ""
    return FindingLine(
        badge_text=badge_text,
        badge_kind=badge_kind,
        where=gettext("Zeile %(line)d") % {"line": finding.line} if is_about_a_line else "",
        quote=quote if len(quote) <= _LONGEST_QUOTE else f"{quote[:_LONGEST_QUOTE]}…",
        sentence=finding.sentence,
    )
