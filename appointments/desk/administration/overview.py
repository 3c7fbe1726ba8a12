# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The way to everything that a Jobcenter can set up itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from appointments.desk.frame import actor_of, frame
from jobcenter_portal.accounts.permissions import Actor, Permission, can, requires


@dataclass(frozen=True, slots=True)
class Area:
    """One page of settings and what it is good for."""

    name: str
    explanation: str
    url: str


@require_safe
@requires(Permission.SEE_SETTINGS)
def overview(request: HttpRequest, jobcenter: str) -> HttpResponse:
    context = {
        **frame(request, page_url=request.path),
        "areas": list(_areas(actor_of(request), jobcenter)),
    }
    return render(request, "desk/administration/overview.html", context)


def _areas(actor: Actor, jobcenter: str) -> Iterator[Area]:
    """What this person may change, in the order in which a new Jobcenter needs it."""
    here = {"jobcenter": jobcenter}
    if can(actor, Permission.MANAGE_SCHEDULE):
        yield Area(
            gettext("Sprechzeiten"),
            gettext("Zeiten, Abwesenheiten, Schließtage und Umzüge."),
            reverse("desk:schedules", kwargs=here),
        )
    if can(actor, Permission.MANAGE_REMINDERS):
        yield Area(
            gettext("Erinnerungen"),
            gettext("Wann und wie erinnert wird, Ruhezeiten, und was nächste Woche hinausgeht."),
            reverse("desk:reminders", kwargs=here),
        )
    if can(actor, Permission.MANAGE_TEXTS):
        yield Area(
            gettext("Texte der Nachrichten"),
            gettext("Was in E-Mails, SMS und Briefen steht, in jeder Sprache."),
            reverse("desk:texts", kwargs=here),
        )
    if can(actor, Permission.MANAGE_FACE):
        yield Area(
            gettext("Auftritt"),
            gettext("Logo, Farbe, Kontakt, Impressum, Datenschutz und die Erklärung zur Barrierefreiheit."),
            reverse("about:face", kwargs=here),
        )
        yield Area(
            gettext("Rückmeldungen"),
            gettext("Barrieren, die Menschen gemeldet haben, und bis wann sie eine Antwort brauchen."),
            reverse("about:reports", kwargs=here),
        )
    if can(actor, Permission.MANAGE_ACCOUNTS):
        yield Area(
            gettext("Konten bei Anbietern"),
            gettext("Über wen E-Mails und SMS hinausgehen, und Proben an das eigene Haus."),
            reverse("desk:accounts", kwargs=here),
        )
