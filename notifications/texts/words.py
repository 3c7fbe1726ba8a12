# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words that no message may say, in the portal's eight languages.

Other people read along: on locked screens, in shared mailboxes, over a shoulder. German words are looked for in every
language, because names of offices and benefits stay German. The lists catch what is usually written; they do not
prove a text harmless. Reviewed by a native reader: German only.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Final


class Harm(Enum):
    """Why a word is not said."""

    MONEY = auto()  # tells that somebody gets money, and of which kind
    THREAT = auto()  # a legal consequence belongs into a formal letter
    NUMBER = auto()  # file and customer numbers
    NEAR_DAY = auto()  # "tomorrow" is wrong for whoever reads it tomorrow
    TONE = auto()
    PRIVATE = auto()  # illness, debts, children: not where others read along


@dataclass(frozen=True, slots=True)
class Words:
    harm: Harm
    language: str
    pattern: re.Pattern[str]


JOBCENTER: Final = re.compile(
    r"job\W?cent(?:er|re)|джоб\W?центр|جوب\s?سنتر|جاب\s?سنتر|arbeitsagentur|arbeitsamt", re.IGNORECASE
)
EVERYWHERE: Final = frozenset({Harm.MONEY, Harm.THREAT, Harm.NUMBER})
"""Looked for in German in every language."""

_GERMAN: Final[Mapping[Harm, str]] = {
    Harm.MONEY: r"bürgergeld|grundsicherung|arbeitslos|hartz|\balg\b|sozialhilfe|leistung|wohngeld|kindergeld|"
    r"kinderzuschlag|\bunterhalt|mietkosten|antrag|bedarfsgemeinschaft|nachzahlung|rückzahlung|rückforderung",
    Harm.THREAT: r"sanktion|kürz(?:en|ung|t\b)|\bminder|rechtsfolge|pflicht|versäum|widerspruch|bußgeld|\bstrafe|"
    r"\bsgb\b|§|gesetzlich",
    Harm.NUMBER: r"\bbg-?nummer|kundennummer|aktenzeichen|geschäftszeichen|versicherungsnummer|steuer-?id|\biban\b|"
    r"kontonummer|\b\d{3}[A-Z]\d{6}\b|\b\d{5}\s?(?://|BG)\s?\d{7}\b",
    Harm.NEAR_DAY: r"\bheute\b|\bmorgen\b|übermorgen|\bgestern\b",
    Harm.TONE: r"\bslots?\b|no-?show|storn|\bdu\b|\bdein|\bdir\b|\bdich\b|\bklick|sofort|\bmüssen sie\b",
    Harm.PRIVATE: r"krank|schwanger|schuld|\bkind(?:er|es|ern)?\b|\bsucht|behinder|pfänd|insolven",
}
_OTHERS: Final[Mapping[str, Mapping[Harm, str]]] = {
    "en": {
        Harm.MONEY: r"benefit|unemploy|jobseeker|social (?:security|assistance)|welfare|allowance|basic income|"
        r"application|repayment|back payment",
        Harm.THREAT: r"sanction|penalt|reduc(?:e|tion)|consequence|obliged|obligat|\bduty\b|legal|court|failed to",
        Harm.NUMBER: r"(?:case|customer|client|file|insurance|reference|account) number",
        Harm.NEAR_DAY: r"\btoday\b|\btomorrow\b|\byesterday\b",
        Harm.TONE: r"\bslots?\b|no-?show|\bclick|immediately|\byou must\b|at once",
        Harm.PRIVATE: r"\bill(?:ness)?\b|\bsick|pregnan|\bdebt|\bchild|addict|disab",
    },
    "uk": {
        Harm.MONEY: r"виплат|безробіт|соціальн\w+ допомог|пільг|заяв[аиу]\b|громадянськ\w+ дохід",
        Harm.THREAT: r"санкці|штраф|зобов.язан|скорочен|юридичн\w+ наслід|правов\w+ наслід|покаран|обов.язков",
        Harm.NUMBER: r"номер\w* (?:справи|клієнта|рахунку)",
        Harm.NEAR_DAY: r"\bсьогодні\b|\bзавтра\b|\bпіслязавтра\b|\bвчора\b",
        Harm.TONE: r"\bслот|натисніть|негайно|ви повинні|ви мусите",
        Harm.PRIVATE: r"хвороб|\bхвор[аийі]|вагітн|\bборг|дитин|\bдіти\b|\bдітей\b|інвалід",
    },
    "ru": {
        Harm.MONEY: r"пособи|выплат|безработ|социальн\w+ помощ|льгот|заявлени",
        Harm.THREAT: r"санкци|штраф|обязан|сокращен|правов\w+ последстви|юридическ\w+ последстви|наказан",
        Harm.NUMBER: r"номер\w* (?:дела|клиента|сч[её]та)",
        Harm.NEAR_DAY: r"\bсегодня\b|\bзавтра\b|\bпослезавтра\b|\bвчера\b",
        Harm.TONE: r"\bслот|нажмите|немедленно|срочно|вы должны",
        Harm.PRIVATE: r"болезн|\bбольн(?:ой|ая|ы)\b|беремен|\bдолг(?!о)|реб[её]н|\bдети\b|\bдетей\b|инвалид",
    },
    "ar": {
        Harm.MONEY: r"إعانة|إعانات|معونة|البطالة|عاطل|مساعدات|مساعدة اجتماعية|الضمان الاجتماعي|مستحقات",
        Harm.THREAT: r"عقوب|غرامة|ملزم|إلزامي|تخفيض|عواقب|تبعات قانونية|واجب قانوني",
        Harm.NUMBER: r"رقم (?:الملف|ملف|العميل|الزبون|القضية|الحساب)",
        Harm.NEAR_DAY: r"\bغد[اً]+|\bأمس\b|بعد غد",
        Harm.TONE: r"يجب عليك|انقر|فور[اً]|حال[اً]",
        Harm.PRIVATE: r"مرض|مريض|حامل|ديون|\bطفل|أطفال|إعاقة",
    },
    "fa": {
        Harm.MONEY: r"کمک[\u200c ]?هزینه|مقرری|بیکار|یارانه|مستمری|مزایا|کمک اجتماعی",
        Harm.THREAT: r"جریمه|مجازات|تحریم|موظف|اجباری|پیامد|کاهش",
        Harm.NUMBER: r"شماره[\u200cٔی ]* ?(?:پرونده|مشتری|حساب)",
        Harm.NEAR_DAY: r"\bامروز\b|\bفردا\b|\bدیروز\b",
        Harm.TONE: r"کلیک|\bفور[اًی]+\b|شما باید|\bتو\b",
        Harm.PRIVATE: r"بیمار|باردار|\bبدهی\b|کودک|فرزند|معلول",
    },
    "tr": {
        Harm.MONEY: r"işsiz|sosyal yardım|yardım parası|ödenek|ödeneğ|maaş|başvuru|vatandaşlık geliri",
        Harm.THREAT: r"yaptırım|\bceza|zorunlu|mecbur|yükümlü|kesinti|yasal sonuç",
        Harm.NUMBER: r"(?:dosya|müşteri|hesap|sigorta) (?:no|numara)",
        Harm.NEAR_DAY: r"\bbugün|\byarın|\bdün\b",
        Harm.TONE: r"tıkla|derhal|hemen|zorundasınız|\bsen\b|\bsenin\b",
        Harm.PRIVATE: r"\bhasta(?:l|y|sın|\b)|hamile|\bborç|\bçocuk|engelli|bağımlı",
    },
}


def words_for(language: str) -> tuple[Words, ...]:
    """What to look for in a text of this language."""
    return _LISTS[language]


def _lists(language: str) -> tuple[Words, ...]:
    is_german = language.startswith("de")
    german = {harm: pattern for harm, pattern in _GERMAN.items() if is_german or harm in EVERYWHERE}
    own = _OTHERS.get(language, {})
    return tuple(
        Words(harm, source, re.compile(pattern, re.IGNORECASE))
        for source, table in (("de", german), (language, own))
        for harm, pattern in table.items()
    )


_LISTS: Final[Mapping[str, tuple[Words, ...]]] = MappingProxyType(
    {language: _lists(language) for language in ("de", "de-simple", *_OTHERS)}
)
