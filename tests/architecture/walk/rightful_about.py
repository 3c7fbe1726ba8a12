# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may see and set up a Jobcenter's face, and who reads what people report (see rightful)."""

from typing import Final

from tests.architecture.walk.rights import ADMINS, PUBLIC, READ, SEE_OTHER, Form, Right
from tests.architecture.walk.world import Reach, World

_OF_PART: Final = {"part": "face_part", "tongue": "text_language"}
_OF_LOGO: Final = {"ground": "ground"}
_OF_REPORT: Final = {"number": "report"}


def _look(world: World) -> Form:
    settings = world.jobcenter.settings
    seen = {"seen_colour": settings.colour, "seen_phone": settings.phone, "seen_hours": settings.phone_hours}
    return {**seen, "colour": "#1a3da5", "phone": "0661 1", "phone_hours": settings.phone_hours, "step": "speichern"}


def _words(_world: World) -> Form:
    return {"text": "Ein anderer Text", "seen": "1", "step": "speichern"}


def _statement(_world: World) -> Form:
    days = {"prepared_on": "2026-01-01", "reviewed_on": "2026-01-02", "seen": "1", "step": "speichern"}
    return {"body": "Kreis", "conformance": "teilweise", "method": "selbst", **days}


def _report(_world: World) -> Form:
    return {"message": "Ich kann das nicht lesen."}


ABOUT: Final = (
    Right("about:logo", "GET", PUBLIC, READ, ids={"digest": "picture"}),
    Right("about:imprint", "GET", PUBLIC, READ, Reach.PUBLIC),
    Right("about:privacy", "GET", PUBLIC, READ, Reach.PUBLIC),
    Right("about:accessibility", "GET", PUBLIC, READ, Reach.PUBLIC),
    Right("about:feedback", "GET", PUBLIC, READ, Reach.PUBLIC),
    Right("about:feedback", "POST", PUBLIC, SEE_OTHER, form=_report),
    Right("about:thanks", "GET", PUBLIC, READ, form=lambda world: {"nummer": world.ids["report"]}),
    Right("booking:leave", "GET", PUBLIC, READ),
    Right("booking:leave", "POST", PUBLIC, SEE_OTHER),
    Right("about:face", "GET", ADMINS, READ),
    Right("about:look", "GET", ADMINS, READ, Reach.PUBLIC),
    Right("about:look", "POST", ADMINS, SEE_OTHER, form=_look),
    Right("about:set-logo", "GET", ADMINS, READ, Reach.STAFF, ids=_OF_LOGO),
    Right("about:set-logo", "POST", ADMINS, SEE_OTHER, ids=_OF_LOGO, form=lambda _world: {"step": "abnehmen"}),
    Right("about:statement", "GET", ADMINS, READ, Reach.PUBLIC),
    Right("about:statement", "POST", ADMINS, SEE_OTHER, form=_statement),
    Right("about:wording", "GET", ADMINS, READ, Reach.PUBLIC, ids=_OF_PART),
    Right("about:wording", "POST", ADMINS, SEE_OTHER, ids=_OF_PART, form=_words),
    Right("about:reports", "GET", ADMINS, READ),
    Right("about:report", "GET", ADMINS, READ, Reach.SECRET, ids=_OF_REPORT),
    Right("about:report", "POST", ADMINS, SEE_OTHER, ids=_OF_REPORT, form=lambda _world: {"state": "beantwortet"}),
)
