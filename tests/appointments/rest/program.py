# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A program that speaks to the interface: sends JSON, reads JSON, and has a network of its own."""

import json
import secrets
from typing import Any

from django.test import Client

PERSON = {"name": "Jürgen Größer", "language": "de"}


class Program:
    """`root` is a Jobcenter's interface: `/fulda/api/v1/`."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        self.network = f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"

    def get(self, address: str, **headers: str) -> Any:
        return self.client.get(self._full(address), headers=headers, REMOTE_ADDR=self.network)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        """`body` is made JSON, unless it is bytes."""
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.send("POST", address, raw, **headers)

    def delete(self, address: str) -> Any:
        return self.send("DELETE", address)

    def send(self, method: str, address: str, raw: bytes = b"", **headers: str) -> Any:
        kind = headers.pop("content_type", "application/json")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method, self._full(address), raw, content_type=kind, headers=named, REMOTE_ADDR=self.network
        )

    def books(self, body: dict[str, Any], *, key: str = "") -> Any:
        return self.post("appointments/", body, idempotency_key=key or secrets.token_urlsafe(16))

    def _full(self, address: str) -> str:
        return address if address.startswith("/") else self.root + address


def wanted(starts_at: str = "2026-11-24T09:00:00+01:00", **more: Any) -> dict[str, Any]:
    return {"service": "beratung", "location": "haus", "starts_at": starts_at, **more}


def code_of(answer: Any) -> tuple[int, str]:
    """Status and code of a problem, which must be one in every respect."""
    problem = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content
    assert problem["status"] == answer.status_code
    assert problem["type"] == f"urn:problem-type:jobcenter-portal:{problem['code']}"
    return answer.status_code, problem["code"]
