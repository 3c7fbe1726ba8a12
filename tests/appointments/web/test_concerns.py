# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The list of concerns: short, in the office's order, and nobody who cannot wait or does not know has to search."""

from appointments.core.modes import Mode
from appointments.web.concerns import GENERAL_TALK, sorted_out
from tests.appointments.factories import Office, make_service
from tests.appointments.web.visitor import Visitor, text_of, values_of


def offer(office: Office, *slugs: str, **values: object) -> None:
    """Further concerns after "beratung", in this order."""
    for position, slug in enumerate(slugs, start=1):
        make_service(office.jobcenter, slug=slug, titles={"de": slug}, position=position, **values)


def in_sight(visitor: Visitor) -> list[str]:
    return values_of_html(visitor.get("buchen/").content.decode().partition('<details class="more-choices"')[0])


def values_of_html(html: str) -> list[str]:
    return [part.partition('"')[0] for part in html.split('name="service" value="')[1:]]


def test_a_short_list_is_shown_whole_and_ends_with_i_do_not_know(visitor: Visitor, office: Office) -> None:
    offer(office, GENERAL_TALK, "miete", "bescheid")
    page = visitor.get("buchen/")
    assert values_of(page, "service") == ["beratung", "miete", "bescheid", GENERAL_TALK]
    assert "Weitere Anliegen" not in text_of(page)


def test_of_a_long_list_eight_are_in_sight_and_the_others_one_touch_away(visitor: Visitor, office: Office) -> None:
    offer(office, *(f"anliegen-{number}" for number in range(8)), GENERAL_TALK)
    make_service(office.jobcenter, slug="notfall", titles={"de": "Notfall"}, position=20, is_emergency=True)
    ordinary = ["beratung", *(f"anliegen-{number}" for number in range(5))]
    assert in_sight(visitor) == [*ordinary, "notfall", GENERAL_TALK]
    page = visitor.get("buchen/")
    assert values_of(page, "service") == [*in_sight(visitor), "anliegen-5", "anliegen-6", "anliegen-7"]
    assert "Weitere Anliegen anliegen-5" in text_of(page)
    assert visitor.post("buchen/", service="anliegen-7").status_code == 303


def test_nothing_is_lost_however_many_emergencies_there_are(office: Office) -> None:
    services = [make_service(office.jobcenter, slug=f"n{number}", is_emergency=True) for number in range(10)]
    shown, others = sorted_out(services)
    assert (shown, others) == (services, [])


def test_each_concern_says_how_long_it_takes_and_how_people_meet(visitor: Visitor, office: Office) -> None:
    office.service.modes = int(Mode.IN_PERSON | Mode.PHONE)
    office.service.save(update_fields=["modes"])
    make_service(office.jobcenter, slug="gruppe", is_group=True, duration_minutes=90, position=1)
    words = text_of(visitor.get("buchen/"))
    lines = [
        "Fragen zu Ihrem Antrag 30 Minuten · Vor Ort · Am Telefon",
        "Fragen zu Ihrem Antrag 90 Minuten · In einer Gruppe",
    ]
    assert [line for line in lines if line not in words] == []


def test_what_to_bring_is_known_before_a_time_is_chosen(visitor: Visitor, office: Office) -> None:
    assert "Bitte mitbringen Ausweis" in text_of(visitor.get("buchen/beratung/haus/"))
    office.service.documents = {}
    office.service.save(update_fields=["documents"])
    assert "Bitte mitbringen" not in text_of(visitor.get("buchen/beratung/haus/"))


def test_who_signs_asks_for_it_by_one_touch_and_the_office_knows(visitor: Visitor, office: Office) -> None:
    times = visitor.get("buchen/beratung/haus/?sprache=sgn")
    words = text_of(times)
    facts = [
        "Dolmetschen Deutsche Gebärdensprache Ändern",
        "Wir bestellen jemanden, der in Gebärdensprache dolmetscht. Das kostet Sie nichts.",
    ]
    assert [fact for fact in facts if fact not in words] == []
    asked = visitor.get("buchen/beratung/?standort=haus&frage=sprache")
    assert values_of(asked, "language") == ["nein", "sgn"]
    held = visitor.post("buchen/beratung/haus/?sprache=sgn", time=values_of(times, "time")[0])["Location"]
    assert "Dolmetschen Deutsche Gebärdensprache" in text_of(visitor.get(held))
