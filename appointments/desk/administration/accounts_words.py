# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Accounts with providers, in words: how they do, what a provider said, and what somebody can do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jobcenter_portal.web import dates
from notifications.service import Channel, accounts

CHANNELS: Final[Mapping[Channel, Promise]] = MappingProxyType(
    {
        Channel.EMAIL: _("E-Mail"),
        Channel.SMS: _("SMS"),
        Channel.PUSH: _("Push-Nachrichten"),
        Channel.LETTER: _("Briefe"),
    }
)
MUTE: Final[Mapping[Channel, Promise]] = MappingProxyType(
    {
        Channel.EMAIL: _("Zurzeit kann keine E-Mail hinaus: Kein Konto ist eingeschaltet."),
        Channel.SMS: _("Zurzeit kann keine SMS hinaus: Kein Konto ist eingeschaltet."),
        Channel.PUSH: _("Push-Nachrichten sind in diesem Portal nicht eingerichtet."),
        Channel.LETTER: _("Zurzeit kann kein Brief gedruckt werden: Kein Konto ist eingeschaltet."),
    }
)
_LOGIN: Final = _("Der Anbieter nimmt die Anmeldung nicht an. Prüfen Sie Benutzername, Passwort oder Schlüssel.")
_CREDIT: Final = _("Beim Anbieter fehlt Guthaben, oder das Kontingent ist aufgebraucht. Laden Sie dort nach.")
_SENDER: Final = _("Der Anbieter lässt den Absender nicht zu. Lassen Sie ihn dort freischalten.")
_CONTRACT: Final = _("Der Anbieter hat das Konto gesperrt oder noch nicht freigeschaltet. Fragen Sie dort nach.")
_NOBODY: Final = _("Unter dieser Adresse antwortet niemand. Prüfen Sie Name und Port, oder versuchen Sie es später.")
_SILENT: Final = _("Der Anbieter hat nicht rechtzeitig geantwortet.")
_ADVICE: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "none": _("Es gibt kein Konto."),
        "address": _(
            "Die Adresse liegt in einem internen Netz. Dorthin sendet das Portal nur, wenn der Betreiber es erlaubt."
        ),
        "auth-missing": _("Der Server bietet so keine Anmeldung an. Prüfen Sie die Verschlüsselung."),
        "auth-unknown": _("Der Server bietet keine Anmeldung an, die das Portal kennt."),
        "auth": _LOGIN,
        "bind": _LOGIN,
        "http-401": _LOGIN,
        "http-403": _LOGIN,
        "unauthorized": _LOGIN,
        "permission": _LOGIN,
        "permissions": _LOGIN,
        "denied": _LOGIN,
        "InvalidServerAPIKey": _LOGIN,
        "AccessDenied": _LOGIN,
        "seven-900": _LOGIN,
        "seven-901": _LOGIN,
        "twilio-20003": _LOGIN,
        "link-102": _LOGIN,
        "link-103": _LOGIN,
        "http-402": _CREDIT,
        "seven-500": _CREDIT,
        "not": _CREDIT,
        "quotas": _CREDIT,
        "seven-201": _SENDER,
        "send": _SENDER,
        "mail": _SENDER,
        "FromAddressMissing": _SENDER,
        "UnauthenticatedFromAddress": _SENDER,
        "twilio-21212": _SENDER,
        "twilio-21606": _SENDER,
        "account": _CONTRACT,
        "ServerSuspended": _CONTRACT,
        "http": _("Der Anbieter antwortet nicht wie erwartet. Prüfen Sie die Adresse der Schnittstelle."),
        "connect": _NOBODY,
        "connection": _NOBODY,
        "mail-421": _NOBODY,
        "mail-lost": _NOBODY,
        "provider-down": _NOBODY,
        "banner": _(
            "Der Server weist das Portal ab, bevor eine Nachricht an der Reihe ist. Fragen Sie seinen Betreiber."
        ),
        "hello": _(
            "Der Server weist das Portal ab, bevor eine Nachricht an der Reihe ist. Fragen Sie seinen Betreiber."
        ),
        "certificate": _(
            "Das Zertifikat des Servers ist nicht gültig. Prüfen Sie seinen Namen, oder fragen Sie seinen Betreiber."
        ),
        "tls": _(
            "Das Zertifikat des Servers ist nicht gültig. Prüfen Sie seinen Namen, oder fragen Sie seinen Betreiber."
        ),
        "starttls": _("Der Server verschlüsselt nicht so wie eingestellt. Unverschlüsselt sendet das Portal nichts."),
        "config": _("Eine Angabe fehlt oder passt nicht mehr. Öffnen Sie „Ändern“ und speichern Sie das Konto neu."),
        "rcpt": _("Der Server nimmt die Adresse nicht an, an die Proben gehen. Prüfen Sie diese Adresse."),
        "unsendable": _("So lässt sich keine Nachricht bauen. Prüfen Sie den Absender und die Adresse für Proben."),
        "throttled": _("Der Anbieter bittet um eine Pause."),
        "provider-slow": _("Der Anbieter braucht zu lange für eine Nachricht."),
        "breaker": _("Zuletzt ging mehr als die Hälfte der Nachrichten nicht durch."),
        "no-answer": _SILENT,
        "after": _SILENT,
        "silence": _SILENT,
    }
)
"""By a code, or by what stands before its first hyphen."""
_VERDICTS: Final[Mapping[accounts.Verdict, tuple[str, Promise, Promise]]] = MappingProxyType(
    {
        accounts.Verdict.ACCEPTED: (
            "success",
            _("Der Anbieter hat die Probe angenommen."),
            _("Sehen Sie nach, ob sie angekommen ist. Das kann einige Minuten dauern."),
        ),
        accounts.Verdict.REFUSED: (
            "danger",
            _("Der Anbieter hat die Probe abgelehnt."),
            _("Die Anmeldung hat geklappt, aber diese Nachricht wollte er nicht."),
        ),
        accounts.Verdict.NOT_NOW: (
            "warning",
            _("Die Probe ist nicht hinausgegangen."),
            _("Das kann vorübergehen. Versuchen Sie es in einigen Minuten noch einmal."),
        ),
        accounts.Verdict.TOO_FAST: (
            "warning",
            _("Der Anbieter bittet um eine Pause."),
            _("Die Probe ist nicht hinausgegangen. Versuchen Sie es später noch einmal."),
        ),
        accounts.Verdict.ACCOUNT: (
            "danger",
            _("Mit diesem Konto geht nichts hinaus."),
            _("Ändern Sie die Angaben, und versuchen Sie es noch einmal."),
        ),
        accounts.Verdict.UNCLEAR: (
            "warning",
            _("Niemand weiß, ob die Probe hinausgegangen ist."),
            _("Sehen Sie nach, ob sie angekommen ist, bevor Sie es noch einmal versuchen."),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a try, for the page: kind of alert, sentence, what to do, and the provider's code."""

    kind: str
    title: Promise
    text: str
    code: str
    when: datetime


def badge(condition: accounts.Condition) -> tuple[str, str]:
    """Kind and text."""
    match condition:
        case accounts.Condition.IN_USE:
            return "success", gettext("eingeschaltet")
        case accounts.Condition.RESTS:
            return "danger", gettext("ruht")
        case accounts.Condition.NEXT_ONE_TRIES:
            return "warning", gettext("wird wieder versucht")
        case accounts.Condition.OFF:
            return "info", gettext("ausgeschaltet")
        case accounts.Condition.UNREADABLE:
            return "danger", gettext("nicht lesbar")


def note(condition: accounts.Condition, rests_until: datetime | None, code: str) -> str:
    """Why an account is not simply used, and until when."""
    if condition is accounts.Condition.UNREADABLE:
        return gettext("Die gespeicherten Angaben lassen sich nicht lesen. Geben Sie alles noch einmal ein.")
    if condition is accounts.Condition.NEXT_ONE_TRIES:
        return _joined(advice(code), gettext("Die nächste Nachricht zeigt, ob es wieder geht."))
    if rests_until is None:
        return ""
    until = gettext("Nächster Versuch um %(time)s Uhr.") % {"time": dates.clock_time(rests_until)}
    return _joined(advice(code), until)


def advice(code: str) -> str:
    """What a code of a provider or of ours means; "" for one that has no words."""
    bare = code.removeprefix("account:")
    found = _ADVICE.get(bare) or _ADVICE.get(bare.partition("_")[0]) or _ADVICE.get(bare.partition("-")[0])
    return str(found) if found else ""


def said(tried: accounts.Try) -> Said:
    kind, title, text = _VERDICTS[tried.verdict]
    why = advice(tried.code)
    if not why or tried.verdict is accounts.Verdict.TOO_FAST:
        words = str(text)
    elif tried.verdict in {accounts.Verdict.NOT_NOW, accounts.Verdict.ACCOUNT}:
        words = why  # which says already what can be done
    else:
        words = _joined(why, str(text))
    return Said(kind, title, words, tried.code, tried.at)


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
