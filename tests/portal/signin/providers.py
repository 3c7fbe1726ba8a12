# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two directories to sign in at, each behind a real socket: an honest one, and one that lies to order."""

import json
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from django.test import Client
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import RSAKey

from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.signin.models import GroupRole, IdentityProvider
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter

CLIENT = "portal"
_ONWARD = re.compile(r'http-equiv="refresh" content="0; url=([^"]+)"')


@contextmanager
def honest_directory() -> Iterator[str]:
    """oidc-provider-mock as a process of its own. Yields its issuer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 -- our own
    issuer = f"http://localhost:{port}"
    try:
        for _try in range(200):
            try:
                httpx.get(f"{issuer}/.well-known/openid-configuration", timeout=1).raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield issuer
    finally:
        process.terminate()
        process.wait(10)


def who_is(issuer: str, subject: str, **claims: object) -> None:
    httpx.put(f"{issuer}/users/{subject}", json=claims, timeout=5).raise_for_status()


def approve(address: str, subject: str) -> str:
    """What a person does at the directory: type who they are. Returns where the directory sends them back to."""
    answer = httpx.post(address, data={"sub": subject}, timeout=5)
    assert answer.status_code == 302, answer.text[:500]
    return answer.headers["location"]


@dataclass
class Liar:
    """A directory that says what a test wants. `change` may spoil the claims, `sign` the token itself."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    claims: dict[str, Any] = field(default_factory=dict)
    sign: Callable[["Liar", dict[str, Any]], str] | None = None
    document: dict[str, Any] = field(default_factory=dict)

    def token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "s1", "iat": now, "exp": now + 60, **self.claims}
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.sign is not None:
            return self.sign(self, claims)
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.key)

    def answer(self, path: str) -> dict[str, Any]:
        if path.endswith("openid-configuration"):
            ends = {name: f"{self.issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
            return {"issuer": self.issuer, **ends, **self.document}
        if path.endswith("jwks_uri"):
            return {"keys": [self.key.as_dict(private=False)]}
        return {"access_token": "a", "token_type": "Bearer", "id_token": self.token()}


@contextmanager
def lying_directory() -> Iterator[Liar]:
    liar = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(liar.answer(urlsplit(self.path).path)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    liar.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def trust(jobcenter: Jobcenter, issuer: str, groups: dict[str, Role], **more: Any) -> IdentityProvider:
    """Set a directory up at a Jobcenter, in the order of the groups."""
    with tenant_context(jobcenter):
        provider = IdentityProvider(
            tenant=jobcenter,
            name="Haus",
            issuer=issuer,
            client_id=CLIENT,
            changed_at=timezone.now(),
            **{"is_enabled": True, "trusted_acr": ["mfa"], **more},
        )
        provider.client_secret = secrets.token_urlsafe(8)
        provider.save()
        for position, (group, role) in enumerate(groups.items()):
            GroupRole.objects.create(tenant=jobcenter, provider=provider, position=position, group=group, role=role)
        return provider


def start(client: Client, provider: IdentityProvider, *, after: str = "") -> tuple[str, dict[str, str]]:
    """Press the button. Returns the directory's address, and what it is asked."""
    slug = provider.tenant.slug
    answer = client.post(f"/{slug}/anmelden/verzeichnis/", {"provider": provider.key, "next": after})
    assert answer.status_code == 200, answer.content
    found = _ONWARD.search(answer.content.decode())
    assert found
    address = found[1].replace("&amp;", "&")
    return address, {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
