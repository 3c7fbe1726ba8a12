# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""From texts in code and templates to catalogues, without gettext."""

import gettext
import json
from io import StringIO
from pathlib import Path

import pytest
from babel.messages import Catalog
from django.core.management import CommandError, call_command

from jobcenter_portal.web import catalogues, coverage
from jobcenter_portal.web.languages import language_by_code

ENGLISH = language_by_code("en")
ARABIC = language_by_code("ar")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of two files with every way to mark a text."""
    source = tmp_path / "appointments"
    (source / "templates" / "deep").mkdir(parents=True)
    (source / "views.py").write_text(
        "from django.utils.translation import gettext_lazy as _, ngettext, pgettext\n"
        'TITLE = _("Ihr Termin")\n'
        'def f(n):\n    return ngettext("%(n)s Termin", "%(n)s Termine", n), pgettext("Monat", "Mai")\n',
        encoding="utf-8",
    )
    (source / "templates" / "deep" / "page.html").write_text(
        "{% load i18n %}\n  <p>{% translate 'Zurück' %}\n{% if a %}\n      <b>it's</b>{% endif %}\n"
        "{% blocktranslate trimmed with name=tenant.name %}\n   Willkommen bei\n   {{ name }}{% endblocktranslate %}\n"
        "{{ _('Weiter')|upper }}",
        encoding="utf-8",
    )
    locale = tmp_path / "jobcenter_portal" / "locale"
    locale.mkdir(parents=True)
    for module in ("collect_texts", "compile_texts", "check_texts"):
        monkeypatch.setattr(f"jobcenter_portal.web.management.commands.{module}.LOCALE_FOLDER", locale)
    return tmp_path


def english(project: Path) -> Path:
    return catalogues.po_path(project / "jobcenter_portal" / "locale", ENGLISH)


def run(command: str) -> str:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def translate(project: Path, german: str, translation: str) -> None:
    path = english(project)
    before = f'msgid "{german}"\nmsgstr ""'
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, f'msgid "{german}"\nmsgstr "{translation}"'), encoding="utf-8")


def test_texts_of_code_and_templates_land_sorted_in_the_english_catalogue(project: Path) -> None:
    run("collect_texts")
    assert english(project).read_text(encoding="utf-8") == (
        "# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors\n"
        "# SPDX-License-Identifier: EUPL-1.2\n"
        'msgid ""\nmsgstr ""\n"Language: en\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        '#, python-format\nmsgid "%(n)s Termin"\nmsgid_plural "%(n)s Termine"\nmsgstr[0] ""\nmsgstr[1] ""\n\n'
        'msgid "Ihr Termin"\nmsgstr ""\n\n'
        'msgctxt "Monat"\nmsgid "Mai"\nmsgstr ""\n\n'
        'msgid "Weiter"\nmsgstr ""\n\n'
        '#, python-format\nmsgid "Willkommen bei %(name)s"\nmsgstr ""\n\n'
        'msgid "Zurück"\nmsgstr ""\n'
    )


def test_collecting_twice_changes_nothing_and_keeps_what_is_translated(project: Path) -> None:
    run("collect_texts")
    translate(project, "Zurück", "Back")
    before = english(project).read_text(encoding="utf-8")
    run("collect_texts")
    assert english(project).read_text(encoding="utf-8") == before


def test_a_text_that_went_away_goes_from_the_catalogue(project: Path) -> None:
    run("collect_texts")
    (project / "appointments" / "views.py").write_text("", encoding="utf-8")
    run("collect_texts")
    assert "Ihr Termin" not in english(project).read_text(encoding="utf-8")


def test_a_language_nobody_began_stays_empty(project: Path) -> None:
    run("collect_texts")
    arabic = catalogues.po_path(project / "jobcenter_portal" / "locale", ARABIC).read_text(encoding="utf-8")
    assert arabic.count("msgid") == 1


def test_what_only_staff_read_is_wanted_in_english_alone(project: Path) -> None:
    desk = project / "appointments" / "desk"
    desk.mkdir()
    (desk / "day.py").write_text("_('Heute krank')\n", encoding="utf-8")
    wanted = catalogues.collect(project)
    assert [code for code, texts in wanted.items() if "Heute krank" in texts] == ["en"]
    assert [code for code, texts in wanted.items() if "Zurück" in texts] == [
        "de-simple",
        "en",
        "uk",
        "ru",
        "ar",
        "fa",
        "tr",
    ]


def test_the_check_refuses_gaps_in_every_language_that_was_begun(project: Path) -> None:
    run("collect_texts")
    for text in catalogues.collect(project)["en"]:
        if isinstance(text.id, str) and text.id:
            translate(project, text.id, "done")
    arabic = catalogues.po_path(project / "jobcenter_portal" / "locale", ARABIC)
    arabic.write_text(arabic.read_text(encoding="utf-8") + '\nmsgid "Weiter"\nmsgstr "متابعة"\n', encoding="utf-8")
    run("collect_texts")
    with pytest.raises(CommandError, match="ar: not translated: Zurück"):
        run("check_texts")


def test_the_share_of_translated_texts_is_counted_when_compiling(project: Path) -> None:
    run("collect_texts")
    translate(project, "Zurück", "Back")
    translate(project, "Ihr Termin", "Your appointment")
    translate(project, "Weiter", "Continue")
    run("compile_texts")
    shares = json.loads((project / "jobcenter_portal" / "locale" / "coverage.json").read_text(encoding="utf-8"))
    assert shares == {"de-simple": 0.0, "en": 0.5, "uk": 0.0, "ru": 0.0, "ar": 0.0, "fa": 0.0, "tr": 0.0}


def test_a_compiled_catalogue_translates(project: Path) -> None:
    run("collect_texts")
    translate(project, "Zurück", "Back")
    run("compile_texts")
    with english(project).with_suffix(".mo").open("rb") as compiled:
        texts = gettext.GNUTranslations(compiled)
    assert [texts.gettext("Zurück"), texts.gettext("Weiter")] == ["Back", "Weiter"]


def test_the_check_names_what_is_missing(project: Path) -> None:
    run("collect_texts")
    with pytest.raises(CommandError, match="en: not translated: Zurück"):
        run("check_texts")


def test_the_check_refuses_drafts_nobody_has_looked_at(project: Path) -> None:
    run("collect_texts")
    path = english(project)
    draft = path.read_text(encoding="utf-8").replace(
        'msgid "Zurück"\nmsgstr ""', '#, fuzzy\nmsgid "Zurück"\nmsgstr "Return"'
    )
    path.write_text(draft, encoding="utf-8")
    with pytest.raises(CommandError, match="en: fuzzy: Zurück"):
        run("check_texts")


def test_the_check_notices_a_catalogue_that_is_out_of_date(project: Path) -> None:
    run("collect_texts")
    (project / "appointments" / "more.py").write_text("_('Neu')\n", encoding="utf-8")
    with pytest.raises(CommandError, match="en: out of date"):
        run("check_texts")


def test_the_frame_of_the_pages_is_translated_into_english() -> None:
    own = Catalog()
    for path in sorted((coverage.LOCALE_FOLDER.parent / "web").rglob("templates/**/*.html")):
        catalogues._add(own, catalogues._as_python(path.read_text(encoding="utf-8"), str(path)))
    assert catalogues.share(catalogues.read(coverage.LOCALE_FOLDER, ENGLISH), own) == 1.0
