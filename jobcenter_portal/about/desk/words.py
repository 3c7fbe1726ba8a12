# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names and explanations of what is set up here."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jobcenter_portal.about.models import Conformance, FeedbackState, Ground, Method, Part

PARTS: Final[Mapping[Part, Promise]] = MappingProxyType(
    {
        Part.WELCOME: _("Begrüßung"),
        Part.CONTACT: _("Kontakt"),
        Part.IMPRINT: _("Impressum"),
        Part.PRIVACY: _("Datenschutz"),
        Part.GAPS: _("Was noch nicht barrierefrei ist"),
        Part.ENFORCEMENT: _("Durchsetzungsstelle"),
    }
)
ABOUT_PARTS: Final[Mapping[Part, Promise]] = MappingProxyType(
    {
        Part.WELCOME: _("Ein Satz auf der Startseite."),
        Part.CONTACT: _("Anschrift, Öffnungszeiten und E-Mail-Adresse, am Fuß jeder Seite."),
        Part.IMPRINT: _("Wer diese Seiten anbietet. Der deutsche Text gilt."),
        Part.PRIVACY: _("Was mit den Angaben der Menschen geschieht. Der deutsche Text gilt."),
        Part.GAPS: _("Die bekannten Barrieren in der Erklärung zur Barrierefreiheit, am besten als Liste."),
        Part.ENFORCEMENT: _(
            "Anschrift der Durchsetzungsstelle in der Erklärung. Ohne eigenen Text nennt das Portal die Stelle des "
            "Landes Hessen ohne Postanschrift; bitte prüfen Sie, ob das für Ihr Haus stimmt."
        ),
    }
)
GROUNDS: Final[Mapping[Ground, Promise]] = MappingProxyType(
    {Ground.LIGHT: _("Logo auf hellem Grund"), Ground.DARK: _("Logo auf dunklem Grund")}
)
CONFORMANCES: Final[Mapping[Conformance, Promise]] = MappingProxyType(
    {
        Conformance.FULL: _("vollständig barrierefrei"),
        Conformance.PARTIAL: _("teilweise barrierefrei"),
        Conformance.NONE: _("nicht barrierefrei"),
    }
)
METHODS: Final[Mapping[Method, Promise]] = MappingProxyType(
    {Method.OWN: _("Wir haben selbst geprüft."), Method.EXTERNAL: _("Eine unabhängige Stelle hat geprüft.")}
)
STATES: Final[Mapping[FeedbackState, Promise]] = MappingProxyType(
    {
        FeedbackState.OPEN: _("offen"),
        FeedbackState.ANSWERED: _("beantwortet"),
        FeedbackState.CLOSED: _("ohne Antwort abgeschlossen"),
    }
)
CONFLICT: Final = _(
    "Jemand hat das gerade geändert. Ihre Eingaben stehen noch hier. Wenn Sie jetzt speichern, gelten sie."
)
