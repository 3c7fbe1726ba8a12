# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""seven.io's signed webhooks. What takes SMS is the demo's catcher (jobcenter_portal/demo/catchers/sms.py)."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from tests.notifications.gateways.base import Provider, Receipt, serve

SIGNING_KEY = "seven-signing-key"


class Seven(Provider):
    def receipt(self, url: str, order: Mapping[str, Any], *, is_forged: bool) -> Receipt:
        data = {"msg_id": order["id"], "status": order["state"], "timestamp": "2026-11-23 08:30:04.000000"}
        if "reference" in order:
            data["foreign_id"] = order["reference"]
        document = {"data": data, "webhook_event": order.get("event", "dlr"), "webhook_timestamp": "2026-11-23"}
        content = json.dumps(document).encode()
        at, nonce = str(int(time.time())), "fpPRhAd1s8GXacfR39mWqKPynmmXfJnc"
        lines = (at, nonce, "POST", url, hashlib.md5(content, usedforsecurity=False).hexdigest())
        key = b"another key" if is_forged else SIGNING_KEY.encode()
        mac = hmac.new(key, "\n".join(lines).encode(), hashlib.sha256).hexdigest()
        return Receipt(
            content,
            {"Content-Type": "application/json", "X-Signature": mac, "X-Timestamp": at, "X-Nonce": nonce},
        )


if __name__ == "__main__":
    serve(Seven())
