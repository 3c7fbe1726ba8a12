# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words that stand inside of messages and calendar entries and are values to their texts, in eight languages.

A message has its own language, whatever that of the thread is, and a language can have messages before it has pages:
therefore not gettext.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from appointments.core.modes import Mode
from jobcenter_portal.web import dates
from jobcenter_portal.web.languages import Language

_WHERE: Final[Mapping[Mode, Mapping[str, str]]] = MappingProxyType(
    {
        Mode.PHONE: {
            "de": "am Telefon. Wir rufen Sie an, Sie müssen nicht kommen.",
            "de-simple": "am Telefon. Wir rufen Sie an. Sie bleiben zu Hause.",
            "en": "by telephone. We call you, you do not have to come.",
            "uk": "по телефону. Ми Вам зателефонуємо, приходити не потрібно.",
            "ru": "по телефону. Мы Вам позвоним, приходить не нужно.",
            "ar": "عبر الهاتف. سنتصل بكم، ولا حاجة إلى الحضور.",
            "fa": "تلفنی. ما با شما تماس می‌گیریم و لازم نیست بیایید.",
            "tr": "telefonda. Biz sizi ararız, gelmeniz gerekmez.",
        },
        Mode.VIDEO: {
            "de": "per Video. Den Zugang bekommen Sie vorher von uns.",
            "de-simple": "mit Video. Wir schicken Ihnen vorher einen Link.",
            "en": "by video. We send you the access beforehand.",
            "uk": "по відеозв'язку. Посилання Ви отримаєте від нас заздалегідь.",
            "ru": "по видеосвязи. Ссылку Вы получите от нас заранее.",
            "ar": "عبر الفيديو. سنرسل إليكم الرابط قبل الموعد.",
            "fa": "ویدیویی. لینک را پیش از قرار برایتان می‌فرستیم.",
            "tr": "görüntülü görüşme. Bağlantıyı size önceden göndeririz.",
        },
        Mode.OUTREACH: {
            "de": "bei Ihnen. Wohin wir kommen, besprechen wir vorher am Telefon.",
            "de-simple": "bei Ihnen. Wir rufen Sie vorher an. Dann sagen Sie uns den Ort.",
            "en": "at your place. We talk about where beforehand on the telephone.",
            "uk": "у Вас. Куди саме нам прийти, домовимося заздалегідь по телефону.",
            "ru": "у Вас. Куда именно нам прийти, договоримся заранее по телефону.",
            "ar": "عندكم. نتفق معكم على المكان مسبقًا عبر الهاتف.",
            "fa": "نزد شما. درباره محل پیش از قرار تلفنی صحبت می‌کنیم.",
            "tr": "sizin yanınızda. Nereye geleceğimizi önceden telefonda konuşuruz.",
        },
    }
)
_ENTRY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "de": "Termin",
        "de-simple": "Termin",
        "en": "Appointment",
        "uk": "Прийом",
        "ru": "Приём",
        "ar": "موعد",
        "fa": "قرار ملاقات",
        "tr": "Randevu",
    }
)


def where_in_words(mode: Mode, language: str) -> str:
    """In place of an address, for meetings that are not at a house of the office."""
    return _WHERE[mode][language]


def entry_title(language: str) -> str:
    """What a calendar entry is called: calendars are shared, so it does not say with whom."""
    return _ENTRY[language]


def moment_in_words(moment: datetime | None, language: Language, *, prefix: str = "") -> dict[str, str]:
    """Day and time under the names that texts use; the same names with nothing behind them where there is none.

    `day_german` says the day as on the building and on letters, for who reads another script and compares.
    """
    said = {
        "day_long": dates.long_date(dates.local(moment).date(), language) if moment else "",
        "day_short": dates.short_date(moment, language) if moment else "",
        "day_german": dates.invariant_date(dates.local(moment).date()) if moment else "",
        "time": dates.clock_time(moment) if moment else "",
    }
    return {f"{prefix}{name}": words for name, words in said.items()}
