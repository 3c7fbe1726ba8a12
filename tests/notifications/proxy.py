# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A line between a process and a server that can be cut, stalled, slowed, or held at a word.

It runs in a thread of its own. Faults are ordered from the test's thread and hold for the connections that are open, or
for the ones to come, as each says.
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

_CHUNK = 65536
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with no time: closing sends RST, as a machine that fell over does."""


@dataclass(eq=False)
class Snare:
    """Waits for words on their way to the server, in this order and on one connection; then it snaps.

    `swallow`: the last word still reaches the server, whose answer never comes back. Otherwise the word never leaves.
    `cut`: the connection is reset then; otherwise it stays open and silent. `hold`: it is silent until `flow`, which
    lets everything pass that was held back.
    """

    words: tuple[bytes, ...]
    swallow: bool = False
    cut: bool = False
    hold: bool = False
    snapped: threading.Event = field(default_factory=threading.Event)

    def wait(self, seconds: float = 30.0) -> None:
        assert self.snapped.wait(seconds), f"never seen on the line: {self.words}"


@dataclass
class _Progress:
    """How much of a snare's words one line has said."""

    reached: int = 0
    unread: bytes = b""

    def read(self, chunk: bytes, words: tuple[bytes, ...]) -> int | None:
        """Where in `chunk` the last word begins, once it is there. A word may lie across two chunks."""
        before, self.unread = len(self.unread), self.unread + chunk
        dropped = 0
        while (found := self.unread.find(words[self.reached])) >= 0:
            if self.reached + 1 == len(words):
                return max(0, dropped + found - before)
            end = found + len(words[self.reached])
            self.reached, dropped, self.unread = self.reached + 1, dropped + end, self.unread[end:]
        self.unread = self.unread[-max(map(len, words)) :]
        return None


class _Line:
    """One connection through the proxy."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.client, self.server = client, server
        self.flows = asyncio.Event()
        self.flows.set()
        self.is_mute = False
        self.progress: dict[Snare, _Progress] = {}

    def reset(self) -> None:
        for writer in (self.client, self.server):
            raw = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()
        self.flows.set()


class Proxy:
    """Forwards from `port` to a server's port on this machine."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.port = 0
        self.bytes_per_s = 0.0
        """For connections of any age; 0: as fast as it goes."""
        self._lines: set[_Line] = set()
        self._snares: list[Snare] = []
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def instead_of(self, url: str) -> str:
        """The address of a server with this proxy's port."""
        return url.replace(f":{self._target}", f":{self.port}")

    # --- Faults ---------------------------------------------------------------------------------------------------
    def cut(self) -> None:
        """Reset every open connection. New ones pass."""
        self._call(self._each(_Line.reset))

    def stall(self) -> int:
        """Let every open connection fall silent without closing it. New ones pass. Returns how many there were."""
        return int(self._call(self._each(lambda line: line.flows.clear())))

    def half_close(self) -> None:
        """End what the server says on every open connection; what the client says still passes."""
        self._call(self._each(lambda line: line.client.write_eof()))

    def flow(self) -> None:
        """What was stalled or held goes on."""
        self._call(self._each(lambda line: line.flows.set()))

    def snare(self, *words: bytes, swallow: bool = False, cut: bool = False, hold: bool = False) -> Snare:
        snare = Snare(words, swallow, cut, hold)
        self._snares.append(snare)
        return snare

    # --- Forwarding -----------------------------------------------------------------------------------------------
    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(lambda *_context: None)  # lines that break are what this is for
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._close(server))
        self._loop.close()

    async def _close(self, server: asyncio.Server) -> None:
        server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await asyncio.sleep(0.01)  # transports that were aborted close their sockets in the next round

    def _call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _each(self, act: Callable[[_Line], None]) -> int:
        lines = list(self._lines)
        for line in lines:
            with contextlib.suppress(OSError):
                act(line)
        return len(lines)

    async def _accept(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self._target)
        except (OSError, asyncio.CancelledError):
            to_client.transport.abort()
            return
        line = _Line(to_client, to_server)
        self._lines.add(line)
        try:
            await asyncio.gather(
                self._forward(from_client, to_server, line, is_question=True),
                self._forward(from_server, to_client, line, is_question=False),
            )
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._lines.discard(line)
            line.reset()

    async def _forward(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: _Line, *, is_question: bool
    ) -> None:
        while chunk := await reader.read(_CHUNK):
            await line.flows.wait()
            if is_question:
                chunk = await self._watch(chunk, line)
            elif line.is_mute:
                continue
            await self._write(writer, chunk)
        with contextlib.suppress(OSError):
            writer.write_eof()

    async def _write(self, writer: asyncio.StreamWriter, chunk: bytes) -> None:
        if not self.bytes_per_s:
            writer.write(chunk)
        else:
            for byte in chunk:
                writer.write(bytes([byte]))
                await asyncio.sleep(1 / self.bytes_per_s)
        await writer.drain()

    async def _watch(self, chunk: bytes, line: _Line) -> bytes:
        """What of a chunk may pass. A snare that snaps here ends the line's part in the test."""
        for snare in [one for one in self._snares if not one.snapped.is_set()]:
            at = line.progress.setdefault(snare, _Progress()).read(chunk, snare.words)
            if at is not None and snare.hold:
                line.flows.clear()
                snare.snapped.set()
                await line.flows.wait()
            elif at is not None:
                await self._snap(snare, line, chunk if snare.swallow else chunk[:at])
                return b""
        return chunk

    async def _snap(self, snare: Snare, line: _Line, passed: bytes) -> None:
        line.is_mute = True
        line.server.write(passed)
        await line.server.drain()
        if snare.swallow:
            await asyncio.sleep(0.2)  # the server does what it was told
        line.flows.clear()
        snare.snapped.set()
        if snare.cut:
            line.reset()
