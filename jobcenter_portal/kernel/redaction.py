# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Takes secrets and addresses out of anything that is about to be logged."""

import re

_LINK = re.compile(r"/(t|a|halt|angebot|warten|erinnerungen|v1/appointments|v1/holds)/[A-Za-z0-9_-]{10,}")
_MAIL = re.compile(r"[^\s@<>\"'=,;:()]+@[^\s@<>\"'=,;:()]+\.[^\s@<>\"',;:()]+")
_PHONE = re.compile(r"(?<![\w.:-])\+?\d[\d /-]{8,}\d(?![\w:])")


def redact(text: str) -> str:
    """Replace link tokens, e-mail addresses and phone-like numbers; everything else stays as it was."""
    text = _LINK.sub(lambda match: f"/{match[1]}/[link]", text)
    text = _MAIL.sub("[mail]", text)
    return _PHONE.sub("[number]", text)
