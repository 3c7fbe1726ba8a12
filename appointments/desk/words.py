# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The desk's words for statuses, verbs and history. Facts in plain language, never a judgement."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.core.answers import DeclineReason
from appointments.core.lifecycle import Status, Verb

STATUS: Final[Mapping[Status, tuple[Promise, str]]] = MappingProxyType(
    {
        Status.REQUESTED: (_("angefragt"), "info"),
        Status.BOOKED: (_("gebucht"), "info"),
        Status.CHECKED_IN: (_("da"), "success"),
        Status.IN_SERVICE: (_("im Gespräch"), "success"),
        Status.FULFILLED: (_("fertig"), "success"),
        Status.CANCELLED: (_("abgesagt"), "warning"),
        Status.NO_SHOW: (_("nicht erschienen"), "warning"),
    }
)
"""Word and kind of badge."""

VERB: Final[Mapping[Verb, Promise]] = MappingProxyType(
    {
        Verb.CHECK_IN: _("Ist da"),
        Verb.START: _("Im Gespräch"),
        Verb.FULFIL: _("Fertig"),
        Verb.RECORD_NO_SHOW: _("Nicht erschienen"),
        Verb.UNDO: _("Rückgängig"),
    }
)
"""Buttons, in the order in which they stand."""
AFTER_ALL: Final = _("Ist doch da")

ACTIONS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "booked": _("Termin gebucht"),
        "requested": _("Termin angefragt"),
        "granted": _("Anfrage zugesagt"),
        "other_time_given": _("Andere Zeit gegeben"),
        "declined": _("Anfrage abgelehnt"),
        "walked_in": _("Ohne Termin gekommen"),
        "left": _("Gegangen, ohne länger zu warten"),
        "came_back": _("Doch noch da"),
        "moved": _("Termin verschoben"),
        "cancelled": _("Termin abgesagt"),
        "cancellation_undone": _("Absage zurückgenommen"),
        "waiting_joined": _("Auf die Warteliste gesetzt"),
        "waiting_left": _("Von der Warteliste genommen"),
        "waiting_offered": _("Frühere Zeit angeboten"),
        "waiting_offer_declined": _("Angebot abgelehnt"),
        "waiting_offer_ran_out": _("Angebot ohne Antwort abgelaufen"),
        "waiting_ended": _("Warten von selbst beendet"),
        "deputised": _("An eine Vertretung gegeben"),
        "relocated": _("An einen anderen Standort verlegt"),
        "reminders_withdrawn": _("Erinnerungen abbestellt"),
        "reminders_wanted": _("Erinnerungen wieder gewünscht"),
        "address_given": _("Kontaktweg angegeben"),
        "address_changed": _("Kontaktweg geändert"),
        "address_removed": _("Kontaktweg gelöscht"),
        "language_changed": _("Andere Sprache gewählt"),
        "late_told": _("Kommt später"),
        "late_taken_back": _("Kommt doch pünktlich"),
        "message_sent_again": _("Nachricht noch einmal gesendet"),
        "message_taken_back": _("Nachricht zurückgenommen"),
        "message_said_arrived": _("Eingetragen: Nachricht ist angekommen"),
        "let_stand": _("Trotz geänderter Zeiten bestehen gelassen"),
        f"attendance:{Verb.CHECK_IN}": _("Eingetragen: ist da"),
        f"attendance:{Verb.START}": _("Eingetragen: im Gespräch"),
        f"attendance:{Verb.FULFIL}": _("Eingetragen: fertig"),
        f"attendance:{Verb.RECORD_NO_SHOW}": _("Eingetragen: nicht erschienen"),
        f"attendance:{Verb.UNDO}": _("Letzten Schritt zurückgenommen"),
    }
)
OTHER_ACTION: Final = _("Etwas anderes eingetragen")

DECLINE: Final[Mapping[DeclineReason, Promise]] = MappingProxyType(
    {
        DeclineReason.CALL: _("Erst etwas am Telefon klären"),
        DeclineReason.NO_NEED: _("Geht ohne Termin"),
        DeclineReason.HAVE_ONE: _("Hat schon einen Termin dafür"),
        DeclineReason.PAPERS: _("Unterlagen fehlen noch"),
        DeclineReason.ELSEWHERE: _("Eine andere Stelle ist zuständig"),
    }
)
"""Short, for the desk; what the person reads is in appointments/reasons.py."""
