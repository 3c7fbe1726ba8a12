# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Twilio's Messages resource: a form with Basic auth, 201, errors as JSON; sources in the driver of the same name."""

import base64
import hashlib
import hmac
import itertools
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

from tests.notifications.gateways.base import Provider, Receipt, Refused, Reply, serve

ACCOUNT, TOKEN = "AC" + "0a" * 16, "twilio-token"
_BASIC = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()


def _error(status: int, code: int) -> Refused:
    return Refused(Reply(status, {"code": code, "message": "The number +49 152 is odd", "status": status}))


class Twilio(Provider):
    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[dict[str, Any], Reply]:
        if path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            raise _error(404, 20404)
        if headers.get("authorization") != _BASIC:
            raise _error(401, 20003)
        form = {name: values[-1] for name, values in parse_qs(body.decode(), strict_parsing=True).items()}
        if not form.get("To", "").startswith("+49"):
            raise _error(400, 21211)
        if not form.get("Body"):
            raise _error(400, 21602)
        if not 1 <= int(form["ValidityPeriod"]) <= 36_000 or ("From" in form) == ("MessagingServiceSid" in form):
            raise _error(400, 21617)
        sid = f"SM{next(self._numbers):032x}"
        return form, Reply(201, {"sid": sid, "status": "queued", "error_code": None})

    def with_error(self, code: str) -> Reply:
        return Reply(201, {"sid": "SM" + "0" * 32, "status": "failed", "error_code": int(code)})

    def receipt(self, url: str, order: Mapping[str, Any], *, is_forged: bool) -> Receipt:
        form = {
            "MessageSid": order["id"],
            "MessageStatus": order["state"],
            "AccountSid": ACCOUNT,
            "To": "+4915228817386",
        }
        if order.get("code"):
            form["ErrorCode"] = order["code"]
        signed = url + "".join(key + form[key] for key in sorted(form))
        key = b"another token" if is_forged else TOKEN.encode()
        mac = base64.b64encode(hmac.new(key, signed.encode(), hashlib.sha1).digest()).decode()
        return Receipt(
            urlencode(form).encode(),
            {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": mac},
        )


if __name__ == "__main__":
    serve(Twilio())
