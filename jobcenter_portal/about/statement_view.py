# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A statement on accessibility as people read it; the page for all and the office's preview show the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jobcenter_portal.about.models import Conformance, Method
from jobcenter_portal.about.statements import Facts

_CONFORMANCE: Final[Mapping[Conformance, Promise]] = MappingProxyType(
    {
        Conformance.FULL: _("Diese Seiten sind nach unserer Prüfung vollständig barrierefrei."),
        Conformance.PARTIAL: _(
            "Diese Seiten sind nach unserer Prüfung zum größten Teil barrierefrei, aber nicht ganz."
        ),
        Conformance.NONE: _("Diese Seiten sind nach unserer Prüfung noch nicht barrierefrei."),
    }
)
_METHOD: Final[Mapping[Method, Promise]] = MappingProxyType(
    {
        Method.OWN: _("Wir haben die Seiten selbst geprüft."),
        Method.EXTERNAL: _("Eine unabhängige Stelle hat die Seiten geprüft."),
    }
)


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement in words of the page's language."""

    facts: Facts
    conformance: str
    method: str


def in_words(facts: Facts) -> StatementView:
    return StatementView(facts, str(_CONFORMANCE[facts.conformance]), str(_METHOD[facts.method]))
