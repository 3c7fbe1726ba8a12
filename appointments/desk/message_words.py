# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What became of a message, in words that tell the office what it can do about it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from jobcenter_portal.web import dates
from notifications.service import Channel, Fate, MessageView, Why

KIND: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "confirmation": lazy("Bestätigung"),
        "reminder": lazy("Erinnerung"),
        "changed": lazy("Neue Zeit"),
        "cancelled": lazy("Absage"),
        "requested": lazy("Eingang der Anfrage"),
        "other_time": lazy("Andere Zeit"),
        "declined": lazy("Ablehnung der Anfrage"),
        "withdrawn": lazy("Anfrage zurückgezogen"),
        "new_choice": lazy("Absage mit Bitte um neue Wahl"),
        "new_place": lazy("Neuer Ort"),
        "deputy": lazy("Vertretung"),
        "proof_code": lazy("Code zum Eingeben"),
        "earlier_offer": lazy("Angebot einer früheren Zeit"),
        "time_offer": lazy("Angebot einer Zeit"),
        "seat_offer": lazy("Angebot eines Platzes"),
        "waiting": lazy("Platz auf der Warteliste"),
        "own_link": lazy("Link, nach dem jemand gefragt hat"),
        "test_text": lazy("Test einer Nachricht"),
        "office_requests": lazy("Offene Anfragen, an das Haus"),
        "office_feedback": lazy("Meldung einer Barriere, an das Haus"),
    }
)
_OTHER_KIND: Final = lazy("Nachricht")
CHANNEL: Final[Mapping[Channel, Promise]] = MappingProxyType(
    {
        Channel.EMAIL: lazy("E-Mail"),
        Channel.SMS: lazy("SMS"),
        Channel.PUSH: lazy("Hinweis auf dem Gerät"),
        Channel.LETTER: lazy("Brief"),
    }
)

_FATE: Final[Mapping[Fate, tuple[Promise, str, Promise | str]]] = MappingProxyType(
    {
        Fate.PLANNED: (lazy("geplant"), "info", ""),
        Fate.NEXT: (lazy("geplant"), "info", lazy("Sie geht gleich hinaus.")),
        Fate.WAITS_FOR_PROVIDER: (lazy("wartet"), "warning", lazy("Der Anbieter ist gerade nicht erreichbar.")),
        Fate.WAITS_FOR_ACCOUNT: (lazy("wartet"), "warning", lazy("Das Konto beim Anbieter muss geprüft werden.")),
        Fate.WAITS_FOR_BUDGET: (
            lazy("wartet"),
            "warning",
            lazy("Alle SMS, die im Moment erlaubt sind, sind verschickt."),
        ),
        Fate.WAITS_FOR_MORNING: (lazy("wartet"), "info", lazy("Jetzt ist Ruhezeit.")),
        Fate.CANNOT_BE_WRITTEN: (lazy("wartet"), "warning", lazy("Der Text lässt sich gerade nicht erstellen.")),
        Fate.ON_ITS_WAY: (lazy("geht gerade hinaus"), "info", ""),
        Fate.UNCLEAR: (
            lazy("unklar"),
            "warning",
            lazy("Der Anbieter hat mitten im Senden aufgehört zu antworten. Vielleicht ist die Nachricht angekommen."),
        ),
        Fate.SENT: (lazy("gesendet"), "success", ""),
        Fate.DELIVERED: (lazy("zugestellt"), "success", ""),
        Fate.WAITS_FOR_PRINT: (lazy("wartet auf den Druck"), "info", ""),
        Fate.IN_PRINT: (lazy("im Druck"), "info", ""),
        Fate.POSTED: (lazy("zur Post gegeben"), "success", ""),
        Fate.NOT_PRINTED: (lazy("nicht gedruckt"), "danger", ""),
        Fate.RETURNED: (lazy("kam zurück"), "danger", ""),
        Fate.BOUNCED: (lazy("nicht angekommen"), "danger", ""),
        Fate.REFUSED: (lazy("nicht angekommen"), "danger", ""),
        Fate.ADDRESS_REFUSED: (lazy("nicht gesendet"), "danger", ""),
        Fate.CHANNEL_OFF: (lazy("nicht gesendet"), "info", lazy("Dieser Weg ist in den Einstellungen abgeschaltet.")),
        Fate.TOO_LATE: (lazy("nicht gesendet"), "danger", lazy("Es war zu spät, um noch zu nützen.")),
        Fate.SUPERSEDED: (
            lazy("überholt"),
            "info",
            lazy("Der Termin hat sich vorher geändert; sie ging nicht hinaus."),
        ),
        Fate.WITHDRAWN: (lazy("zurückgezogen"), "info", lazy("Sie war nicht mehr nötig; sie ging nicht hinaus.")),
        Fate.TAKEN_BACK: (
            lazy("zurückgenommen"),
            "info",
            lazy("Das Haus hat sie zurückgenommen; sie ging nicht hinaus."),
        ),
    }
)
"""Word, kind of badge, and what is to know about it."""

_WHY: Final[Mapping[Why, Promise]] = MappingProxyType(
    {
        Why.NO_MAILBOX: lazy("Dieses E-Mail-Postfach gibt es nicht."),
        Why.NO_NUMBER: lazy("Diese Nummer gibt es nicht, oder sie empfängt keine SMS."),
        Why.NO_DEVICE: lazy("Dieses Gerät nimmt keine Hinweise mehr an."),
        Why.MAILBOX_FULL: lazy("Das Postfach ist voll."),
        Why.PHONE_OFF: lazy("Das Telefon war zu lange aus oder ohne Netz."),
        Why.NOT_LET_IN: lazy("Der Anbieter der Person lässt unsere Nachricht nicht durch."),
        Why.UNWANTED: lazy("Die Person hat diese Nachrichten abbestellt."),
        Why.BY_OFFICE: lazy("Das Haus hat diese Adresse gesperrt."),
        Why.NO_ADDRESS: lazy("An dieser Adresse nimmt niemand Briefe für die Person an."),
        Why.TOO_LATE_FOR_POST: lazy("Für die Post war es zu spät. Bitte rufen Sie die Person an."),
        Why.CALLED: lazy("Für die Post war es zu spät. Jemand hat angerufen."),
        Why.TAKEN_OUT: lazy("Jemand hat den Brief aus dem Stapel genommen."),
        Why.NO_LONGER_TRUE: lazy("Der Brief hätte nicht mehr gestimmt."),
        Why.OTHER: lazy("Der Anbieter hat die Nachricht endgültig abgelehnt."),
    }
)
_IS_TRIED_AGAIN: Final = frozenset({Fate.WAITS_FOR_PROVIDER, Fate.WAITS_FOR_ACCOUNT, Fate.CANNOT_BE_WRITTEN})
_WAITS_FOR_A_TIME: Final = frozenset({Fate.WAITS_FOR_BUDGET, Fate.WAITS_FOR_MORNING})
_OFFSET: Final = re.compile(r"P(?:(\d+)D|(\d+)B|T(\d+)H)")


@dataclass(frozen=True, slots=True)
class MessageLine:
    """What became of one message, for web/components/message_fate.html."""

    when: datetime
    what: str
    badge_kind: str
    badge_text: str | Promise
    note: str


def line(view: MessageView, *, now: datetime) -> MessageLine:
    badge_text, badge_kind, _note = _FATE[view.fate]
    return MessageLine(
        when=view.when, what=what(view), badge_kind=badge_kind, badge_text=badge_text, note=note(view, now=now)
    )


def what(view: MessageView) -> str:
    """„Erinnerung per SMS, 1 Tag vorher“"""
    text = _("%(kind)s per %(channel)s") % {"kind": kind_name(view.kind), "channel": CHANNEL[view.channel]}
    return ", ".join(part for part in (text, _before(view.occasion), _again(view.occasion)) if part)


def kind_name(kind: str) -> str:
    return str(KIND.get(kind, _OTHER_KIND))


def note(view: MessageView, *, now: datetime) -> str:
    """Why it waits and until when, or why it did not arrive."""
    _badge, _kind, about = _FATE[view.fate]
    reason = _WHY[view.why] if view.why else ""
    return " ".join(
        str(part) for part in (about, _on_paper(view, now), reason, _next_try(view, now), _code(view)) if part
    )


def moment(at: datetime, *, now: datetime) -> str:
    """„heute um 14:30 Uhr“, „morgen um 08:00 Uhr“, „am Mo 30.11.2026 um 08:00 Uhr“."""
    days = (dates.local(at).date() - dates.local(now).date()).days
    clock = {"time": dates.clock_time(at)}
    if days == 0:
        return _("heute um %(time)s Uhr") % clock
    if days == 1:
        return _("morgen um %(time)s Uhr") % clock
    return _("am %(day)s um %(time)s Uhr") % {"day": dates.invariant_date(dates.local(at).date()), **clock}


_ON_PAPER: Final[Mapping[Fate, Promise]] = MappingProxyType(
    {
        Fate.IN_PRINT: lazy("Der Brief ist im Stapel, der %(moment)s geöffnet wurde."),
        Fate.POSTED: lazy("Der Brief ging %(moment)s zur Post."),
        Fate.RETURNED: lazy("Jemand hat %(moment)s eingetragen, dass der Brief zurückkam."),
    }
)


def _on_paper(view: MessageView, now: datetime) -> str:
    """How far a letter is: on the list of messages the time beside it is that for which it was planned."""
    text = _ON_PAPER.get(view.fate)
    return str(text) % {"moment": moment(view.when, now=now)} if text else ""


def _next_try(view: MessageView, now: datetime) -> str:
    until = view.waits_until
    if view.fate in _WAITS_FOR_A_TIME and until is not None and until > now:
        return _("Sie geht %(moment)s hinaus.") % {"moment": moment(until, now=now)}
    if view.fate not in _IS_TRIED_AGAIN:
        return ""
    if until is None or until <= now:
        return _("Wir versuchen es weiter, bis es zu spät ist.")
    return _("Wir versuchen es weiter, als Nächstes %(moment)s.") % {"moment": moment(until, now=now)}


def _code(view: MessageView) -> str:
    """The provider's code, for whoever calls there. Codes are numbers and fixed words, never a provider's free text."""
    from_provider = view.fate in (Fate.REFUSED, Fate.BOUNCED)
    return _("Meldung: %(code)s.") % {"code": view.code} if from_provider and view.code else ""


def _before(occasion: str) -> str:
    match = _OFFSET.match(occasion)
    if match is None:
        return ""
    days, workdays, hours = (int(count or 0) for count in match.groups())
    if days:
        return ngettext("%(days)s Tag vorher", "%(days)s Tage vorher", days) % {"days": days}
    if workdays:
        return ngettext("%(days)s Arbeitstag vorher", "%(days)s Arbeitstage vorher", workdays) % {"days": workdays}
    return ngettext("%(hours)s Stunde vorher", "%(hours)s Stunden vorher", hours) % {"hours": hours}


def _again(occasion: str) -> str:
    return _("noch einmal gesendet") if "/" in occasion else ""
