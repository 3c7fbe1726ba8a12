# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The office's words for reminders: when one leaves, for whom, what a change is, and why one cannot be."""

from collections.abc import Iterator, Mapping
from datetime import time
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from appointments.core.reminder_rules import NO_CHANNEL, Rule
from appointments.core.reminder_times import parse_offset
from appointments.desk.message_words import CHANNEL
from appointments.dry_run import Effect
from appointments.models import Service
from appointments.reminder_settings import PastChange
from appointments.reminder_wishes import (
    BeyondHorizon,
    Change,
    ChannelIsOff,
    Consequence,
    HardlyADay,
    LetterInHours,
    NoNight,
    NothingChanges,
    Quiet,
    ReachesNobody,
    RuleIsThere,
    Unfit,
    UnknownService,
)
from jobcenter_portal.web.languages import current_language
from notifications.service import Channel

Names = Mapping[int, str]
"""What concerns are called, by id."""

BY: Final[Mapping[str, Promise]] = {
    Channel.EMAIL: _("per E-Mail"),
    Channel.SMS: _("per SMS"),
    Channel.PUSH: _("als Hinweis auf dem Gerät"),
    Channel.LETTER: _("per Brief"),
}
ADDRESS: Final[Mapping[str, Promise]] = {
    Channel.EMAIL: _("E-Mail-Adresse"),
    Channel.SMS: _("Handynummer"),
    Channel.PUSH: _("Hinweise auf einem Gerät"),
    Channel.LETTER: _("Postanschrift"),
}
CONSEQUENCES: Final[Mapping[Consequence, Promise]] = {
    Consequence.NOBODY_IS_REMINDED: _(
        "Danach geht keine Erinnerung mehr hinaus. Bestätigungen, neue Zeiten und Absagen kommen weiter an."
    ),
    Consequence.HOUSE_REMINDS_NO_MORE: _(
        "Danach gibt es nur noch Erinnerungen für Anliegen, die eigene haben. An alle anderen Termine wird nicht mehr"
        " erinnert."
    ),
    Consequence.SERVICE_LEAVES_HOUSE: _(
        "Dieses Anliegen bekommt damit eigene Erinnerungen. Die für alle Anliegen gelten für es dann nicht mehr."
    ),
    Consequence.SERVICE_FOLLOWS_HOUSE: _(
        "Dieses Anliegen hat danach keine eigenen Erinnerungen mehr. Es gelten wieder die für alle Anliegen."
    ),
}

_UNFIT: Final[Mapping[type[Unfit], Promise]] = {
    RuleIsThere: _(
        "Diese Erinnerung gibt es schon: %(rule)s. Wählen Sie eine andere Zeit oder einen anderen Weg, oder ändern Sie"
        " die vorhandene."
    ),
    ChannelIsOff: _(
        "%(channel)s ist für Ihr Jobcenter ausgeschaltet. Wählen Sie einen anderen Weg, oder lassen Sie diesen zuerst"
        " einschalten."
    ),
    ReachesNobody: _("So bekäme sie niemand: Sie geht an die Angabe „%(address)s“. Nehmen Sie dieses Häkchen weg."),
    BeyondHorizon: _(
        "So früh hat noch niemand einen Termin: Buchen kann man höchstens %(days)s Tage im Voraus. Wählen Sie eine"
        " kleinere Zahl."
    ),
    LetterInHours: _("Ein Brief braucht Tage. Wählen Sie Tage oder Werktage."),
    NoNight: _("Die Ruhezeit beginnt am Abend und endet am Morgen, zum Beispiel von 20:00 bis 08:00 Uhr."),
    HardlyADay: _("So bliebe zu wenig vom Tag. Lassen Sie zwischen Ende und Beginn mindestens vier Stunden."),
    NothingChanges: _("So steht es schon im Plan. Es gibt nichts zu ändern."),
    UnknownService: _("Dieses Anliegen gibt es nicht mehr. Wählen Sie ein anderes."),
}


def names_of_services() -> Names:
    """All of them: history tells of those too that are no longer offered."""
    language = current_language().code
    return {service.pk: service.title(language) for service in Service.objects.all()}


def channel_name(channel: str) -> str:
    return str(CHANNEL[Channel(channel)])


def offset_text(offset: str) -> str:
    """``3 Tage vorher``, ``am Werktag davor``, ``2 Stunden vorher``."""
    read = parse_offset(offset)
    if read.days:
        return ngettext("am Tag davor", "%(number)s Tage vorher", read.days) % {"number": read.days}
    if read.workdays:
        return ngettext("am Werktag davor", "%(number)s Werktage vorher", read.workdays) % {"number": read.workdays}
    return ngettext("%(number)s Stunde vorher", "%(number)s Stunden vorher", read.hours) % {"number": read.hours}


def reminder_text(channel: str, offset: str) -> str:
    """``3 Tage vorher per E-Mail``"""
    return f"{offset_text(offset)} {BY[channel]}"


def in_time(rule: Rule) -> tuple[int, str]:
    """To sort rules by: what leaves first, first. Working days count a little longer than days."""
    if rule.channel == NO_CHANNEL:
        return (0, "")
    offset = parse_offset(rule.offset)
    return (-(24 * offset.days + 25 * offset.workdays + offset.hours), rule.channel)


def rule_text(rule: Rule) -> str:
    """``2 Stunden vorher per SMS, nur an Menschen ohne E-Mail-Adresse``"""
    if rule.channel == NO_CHANNEL:
        return gettext("keine Erinnerung")
    text = reminder_text(rule.channel, rule.offset)
    if not rule.only_without:
        return text
    missing = gettext(" und ohne ").join(str(ADDRESS[channel]) for channel in sorted(rule.only_without))
    return gettext("%(reminder)s, nur an Menschen ohne %(address)s") % {"reminder": text, "address": missing}


def change_lines(change: Change, names: Names, quiet_before: Quiet | None = None) -> list[str]:
    """What goes and what comes, a line each."""
    lines = [
        gettext("Entfällt: %(rule)s") % {"rule": _with_service(rule, names)} for rule in sorted(change.removed, key=str)
    ]
    lines += [gettext("Neu: %(rule)s") % {"rule": _with_service(rule, names)} for rule in sorted(change.added, key=str)]
    return [*lines, *_quiet_lines(change.quiet, quiet_before)]


def past_lines(past: PastChange, names: Names) -> list[str]:
    return change_lines(past.change, names, past.quiet_before)


def span(start: time | None, end: time | None) -> str:
    """``20:00 bis 08:00 Uhr``"""
    if start is None or end is None:
        return gettext("keine")
    return gettext("%(start)s bis %(end)s Uhr") % {"start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}


def effect_text(effect: Effect) -> str:
    """``Dazu kommen 12, es entfallen 3. Alles Übrige bleibt.``"""
    parts = (
        (effect.added, gettext("dazu kommen %(number)s")),
        (effect.withdrawn, gettext("es entfallen %(number)s")),
        (effect.moved, gettext("zu einer anderen Zeit gehen %(number)s")),
    )
    said = ", ".join(text % {"number": number} for number, text in parts if number)
    return gettext("%(changes)s. Alles Übrige bleibt.") % {"changes": said[:1].upper() + said[1:]}


def unfit_text(unfit: Unfit) -> str:
    """Why a change makes no plan, and what to do instead."""
    return str(_UNFIT[type(unfit)]) % _facts(unfit)


def _facts(unfit: Unfit) -> Mapping[str, object]:
    match unfit:
        case RuleIsThere():
            return {"rule": rule_text(unfit.rule)}
        case ChannelIsOff():
            return {"channel": channel_name(unfit.channel)}
        case ReachesNobody():
            return {"address": ADDRESS[unfit.channel]}
        case BeyondHorizon():
            return {"days": unfit.days}
    return {}


def _with_service(rule: Rule, names: Names) -> str:
    if rule.service_id is None:
        return gettext("%(rule)s, für alle Anliegen") % {"rule": rule_text(rule)}
    name = names.get(rule.service_id) or gettext("ein Anliegen, das es nicht mehr gibt")
    return gettext("%(rule)s, für „%(service)s“") % {"rule": rule_text(rule), "service": name}


def _quiet_lines(after: Quiet | None, before: Quiet | None) -> Iterator[str]:
    if after is None:
        return
    rows = (
        (gettext("SMS und Hinweise auf dem Gerät"), "start", "end"),
        (gettext("E-Mail"), "email_start", "email_end"),
    )
    for what, start, end in rows:
        new = span(getattr(after, start), getattr(after, end))
        old = span(getattr(before, start), getattr(before, end)) if before else ""
        if new != old:
            yield gettext("Ruhezeit für %(what)s: %(new)s (bisher %(old)s)") % {
                "what": what,
                "new": new,
                "old": old or "–",
            }
