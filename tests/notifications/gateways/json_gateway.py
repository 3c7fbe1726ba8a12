# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A gateway as LOX24 describes its own: POST /sms with a token in a header, 201, and a webhook with `callback_data`."""

import itertools
import json
from collections.abc import Mapping
from typing import Any

from tests.notifications.gateways.base import Provider, Receipt, Refused, Reply, serve

TOKEN, RECEIPT_KEY = "1234567:e3f3a759", "a key that nobody guesses"


class JsonGateway(Provider):
    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[dict[str, Any], Reply]:
        if path != "/sms":
            raise Refused(Reply(404, {}))
        if headers.get("x-lox24-auth-token") != TOKEN:
            raise Refused(Reply(401, {"code": 401}))
        message = json.loads(body)
        if not message["phone"].startswith("+49"):
            raise Refused(Reply(400, {"code": 5000}))
        uuid = f"d6c12ac4-cc7d-11ec-b6da-{next(self._numbers):012x}"
        return message, Reply(201, {"uuid": uuid, "status": {"code": 100}})

    def with_error(self, code: str) -> Reply:
        return Reply(201, {"uuid": "", "status": {"code": int(code)}})

    def receipt(self, url: str, order: Mapping[str, Any], *, is_forged: bool) -> Receipt:  # noqa: ARG002 -- unsigned
        data = {"id": order["id"], "dlr_code": int(order["state"]), "callback_data": order.get("reference")}
        key = "a key that is not" if is_forged else RECEIPT_KEY
        return Receipt(
            json.dumps({"name": "sms.delivery", "data": data}).encode(),
            {"Content-Type": "application/json", "X-My-Key": key},
        )


if __name__ == "__main__":
    serve(JsonGateway())
