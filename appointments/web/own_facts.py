# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What stands on a person's own page and on their sheet of paper alike: the facts, the way there, the code to show."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import segno
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.availability import Need
from appointments.changing import wishes_of
from appointments.core.modes import Mode
from appointments.lateness import lateness_of
from appointments.models import Appointment, GroupSession
from appointments.web.chosen import chosen_rows
from appointments.web.group_view import group_rows
from appointments.web.present import Row
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.web import dates
from jobcenter_portal.web.languages import current_language, isolated

_MAP: Final = "https://www.openstreetmap.org/search"
_MODULE: Final = 4
"""Pixels of a square of the code: scanners at a counter read it off a phone held at arm's length."""


@dataclass(frozen=True, slots=True)
class WayThere:
    """How people get to a house; empty sentences are left out."""

    directions: str
    without_steps: str
    map_url: str


def fact_rows(appointment: Appointment, settings: TenantSettings) -> tuple[Row, ...]:
    location = appointment.location
    session: GroupSession | None = appointment.session
    if session is not None:
        title = appointment.service.title(current_language().code)
        rows = [Row(_("Anliegen"), isolated(title)), *group_rows(session)]
    else:
        rows = [*chosen_rows(Need(appointment.service, wishes_of(appointment, settings)), location)]
    if appointment.mode == Mode.IN_PERSON and (entrance := location.way_in(current_language().code)):
        rows.append(Row(_("Eingang"), isolated(entrance)))
    rows.append(Row(_("Name"), isolated(appointment.customer.name)))
    if appointment.with_companion:
        rows.append(Row(_("Begleitung"), _("Sie bringen jemanden mit.")))
    if appointment.booked_by_helper:
        rows.append(Row(_("Gebucht von"), _("Jemand anderes hat den Termin für Sie gebucht.")))
    return tuple(rows)


def way_there(appointment: Appointment) -> WayThere | None:
    """None for who is called, visited or meets the office on a screen: nobody shall set out for nothing."""
    if appointment.mode != Mode.IN_PERSON:
        return None
    place, language = appointment.location, current_language().code
    return WayThere(
        directions=_isolated(place.way_there(language)),
        without_steps=_isolated(place.way_in_without_steps(language)),
        map_url=f"{_MAP}?{urlencode({'query': place.address})}",
    )


def _isolated(sentence: str) -> str:
    """Signs of direction around nothing would pass for a sentence."""
    return isolated(sentence) if sentence else ""


def qr_image(code: str) -> str:
    """The readable code as a picture for scanners, and nothing but the code: whoever photographs it learns no more."""
    return str(segno.make_qr(code, error="m").svg_data_uri(scale=_MODULE, border=4, light="#fff", dark="#000"))


def lateness_in_words(appointment: Appointment) -> str:
    """Empty for those who said nothing."""
    minutes, told_at = lateness_of(appointment), appointment.late_told_at
    if minutes is None or told_at is None:
        return ""
    return ngettext(
        "etwa %(number)s Minute (gesagt um %(time)s Uhr)",
        "etwa %(number)s Minuten (gesagt um %(time)s Uhr)",
        minutes,
    ) % {"number": minutes, "time": dates.clock_time(told_at)}
