# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where a site serves some towns: people say where they live, and come where they are expected, on that very day."""

import re
from datetime import date, timedelta

import pytest

from appointments.catchments import matching, municipalities
from appointments.models import Absence, Catchment, Hold, Location, Municipality, OpeningRule
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import Office, make_calendar, make_service
from tests.appointments.web.conftest import EIGHT
from tests.appointments.web.visitor import FRAME, Visitor, heading_of, text_of, typed_in, values_of

NEXT_MONDAY_NINE = "20261130T0800Z"
LAST_DAY = date(2026, 12, 1)
"""Until then Nauheim belongs to the first house, from the next day on to the second one."""


@pytest.fixture
def second_house(office: Office) -> Location:
    location: Location = Location.objects.create(
        tenant=office.jobcenter, slug="bischofsheim", name="Bischofsheim", street="Weg 5", town="65474 Bischofsheim"
    )
    Location.objects.filter(pk=location.pk).update(position=1)
    make_calendar(office.jobcenter, location, office.service)
    return location


@pytest.fixture
def towns(office: Office, second_house: Location) -> dict[str, Municipality]:
    """Trebur belongs to the first house, Ginsheim to the second; Nauheim changes; nobody knows whose Büttelborn is."""
    jobcenter, first = office.jobcenter, office.location
    trebur = town(jobcenter, "trebur", "Trebur", "65468")
    ginsheim = town(jobcenter, "ginsheim", "Ginsheim-Gustavsburg", "65462")
    nauheim = town(jobcenter, "nauheim", "Nauheim", "64569")
    nobodys = town(jobcenter, "buettelborn", "Büttelborn", "64572")
    serves(first, trebur)
    serves(second_house, ginsheim)
    serves(first, nauheim, until=LAST_DAY)
    serves(second_house, nauheim, since=date(2026, 12, 2))
    return {one.slug: one for one in (trebur, ginsheim, nauheim, nobodys)}


def town(jobcenter: Jobcenter, slug: str, name: str, *postcodes: str) -> Municipality:
    made: Municipality = Municipality.objects.create(tenant=jobcenter, slug=slug, name=name, postcodes=list(postcodes))
    return made


def towns_to_pick(page: object) -> list[str]:
    html = page.content.decode()  # type: ignore[attr-defined]
    return re.findall(r'<option value="([^"]*)"', html.partition('name="town"')[2].partition("</select>")[0])


def serves(location: Location, living: Municipality, *, since: date | None = None, until: date | None = None) -> None:
    Catchment.objects.create(
        tenant_id=location.tenant_id, location=location, municipality=living, valid_from=since, valid_until=until
    )


# --- On the first screen ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("towns")
def test_the_concern_and_the_town_are_asked_on_one_screen_and_lead_to_the_times(visitor: Visitor) -> None:
    first = visitor.get("buchen/")
    assert ("Wo wohnen Sie?" in text_of(first), towns_to_pick(first)) == (
        True,
        ["", "buettelborn", "ginsheim", "nauheim", "trebur"],
    )
    answer = visitor.post("buchen/", service="beratung", town="ginsheim")
    assert answer["Location"] == "/fulda/de/buchen/beratung/?wohnort=ginsheim"
    assert visitor.get(answer["Location"])["Location"] == "/fulda/de/buchen/beratung/bischofsheim/?wohnort=ginsheim"


@pytest.mark.usefixtures("towns")
def test_without_a_town_the_same_screen_asks_again_and_the_concern_stays_chosen(visitor: Visitor) -> None:
    answer = visitor.post("buchen/", service="beratung", town="")
    assert (answer.status_code, text_of(answer).count("Wählen Sie Ihren Ort aus.")) == (422, 2)
    assert typed_in(answer, ["service"]) == {"service": "beratung"}


@pytest.mark.usefixtures("towns")
def test_without_a_concern_the_town_stays_chosen(visitor: Visitor) -> None:
    answer = visitor.post("buchen/", town="trebur")
    assert (answer.status_code, text_of(answer).count("Wählen Sie aus, worum es geht.")) == (422, 2)
    assert '<option value="trebur" selected>' in answer.content.decode()


@pytest.mark.usefixtures("towns")
@pytest.mark.parametrize("town", ["", "nirgends", "x" * 300])
def test_a_concern_at_one_house_alone_does_without_the_town(visitor: Visitor, office: Office, town: str) -> None:
    make_calendar(office.jobcenter, office.location, make_service(office.jobcenter, slug="schulden"))
    answer = visitor.post("buchen/", service="schulden", town=town)
    assert (answer.status_code, answer.headers.get("Location")) == (303, "/fulda/de/buchen/schulden/")


@pytest.mark.usefixtures("towns")
def test_who_goes_back_to_the_concern_finds_their_town_chosen(visitor: Visitor) -> None:
    times = visitor.get("buchen/beratung/haus/?wohnort=trebur")
    assert times.content.decode().count('href="/fulda/de/buchen/?wohnort=trebur"') == 2  # back, and "Ändern"
    assert '<option value="trebur" selected>' in visitor.get("buchen/?wohnort=trebur").content.decode()


def test_of_very_many_towns_one_is_typed_and_a_name_that_several_have_is_picked(
    visitor: Visitor, office: Office, towns: dict[str, Municipality]
) -> None:
    for number in range(40):
        town(office.jobcenter, f"dorf-{number}", f"Dorf {number}", "36000")
    assert 'list="towns"' in visitor.get("buchen/").content.decode()
    assert visitor.post("buchen/", service="beratung", town="Treb")["Location"].endswith("?wohnort=trebur")
    several = visitor.post("buchen/", service="beratung", town="Dorf 3")
    assert several["Location"].endswith("?wohnort=dorf-3")
    unclear = visitor.post("buchen/", service="beratung", town="Dorf 1x")
    assert (unclear.status_code, 'value="Dorf 1x"' in unclear.content.decode()) == (422, True)
    picked = visitor.post("buchen/", service="beratung", town="orf 1")
    assert "Das passt zu mehreren Orten. Wählen Sie Ihren Ort aus der Liste." in text_of(picked)
    assert towns_to_pick(picked) == ["", "dorf-1", *(f"dorf-1{digit}" for digit in range(10))]


@pytest.mark.usefixtures("towns")
def test_of_two_houses_that_serve_a_town_in_turn_the_first_with_a_free_time_is_proposed(
    visitor: Visitor, office: Office
) -> None:
    assert visitor.get("buchen/beratung/?wohnort=nauheim")["Location"] == (
        "/fulda/de/buchen/beratung/haus/?wohnort=nauheim"
    )
    times = visitor.get("buchen/beratung/haus/?wohnort=nauheim")
    facts = [
        "Für Nauheim zuständig bis Dienstag, 1. Dezember 2026",
        "An einem anderen Standort Bischofsheim",
    ]
    assert [fact for fact in facts if fact not in text_of(times)] == []
    Absence.objects.create(
        tenant_id=office.jobcenter.pk, calendar=office.calendars[0], starts_at=EIGHT, ends_at=EIGHT + timedelta(days=60)
    )
    assert visitor.get("buchen/beratung/?wohnort=nauheim")["Location"] == (
        "/fulda/de/buchen/beratung/bischofsheim/?wohnort=nauheim"
    )


# --- As a question of its own, for who came in by a link past the first screen ----------------------------------------


@pytest.mark.usefixtures("towns")
@pytest.mark.parametrize("typed", ["Trebur", " trebur ", "TREBUR", "65468", "Tre"])
def test_the_town_leads_to_its_own_house(visitor: Visitor, typed: str) -> None:
    asked = visitor.get("buchen/beratung/")
    assert heading_of(asked) == "Wo wohnen Sie?"
    answer = visitor.post("buchen/beratung/", town=typed)
    assert (answer.status_code, answer["Location"]) == (303, "/fulda/de/buchen/beratung/haus/?wohnort=trebur")
    assert "Ihr Wohnort Trebur Ändern : Ihr Wohnort" in text_of(visitor.get(answer["Location"]))


@pytest.mark.usefixtures("towns")
def test_whoever_types_nothing_finds_all_towns_as_links(visitor: Visitor) -> None:
    page = visitor.get("buchen/beratung/").content.decode()
    links = [
        f'href="/fulda/de/buchen/beratung/?wohnort={slug}"' for slug in ("buettelborn", "ginsheim", "nauheim", "trebur")
    ]
    assert [page.count(link) for link in links] == [1] * 4
    assert page.index(links[0]) < page.index(links[1]) < page.index(links[2]) < page.index(links[3])
    assert visitor.get("buchen/beratung/?wohnort=ginsheim")["Location"] == (
        "/fulda/de/buchen/beratung/bischofsheim/?wohnort=ginsheim"
    )


@pytest.mark.usefixtures("towns")
@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "Geben Sie Ihren Ort oder Ihre Postleitzahl ein."),
        ("Timbuktu", "Diesen Ort haben wir nicht gefunden. Bitte prüfen Sie die Schreibweise."),
        ("99999", "Diesen Ort haben wir nicht gefunden. Bitte prüfen Sie die Schreibweise."),
        ("...", "Diesen Ort haben wir nicht gefunden. Bitte prüfen Sie die Schreibweise."),
        ("x" * 300, "Diesen Ort haben wir nicht gefunden. Bitte prüfen Sie die Schreibweise."),
    ],
)
def test_a_town_that_is_none_of_theirs_is_asked_again_and_the_telephone_is_there(
    visitor: Visitor, typed: str, complaint: str
) -> None:
    answer = visitor.post("buchen/beratung/", town=typed)
    assert (answer.status_code, text_of(answer).count(complaint)) == (422, 2)
    assert "Mein Ort steht nicht hier Rufen Sie uns an." in text_of(answer)
    assert "0661 0000-0" in text_of(answer)


def test_what_fits_several_towns_shows_only_these(
    visitor: Visitor, office: Office, towns: dict[str, Municipality]
) -> None:
    serves(office.location, town(office.jobcenter, "astheim", "Astheim", "65468"))
    answer = visitor.post("buchen/beratung/", town="65468")
    page = answer.content.decode()
    assert (answer.status_code, "Welchen Ort meinen Sie?" in page) == (422, True)
    assert [f"wohnort={slug}" in page for slug in ("astheim", "trebur", "nauheim")] == [True, True, False]


@pytest.mark.usefixtures("towns")
def test_when_the_house_changes_both_are_named_with_their_days(visitor: Visitor) -> None:
    page = visitor.get("buchen/beratung/?wohnort=nauheim&frage=standort")
    words = text_of(page)
    assert values_of(page, "location") == ["haus", "bischofsheim"]
    facts = [
        "Für Nauheim wechselt der zuständige Standort.",
        "Für Nauheim zuständig bis Dienstag, 1. Dezember 2026",
        "Für Nauheim zuständig ab Mittwoch, 2. Dezember 2026",
    ]
    assert [fact for fact in facts if fact not in words] == []


@pytest.mark.usefixtures("towns")
def test_each_house_gives_times_on_its_own_days_only(visitor: Visitor) -> None:
    first = visitor.get("buchen/beratung/haus/?wohnort=nauheim&ab=2026-12-01")
    second = visitor.get("buchen/beratung/bischofsheim/?wohnort=nauheim")
    assert {value[:8] for value in values_of(first, "time")} == {"20261201"}
    assert 'rel="next"' not in first.content.decode()
    assert values_of(second, "time")[0][:8] == "20261202"
    assert "Für Nauheim zuständig ab Mittwoch, 2. Dezember 2026" in text_of(second)


@pytest.mark.usefixtures("towns")
def test_a_time_on_a_day_of_the_other_house_is_refused_in_words_and_holds_nothing(visitor: Visitor) -> None:
    answer = visitor.post("buchen/beratung/bischofsheim/?wohnort=nauheim", time=NEXT_MONDAY_NINE)
    assert (answer.status_code, Hold.objects.count()) == (422, 0)
    assert "Für Ihren Wohnort ist an diesem Tag ein anderer Standort zuständig." in text_of(answer)


@pytest.mark.usefixtures("towns")
def test_a_house_that_never_serves_the_town_says_so_and_names_the_one_that_does(visitor: Visitor) -> None:
    page = visitor.get("buchen/beratung/haus/?wohnort=ginsheim")
    words = text_of(page)
    assert values_of(page, "time") == []
    assert "Für Ihren Wohnort ist dieser Standort nicht zuständig." in words
    assert "Das geht auch Bischofsheim erster freier Termin: Mo., 23. November, 10:00 Uhr" in words
    refused = visitor.post("buchen/beratung/haus/?wohnort=ginsheim", time=NEXT_MONDAY_NINE)
    assert (refused.status_code, Hold.objects.count()) == (422, 0)


@pytest.mark.usefixtures("towns")
def test_nobody_books_past_the_question(visitor: Visitor) -> None:
    for query in ("", "?wohnort=nirgends", "?wohnort=%00", "?wohnort=" + "n" * 5000):
        answer = visitor.post(f"buchen/beratung/haus/{query}", time=NEXT_MONDAY_NINE)
        assert answer.status_code in (303, 400, 414)
        assert Hold.objects.count() == 0
    assert heading_of(visitor.get("buchen/beratung/?wohnort=nirgends")) == "Wo wohnen Sie?"


def test_a_town_of_another_jobcenter_is_as_unknown_as_none(
    visitor: Visitor, towns: dict[str, Municipality], wiesbaden: Jobcenter
) -> None:
    with tenant_context(wiesbaden):
        town(wiesbaden, "biebrich", "Biebrich", "65203")
    assert visitor.post("buchen/beratung/", town="Biebrich").status_code == 422
    assert heading_of(visitor.get("buchen/beratung/?wohnort=biebrich")) == "Wo wohnen Sie?"


@pytest.mark.usefixtures("towns")
def test_a_town_without_a_house_may_come_to_all_of_them(visitor: Visitor) -> None:
    page = visitor.get("buchen/beratung/?wohnort=buettelborn&frage=standort")
    assert values_of(page, "location") == ["haus", "bischofsheim"]
    times = visitor.get(visitor.get("buchen/beratung/?wohnort=buettelborn")["Location"])
    for shown in (page, times):
        assert "Dieses Anliegen gibt es nicht am Standort für Büttelborn." in text_of(shown)
    assert "An einem anderen Standort Bischofsheim" in text_of(times)


@pytest.mark.usefixtures("towns")
def test_a_concern_at_one_house_alone_does_not_ask(visitor: Visitor, office: Office) -> None:
    make_calendar(office.jobcenter, office.location, make_service(office.jobcenter, slug="schulden"))
    assert visitor.get("buchen/schulden/")["Location"] == "/fulda/de/buchen/schulden/haus/"
    assert values_of(visitor.get("buchen/schulden/haus/"), "time") != []


def test_without_any_towns_nobody_is_asked(visitor: Visitor, office: Office, second_house: Location) -> None:
    assert visitor.get("buchen/beratung/")["Location"] == "/fulda/de/buchen/beratung/haus/"
    assert "Wo wohnen Sie?" not in text_of(visitor.get("buchen/"))


@pytest.mark.usefixtures("towns")
def test_the_hold_keeps_the_town_so_that_another_time_stays_in_its_days(visitor: Visitor) -> None:
    held = visitor.post("buchen/beratung/bischofsheim/?wohnort=nauheim", time="20261203T0800Z")["Location"]
    assert "Ihr Wohnort Nauheim" in text_of(visitor.get(held))
    others = visitor.get(held.replace("kontakt", "zeit"))
    assert values_of(others, "time")[0][:8] == "20261202"
    refused = visitor.post(held.replace("kontakt", "zeit"), time=NEXT_MONDAY_NINE)
    assert "Für Ihren Wohnort ist an diesem Tag ein anderer Standort zuständig." in text_of(refused)


@pytest.mark.usefixtures("towns")
def test_every_page_of_a_choice_costs_few_queries(visitor: Visitor, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(7 + FRAME):  # type: ignore[operator]
        visitor.get("buchen/beratung/haus/?wohnort=trebur")
    with django_assert_max_num_queries(8 + FRAME):  # type: ignore[operator]
        visitor.get(
            "buchen/beratung/?wohnort=nauheim&frage=standort"
        )  # one more, since the second house has no time this week


def test_a_house_whose_hours_have_ended_is_not_offered(
    visitor: Visitor, office: Office, second_house: Location
) -> None:
    OpeningRule.objects.filter(location=second_house).update(valid_until=date(2026, 11, 20))
    assert visitor.get("buchen/beratung/")["Location"] == "/fulda/de/buchen/beratung/haus/"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Mörlenbach", ["Mörlenbach"]),
        ("moerlenbach", ["Mörlenbach"]),
        ("morlenbach", ["Mörlenbach"]),
        ("Gross Rohrheim", ["Groß-Rohrheim"]),
        ("groß-rohrheim", ["Groß-Rohrheim"]),
        ("Rohrheim", ["Groß-Rohrheim"]),
        ("bach", ["Mörlenbach", "Wald-Michelbach"]),
        ("64646", ["Heppenheim", "Mörlenbach"]),
        (" 64 646 ", ["Heppenheim", "Mörlenbach"]),
        ("6464", []),
        ("Heppenheim (Bergstraße)", []),
        ("", []),
    ],
)
def test_towns_are_found_as_people_write_them(office: Office, typed: str, found: list[str]) -> None:
    for slug, name, postcodes in (
        ("wald", "Wald-Michelbach", ["69483"]),
        ("gr", "Groß-Rohrheim", ["68649"]),
        ("moe", "Mörlenbach", ["69509", "64646"]),
        ("hp", "Heppenheim", ["64646"]),
    ):
        town(office.jobcenter, slug, name, *postcodes)
    assert [one.name for one in matching(typed, municipalities())] == found
