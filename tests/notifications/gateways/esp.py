# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mail providers' HTTP interfaces, one of them by GATEWAY_ESP, as their documentation and django-anymail describe them.

Journals hold what a mailbox would have got: recipient, names, texts, headers. Postal signs its webhooks with the key in
GATEWAY_PRIVATE_KEY.
"""

import base64
import itertools
import json
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.notifications.gateways.base import Provider, Receipt, Refused, Reply, serve

KEY, SECRET, PROJECT = "esp-api-key", "esp-secret", "6170692e-7363-616c-6577-61792e636f6d"
SENDER_DOMAIN = "@fulda.example"


class _Esp(Provider):
    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def receipt(self, url: str, order: Mapping[str, Any], *, is_forged: bool) -> Receipt:  # noqa: ARG002 -- as all
        return Receipt(json.dumps(order["body"]).encode(), {"Content-Type": "application/json"})


class Brevo(_Esp):
    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[dict[str, Any], Reply]:
        if path != "/v3/smtp/email":
            raise Refused(Reply(404, {"code": "document_not_found", "message": "?"}))
        if headers.get("api-key") != KEY:
            raise Refused(Reply(401, {"code": "unauthorized", "message": "Key not found"}))
        mail = json.loads(body)
        if not mail["sender"]["email"].endswith(SENDER_DOMAIN):
            raise Refused(Reply(400, {"code": "permission_denied", "message": "sender " + mail["sender"]["email"]}))
        if not mail["to"][0]["email"].isascii():
            raise Refused(Reply(400, {"code": "invalid_parameter", "message": "email is not valid"}))
        return mail, Reply(201, {"messageId": f"<2026.{next(self._numbers)}@smtp-relay.mailin.fr>"})

    def with_error(self, code: str) -> Reply:
        return Reply(200, {"code": code, "message": "ayse@example.org"})


class Mailjet(_Esp):
    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[dict[str, Any], Reply]:
        if path != "/v3.1/send":
            raise Refused(Reply(404, {"ErrorMessage": "?"}))
        if headers.get("authorization") != "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode():
            raise Refused(
                Reply(401, {"StatusCode": 401, "ErrorMessage": "API key authentication/authorization failure"})
            )
        mail = json.loads(body)
        to = mail["Messages"][0]["To"][0]["Email"]
        if not mail["Globals"]["From"]["Email"].endswith(SENDER_DOMAIN):
            raise Refused(self._error("send-0008"))
        number = next(self._numbers)
        told = {"Status": "success", "To": [{"Email": to, "MessageID": 288230376151711000 + number}]}
        return mail, Reply(200, {"Messages": [told]})

    @staticmethod
    def _error(code: str) -> Reply:
        error = {"ErrorCode": code, "StatusCode": 400, "ErrorMessage": "ayse@example.org"}
        return Reply(400, {"Messages": [{"Status": "error", "Errors": [error]}]})

    def with_error(self, code: str) -> Reply:
        return Reply(200, self._error(code).body)


class Postal(_Esp):
    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[dict[str, Any], Reply]:
        if path != "/api/v1/send/message":
            raise Refused(Reply(404, {}))
        if headers.get("x-server-api-key") != KEY:
            raise Refused(self.with_error("InvalidServerAPIKey"))
        mail = json.loads(body)
        if SENDER_DOMAIN not in mail["from"]:
            raise Refused(self.with_error("UnauthenticatedFromAddress"))
        number = next(self._numbers)
        data = {"message_id": f"{number}@rp.postal.example", "messages": {mail["to"][0]: {"id": number, "token": "x"}}}
        return mail, Reply(200, {"status": "success", "time": 0.02, "flags": {}, "data": data})

    def with_error(self, code: str) -> Reply:
        return Reply(200, {"status": "error", "data": {"code": code, "message": "ayse@example.org"}})

    def receipt(self, url: str, order: Mapping[str, Any], *, is_forged: bool) -> Receipt:  # noqa: ARG002 -- as all
        content = json.dumps(order["body"]).encode()
        key = load_pem_private_key(os.environ["GATEWAY_PRIVATE_KEY"].encode(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        signed = content + b" " if is_forged else content
        signature = key.sign(signed, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 -- what Postal signs with
        headers = {"Content-Type": "application/json", "X-Postal-Signature": base64.b64encode(signature).decode()}
        return Receipt(content, headers)


class Scaleway(_Esp):
    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[dict[str, Any], Reply]:
        if urlsplit(path).path != "/regions/fr-par/emails":
            raise Refused(Reply(404, {"type": "not_found"}))
        if headers.get("x-auth-token") != SECRET:
            raise Refused(Reply(401, {"type": "denied_authentication", "message": "?"}))
        mail = json.loads(body)
        if mail["project_id"] != PROJECT:
            raise Refused(Reply(400, {"type": "permissions_denied", "message": "?"}))
        email = {"id": f"b6b3{next(self._numbers)}", "mail_rcpt": mail["to"][0]["email"], "status": "new"}
        return mail, Reply(200, {"emails": [email]})

    def with_error(self, code: str) -> Reply:
        return Reply(200, {"type": code, "message": "ayse@example.org"})


PROVIDERS = {"brevo": Brevo, "mailjet": Mailjet, "postal": Postal, "scaleway": Scaleway}

if __name__ == "__main__":
    serve(PROVIDERS[os.environ["GATEWAY_ESP"]]())
