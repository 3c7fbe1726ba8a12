# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a push notification says, whatever it is about: it shows on locked screens that others can see."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class PushText:
    title: str
    body: str
    language: str


_TEXTS: Final = MappingProxyType(
    {
        text.language: text
        for text in (
            PushText("Sie haben eine Nachricht", "Tippen Sie hier, um sie zu lesen.", "de"),
            PushText("Sie haben eine Nachricht", "Hier können Sie die Nachricht lesen.", "de-simple"),
            PushText("You have a message", "Tap here to read it.", "en"),
            PushText("У Вас є повідомлення", "Торкніться, щоб прочитати його.", "uk"),
            PushText("У Вас есть сообщение", "Нажмите, чтобы прочитать его.", "ru"),
            PushText("لديكم رسالة", "يمكنكم قراءتها هنا.", "ar"),
            PushText("شما یک پیام دارید", "برای خواندن آن اینجا را لمس کنید.", "fa"),
            PushText("Bir mesajınız var", "Okumak için buraya dokunun.", "tr"),
        )
    }
)


def push_text(language: str) -> PushText:
    """German for a language that the portal does not have."""
    return _TEXTS.get(language, _TEXTS["de"])
