# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The list of concerns, short enough to be read: a few in sight, the others one touch away.

Whoever does not know what their concern is called, or cannot wait, must not have to look for it.
"""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _

from appointments.core.modes import Mode
from appointments.models import Service
from appointments.web.speech import MODE_LABELS
from jobcenter_portal.web.dates import duration_in_words
from jobcenter_portal.web.forms import DescribedChoice
from jobcenter_portal.web.languages import isolated, language_by_code

MOST_IN_SIGHT: Final = 8
GENERAL_TALK: Final = "ich-weiss-es-nicht"
"""By this name a Jobcenter's list has a concern for people who cannot say what theirs is."""

Choice = tuple[str, DescribedChoice]
Choices = list[Choice | tuple[str, list[Choice]]]


def concern_choices(services: Iterable[Service], language: str) -> Choices:
    """For a group of radio buttons: those in sight, then the others as a group of their own."""
    in_sight, others = sorted_out(list(services))
    choices: Choices = [_choice(one, language) for one in in_sight]
    if others:
        choices.append((_("Weitere Anliegen"), [_choice(one, language) for one in others]))
    return choices


def sorted_out(services: list[Service]) -> tuple[list[Service], list[Service]]:
    """What is in sight and what is not, both in the office's order; "I do not know" ends what is in sight."""
    general = [one for one in services if one.slug == GENERAL_TALK]
    named = [one for one in services if one.slug != GENERAL_TALK]
    if len(services) <= MOST_IN_SIGHT:
        return [*named, *general], []
    urgent = [one for one in named if one.is_emergency]
    ordinary = [one for one in named if not one.is_emergency]
    room = MOST_IN_SIGHT - len(urgent) - len(general)
    kept = {one.pk for one in [*ordinary[: max(room, 0)], *urgent]}
    return [*(one for one in named if one.pk in kept), *general], [one for one in named if one.pk not in kept]


def concern_hint(service: Service, language: str) -> str:
    """``Wir klären, was Ihnen zusteht.`` and ``45 Minuten · Vor Ort · Am Telefon``, a line each."""
    length = duration_in_words(service.duration_minutes, language_by_code(language))
    about = " · ".join(isolated(part) for part in (length, *_how_we_meet(service)))
    return "\n".join(part for part in (isolated(service.hint(language)), about) if part)


def _how_we_meet(service: Service) -> list[str]:
    if service.is_group:
        return [_("In einer Gruppe")]
    return [str(MODE_LABELS[mode]) for mode in Mode if service.modes & mode]


def _choice(service: Service, language: str) -> Choice:
    return service.slug, DescribedChoice(service.title(language), concern_hint(service, language))
