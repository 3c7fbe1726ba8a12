# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""People and pages that the tests of hours at the desk share."""

import re
from datetime import date
from typing import Any

from django.test import Client

from appointments.models import (
    Appointment,
    Calendar,
)

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)


def path(calendar: Calendar, what: str = "") -> str:
    return f"/fulda/desk/sprechzeiten/{calendar.pk}/{what}"


def fields_of(response: Any) -> dict[str, Any]:
    """What the page's form would send, with what is selected in it; what stands there several times is a list."""
    html = response.content.decode()
    form = html[html.index('<form class="stack"') :]
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    values = {name: [value for other, value in hidden if other == name] for name, _value in hidden}
    sent: dict[str, Any] = {name: found if len(found) > 1 else found[0] for name, found in values.items()}
    for name, options in re.findall(r'<select[^>]* name="(w-[^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        sent[name] = re.findall(r'<option value="([^"]+)" selected', options)[0]
    return sent


def options_of(response: Any, appointment: Appointment) -> list[str]:
    html = response.content.decode()
    (options,) = re.findall(rf'name="w-a{appointment.pk}"[^>]*>(.*?)</select>', html, re.DOTALL)
    return re.findall(r'<option value="([^"]+)"', options)


def apply(client: Client, page: Any, address: str, **changes: str) -> Any:
    return client.post(address, {**fields_of(page), "tun": "anwenden", **changes})


# --- Ill today --------------------------------------------------------------------------------------------------------
