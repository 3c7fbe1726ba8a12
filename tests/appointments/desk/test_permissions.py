# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may open and press what, as a written table."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from time_machine import Traveller

from appointments.models import Appointment
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.desk.conftest import Morning
from tests.appointments.desk.staff import browser_of, make_member

FRONT, CASE, LEAD, ADMIN = Role.FRONT_DESK, Role.CASEWORKER, Role.TEAM_LEAD, Role.TENANT_ADMIN
DAY = (FRONT, CASE, LEAD, Role.LOCATION_ADMIN)
WATCH = Role.DATA_PROTECTION


@dataclass(frozen=True, slots=True)
class Route:
    name: str
    method: str
    path: str
    expected: dict[Role | None, int]
    """Status per role; None is nobody, who is sent to the door."""


def _allowed(status: int, *roles: Role) -> dict[Role | None, int]:
    return {None: 303, **{role: status if role in roles else 403 for role in Role}}


TABLE = (
    Route("choose location", "get", "/fulda/desk/", _allowed(302, *Role)),
    Route("settings", "get", "/fulda/desk/einstellungen/", _allowed(200, ADMIN)),
    Route("face", "get", "/fulda/desk/einstellungen/auftritt/", _allowed(200, ADMIN)),
    Route("look", "post", "/fulda/desk/einstellungen/auftritt/farbe/", _allowed(422, ADMIN)),
    Route("logo", "post", "/fulda/desk/einstellungen/auftritt/logo/hell/", _allowed(422, ADMIN)),
    Route("imprint", "post", "/fulda/desk/einstellungen/auftritt/texte/impressum/de/", _allowed(200, ADMIN)),
    Route("statement", "post", "/fulda/desk/einstellungen/auftritt/erklaerung/", _allowed(422, ADMIN)),
    Route("reports", "get", "/fulda/desk/einstellungen/rueckmeldungen/", _allowed(200, ADMIN)),
    Route("report", "get", "/fulda/desk/einstellungen/rueckmeldungen/{id}/", _allowed(404, ADMIN)),
    Route("accounts", "get", "/fulda/desk/einstellungen/konten/", _allowed(200, ADMIN)),
    Route("providers", "get", "/fulda/desk/einstellungen/konten/anbieter/?weg=sms", _allowed(200, ADMIN)),
    Route("new account", "get", "/fulda/desk/einstellungen/konten/neu/?anbieter=smtp", _allowed(200, ADMIN)),
    Route("add account", "post", "/fulda/desk/einstellungen/konten/neu/?anbieter=smtp", _allowed(404, ADMIN)),
    Route("test addresses", "post", "/fulda/desk/einstellungen/konten/proben/", _allowed(303, ADMIN)),
    Route("account", "get", "/fulda/desk/einstellungen/konten/{id}/", _allowed(404, ADMIN)),
    Route("change account", "post", "/fulda/desk/einstellungen/konten/{id}/aendern/", _allowed(404, ADMIN)),
    Route("try account", "post", "/fulda/desk/einstellungen/konten/{id}/probe/", _allowed(303, ADMIN)),
    Route("account off", "post", "/fulda/desk/einstellungen/konten/{id}/schritt/", _allowed(404, ADMIN)),
    Route("remove account", "post", "/fulda/desk/einstellungen/konten/{id}/entfernen/", _allowed(404, ADMIN)),
    Route("texts", "get", "/fulda/desk/einstellungen/texte/", _allowed(200, ADMIN)),
    Route("texts of a kind", "get", "/fulda/desk/einstellungen/texte/reminder/", _allowed(200, ADMIN)),
    Route("text", "get", "/fulda/desk/einstellungen/texte/reminder/sms/de/", _allowed(200, ADMIN)),
    Route("preview", "post", "/fulda/desk/einstellungen/texte/reminder/sms/de/vorschau/", _allowed(200, ADMIN)),
    Route("portal's text", "post", "/fulda/desk/einstellungen/texte/reminder/sms/de/portal/", _allowed(303, ADMIN)),
    Route("reminders", "get", "/fulda/desk/einstellungen/erinnerungen/", _allowed(200, ADMIN)),
    Route("dry run", "get", "/fulda/desk/einstellungen/erinnerungen/vorschau/", _allowed(200, ADMIN)),
    Route("reminder", "post", "/fulda/desk/einstellungen/erinnerungen/regel/", _allowed(422, ADMIN)),
    Route("quiet hours", "post", "/fulda/desk/einstellungen/erinnerungen/ruhezeiten/", _allowed(422, ADMIN)),
    Route("outage lists", "get", "/fulda/desk/notfall-listen/", _allowed(200, *DAY)),
    Route("outage list", "get", "/fulda/desk/notfall-listen/haus/2026-11-23-pdf/", _allowed(404, *DAY)),
    Route("trail", "get", "/fulda/desk/protokoll/", _allowed(200, WATCH)),
    Route("find on trail", "post", "/fulda/desk/protokoll/suchen/", _allowed(422, WATCH)),
    Route("trail as a table", "post", "/fulda/desk/protokoll/tabelle/", _allowed(422, WATCH)),
    Route("line", "get", "/fulda/desk/protokoll/1/", _allowed(404, WATCH)),
    Route("day", "get", "/fulda/desk/haus/", _allowed(200, *DAY)),
    Route("attendance", "post", "/fulda/desk/stand/{id}/", _allowed(303, *DAY)),
    Route("appointment", "get", "/fulda/desk/termin/{id}/", _allowed(200, CASE, LEAD)),
    Route("cancel page", "get", "/fulda/desk/termin/{id}/absagen/", _allowed(200, CASE, LEAD)),
    Route("cancel", "post", "/fulda/desk/termin/{id}/absagen/", _allowed(303, CASE, LEAD)),
    Route("undo", "post", "/fulda/desk/termin/{id}/absage-zuruecknehmen/", _allowed(409, CASE, LEAD)),
    Route("postal address", "post", "/fulda/desk/termin/{id}/postadresse/", _allowed(404, CASE, LEAD)),
    Route("letters", "get", "/fulda/desk/briefe/", _allowed(200, *DAY)),
    Route("print letters", "post", "/fulda/desk/briefe/drucken/", _allowed(303, *DAY)),
    Route("find a letter", "post", "/fulda/desk/briefe/suchen/", _allowed(422, *DAY)),
    Route("batch", "get", "/fulda/desk/briefe/stapel/{id}/", _allowed(404, *DAY)),
    Route("sheets", "get", "/fulda/desk/briefe/stapel/{id}/pdf/", _allowed(404, *DAY)),
    Route("posted", "post", "/fulda/desk/briefe/stapel/{id}/zur-post/", _allowed(404, *DAY)),
    Route("put back", "post", "/fulda/desk/briefe/stapel/{id}/zuruecklegen/", _allowed(404, *DAY)),
    Route("take out", "post", "/fulda/desk/briefe/{id}/herausnehmen/", _allowed(404, *DAY)),
    Route("came back", "post", "/fulda/desk/briefe/{id}/zurueck/", _allowed(404, *DAY)),
    Route("move page", "get", "/fulda/desk/termin/{id}/verschieben/", _allowed(200, CASE, LEAD)),
    Route("move", "post", "/fulda/desk/termin/{id}/verschieben/", _allowed(422, CASE, LEAD)),
)


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("route", TABLE, ids=lambda route: route.name)
def test_each_role_reaches_what_the_table_says_and_nothing_more(
    fulda: Jobcenter, clock: Traveller, morning: Morning, route: Route, role: Role | None
) -> None:
    client = Client() if role is None else browser_of(make_member(fulda, role))
    path = route.path.format(id=morning.third.public_id)
    before = AuditEntry.objects.count()
    response = getattr(client, route.method)(path, {"verb": "check_in", "seen": "booked"} if "stand" in path else {})
    assert response.status_code == route.expected[role]
    if response.status_code in (303, 403) and role not in DAY:
        assert AuditEntry.objects.count() == before
        assert "Шевченко" not in response.content.decode()


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("post", "/fulda/desk/", "GET, HEAD"),
        ("post", "/fulda/desk/haus/", "GET, HEAD"),
        ("put", "/fulda/desk/haus/", "GET, HEAD"),
        ("get", "/fulda/desk/stand/{id}/", "POST"),
        ("post", "/fulda/desk/termin/{id}/", "GET, HEAD"),
        ("get", "/fulda/desk/termin/{id}/absage-zuruecknehmen/", "POST"),
        ("delete", "/fulda/desk/termin/{id}/absagen/", "GET, HEAD, POST"),
        ("patch", "/fulda/desk/termin/{id}/verschieben/", "GET, HEAD, POST"),
    ],
)
def test_a_wrong_method_is_refused_with_the_right_ones(
    desk: Client, morning: Morning, method: str, path: str, allowed: str
) -> None:
    response = getattr(desk, method)(path.format(id=morning.first.public_id))
    assert (response.status_code, response["Allow"]) == (405, allowed)


def test_unknown_and_foreign_ids_get_the_same_404(
    desk: Client, morning: Morning, wiesbaden: Jobcenter, clock: Traveller
) -> None:
    foreign = browser_of(make_member(wiesbaden, Role.CASEWORKER))
    paths = ("/desk/termin/{id}/", "/desk/termin/{id}/absagen/", "/desk/termin/{id}/verschieben/", "/desk/{id}/")
    for path in paths:
        known = foreign.get(f"/wiesbaden{path.format(id=morning.first.public_id)}")
        unknown = foreign.get(f"/wiesbaden{path.format(id='A' * 22)}")
        assert (known.status_code, known.content) == (404, unknown.content)
    assert desk.get(f"/fulda/desk/termin/{morning.first.public_id}/").status_code == 200
    assert foreign.get("/wiesbaden/desk/haus/").status_code == 404
    pressed = foreign.post(f"/wiesbaden/desk/stand/{morning.first.public_id}/", {"verb": "start", "seen": "booked"})
    assert pressed.status_code == 404
    morning.first.refresh_from_db()
    assert morning.first.status == "booked"


@pytest.mark.parametrize(
    "query", ["tag=gestern", "tag=0001-01-01", "tag=9999-12-31", "kalender=x", "kalender=999999", "kalender=-1"]
)
def test_a_day_or_calendar_that_cannot_be_is_a_404(desk: Client, morning: Morning, query: str) -> None:
    assert desk.get(f"/fulda/desk/haus/?{query}").status_code == 404


def test_no_page_of_the_desk_stays_in_the_cache_or_names_anybody_in_title_and_address(
    desk: Client, make: Callable[..., Appointment]
) -> None:
    one = make(30, "Jürgen Größer")
    for path in ("haus/", f"termin/{one.public_id}/", f"termin/{one.public_id}/absagen/"):
        response = desk.get(f"/fulda/desk/{path}")
        html = response.content.decode()
        assert response["Cache-Control"] == "no-store"
        assert "Jürgen Größer" in html
        assert "Jürgen" not in html[html.index("<title>") : html.index("</title>")]


def test_a_refused_member_hears_of_the_role_and_is_not_sent_to_the_door(fulda: Jobcenter, morning: Morning) -> None:
    client = browser_of(make_member(fulda, FRONT))
    html = client.get(f"/fulda/desk/termin/{morning.third.public_id}/").content.decode()
    assert ("Diese Seite gehört nicht zu Ihrer Rolle" in html, "/fulda/anmelden/" in html.split("<main")[1]) == (
        True,
        False,
    )
