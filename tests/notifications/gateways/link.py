# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""LINK Mobility "Common": POST /sms/send with Basic auth and JSON; sources in notifications/channels/sms/link.py."""

import base64
import itertools
import json
from collections.abc import Mapping
from typing import Any

from tests.notifications.gateways.base import Provider, Receipt, Refused, Reply, serve

USER, PASSWORD, PLATFORM, PARTNER = "link-user", "link-password", "COMMON_API", "4711"
_BASIC = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


class Link(Provider):
    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[dict[str, Any], Reply]:
        if path != "/sms/send":
            raise Refused(Reply(404, {"description": "not found"}))
        if headers.get("authorization") != _BASIC:
            raise Refused(Reply(401, {"status": 106100, "description": "Invalid authentication"}))
        message = json.loads(body)
        if (message["platformId"], message["platformPartnerId"]) != (PLATFORM, PARTNER):
            raise Refused(Reply(403, {"status": 106101, "description": "Access denied"}))
        if not message["destination"].startswith("+") or not message["userData"]:
            raise Refused(Reply(400, {"resultCode": 2106, "description": "Number error"}))
        if not 15 * 60_000 <= message["relativeValidityTime"] <= 48 * 3_600_000:
            raise Refused(Reply(400, {"resultCode": 4003, "description": "validity"}))
        name = f"Dcshuhod0PMAAAFQ+/PbnR{next(self._numbers)}"
        return message, Reply(200, {"messageId": name, "resultCode": 1005, "description": "Queued"})

    def with_error(self, code: str) -> Reply:
        return Reply(200, {"messageId": "x", "resultCode": int(code), "description": "call +49 152 and complain"})

    def receipt(self, url: str, order: Mapping[str, Any], *, is_forged: bool) -> Receipt:  # noqa: ARG002 -- unsigned
        report = {
            "refId": order.get("reference"),
            "id": order["id"],
            "operator": "de.telekom",
            "sentTimestamp": "2026-11-23T08:30:00Z",
            "timestamp": "2026-11-23T08:30:04Z",
            "resultCode": int(order["state"]),
            "operatorResultCode": "2",
            "segments": 1,
        }
        return Receipt(json.dumps(report).encode(), {"Content-Type": "application/json"})


if __name__ == "__main__":
    serve(Link())
