# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The trail in words: what was done, to what, by whom. What has no word here shows its technical name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from appointments.desk import words
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.accounts.role_words import ROLE_WORDS
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.service import ActorKind
from jobcenter_portal.audit.trail import DISCLOSED

EXPORTED: Final = "trail:exported"
KIND: Final[Mapping[ActorKind, Promise]] = MappingProxyType(
    {
        ActorKind.STAFF: _("Jemand aus dem Haus"),
        ActorKind.CUSTOMER: _("Kundin oder Kunde"),
        ActorKind.SYSTEM: _("Das Portal von selbst"),
        ActorKind.DATABASE: _("Am Portal vorbei"),
    }
)
_ACTION: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        **words.ACTIONS,
        audit.VIEWED: _("Angesehen"),
        audit.ROW_CHANGED: _("In der Datenbank geändert"),
        audit.ROW_DELETED: _("In der Datenbank gelöscht"),
        DISCLOSED: _("Nach einem Namen gefragt"),
        EXPORTED: _("Protokoll als Tabelle geholt"),
        "person_erased": _("Daten einer Person gelöscht"),
        "letters:printed": _("Briefe gedruckt"),
        "letters:reprinted": _("Brief noch einmal gedruckt"),
        "membership_begun": _("Rolle bekommen"),
        "membership_ended": _("Rolle verloren"),
        "role_changed": _("Andere Rolle bekommen"),
        "places_named": _("Andere Standorte bekommen"),
        "second_factor_set_up": _("Zweiten Faktor eingerichtet"),
        "second_factor_reset": _("Zweiten Faktor zurückgesetzt"),
    }
)
_SUBJECT: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "appointment": _("Termin"),
        "customer": _("Person"),
        "contact-point": _("Kontaktweg"),
        "waiting": _("Platz auf der Warteliste"),
        "hold": _("Frei gehaltene Zeit"),
        "letter": _("Brief"),
        "letter-batch": _("Druckstapel"),
        "letters": _("Liste der Briefe"),
        "messages": _("Liste der Nachrichten"),
        "contact-tasks": _("Liste „Kontakt klären“"),
        "requests": _("Liste der Anfragen"),
        "day": _("Tagesliste"),
        "waiting-list": _("Warteliste"),
        "walk-ins": _("Liste ohne Termin"),
        "emergency-list": _("Liste für den Notfall"),
        "session": _("Gruppentermin"),
        "membership": _("Rolle im Haus"),
        "audit-entry": _("Zeile im Protokoll"),
        "trail": _("Protokoll"),
        "settings": _("Einstellungen"),
        "reminders": _("Erinnerungen"),
    }
)


def action(name: str) -> str:
    return str(_ACTION.get(name, name))


def subject(name: str) -> str:
    """„Termin 4711“: what it was, and the number by which lines about the same thing belong together."""
    kind, _colon, rest = name.partition(":")
    known = _SUBJECT.get(kind)
    if known is None:
        return name
    return f"{known} {rest}".strip()


def who(kind: ActorKind, role: str | None) -> str:
    """A role, never a name. Somebody whose role is gone stays somebody of the house."""
    if kind is not ActorKind.STAFF:
        return str(KIND[kind])
    return str(ROLE_WORDS[Role(role)]) if role else now_("Jemand, der nicht mehr hier arbeitet")
