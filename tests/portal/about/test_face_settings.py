# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The office sets up its face: each page tried before it is saved, refused with a reason, and taken back."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jobcenter_portal.about.logos import shown_logos
from jobcenter_portal.about.models import Ground, Logo, Part, Statement
from jobcenter_portal.about.wordings import current_wording
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from tests.appointments.desk.staff import main_text
from tests.portal.about.conftest import picture_file

FACE = "/fulda/desk/einstellungen/auftritt/"
SEEN = {"seen_colour": "#171a2b", "seen_phone": "0661 0000-0", "seen_hours": "Mo bis Fr 8 bis 12 Uhr"}
TYPED = {"colour": "#7A1F4B", "phone": "0661 1234", "phone_hours": "Mo bis Do 8 bis 16 Uhr", **SEEN}


def look() -> tuple[str, str, str]:
    kept = TenantSettings.objects.get()
    return kept.colour, kept.phone, kept.phone_hours


BEFORE = ("#171a2b", "0661 0000-0", "Mo bis Fr 8 bis 12 Uhr")


def test_the_overview_says_what_there_is_and_what_is_missing(admin: Client) -> None:
    shown = main_text(admin.get(FACE))
    assert "Logo auf hellem Grund: keines" in shown
    assert "Deutsch : fehlt" in shown
    assert "Sie haben noch keine Erklärung abgegeben." in shown
    assert "Auftritt" in main_text(admin.get("/fulda/desk/einstellungen/"))


# --- Colour and telephone ---------------------------------------------------------------------------------------------
def test_a_look_is_tried_then_saved_then_taken_back(admin: Client) -> None:
    tried = admin.post(f"{FACE}farbe/", {**TYPED, "step": "vorschau"})
    assert ("Vorschau, noch nicht gespeichert" in main_text(tried), look()) == (True, BEFORE)
    saved = admin.post(f"{FACE}farbe/", {**TYPED, "step": "speichern"}, follow=True)
    assert "Gespeichert. Alle sehen es ab jetzt so." in main_text(saved)
    assert look() == ("#7a1f4b", "0661 1234", "Mo bis Do 8 bis 16 Uhr")
    entry = re.search(r'name="eintrag" value="(\d+)"', saved.content.decode())
    assert entry is not None
    back = admin.post(f"{FACE}farbe/", {"step": "wieder", "eintrag": entry[1]}, follow=True)
    assert ("Es ist wieder wie vorher." in main_text(back), look()) == (True, BEFORE)


def test_a_colour_that_nobody_can_read_is_refused_with_its_figure_and_the_nearest_that_passes(admin: Client) -> None:
    refused = admin.post(f"{FACE}farbe/", {**TYPED, "colour": "#7ab800", "step": "speichern"})
    assert (refused.status_code, look()) == (422, BEFORE)
    sentence = re.search(
        r"nur einen Kontrast von (\S+ : 1). Nötig sind 4,5 : 1. Am nächsten kommt (#\w{6})", main_text(refused)
    )
    assert sentence is not None
    assert sentence[1] == "2,4 : 1"
    assert "0661 1234" in refused.content.decode()
    taken = admin.post(f"{FACE}farbe/", {**TYPED, "colour": "#7ab800", "step": "vorschlag"})
    assert f'value="{sentence[2]}"' in taken.content.decode()
    assert admin.post(f"{FACE}farbe/", {**TYPED, "colour": sentence[2], "step": "speichern"}).status_code == 303
    assert look()[0] == sentence[2]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"colour": "rot"}, "Schreiben Sie die Farbe mit # und sechs Zeichen"),
        ({"colour": ""}, "Geben Sie eine Farbe ein"),
        ({"phone": ""}, "Geben Sie die Nummer ein"),
        ({"phone_hours": "x" * 121}, "Das ist zu lang: höchstens 120 Zeichen."),
    ],
)
def test_bad_input_is_said(admin: Client, changed: dict[str, str], sentence: str) -> None:
    refused = admin.post(f"{FACE}farbe/", {**TYPED, **changed, "step": "speichern"})
    assert (refused.status_code, sentence in main_text(refused), look()) == (422, True, BEFORE)


def test_what_a_colleague_changed_meanwhile_is_shown_before_it_is_overwritten(admin: Client) -> None:
    TenantSettings.objects.update(phone="0661 9")
    first = admin.post(f"{FACE}farbe/", {**TYPED, "step": "speichern"})
    assert (first.status_code, "Jemand hat das gerade geändert." in main_text(first)) == (422, True)
    assert look() == ("#171a2b", "0661 9", "Mo bis Fr 8 bis 12 Uhr")
    again = admin.post(f"{FACE}farbe/", {**TYPED, "seen_phone": "0661 9", "step": "speichern"})
    assert (again.status_code, look()[1]) == (303, "0661 1234")


# --- Words ------------------------------------------------------------------------------------------------------------
IMPRINT = f"{FACE}texte/impressum/de/"


def words() -> str:
    current = current_wording(Part.IMPRINT, "de")
    return current.text if current else ""


def test_words_are_tried_then_saved_then_taken_back(admin: Client) -> None:
    tried = admin.post(IMPRINT, {"text": "## Neu\n\n<b>fett</b>", "seen": "0", "step": "vorschau"})
    assert '<h2 class="kern-heading-medium">Neu</h2>' in tried.content.decode()
    assert ("&lt;b&gt;fett" in tried.content.decode(), words()) == (True, "")
    admin.post(IMPRINT, {"text": "Erste", "seen": "0", "step": "speichern"})
    saved = admin.post(IMPRINT, {"text": "Zweite", "seen": "1", "step": "speichern"}, follow=True)
    assert ("Fassung 2 · gilt jetzt" in main_text(saved), words()) == (True, "Zweite")
    back = admin.post(IMPRINT, {"fassung": "1", "seen": "2", "step": "wieder"}, follow=True)
    assert ("Die frühere Fassung gilt wieder" in main_text(back), words()) == (True, "Erste")


def test_words_of_a_colleague_are_shown_before_they_are_overwritten(admin: Client) -> None:
    admin.post(IMPRINT, {"text": "Von Anna", "seen": "0", "step": "speichern"})
    mine = admin.post(IMPRINT, {"text": "Von mir", "seen": "0", "step": "speichern"})
    shown = main_text(mine)
    assert (mine.status_code, "Von Anna" in shown, "Von mir" in shown, words()) == (422, True, True, "Von Anna")
    seen = re.search(r'name="seen" value="(\d+)"', mine.content.decode())
    assert seen is not None
    admin.post(IMPRINT, {"text": "Von mir", "seen": seen[1], "step": "speichern"})
    assert words() == "Von mir"


def test_words_too_long_for_their_place_stay_in_the_field(admin: Client) -> None:
    typed = "Willkommen " * 40
    refused = admin.post(f"{FACE}texte/begruessung/de/", {"text": typed, "seen": "0", "step": "speichern"})
    assert (refused.status_code, "Hier ist Platz für 300 Zeichen." in main_text(refused)) == (422, True)
    assert typed.strip() in refused.content.decode()


def test_a_long_privacy_notice_in_arabic_letters_fits_into_one_form(admin: Client) -> None:
    typed = "خصوصية " * 3400
    saved = admin.post(f"{FACE}texte/datenschutz/ar/", {"text": typed, "seen": "0", "step": "speichern"})
    assert saved.status_code == 303


@pytest.mark.parametrize("path", ["texte/quatsch/de/", "texte/impressum/fr/", "logo/bunt/"])
def test_what_there_is_not_is_a_404(admin: Client, path: str) -> None:
    assert admin.get(FACE + path).status_code == 404


@pytest.mark.parametrize("version", ["9", "x", "9" * 30, ""])
def test_a_version_that_there_is_not_is_a_404(admin: Client, version: str) -> None:
    assert admin.post(IMPRINT, {"fassung": version, "seen": "0", "step": "wieder"}).status_code == 404
    assert admin.post(f"{FACE}logo/hell/", {"fassung": version, "step": "wieder"}).status_code == 404


# --- Logo -------------------------------------------------------------------------------------------------------------
LOGO = f"{FACE}logo/hell/"


def upload(content: bytes, name: str = "logo.png") -> dict[str, object]:
    return {"file": SimpleUploadedFile(name, content), "step": "vorschau"}


def test_a_logo_is_looked_at_then_put_up_then_taken_down_then_put_up_again(admin: Client) -> None:
    looked = admin.post(LOGO, upload(picture_file()))
    kept = re.search(r'name="seen" value="([^"]+)"', looked.content.decode())
    assert kept is not None
    assert f'src="data:image/png;base64,{kept[1]}"' in looked.content.decode()
    assert shown_logos() == {}
    admin.post(LOGO, {"seen": kept[1], "step": "speichern"})
    assert set(shown_logos()) == {Ground.LIGHT}
    admin.post(LOGO, {"step": "abnehmen"})
    assert shown_logos() == {}
    admin.post(LOGO, {"fassung": "1", "step": "wieder"})
    assert set(shown_logos()) == {Ground.LIGHT}
    assert [one.version for one in Logo.objects.order_by("version")] == [1, 2, 3]


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "logo.svg", "SVG-Dateien nehmen wir nicht an"),
        (b"GIF89a", "logo.gif", "Es geht mit PNG, JPEG und WebP."),
        (picture_file("PNG", (100, 5)), "logo.png", "zu klein"),
        (b"", "leer.png", "Diese Datei ist leer."),
    ],
    ids=["svg", "gif", "thin", "empty"],
)
def test_what_is_no_logo_is_refused_with_the_reason(admin: Client, content: bytes, name: str, sentence: str) -> None:
    refused = admin.post(LOGO, upload(content, name))
    assert (refused.status_code, sentence in main_text(refused), Logo.objects.count()) == (422, True, 0)


def test_saving_without_a_file_says_so(admin: Client) -> None:
    assert "Wählen Sie eine Bilddatei aus." in main_text(admin.post(LOGO, {"step": "speichern"}))
    assert "kein Bild" in main_text(admin.post(LOGO, {"step": "speichern", "seen": "%%%"}))


def test_a_logo_may_be_larger_than_a_form_and_not_larger_than_a_logo(admin: Client) -> None:
    large = picture_file() + b"\0" * 900_000
    assert "Vorschau, noch nicht gespeichert" in main_text(admin.post(LOGO, upload(large)))
    assert admin.post(LOGO, upload(picture_file() + b"\0" * 1_200_000)).status_code == 413
    assert admin.post(IMPRINT, upload(large)).status_code == 413


# --- Statement --------------------------------------------------------------------------------------------------------
FACTS = {
    "body": "Landkreis Fulda",
    "conformance": "teilweise",
    "method": "selbst",
    "prepared_on": "2026-03-02",
    "reviewed_on": "20.11.2026",
    "step": "speichern",
}


def stated() -> list[tuple[int, str, str]]:
    return list(Statement.objects.order_by("version").values_list("version", "conformance", "body"))


def test_the_statement_is_saved_as_a_version(admin: Client) -> None:
    saved = admin.post(f"{FACE}erklaerung/", {**FACTS, "seen": "0"}, follow=True)
    assert "Gespeichert. So steht es jetzt in der Erklärung." in main_text(saved)
    admin.post(f"{FACE}erklaerung/", {**FACTS, "seen": "1"})
    admin.post(f"{FACE}erklaerung/", {**FACTS, "conformance": "ganz", "seen": "1"})
    assert stated() == [(1, "teilweise", "Landkreis Fulda"), (2, "ganz", "Landkreis Fulda")]


def test_a_statement_is_read_as_all_will_read_it_before_it_is_saved(admin: Client) -> None:
    tried = admin.post(f"{FACE}erklaerung/", {**FACTS, "seen": "0", "step": "vorschau"})
    shown = main_text(tried)
    assert "Vorschau, noch nicht gespeichert Verantwortlich ist: Landkreis Fulda ." in shown
    assert "Diese Seiten sind nach unserer Prüfung zum größten Teil barrierefrei, aber nicht ganz." in shown
    assert (tried.status_code, 'value="Landkreis Fulda"' in tried.content.decode(), stated()) == (200, True, [])


def test_an_earlier_statement_is_stated_again_as_a_new_version(admin: Client) -> None:
    admin.post(f"{FACE}erklaerung/", {**FACTS, "seen": "0"})
    admin.post(f"{FACE}erklaerung/", {**FACTS, "conformance": "ganz", "seen": "1"})
    again = {"step": "wieder", "fassung": "1", "seen": "2"}
    done = admin.post(f"{FACE}erklaerung/", again, follow=True)
    assert "Die frühere Fassung gilt wieder, als neue Fassung." in main_text(done)
    assert [conformance for _version, conformance, _body in stated()] == ["teilweise", "ganz", "teilweise"]
    unknown = [admin.post(f"{FACE}erklaerung/", {**again, "fassung": number}) for number in ("9", "", "²", "-1")]
    assert [answer.status_code for answer in unknown] == [404] * 4


def test_two_statements_at_once_do_not_overwrite_each_other_unseen(admin: Client) -> None:
    admin.post(f"{FACE}erklaerung/", {**FACTS, "seen": "0"})
    late = {**FACTS, "body": "Kreis Fulda", "conformance": "nicht", "seen": "0"}
    refused = admin.post(f"{FACE}erklaerung/", late)
    assert (refused.status_code, stated()) == (422, [(1, "teilweise", "Landkreis Fulda")])
    assert "Jetzt auf den Seiten Landkreis Fulda" in main_text(refused)
    assert "Jemand hat das gerade geändert. Ihre Eingaben stehen noch hier." in main_text(refused)
    html = refused.content.decode()
    assert ('value="Kreis Fulda"' in html, 'name="seen" value="1"' in html) == (True, True)
    assert admin.post(f"{FACE}erklaerung/", {"step": "wieder", "fassung": "1", "seen": "0"}).status_code == 303
    assert admin.post(f"{FACE}erklaerung/", {**late, "seen": "1"}).status_code == 303
    assert stated()[-1] == (2, "nicht", "Kreis Fulda")


def test_nothing_is_chosen_for_the_office(admin: Client) -> None:
    assert "checked" not in admin.get(f"{FACE}erklaerung/").content.decode()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"conformance": ""}, "Wählen Sie, was die Prüfung ergeben hat."),
        ({"prepared_on": "gestern"}, "Geben Sie ein Datum ein, zum Beispiel 23.11.2026."),
        ({"reviewed_on": "2026-11-24"}, "Dieser Tag liegt in der Zukunft."),
        ({"reviewed_on": "2026-03-01"}, "Die Prüfung kann nicht vor der Erklärung liegen."),
    ],
)
def test_a_statement_that_cannot_be_true_is_refused(admin: Client, changed: dict[str, str], sentence: str) -> None:
    refused = admin.post(f"{FACE}erklaerung/", {**FACTS, **changed})
    assert (refused.status_code, sentence in main_text(refused), Statement.objects.count()) == (422, True, 0)


def test_nothing_of_it_reaches_another_jobcenter(admin: Client, wiesbaden: Jobcenter) -> None:
    admin.post(f"{FACE}farbe/", {**TYPED, "step": "speichern"})
    assert admin.get("/wiesbaden/desk/einstellungen/auftritt/").status_code == 303
