# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The desk's words for hours, what is wrong with them, whom a change concerns and what can be done."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from appointments.core.impact import Obstacle
from appointments.core.modes import Mode, modes_in
from appointments.core.opening import Minutes
from appointments.core.rule_checks import Doubt, Finding, RuleDraft
from appointments.schedule_changes import Way
from jobcenter_portal.web import dates

WEEKDAYS: Final[tuple[Promise, ...]] = (
    _("Montag"),
    _("Dienstag"),
    _("Mittwoch"),
    _("Donnerstag"),
    _("Freitag"),
    _("Samstag"),
    _("Sonntag"),
)
MODES: Final[Mapping[Mode, Promise]] = {
    Mode.IN_PERSON: _("vor Ort"),
    Mode.PHONE: _("am Telefon"),
    Mode.VIDEO: _("per Video"),
    Mode.OUTREACH: _("bei der Person zu Hause"),
}
OBSTACLES: Final[Mapping[Obstacle, Promise]] = {
    Obstacle.ABSENT: _("abwesend"),
    Obstacle.CLOSED: _("Standort geschlossen"),
    Obstacle.OUTSIDE_HOURS: _("außerhalb der Sprechzeit"),
}
FOR_ALL: Final[Mapping[Way, Promise]] = {
    Way.RELOCATE: _("Alle: am neuen Standort"),
    Way.DEPUTY: _("Alle: Vertretung"),
    Way.MOVE: _("Alle: verschieben"),
    Way.OFFER: _("Alle: selbst neu wählen lassen"),
    Way.CANCEL: _("Alle: absagen"),
    Way.KEEP: _("Alle: bestehen lassen"),
}
_DOUBTS: Final[Mapping[Doubt, Promise]] = {
    Doubt.ENDS_BEFORE_START: _("Die Sprechzeit %(rule)s endet, bevor sie beginnt. Bitte prüfen Sie die Uhrzeiten."),
    Doubt.OFF_THE_GRID: _("Die Sprechzeit %(rule)s muss auf fünf Minuten genau sein, zum Beispiel 08:05."),
    Doubt.OVER_BEFORE_IT_STARTS: _("Die Sprechzeit %(rule)s ist vorbei, bevor sie anfängt. Bitte prüfen Sie die Tage."),
    Doubt.NO_FIRST_DAY: _("Die Sprechzeit %(rule)s gilt nicht jede Woche. Sagen Sie, in welcher Woche sie anfängt."),
    Doubt.NO_MODE: _("Sagen Sie, wie man sich in der Sprechzeit %(rule)s trifft, zum Beispiel vor Ort."),
    Doubt.NEVER: _(
        "Die Sprechzeit %(rule)s käme nie vor: Zwischen erstem und letztem Tag liegt kein solcher Wochentag."
    ),
    Doubt.SHARES_TIME: _(
        "Die Sprechzeit %(rule)s liegt zur selben Zeit wie %(other)s. Niemand kann an zwei Orten zugleich sein, und"
        " dieselbe Zeit zweimal gibt es nicht."
    ),
    Doubt.OUTSIDE_SITE_HOURS: _(
        "Die Sprechzeit %(rule)s liegt außerhalb der Öffnungszeiten des Standorts. Niemand könnte dann kommen."
    ),
    Doubt.PARTLY_OUTSIDE_SITE_HOURS: _(
        "Die Sprechzeit %(rule)s reicht über die Öffnungszeiten des Standorts hinaus. Angeboten wird nur, was innerhalb"
        " liegt."
    ),
}


def finding_text(finding: Finding, rules: Sequence[RuleDraft], places: Mapping[int, str]) -> str:
    """One sentence about one rule, which names the rule and whom it quarrels with."""
    other = "" if finding.other is None else rule_text(rules[finding.other], places)
    return str(_DOUBTS[finding.doubt]) % {"rule": rule_text(rules[finding.row], places), "other": other}


def rule_text(rule: RuleDraft, places: Mapping[int, str]) -> str:
    """``Montag 08:00–12:00, Haus der Arbeit``"""
    return f"{WEEKDAYS[rule.weekday - 1]} {minutes_text(rule.minutes)}, {places.get(rule.location_id, '')}".rstrip(", ")


def minutes_text(minutes: Minutes) -> str:
    start, end = minutes
    return f"{start // 60:02}:{start % 60:02}–{end // 60:02}:{end % 60:02}"


def validity_text(rule: RuleDraft) -> str:
    """From when, until when, every how many weeks; empty for a rule that simply holds."""
    parts = []
    if rule.valid_from:
        parts.append(_now("ab %(day)s") % {"day": dates.invariant_date(rule.valid_from)})
    if rule.valid_until:
        parts.append(_now("bis %(day)s") % {"day": dates.invariant_date(rule.valid_until)})
    if rule.every_weeks > 1:
        parts.append(_now("alle %(weeks)s Wochen") % {"weeks": rule.every_weeks})
    if rule.is_emergency:
        parts.append(_now("nur für Notfälle"))
    return ", ".join(parts)


def modes_text(modes: int) -> str:
    return ", ".join(str(MODES[mode]) for mode in modes_in(modes))


def people_text(number: int) -> str:
    return ngettext("%(number)s Mensch", "%(number)s Menschen", number) % {"number": number}


def done_text(ways: Mapping[Way, int]) -> list[str]:
    """What became of everybody, in numbers."""
    texts = {
        Way.RELOCATE: _now("%(people)s: gleiche Zeit am neuen Standort"),
        Way.DEPUTY: _now("%(people)s: gleiche Zeit mit Vertretung"),
        Way.MOVE: _now("%(people)s: neue Zeit"),
        Way.OFFER: _now("%(people)s: abgesagt mit der Bitte, selbst neu zu wählen"),
        Way.CANCEL: _now("%(people)s: abgesagt"),
        Way.KEEP: _now("%(people)s: Termin bleibt"),
    }
    return [texts[way] % {"people": people_text(ways[way])} for way in Way if ways.get(way)]
