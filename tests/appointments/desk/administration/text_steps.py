# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses, words and presses that the tests of own texts share."""

from django.http import HttpResponse
from django.test import Client

from notifications.models import TextVersion
from notifications.texts.overrides import active
from notifications.texts.placeholders import examples
from notifications.texts.rendering import render_email
from tests.appointments.desk.staff import main_text

LIST = "/fulda/desk/einstellungen/texte/"
KIND = f"{LIST}reminder/"
MAIL = f"{KIND}email/de/"
SMS = f"{KIND}sms/de/"
SUBJECT = "Ihr Termin am {day_short}"
BODY = "Guten Tag[[name? {name}]],\n\nkommen Sie gern: {day_long}, {time} Uhr.\n{link}"
SHORT = "Ihr Termin: {day_short}, {time} Uhr. {link}"


def press(admin: Client, step: str, address: str = MAIL, **typed: str) -> HttpResponse:
    """A button below the fields, with everything that a browser sends."""
    said = {"subject": SUBJECT, "body": BODY, "seen": "0", **typed}
    answer: HttpResponse = admin.post(address, {"step": step, **said})  # type: ignore[assignment]
    return answer


def saved(admin: Client, address: str = MAIL, **typed: str) -> TextVersion:
    answer = press(admin, "speichern", address, **typed)
    assert (answer.status_code, answer.get("Location")) == (303, f"{address}?getan=speichern"), main_text(answer)
    newest: TextVersion = TextVersion.objects.latest("pk")
    return newest


def reads(kind: str = "reminder") -> str:
    """The second paragraph of a German e-mail of this kind, as it would leave now."""
    return render_email(kind, "de", examples(kind, "de"), sender="x", own=active()).text.splitlines()[2]


PORTALS = "wir erinnern Sie an Ihren Termin in einer Gruppe."
OWN = "kommen Sie gern: Donnerstag, 31. Dezember 2026, 15:30 Uhr."
