# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Enhanced status codes of mail servers (RFC 3463): the only part of their answers that is kept."""

import re
from typing import Final

_STATUS: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_NO_SUCH_MAILBOX: Final = frozenset({"5.1.1", "5.1.6", "5.1.10"})
"""No such mailbox, moved without a forwarding, a domain that takes no mail. Not the rest of 5.1: it is the sender's
fault as often, and nobody may lose their reminders for that."""


def status_in(text: str) -> str:
    """The first code in a text, or empty."""
    found = _STATUS.search(text)
    return found[1] if found else ""


def is_no_such_mailbox(status: str) -> bool:
    return status in _NO_SUCH_MAILBOX
