# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is wrong with a text: every finding says which words, which line, and what would be right."""

import time
from collections.abc import Collection

import pytest

from notifications.channels.base import Channel
from notifications.texts.defaults import NoText, all_defaults
from notifications.texts.linter import LONGEST_BODY, LONGEST_SMS, Finding, Severity, check
from notifications.texts.placeholders import worst_case
from notifications.texts.words import words_for

SUBJECT = "Ihr Termin am {day_long}, {time} Uhr"
BODY = "Guten Tag[[name? {name}]],\n\nIhr Termin: {day_long}, {time} Uhr.\n{link}\n"
SMS = "Ihr Termin: {day_short}, {time} Uhr. {link}"


def mail(
    body: str = BODY,
    subject: str = SUBJECT,
    *,
    kind: str = "reminder",
    language: str = "de",
    discreet: bool = False,
    words: Collection[str] = (),
    office: Collection[str] = (),
) -> list[Finding]:
    return check(kind, Channel.EMAIL, language, subject, body, discreet=discreet, words=words, office=office)


def sms(body: str = SMS, *, kind: str = "reminder", language: str = "de", words: Collection[str] = ()) -> list[Finding]:
    return check(kind, Channel.SMS, language, "", body, discreet=False, words=words)


def said(findings: list[Finding]) -> list[tuple[str, str, int]]:
    return [(finding.severity.value, finding.part, finding.line) for finding in findings]


def only(findings: list[Finding], severity: Severity, part: str, line: int, *words: str) -> None:
    assert said(findings) == [(severity, part, line)], findings
    assert all(word in findings[0].sentence for word in words), findings[0].sentence


def test_a_plain_text_is_fine() -> None:
    assert (mail(), sms()) == ([], [])


@pytest.mark.parametrize(("kind", "channel", "language"), sorted(all_defaults()))
def test_the_portals_own_texts_are_without_fault_in_discreet_mode_too(
    kind: str, channel: Channel, language: str
) -> None:
    text = all_defaults()[kind, channel, language]
    subject = str(text.subject) if text.subject else ""
    assert check(kind, channel, language, subject, str(text.body), discreet=True) == []


# --- Placeholders -------------------------------------------------------------------------------------------------
def test_a_name_that_the_message_does_not_have_is_refused_with_the_one_that_was_meant() -> None:
    only(mail(BODY + "\n{nmae}"), Severity.ERROR, "body", 6, "{nmae}", "Meinten Sie {name}?")
    only(mail(BODY + "[[by_ofice?x]]"), Severity.ERROR, "body", 5, "{by_ofice}")
    only(mail(subject=SUBJECT + " {xyzzy}"), Severity.ERROR, "subject", 1, "gibt es in dieser Nachricht nicht.")


def test_a_name_of_another_kind_is_unknown() -> None:
    assert mail(BODY + "[[by_office?x]]", kind="cancelled") == []
    only(mail(BODY + "[[by_office?x]]", kind="reminder"), Severity.ERROR, "body", 5, "{by_office}")


def test_a_flag_has_no_words() -> None:
    only(mail(BODY + "{in_group}"), Severity.ERROR, "body", 5, "[[in_group?Text]]")


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        (BODY.replace("{link}", ""), "{link}"),
        (BODY.replace("{time}", ""), "{time}"),
        (BODY.replace("{day_long}", ""), "{day_long} oder {day_short} oder {day_german}"),
        (BODY.replace("{link}", "[[in_group?{link}]]"), "{link}"),
    ],
)
def test_what_people_must_learn_stands_in_every_text(body: str, missing: str) -> None:
    only(mail(body), Severity.ERROR, "body", 0, f"Es fehlt {missing}.")


def test_it_may_stand_in_both_branches_of_a_condition() -> None:
    assert mail(BODY.replace("{link}", "[[in_group?{link}]][[!in_group?Hier: {link}]]")) == []
    assert mail(BODY.replace("{day_long}", "{day_german}")) == []


def test_a_list_needs_a_line_of_its_own() -> None:
    assert mail(BODY + "[[documents?\nBitte mitbringen:\n{documents}\n]]") == []
    only(mail(BODY + "Bitte {documents} mitbringen."), Severity.ERROR, "body", 5, "eine Zeile für sich")


@pytest.mark.parametrize("name", ["name", "tenant", "location", "link", "code", "phone"])
def test_a_subject_names_nobody_and_no_house(name: str) -> None:
    only(mail(subject=f"{SUBJECT} {{{name}}}"), Severity.ERROR, "subject", 1, f"{{{name}}} gehört nicht in den Betreff")


def test_a_fault_of_syntax_is_said_with_its_line() -> None:
    only(mail(BODY + "{link"), Severity.ERROR, "body", 5, "geschweifte Klammer")
    assert said(mail(subject="", body=" \n")) == [("error", "subject", 0), ("error", "body", 0)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x0b"])
def test_a_subject_has_one_line_however_its_end_is_typed(end: str) -> None:
    only(mail(subject=f"{SUBJECT}{end}Bcc: alle"), Severity.ERROR, "subject", 0, "nur eine Zeile")
    assert mail(subject=SUBJECT + end) == []


@pytest.mark.parametrize("filling", ["x", "@", "a-", "a.", "[[a?", "{name}", "<a", "ж "])
@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS])
def test_a_book_is_refused_at_once_and_a_full_page_is_read_in_time(channel: Channel, filling: str) -> None:
    def seconds(length: int) -> tuple[float, list[Finding]]:
        body = (filling * length)[:length]
        begin = time.process_time()
        found = check("reminder", channel, "de", SUBJECT if channel is Channel.EMAIL else "", body, discreet=True)
        return time.process_time() - begin, found

    took, found = seconds(20_000)
    only(found, Severity.ERROR, "body", 0, "zu lang", "20000", "1000" if channel is Channel.SMS else "4000")
    assert took < 0.5
    assert seconds(LONGEST_SMS if channel is Channel.SMS else LONGEST_BODY)[0] < 2


# --- Words --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "words",
    [
        *("<b>Termin</b>", "<br>", "<a href='x'>", "&nbsp;", "<script"),
        *("https://evil.example/x", "www.kreis.de", "kreis-fulda.de", "termin@kreis.de", "mailto:x"),
    ],
)
def test_html_and_links_of_ones_own_are_refused(words: str) -> None:
    only(mail(BODY + words), Severity.ERROR, "body", 5, "„")


@pytest.mark.parametrize("words", ["z.B. Pass", "d.h. um 9.30 Uhr", "am 24.12.2026", "1 < 2 & 3 > 2", "Haus B/C"])
def test_what_only_looks_like_one_is_fine(words: str) -> None:
    assert mail(BODY + words) == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Ihr Bürgergeld"),
        ("de", "die Leistungen"),
        ("de", "Ihr Weiterbewilligungsantrag"),
        ("de", "Sonst kürzen wir"),
        ("de", "eine Sanktion"),
        ("de", "Rechtsfolgenbelehrung"),
        ("de", "Meldepflicht"),
        ("de", "nach § 32"),
        ("de", "Ihre BG-Nummer"),
        ("de", "Kundennummer"),
        ("de", "123A456789"),
        ("de", "43802//0012345"),
        ("de", "Kommen Sie morgen"),
        ("de", "Deine Unterlagen"),
        ("de", "Ihr Slot"),
        ("de-simple", "Sie müssen sofort kommen"),
        ("en", "your benefits"),
        ("en", "We will reduce your money"),
        ("en", "You must come"),
        ("en", "Your case number"),
        ("en", "see you tomorrow"),
        ("uk", "соціальна допомога"),
        ("uk", "Ви повинні прийти"),
        ("uk", "номер справи"),
        ("ru", "Ваше пособие"),
        ("ru", "Вы обязаны"),
        ("ru", "Приходите завтра"),
        ("ar", "إعانة البطالة"),
        ("ar", "يجب عليك الحضور"),
        ("ar", "رقم الملف"),
        ("fa", "کمک‌هزینه شما"),
        ("fa", "شماره پرونده"),
        ("fa", "فردا بیایید"),
        ("tr", "işsizlik parası"),
        ("tr", "ceza alırsınız"),
        ("tr", "yarın gelin"),
        ("ar", "Bürgergeld"),
        ("tr", "Kundennummer"),
    ],
)
def test_words_that_harm_are_refused_in_every_language(language: str, words: str) -> None:
    findings = mail(BODY + words, language=language)
    assert {(finding.severity, finding.line) for finding in findings} == {(Severity.ERROR, 5)}, findings


def test_each_of_the_eight_languages_has_words_of_every_harm() -> None:
    languages = ("de", "de-simple", "en", "uk", "ru", "ar", "fa", "tr")
    assert {language: len({words.harm for words in words_for(language)}) for language in languages} == dict.fromkeys(
        languages, 6
    )


def test_private_things_may_stand_in_a_mail_but_not_where_others_read_along() -> None:
    assert mail(BODY + "Sind Sie krank?") == []
    only(mail(subject=SUBJECT + ": krank?"), Severity.ERROR, "subject", 1, "privat")
    only(sms(SMS + " krank?"), Severity.ERROR, "body", 1, "privat")


def test_the_name_of_a_concern_is_refused_in_subject_and_sms_and_doubted_in_a_mail() -> None:
    concerns = ("Fragen zum Bescheid", "Beratung")
    only(sms(SMS + " Fragen zum Bescheid", words=concerns), Severity.ERROR, "body", 1, "Fragen zum Bescheid")
    only(mail(subject="Beratung: " + SUBJECT, words=concerns), Severity.ERROR, "subject", 1, "Anliegens")
    only(mail(BODY + "zur Beratung", words=concerns), Severity.WARNING, "body", 5, "Anliegens")
    assert mail(BODY + "Beratungsraum", words=concerns) == []


def test_the_house_is_not_named_where_messages_are_discreet() -> None:
    named = BODY + "Ihr Job-Center\nKreis Fulda"
    assert mail(named, office=("Kreis Fulda",)) == []
    assert said(mail(named, discreet=True, office=("Kreis Fulda",))) == [("error", "body", 5), ("error", "body", 6)]


# --- SMS ----------------------------------------------------------------------------------------------------------
def test_an_sms_that_becomes_two_with_the_longest_values_is_a_warning_with_its_figures() -> None:
    fits = "Ihr Termin: {day_short}, {time} Uhr. {link} "
    link = str(worst_case("reminder", "de")["link"])
    room = 160 - len(f"Ihr Termin: Do 31.12., 15:30 Uhr. {link} ")
    assert sms(fits + "x" * room) == []
    only(sms(fits + "x" * (room + 1)), Severity.WARNING, "body", 0, "2 SMS", "161 Zeichen", "160")


def test_the_longest_branch_of_a_condition_counts() -> None:
    padded = SMS + "[[!in_group?" + "x" * 100 + "]]"
    only(sms(padded), Severity.WARNING, "body", 0, "2 SMS")


def test_a_letter_that_halves_an_sms_is_named() -> None:
    only(sms("Ihr Termin bei ğ ş: {day_short}, {time} Uhr. {link}"), Severity.WARNING, "body", 0, "70", "ğ ş")


def test_typographic_signs_are_replaced_and_that_is_said() -> None:
    only(sms("„Termin“ – {day_short}, {time} Uhr. {link}"), Severity.NOTE, "body", 0, "– “ „")


def test_a_text_without_file_or_kind_is_no_text() -> None:
    with pytest.raises(LookupError):
        mail(kind="nobody")
    assert issubclass(NoText, LookupError)
