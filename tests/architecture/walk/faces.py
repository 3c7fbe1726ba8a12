# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The face of the walk's Jobcenter: words and a logo for everybody, and a report that belongs to one person."""

import io
from datetime import datetime

from PIL import Image

from jobcenter_portal.about.feedback import Report, leave_feedback
from jobcenter_portal.about.logos import put_up
from jobcenter_portal.about.models import Conformance, Ground, Method, Part
from jobcenter_portal.about.picture import picture_of
from jobcenter_portal.about.statements import Facts, state
from jobcenter_portal.about.wordings import reword
from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.audit import service as audit
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.models import Jobcenter
from tests.architecture.walk.entrances import put_in_a_door


def put_on_a_face(jobcenter: Jobcenter, admin: Membership, public: str, secret: str, now: datetime) -> dict[str, str]:
    """For the ids of a world."""
    put_in_a_door(jobcenter, admin, public, secret, now)
    by, today = audit.staff(admin.pk), local_day(now, jobcenter.settings.zone)
    for part in Part:
        reword(part=part, language="de", text=f"{part.label} {public}", seen=0, by=by, now=now)
    state(Facts(f"Haus {public}", Conformance.PARTIAL, Method.OWN, today, today), seen=0, by=by, now=now)
    picture = picture_of(_square_of(public))
    put_up(ground=Ground.LIGHT, picture=picture, by=by, now=now)
    report = Report(
        f"Ich bin {secret} und kann das nicht lesen.", f"r{secret}@people.example", f"/start/{secret}/", "de"
    )
    left = leave_feedback(report, jobcenter=jobcenter, now=now)
    return {"face_part": "impressum", "ground": "hell", "picture": picture.digest, "report": left.number}


def _square_of(public: str) -> bytes:
    """A colour that no other Jobcenter of the walk has, so that its address is its own."""
    target = io.BytesIO()
    shade = tuple(public.encode()[3:6])
    Image.new("RGB", (96, 96), shade).save(target, "PNG")
    return target.getvalue()
