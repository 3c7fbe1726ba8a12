# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the tests of SMPP say again and again."""

import time
from typing import Any

from notifications.channels.base import Result
from notifications.channels.sms.smpp import SmppSession
from tests.notifications.channels.conftest import NOW, sms
from tests.notifications.gateways.processes import Gateway
from tests.notifications.gateways.smpp import PASSWORD, SYSTEM_ID

REFERENCE = "0199aa11000070008000000000000002"


def config(gateway: Gateway, **changes: str) -> dict[str, str]:
    return {
        "host": "127.0.0.1",
        "port": str(gateway.tell("port")),
        "plain": "yes",
        "system_id": SYSTEM_ID,
        "password": PASSWORD,
        "timeout": "1",
    } | changes


def send(session: SmppSession, **changes: Any) -> Result:
    return session.send(sms(**({"reference": REFERENCE} | changes)), now=NOW)


def heard(gateway: Gateway, command: str) -> int:
    """How often, once it was at least once; the other side needs a moment."""
    end = time.monotonic() + 5
    while command not in gateway.tell("heard") and time.monotonic() < end:
        time.sleep(0.02)
    return int(gateway.tell("heard").count(command))
