# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a person reads when a request could not become an appointment: each reason ends in what to do next.

The desk shows the same sentences before it chooses one, so that nobody sends words they have not seen. The messages
say it in their own texts (templates/messages/declined).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.core.answers import DeclineReason

SENTENCES: Final[Mapping[DeclineReason, Promise]] = MappingProxyType(
    {
        DeclineReason.CALL: _(
            "Bitte rufen Sie uns an. Wir möchten vorher kurz mit Ihnen sprechen. "
            "Dann suchen wir gemeinsam einen Termin."
        ),
        DeclineReason.NO_NEED: _("Dafür brauchen Sie keinen Termin. Rufen Sie uns an, wir helfen Ihnen am Telefon."),
        DeclineReason.HAVE_ONE: _(
            "Sie haben dafür schon einen Termin bei uns. Rufen Sie uns an, wenn Sie unsicher sind."
        ),
        DeclineReason.PAPERS: _(
            "Für das Gespräch fehlen noch Unterlagen. Rufen Sie uns an. Wir sagen Ihnen, welche es sind. "
            "Danach suchen wir gemeinsam einen Termin."
        ),
        DeclineReason.ELSEWHERE: _(
            "Dafür ist eine andere Stelle zuständig. Rufen Sie uns an. Wir sagen Ihnen, welche es ist."
        ),
    }
)


def sentence(reason: str) -> Promise:
    """The sentence of what stands in the database; whoever declined without a reason wants to be called."""
    known = reason in {one.value for one in DeclineReason}
    return SENTENCES[DeclineReason(reason) if known else DeclineReason.CALL]
