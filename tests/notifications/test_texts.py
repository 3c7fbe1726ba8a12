# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The texts of the portal: all there in eight languages, one SMS each with the longest values, no word that harms."""

import re
from collections.abc import Iterator
from itertools import product

import pytest

from appointments.core.answers import DeclineReason
from appointments.links import SMS_CODE_LENGTH
from appointments.lost_links import KINDS as OF_LOST_LINKS
from appointments.messages import KINDS as OF_APPOINTMENTS
from appointments.office_notice import OFFICE_REQUESTS
from appointments.proving import PROOF_CODE
from appointments.waiting.messages import KINDS as OF_THE_WAITING_LIST
from jobcenter_portal.about.office_notice import OFFICE_FEEDBACK
from jobcenter_portal.kernel.gsm7 import Encoding, segments
from jobcenter_portal.settings.environment import LONGEST_SHORT_ADDRESS
from jobcenter_portal.web.languages import LANGUAGES, language_by_code
from notifications.channels.base import Channel
from notifications.kinds import Value
from notifications.texts.defaults import Text, all_defaults, default
from notifications.texts.placeholders import every_case, worst_case
from notifications.texts.rendering import render_email, render_sms
from tests.notifications.banned_words import banned_in

CODES = tuple(language.code for language in LANGUAGES)
KINDS = tuple(kind.key for kind in (*OF_APPOINTMENTS, *OF_THE_WAITING_LIST, *OF_LOST_LINKS))
TIMED = tuple(kind for kind in KINDS if kind != "waiting")
EACH = list(product(KINDS, CODES))
EACH_TIMED = list(product(TIMED, CODES))

SEVENTY = frozenset({"uk", "ru", "ar", "fa"})
"""Languages whose SMS hold 70 characters. Turkish texts are worded so that they need none but those of 160."""
LEFT_OUT = {"tenant", "in_group", "address", "answer_time"}
"""What an SMS of 70 does not say and one of 160 does: it stands on the page behind the link."""
LINK = f"{'https://jcterm.de':t<{LONGEST_SHORT_ADDRESS}}/a/{'W' * SMS_CODE_LENGTH}"
MAIL_LINK = f"https://termine.example/marburg-biedenkopf/de-simple/t/{'W' * 43}/"
NOBODY = {
    "name": "",
    "entrance": "",
    "documents": (),
    "tenant": "",
    "location": "",
    "old_day_short": "",
    "old_time": "",
}


def worst(kind: str, language: str, *, link: str = LINK, **changes: Value) -> dict[str, Value]:
    """The longest value of everything; all flags hold."""
    return {**worst_case(kind, language), "link": link, **changes}


def text_of(kind: str, channel: Channel, language: str) -> Text:
    text = default(kind, channel, language)
    assert text is not None, f"{kind}/{channel}.{language} is missing"
    return text


def cases(kind: str, channel: Channel, language: str) -> Iterator[dict[str, Value]]:
    """Whatever can be there or away, with the longest words for what is there."""
    return every_case(kind, text_of(kind, channel, language).body, worst(kind, language))


def said(kind: str, language: str, values: dict[str, Value]) -> list[str]:
    """All that somebody reads, by e-mail or SMS."""
    mail, sms = render_email(kind, language, values, sender="Terminservice"), render_sms(kind, language, values)
    assert (mail.language, sms.language) == (language, language)
    return [mail.subject, mail.text, sms.text]


def test_every_kind_has_a_text_for_each_channel_in_eight_languages_and_nothing_else_lies_there() -> None:
    asked = {
        *product((*KINDS, PROOF_CODE), (Channel.EMAIL, Channel.SMS), CODES),
        (OFFICE_REQUESTS, Channel.EMAIL, "de"),
        (OFFICE_FEEDBACK, Channel.EMAIL, "de"),
    }
    assert (len(CODES), {key for key in all_defaults() if key[0] != "note"} ^ asked) == (8, set())


def test_the_longest_link_is_the_longest_that_settings_allow() -> None:
    assert (len(LINK), LINK.partition("/a/")[0]) == (35, "https://jcterm.de")


@pytest.mark.parametrize(("kind", "language"), EACH)
def test_every_sms_is_one_with_the_longest_values(kind: str, language: str) -> None:
    for values in cases(kind, Channel.SMS, language):
        sms = render_sms(kind, language, values)
        packed = segments(sms.text)
        assert (packed.parts, sms.parts) == (1, 1), (packed.units, sms.text)
        assert packed.encoding is (Encoding.UCS2 if language in SEVENTY else Encoding.GSM7)
        assert sms.text.endswith(f" {LINK}")
        assert ("  " in sms.text, " ." in sms.text, ".." in sms.text) == (False, False, False)


@pytest.mark.parametrize(("kind", "language"), EACH)
def test_no_text_says_what_harms_or_hurries(kind: str, language: str) -> None:
    for channel in (Channel.EMAIL, Channel.SMS):
        for values in cases(kind, channel, language):
            found = [banned_in(text.replace(LINK, ""), language) for text in said(kind, language, values)]
            assert found == [[], [], []]


@pytest.mark.parametrize(
    ("language", "sentence", "words"),
    [
        ("de", "Ihr Termin im Jobcenter ist morgen.", ["Jobcenter", "morgen"]),
        ("de-simple", "Sie müssen kommen. Sonst kürzen wir das Geld.", ["Sie müssen", "kürz"]),
        ("en", "You must come, or your benefit is reduced.", ["You must", "benefit", "reduc"]),
        ("uk", "Ви повинні прийти, інакше будуть санкції. Jobcenter", ["Jobcenter", "Ви повинні", "санкц"]),
        (
            "ru",
            "Неявка влечёт последствия, ты обязан прийти завтра.",
            ["Неявк", "завтра", "обязан", "последстви", "ты"],
        ),
        ("ar", "موعدك غدًا، وإلا فستكون هناك عقوبة.", ["عقوب", "غدً", "موعدك"]),
        ("fa", "باید فردا بیایید، وگرنه مزایا کسر می‌شود.", ["باید", "فردا", "مزایا", "کسر"]),
        ("tr", "Yarın gelmek zorundasınız, yoksa ceza var.", ["Yarın", "ceza", "zorunda"]),
    ],
)
def test_such_words_would_be_found(language: str, sentence: str, words: list[str]) -> None:
    assert banned_in(sentence, language) == words


@pytest.mark.parametrize(("kind", "language"), EACH)
def test_nothing_is_lost_in_translation(kind: str, language: str) -> None:
    def names(channel: Channel, code: str) -> tuple[frozenset[str], frozenset[str]]:
        text = text_of(kind, channel, code)
        return (text.subject.names if text.subject else frozenset()), text.body.names

    german_subject, german_mail = names(Channel.EMAIL, "de")
    subject, mail = names(Channel.EMAIL, language)
    assert (subject, mail - {"day_german"}) == (german_subject, german_mail)
    assert ("day_german" in mail) == (language in SEVENTY and kind != "waiting")
    german_sms, sms = names(Channel.SMS, "de")[1], names(Channel.SMS, language)[1]
    assert sms == (german_sms - LEFT_OUT if language in SEVENTY else german_sms)


@pytest.mark.parametrize(("kind", "language"), EACH)
def test_whatever_is_away_the_link_is_always_said(kind: str, language: str) -> None:
    assert [text_of(kind, channel, language).body.always_says("link") for channel in (Channel.EMAIL, Channel.SMS)] == [
        True,
        True,
    ]


@pytest.mark.parametrize(("kind", "language"), EACH_TIMED)
def test_every_text_tells_the_absolute_date_and_time_and_the_way_to_act(kind: str, language: str) -> None:
    values = worst(kind, language, link=MAIL_LINK)
    mail = render_email(kind, language, values, sender="Terminservice")
    sms = render_sms(kind, language, values)
    day, german_day = " ".join(str(values["day_long"]).split()), "Do 31.12.2026"
    assert (day in mail.subject, day in mail.text) == (True, True)
    assert ("15:30" in mail.subject, "15:30" in mail.text, "15:30" in sms.text) == (True, True, True)
    assert ("31.12" in sms.text, german_day in mail.text) == (True, language in SEVENTY)
    assert (str(values["phone"]) in mail.text, str(values["phone_hours"]) in mail.text) == (True, True)
    island = ' dir="ltr"' if language in {"ar", "fa"} else ""
    assert f'<a href="{MAIL_LINK}"{island}>{MAIL_LINK}</a>' in mail.html


@pytest.mark.parametrize(("kind", "language"), EACH)
def test_a_mail_says_its_language_and_direction_to_those_who_have_it_read_aloud(kind: str, language: str) -> None:
    mail = render_email(kind, language, worst(kind, language), sender="Terminservice")
    direction = language_by_code(language).direction
    assert (direction == "rtl") == (language in {"ar", "fa"})
    assert f'<html lang="{language}" dir="{direction}">' in mail.html


@pytest.mark.parametrize(("kind", "language"), EACH)
def test_what_is_away_leaves_no_gap(kind: str, language: str) -> None:
    for values in cases(kind, Channel.EMAIL, language):
        there = {name: value for name, value in NOBODY.items() if name in values}
        for shown in (values, values | there):
            text = render_email(kind, language, shown, sender="x").text
            gaps = ("\n\n\n", ": \n", " ,", " .", "()", "\u2068\u2069", " \n")
            assert [gap for gap in gaps if gap in text] == []
            assert all(line == line.strip() for line in text.splitlines())


@pytest.mark.parametrize(("kind", "language"), EACH)
def test_the_name_of_the_office_shows_only_where_the_office_wants_it(kind: str, language: str) -> None:
    assert "KKK" in said(kind, language, worst(kind, language))[1]
    assert "KKK" not in "".join(said(kind, language, worst(kind, language, tenant="")))


GROUP = {
    "de": "[Gg]ruppe",
    "de-simple": "Gruppe",
    "en": "group",
    "uk": "груп",
    "ru": "групп",
    "ar": "مجموعة",
    "fa": "گروه",
    "tr": "[Gg]rup",
}


@pytest.mark.parametrize(
    ("kind", "language"), list(product(("confirmation", "reminder", "changed", "cancelled"), CODES))
)
def test_a_mail_says_that_it_is_a_group_and_an_sms_only_where_it_names_the_office(kind: str, language: str) -> None:
    def names_group(*, in_group: bool, tenant: str) -> list[bool]:
        texts = said(kind, language, worst(kind, language, in_group=in_group, tenant=tenant))
        return [bool(re.search(GROUP[language], text)) for text in texts]

    has_room = kind != "changed" and language not in SEVENTY
    assert names_group(in_group=True, tenant="K" * 40) == [False, True, has_room]
    assert names_group(in_group=True, tenant="") == [False, True, False]
    assert names_group(in_group=False, tenant="K" * 40) == [False, False, False]


NOT_YET = {
    "de": "Noch ist es kein Termin.",
    "de-simple": "Das ist noch kein Termin.",
    "en": "It is not an appointment yet.",
    "uk": "Це ще не прийом.",
    "ru": "Это ещё не приём.",
    "ar": "هذا ليس موعدًا بعد.",
    "fa": "این هنوز قرار ملاقات نیست.",
    "tr": "Bu henüz bir randevu değildir.",
}


@pytest.mark.parametrize("language", CODES)
def test_a_request_is_never_called_an_appointment_and_names_the_day_of_the_answer(language: str) -> None:
    values = worst("requested", language)
    _subject, mail, sms = said("requested", language, values)
    assert (NOT_YET[language] in mail, " ".join(str(values["answer_day_long"]).split()) in mail, "13:30" in mail) == (
        True,
        True,
        True,
    )
    assert ("30.12" in sms, "13:30" in sms) == (True, language not in SEVENTY)


CALL_US = {
    "de": "ufen Sie uns an",
    "de-simple": "ufen Sie uns an",
    "en": "all us",
    "uk": "ателефонуйте нам",
    "ru": "озвоните нам",
    "ar": "تصلوا بنا",
    "fa": "با ما تماس بگیرید",
    "tr": "izi arayın",
}


@pytest.mark.parametrize("language", CODES)
def test_each_reason_for_declining_has_words_of_its_own_and_ends_in_what_to_do(language: str) -> None:
    texts = []
    for reason in ("", *DeclineReason):
        flags: dict[str, Value] = {f"reason_{known.value}": known == reason for known in DeclineReason}
        texts.append(render_email("declined", language, worst("declined", language) | flags, sender="x").text)
    assert len(set(texts)) == len(DeclineReason)  # without a known reason it says the same as "please call"
    assert all(CALL_US[language] in text for text in texts)
    assert [banned_in(text, language) for text in texts] == [[]] * len(texts)


@pytest.mark.parametrize("language", ["de", "en"])
def test_sentences_stay_short(language: str) -> None:
    for kind in KINDS:
        text = render_email(kind, language, worst(kind, language), sender="x").text
        plain = re.sub(r"(?m)^(Wann|Wo|When|Where|Eingang|Entrance|- |http).*$|\(.*?\)", "", text)
        assert [part for part in re.split(r"(?<=[.?!:])\s+|\n\n", plain) if len(part.split()) > 16] == []


# --- Leichte Sprache --------------------------------------------------------------------------------------------------
def sentences(kind: str, values: dict[str, Value]) -> list[str]:
    """Each line is a sentence, as the rules ask; of the SMS, which is one line, each part up to its point."""
    _subject, mail, sms = said(kind, "de-simple", values)
    lines = re.sub(r"(?m)^(- |http).*$|\(.*?\)|https\S+", "", mail).splitlines()
    parts = [part for line in (*lines, sms.replace(LINK, "")) for part in re.split(r"(?<=[a-zäöüß][.?!:])\s+", line)]
    return [part for part in parts if part.strip()]


@pytest.mark.parametrize("kind", KINDS)
def test_sentences_in_leichte_sprache_are_short_and_one_stands_on_each_line(kind: str) -> None:
    for values in cases(kind, Channel.EMAIL, "de-simple"):
        lengths = {sentence: len(sentence.split()) for sentence in sentences(kind, values)}
        assert {sentence: words for sentence, words in lengths.items() if words > 15} == {}
        assert sum(lengths.values()) / len(lengths) <= 9
        mail = render_email(kind, "de-simple", values, sender="x").text
        assert re.findall(r"(?m)^.*[a-zäöü][.?!] [A-ZÄÖÜ].*$", mail) == []


HARD = re.compile(
    r"\b(würde|hätte|wäre|könnte|möchte|sollte|dürfte)\w*\b|"  # what could be
    r"\b(wird|werden|wurde|worden)\b.*\bge\w+(t|en)\b|"  # who does it stays unsaid
    r"\b(des|eines|ihres|wegen|trotz|während)\b|"  # of whose
    r"\b(jedoch|gegebenenfalls|bzw|ggf|etc|usw|z\. ?b)\b|"
    r"\b[^\W\d_]{16,}\b",  # a long word wants a hyphen
    re.IGNORECASE,
)


@pytest.mark.parametrize("kind", KINDS)
def test_leichte_sprache_has_no_hard_words(kind: str) -> None:
    pieces = [
        piece
        for channel in (Channel.EMAIL, Channel.SMS)
        for piece in re.split(r"[.?!:\n]", re.sub(r"\{\w+\}", "", str(text_of(kind, channel, "de-simple").body)))
    ]
    assert [piece for piece in pieces if HARD.search(piece)] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Sie möchten kommen",
        "Der Termin wird von uns verschoben oder gelöscht und wurde gebucht",
        "Der Beginn des Termins",
        "Ihre Terminvereinbarungsbestätigung",
    ],
)
def test_hard_words_would_be_found(sentence: str) -> None:
    assert HARD.search(sentence)


# --- To the office ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("soon", "overdue"), [(1, 0), (1, 1), (12, 0), (12, 1), (12, 3)])
def test_the_office_is_told_a_number_and_the_way_and_nothing_else(soon: int, overdue: int) -> None:
    values: dict[str, Value] = {
        "soon": soon,
        "one_soon": soon == 1,
        "overdue": overdue,
        "one_overdue": overdue == 1,
        "link": LINK,
    }
    mail = render_email(OFFICE_REQUESTS, "de", values, sender="x")
    number = "eine Anfrage braucht" if soon == 1 else f"{soon} Anfragen brauchen"
    late = {0: "", 1: " Eine davon ist überfällig.", 3: " 3 davon sind überfällig."}[overdue]
    assert f"{number} bis zum Ende des nächsten Arbeitstags eine Antwort.{late}\n" in mail.text
    assert (mail.subject.startswith("Eine" if soon == 1 else str(soon)), LINK in mail.text) == (True, True)
