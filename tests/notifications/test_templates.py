# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How values become a message: nothing typed by a stranger may become a line, a link or a page element."""

from pathlib import Path

import pytest
from django.template import Engine

from notifications import templates
from notifications.kinds import Value
from notifications.templates import TemplateFault, render_email, render_sms
from tests.notifications.conftest import OWN_TEMPLATES

LINK = "https://termin.example.de/a/Ab3dE9xY7k"
TEXT = """Subject: An {{ name }}
Guten Tag{% if name %} {{ name }}{% endif %},

Bitte:
- eins & zwei{% for document in documents %}
- {{ document }}{% endfor %}
Danke.


{{ link }}
"""
VALUES: dict[str, Value] = {"name": "Anna", "documents": ["<b>Pass</b>"], "link": LINK}


@pytest.fixture(autouse=True)
def own_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "messages" / "a-kind"
    folder.mkdir(parents=True)
    (folder / "email.de.txt").write_text(TEXT)
    (folder / "email.ar.txt").write_text("Subject: مرحبا\nمرحبا")
    (folder / "email.en.txt").write_text("No subject here")
    (folder / "sms.de.txt").write_text("Für {{ name }}:\n{{ link }} – „bald“\n")
    engine = Engine(
        dirs=[str(tmp_path), OWN_TEMPLATES], autoescape=False, string_if_invalid=templates.engine().string_if_invalid
    )
    monkeypatch.setattr(templates, "engine", lambda: engine)


def html_of(values: dict[str, Value], language: str = "de") -> str:
    return render_email("a-kind", language, values, sender="Amt <1>").html


def test_the_html_part_has_the_structure_of_the_text_and_one_link() -> None:
    mail = render_email("a-kind", "de", VALUES, sender="Amt <1>")
    assert mail.subject == "An Anna"
    assert mail.text == (
        "Guten Tag Anna,\n\nBitte:\n- eins & zwei\n- <b>Pass</b>\nDanke.\n\nhttps://termin.example.de/a/Ab3dE9xY7k\n"
    )
    body = mail.html.partition("</p>\n")[2].partition("</div>")[0]
    assert body == (
        "<p>Guten Tag Anna,</p>\n"
        "<p>Bitte:</p><ul><li>eins &amp; zwei</li><li>&lt;b&gt;Pass&lt;/b&gt;</li></ul><p>Danke.</p>\n"
        f'<p><a href="{LINK}">{LINK}</a></p>\n'
    )
    assert "Amt &lt;1&gt;" in mail.html
    assert not any(word in mail.html for word in ("<img", "src=", "url(", "<script", "<link"))


def test_language_and_direction_are_those_of_the_text_that_was_found() -> None:
    assert '<html lang="ar" dir="rtl">' in html_of(VALUES, "ar")
    assert '<html lang="de" dir="ltr">' in html_of(VALUES, "uk")
    assert render_email("a-kind", "uk", VALUES, sender="x").language == "de"


@pytest.mark.parametrize(
    "name",
    [
        "Gewinn! https://evil.example",
        "evil.example",
        "www evil",
        "Rufen Sie 0900123456 an",
        "a@b",
        "x" * 61,
        "<b>A</b>",
    ],
)
def test_a_name_that_is_a_message_is_left_out(name: str) -> None:
    assert render_email("a-kind", "de", VALUES | {"name": name}, sender="x").text.startswith("Guten Tag,\n")


@pytest.mark.parametrize("name", ["Dr. Anna-Lena Müller", "Zoë O’Neill", "محمد علي", "J. R. Ewing", "Nguyễn Thị Ánh"])
def test_a_name_that_is_a_name_stays(name: str) -> None:
    assert render_email("a-kind", "de", VALUES | {"name": name}, sender="x").text.startswith(f"Guten Tag {name},\n")


def test_no_value_begins_a_line_of_its_own() -> None:
    mail = render_email(
        "a-kind", "de", VALUES | {"name": "A\r\nBcc: b", "documents": ["x\n\ny\u2028z\x00"]}, sender="x"
    )
    assert "\n- x y z\n" in mail.text
    assert mail.subject == "An"


def test_only_the_appointments_own_link_can_be_clicked() -> None:
    html = html_of(VALUES | {"documents": ["https://evil.example"], "link": "javascript:alert(1)"})
    assert "<a " not in html


def test_a_sms_is_one_line_without_characters_that_would_halve_it() -> None:
    sms = render_sms("a-kind", "en", VALUES)
    assert (sms.text, sms.parts, sms.language) == (f'Für Anna: {LINK} - "bald"', 1, "de")


@pytest.mark.parametrize(
    ("kind", "language", "left_out", "words"),
    [
        ("a-kind", "de", "link", "a value is missing"),
        ("a-kind", "en", "", "first line is not a subject"),
        ("nobody", "de", "", "no text for email"),
        ("../../settings", "de", "", "malformed"),
    ],
)
def test_a_faulty_text_is_refused_before_anybody_gets_it(kind: str, language: str, left_out: str, words: str) -> None:
    values = {key: value for key, value in VALUES.items() if key != left_out}
    with pytest.raises(TemplateFault, match=words):
        render_email(kind, language, values, sender="x")
