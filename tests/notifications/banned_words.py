# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What no message says, in any of the eight languages.

No benefit, no number of a case, no duty, no consequence, nothing about losing: phones lie on tables. No day that is
another one tomorrow, no haste, no order, no familiar "you", and no word that only offices use.
"""

import re
from typing import Final

from notifications.texts.rendering import FALLBACK_LANGUAGE

_GERMAN: Final = (
    r"slot|no-?show|storn|versäum|bürgergeld|grundsicherung|leistung|sanktion|kürz|\bminder|rechtsfolge|pflicht|"
    r"bg-nummer|kundennummer|aktenzeichen|antrag|jobcenter|arbeitslos|\bheute\b|\bmorgen\b|übermorgen|\bgestern\b|"
    r"\bdu\b|\bdein|\bdir\b|klicken|sofort|\bmüssen sie\b|\bsie müssen\b(?! nicht)|nicht erschienen"
)
_WORDS: Final = {
    "de": _GERMAN,
    "de-simple": _GERMAN,
    "en": (
        r"slot|no-?show|benefit|sanction|reduc|case number|jobcent|unemploy|\btoday\b|\btomorrow\b|\byesterday\b|"
        r"\bclick\b|immediately|\byou must\b|consequence|obliged|penalty|failed to"
    ),
    "uk": (
        r"джоб|центр\w* зайнятост|\bдопомог[аиу]\b|виплат|соціальн|санкц|штраф|зменш|безробіт|зобов|обов.язк|"
        r"\bви мусите|\bви повинні|\bнеявк|наслідк|негайно|терміново|сьогодні|завтра|вчора|натисн|клацн|"
        r"\b(ти|тобі|тебе|твій|твоя|твого)\b"
    ),
    "ru": (
        r"джоб|центр\w* занятост|пособи|выплат|социальн|санкц|штраф|сокращ|безработ|обязан|\bвы должны|\bнеявк|"
        r"последстви|немедленно|срочно|сегодня|завтра|вчера|нажм|кликн|\b(ты|тебе|тебя|твой|твоя|твоего)\b"
    ),
    "ar": (
        r"جوب.?سنتر|مركز العمل|إعانة|معونة|عقوب|غرام|خصم|تخفيض|عاطل|بطالة|يجب عليك|ملزم|إلزام|عواقب|فور[اًا]|حال[اًا]\b|"
        r"\bغد[اًا]|\bأمس\b|\bاليوم\b|اضغط|انقر|(موعد|طلب|لدي|يمكن)ك(?!م)"
    ),
    "fa": (
        r"جاب.?سنتر|اداره کار|کمک‌هزینه|مزایا|جریمه|مجازات|تحریم|کسر|بیکار|موظف|مجبور|باید|پیامد|عواقب|فور[اًا]|"
        r"امروز|فردا|دیروز|کلیک|\bتو\b"
    ),
    "tr": (
        r"jobc|iş ?kurumu|\byardım\b|yardımı\b|ödene[kğ]|ödeme|sosyal|ceza|yaptırım|kesinti|işsiz|zorunda|mecbur|"
        r"yükümlü|hemen|derhal|acil|bugün|\byarın\b|\bdün\b|sonuç|tıkla|\b(sen|sana|seni|senin)\b"
    ),
}
_BANNED: Final = {code: re.compile(words, re.IGNORECASE) for code, words in _WORDS.items()}


def banned_in(text: str, language: str) -> list[str]:
    """The banned words of the text, of its own language and of German: a name can slip in from there."""
    found = {match[0] for code in (language, FALLBACK_LANGUAGE) for match in _BANNED[code].finditer(text)}
    return sorted(found)
