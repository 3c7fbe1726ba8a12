# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A browser without JavaScript for a crowd: hundreds of them fit into one process beside the server they press."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from jobcenter_portal.embedded.ports import LOOPBACK

_PATIENCE = 60.0
_FIELD = re.compile(r'<(?:input|button)[^>]*\bname="([^"]+)"[^>]*\bvalue="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Page:
    status: int
    headers: dict[str, str]
    html: str
    ms: float

    def values(self, name: str) -> list[str]:
        """What a form of the page offers under a name."""
        return [unescape(value) for found, value in _FIELD.findall(self.html) if found == name]


@dataclass(slots=True)
class Browser:
    """Keeps cookies, opens a connection for each request, follows no redirect by itself."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    pages: list[Page] = field(default_factory=list)
    comes_from: str = ""
    """An address, as a proxy would tell it; the server believes it where CLIENT_ADDRESS_HEADER says so."""

    async def get(self, address: str) -> Page:
        return await self._request("GET", address, b"")

    async def post(self, address: str, page: Page, **fields: str) -> Page:
        """Send a form that stood on `page`."""
        token = (page.values("csrfmiddlewaretoken") or [""])[0]
        return await self._request("POST", address, urlencode({"csrfmiddlewaretoken": token, **fields}).encode())

    async def _request(self, method: str, address: str, body: bytes) -> Page:
        path = urlsplit(address).path
        lines = [f"{method} {path} HTTP/1.1", f"Host: {LOOPBACK}:{self.port}", "Connection: close"]
        lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if self.comes_from:
            lines.append(f"X-Forwarded-For: {self.comes_from}")
        if body:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        began = time.perf_counter()
        answer = await asyncio.wait_for(self._exchange("\r\n".join(lines).encode() + b"\r\n\r\n" + body), _PATIENCE)
        page = self._read(answer, (time.perf_counter() - began) * 1000)
        self.pages.append(page)
        return page

    async def _exchange(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(LOOPBACK, self.port)
        try:
            writer.write(request)
            await writer.drain()
            return await reader.read()
        finally:
            writer.close()

    def _read(self, answer: bytes, ms: float) -> Page:
        head, _, body = answer.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
            if name.lower() == "set-cookie":
                self.cookies.update({key: morsel.value for key, morsel in SimpleCookie(value).items()})
        return Page(int(status.split()[1]), headers, body.decode(), ms)
