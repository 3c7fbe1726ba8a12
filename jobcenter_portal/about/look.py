# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A Jobcenter's colour and telephone: changed in the settings, with the value before in the audit trail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.audit.service import By
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.web.contrast import is_readable

SUBJECT: Final = "look"
ON_LIGHT: Final = "#ffffff"
ON_DARK: Final = "#000000"
"""The grounds of our pages (KERN's white and black)."""
_CHANGED: Final = "look_changed"


@dataclass(frozen=True, slots=True)
class Look:
    """What is the same in every language. The colour is written like #1a3da5."""

    colour: str
    phone: str
    phone_hours: str


class Unreadable(ValueError):
    """People could not read text of this colour on white."""


class LookChangedMeanwhile(Exception):
    """It is not as it was when somebody began to change it: `current` holds."""

    def __init__(self, current: Look) -> None:
        super().__init__("the look was changed meanwhile")
        self.current = current


def look_of(settings: TenantSettings) -> Look:
    return Look(settings.colour, settings.phone, settings.phone_hours)


def change_look(look: Look, *, seen: Look, by: By, now: datetime) -> None:
    """Raises Unreadable, LookChangedMeanwhile."""
    if not is_readable(look.colour, ON_LIGHT):
        raise Unreadable(look.colour)
    with transaction.atomic():
        settings = TenantSettings.objects.select_for_update().get()
        before = look_of(settings)
        if look == before:
            return
        if seen != before:
            raise LookChangedMeanwhile(before)
        settings.colour, settings.phone, settings.phone_hours = look.colour, look.phone, look.phone_hours
        settings.save(update_fields=["colour", "phone", "phone_hours"])
        audit.record(
            by=by,
            action=_CHANGED,
            subject=SUBJECT,
            at=now,
            colour=look.colour,
            colour_before=before.colour,
            phone=look.phone,
            phone_before=before.phone,
            phone_hours=look.phone_hours,
            phone_hours_before=before.phone_hours,
        )


def look_before(entry: AuditEntry) -> Look:
    """How it was before a change, so that it can be so again."""
    detail = entry.detail
    return Look(detail["colour_before"], detail["phone_before"], detail["phone_hours_before"])


def look_changes() -> list[AuditEntry]:
    """Newest first, as long as the audit trail lives."""
    return [entry for entry in reversed(audit.history(SUBJECT)) if entry.action == _CHANGED]
