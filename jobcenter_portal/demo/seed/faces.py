# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Gives each Jobcenter of the demo an emblem drawn here and sample texts, through the use cases of its own settings."""

import io
import math
import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from PIL import Image, ImageDraw

from jobcenter_portal.about.logos import put_up
from jobcenter_portal.about.look import ON_DARK
from jobcenter_portal.about.models import Conformance, Ground, Method, Part
from jobcenter_portal.about.picture import picture_of
from jobcenter_portal.about.statements import Facts, state
from jobcenter_portal.about.wordings import reword
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.service import By
from jobcenter_portal.demo.seed.data import FOLDER
from jobcenter_portal.demo.seed.office import Office
from jobcenter_portal.web.contrast import nearest_readable

_SIDE: Final = 448
"""Four times the size that is kept, so that edges come out smooth."""
_PAPER: Final = (0, 0, 0, 0)
_QUARTER: Final = [step * math.pi / 2 / 40 for step in range(41)]
"""Angles of a quarter of a circle."""

Pen = ImageDraw.ImageDraw


def dress(office: Office, now: datetime) -> None:
    """Emblem, words and statement; what is said in them is a sample and says so. The caller holds the transaction."""
    by = audit.staff(next(one.pk for one in office.memberships.values() if one.role == Role.TENANT_ADMIN))
    samples = _samples()
    _put_up_emblem(samples["emblem"][office.data.slug], office.settings.colour, by, now)
    site = office.data.locations[0]
    known = {
        "name": office.jobcenter.name,
        "street": site.street,
        "town": site.town,
        "email": office.settings.email_address,
        "phone": office.settings.phone,
    }
    for part in (Part.WELCOME, Part.CONTACT, Part.IMPRINT, Part.PRIVACY, Part.GAPS):
        for language, text in samples[part.value].items():
            reword(part=part, language=language, text=text.format(**known), seen=0, by=by, now=now)
    facts = Facts(office.jobcenter.name, Conformance.PARTIAL, Method.OWN, office.today, office.today)
    state(facts, seen=0, by=by, now=now)


@cache
def _samples() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "shared" / "faces.toml").read_text(encoding="utf-8"))


def _put_up_emblem(shape: str, colour: str, by: By, now: datetime) -> None:
    for ground, ink in ((Ground.LIGHT, colour), (Ground.DARK, nearest_readable(colour, ON_DARK))):
        put_up(ground=ground, picture=picture_of(emblem(shape, ink)), by=by, now=now)


def emblem(shape: str, ink: str) -> bytes:
    """A PNG of one of our own shapes in one colour; it is nobody's coat of arms."""
    image = Image.new("RGBA", (_SIDE, _SIDE), _PAPER)
    _SHAPES[shape](ImageDraw.Draw(image), ink)
    target = io.BytesIO()
    image.resize((_SIDE // 4, _SIDE // 4), Image.Resampling.LANCZOS).save(target, "PNG")
    return target.getvalue()


def _hills(pen: Pen, ink: str) -> None:
    pen.polygon([(0, 400), (150, 150), (300, 400)], fill=ink)
    pen.polygon([(190, 400), (320, 220), (448, 400)], fill=ink)
    pen.ellipse((270, 48, 370, 148), fill=ink)


def _arch(pen: Pen, ink: str) -> None:
    pen.pieslice((24, 24, 424, 424), 180, 360, fill=ink)
    pen.rectangle((24, 222, 424, 424), fill=ink)
    pen.pieslice((124, 124, 324, 324), 180, 360, fill=_PAPER)
    pen.rectangle((124, 222, 324, 424), fill=_PAPER)


def _leaf(pen: Pen, ink: str) -> None:
    """What two circles have in common, with a vein."""
    reach = 400
    upper = [(24 + reach * math.sin(turn), 424 - reach * math.cos(turn)) for turn in _QUARTER]
    lower = [(424 - reach * math.sin(turn), 24 + reach * math.cos(turn)) for turn in _QUARTER]
    pen.polygon([*upper, *lower], fill=ink)
    pen.line((90, 358, 300, 148), fill=_PAPER, width=24)


def _ring(pen: Pen, ink: str) -> None:
    pen.ellipse((24, 24, 424, 424), outline=ink, width=72)
    pen.ellipse((164, 164, 284, 284), fill=ink)


def _tower(pen: Pen, ink: str) -> None:
    pen.rectangle((120, 180, 328, 424), fill=ink)
    pen.polygon([(90, 180), (224, 24), (358, 180)], fill=ink)
    pen.rectangle((190, 300, 258, 424), fill=_PAPER)


def _bars(pen: Pen, ink: str) -> None:
    for left, top in ((24, 224), (170, 124), (316, 24)):
        pen.rounded_rectangle((left, top, left + 108, 424), radius=24, fill=ink)


def _waves(pen: Pen, ink: str) -> None:
    for middle in (110, 224, 338):
        for x in range(48, 401):
            y = middle + 36 * math.sin(x / _SIDE * 4 * math.pi)
            pen.ellipse((x - 26, y - 26, x + 26, y + 26), fill=ink)


_SHAPES: Final[Mapping[str, Callable[[Pen, str], None]]] = MappingProxyType(
    {
        "arch": _arch,
        "bars": _bars,
        "hills": _hills,
        "leaf": _leaf,
        "ring": _ring,
        "tower": _tower,
        "waves": _waves,
    }
)
