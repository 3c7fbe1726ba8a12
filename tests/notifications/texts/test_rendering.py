# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How values become a message: nothing typed by a stranger may become a line, a link or a page element."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobcenter_portal.web.languages import LANGUAGES
from notifications.channels.base import Channel
from notifications.kinds import Value
from notifications.texts.defaults import NoText, Text, all_defaults, also_from, read_text
from notifications.texts.placeholders import examples
from notifications.texts.push import push_text
from notifications.texts.rendering import render_email, render_letter, render_sms
from notifications.texts.syntax import MissingValue, TextFault
from notifications.texts.words import JOBCENTER, Harm, words_for

LINK = "https://termin.example.de/a/Ab3dE9xY7k"
TEXT = """Subject: An {name}
Guten Tag[[name? {name}]],

Bitte:
- eins & zwei
[[documents?{documents}]]
Danke.


{link}
"""
VALUES: dict[str, Value] = {"name": "Anna", "documents": ["<b>Pass</b>"], "link": LINK}
EMAIL_DE = ("a-kind", Channel.EMAIL, "de")


@pytest.fixture(autouse=True)
def own_texts(tmp_path: Path) -> Iterator[None]:
    folder = tmp_path / "messages" / "a-kind"
    folder.mkdir(parents=True)
    (folder / "email.de.txt").write_text(TEXT)
    (folder / "email.ar.txt").write_text("Subject: مرحبا\nمرحبا {name}، الهاتف {phone}\n{documents}\n{link}")
    (folder / "email.en.txt").write_text("No subject here")
    (folder / "email.ru.txt").write_text("Subject: {name\nx")
    (folder / "sms.de.txt").write_text("Für {name}:\n{documents} {link} – „bald“\n")
    (folder / "letter.en.txt").write_text("Subject: A letter\nTo {name}")
    with also_from(tmp_path):
        yield


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
    arabic = VALUES | {"phone": "+49 641 1"}
    assert '<html lang="ar" dir="rtl">' in html_of(arabic, "ar")
    assert '<html lang="de" dir="ltr">' in html_of(VALUES, "uk")
    assert [render_email("a-kind", code, arabic, sender="x").language for code in ("ar", "uk")] == ["ar", "de"]


def test_from_right_to_left_each_value_keeps_its_own_direction_and_the_link_stays_as_it_is() -> None:
    turned = VALUES | {"name": "Anna\u202e", "phone": "+49 641 1", "documents": ["Pass", ""]}
    text = render_email("a-kind", "ar", turned, sender="x").text
    assert text == f"مرحبا \u2068Anna\u2069، الهاتف \u2068+49 641 1\u2069\n- \u2068Pass\u2069\n{LINK}\n"


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
        "{link}",
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
    sms = render_sms("a-kind", "en", VALUES | {"documents": ["Pass", "Brief"]})
    assert (sms.text, sms.parts, sms.language, sms.version) == (
        f'Für Anna: Pass, Brief {LINK} - "bald"',
        1,
        "de",
        0,
    )


def test_a_letter_without_words_of_its_own_says_what_the_email_says() -> None:
    own, borrowed = (render_letter("a-kind", language, VALUES) for language in ("en", "de"))
    assert (own.heading, own.text) == ("A letter", "To Anna\n")
    assert (borrowed.heading, borrowed.text) == ("An Anna", render_email("a-kind", "de", VALUES, sender="x").text)


def test_on_paper_a_text_leaves_out_what_is_true_of_an_email_only() -> None:
    words = own("Subject: Eigenes\nGuten Tag[[!by_post?, an Ihre E-Mail-Adresse]].")
    mail = render_email("a-kind", "de", VALUES, sender="x", own=words)
    assert (mail.text, render_letter("a-kind", "de", VALUES, own=words).text) == (
        "Guten Tag, an Ihre E-Mail-Adresse.\n",
        "Guten Tag.\n",
    )


@pytest.mark.parametrize(("kind", "language"), sorted({(kind, language) for kind, _, language in all_defaults()}))
def test_no_letter_speaks_of_an_email_address(kind: str, language: str) -> None:
    if kind == "office_requests":
        return  # goes to the office itself, by e-mail alone
    letter = render_letter(kind, language, examples(kind, language))
    assert not re.search(r"e-?mail|e-posta|ایمیل|الإلكتروني|эт(?:от|у) адрес|цю адресу", letter.text, re.IGNORECASE)
    assert letter.language == language


@pytest.mark.parametrize(
    ("kind", "language", "left_out", "fact"),
    [
        ("a-kind", "de", "link", MissingValue),
        ("a-kind", "en", "", TextFault),
        ("a-kind", "ru", "", TextFault),
        ("nobody", "de", "", NoText),
        ("../messages/a-kind", "de", "", NoText),
        ("a-kind", "../de", "", NoText),
    ],
)
def test_a_faulty_text_is_refused_before_anybody_gets_it(
    kind: str, language: str, left_out: str, fact: type[Exception]
) -> None:
    values = {key: value for key, value in VALUES.items() if key != left_out}
    with pytest.raises(fact):
        render_email(kind, language, values, sender="x")


def test_a_push_notification_says_the_same_in_each_language_whatever_it_is_about() -> None:
    texts = [push_text(language.code) for language in LANGUAGES]
    assert [text.language for text in texts] == [language.code for language in LANGUAGES]
    assert push_text("fr") == push_text("de")
    for text in texts:
        said = f"{text.title} {text.body}"
        assert not JOBCENTER.search(said)
        harms = {words.harm for words in words_for(text.language) if words.pattern.search(said)}
        assert harms <= {Harm.TONE}  # "tap here" is what a notification is for


def own(words: str, version: int = 7) -> dict[tuple[str, Channel, str], Text]:
    read = read_text(words, Channel.EMAIL, "de")
    return {EMAIL_DE: Text(read.subject, read.body, "de", version)}


def test_the_jobcenters_own_words_are_used_and_named_by_their_version() -> None:
    mail = render_email("a-kind", "de", VALUES, sender="x", own=own("Subject: Eigenes\nNur {link}"))
    assert (mail.subject, mail.text, mail.version) == ("Eigenes", f"Nur {LINK}\n", 7)
    letter = render_letter("a-kind", "de", VALUES, own=own("Subject: Eigenes\nNur {link}"))
    assert (letter.heading, letter.text, letter.version) == ("Eigenes", f"Nur {LINK}\n", 7)


def test_own_words_that_name_a_value_no_longer_given_make_way_for_the_portals() -> None:
    """A release took the value away: people get the standard words rather than nothing."""
    mail = render_email("a-kind", "de", VALUES, sender="x", own=own("Subject: Eigenes\n{gone} {link}"))
    assert (mail.subject, mail.version) == ("An Anna", 0)
