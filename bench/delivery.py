# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`make bench-delivery`: a backlog of mails in eight languages, by one worker, against the server's own limit.

Five measurements of one run: what the mail server takes from a loop that only sends ready bytes over an open
connection; our worker from claim to finish (rows, words, calendar entries, arming and finishing on disk); several of
them at once; the usual design (a task, a connection and Django's mail classes for each mail); and how late messages
leave at fifty a second. MESSAGES=100000, WORKERS=2, NAIVE=1000 and SECONDS=20 make it larger or smaller.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final

from celery import Celery
from django.conf import settings
from django.db import connection

from bench.common import django_first  # noqa: F401 -- before everything that imports models
from bench.common.portal import using
from bench.common.report import heading, last_line, machine, ratio, table
from bench.common.server import Server, measuring_server
from bench.mail.people import SLUGS, build, people
from jobcenter_portal.embedded.bootstrap import ROOT, say
from jobcenter_portal.embedded.database import APP
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.channels.base import OutgoingEmail
from notifications.channels.email.mime import build_mime
from notifications.delivery import dispatch
from notifications.delivery.sessions import Sessions
from notifications.delivery.writing import write_all
from notifications.models import Message
from notifications.outbox.claiming import claim
from notifications.outbox.clock import Clock, database_now
from notifications.outbox.finishing import give_back_all

DATABASE: Final = "bench_delivery"
_LOOP: Final = 3000
_PER_SECOND: Final = 50
_TICK: Final = 2.0
_PATIENCE: Final = 600.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How many mails, in how many seconds of wall and of our own CPU."""

    mails: int
    seconds: float
    cpu: float

    @property
    def per_s(self) -> float:
        return self.mails / self.seconds

    @property
    def per_core_s(self) -> float:
        return self.mails / self.cpu


def main() -> None:
    count, naive_count = int(os.environ.get("MESSAGES", "100000")), int(os.environ.get("NAIVE", "1000"))
    seconds, workers = int(os.environ.get("SECONDS", "20")), int(os.environ.get("WORKERS", "2"))
    with measuring_server() as server, TemporaryDirectory() as folder, _sink(Path(folder)) as sink:
        os.environ["REDIS_URL"] = server.redis_url
        build(server, DATABASE)
        settings.SMTP_URL = f"smtp://127.0.0.1:{sink.port}"
        heading("People")
        with using(server.url(DATABASE, APP)):
            now = database_now()
        people(server, DATABASE, count, now=now)
        with using(server.url(DATABASE, APP)):
            raw = _raw(sink.port, _samples())
            ours = _drain(count)
        people(server, DATABASE, count, now=now - timedelta(minutes=1))
        together = _together(server, sink.port, count, workers)
        people(server, DATABASE, naive_count, now=now + timedelta(days=1))
        usual = _naive(server, sink.port)
        begins_at = _later(server, 3)
        people(server, DATABASE, _PER_SECOND * seconds, now=begins_at, spread=timedelta(seconds=seconds))
        with using(server.url(DATABASE, APP)):
            late = _latencies(begins_at, seconds)
    taken = sink.taken()
    _show(raw, ours, together, usual, late)
    sent = _LOOP + 2 * count + naive_count + len(late)
    last_line(
        {
            "bench": "delivery",
            **machine(),
            "messages": count,
            "per_s": round(ours.per_s, 1),
            "per_core_per_s": round(ours.per_core_s, 1),
            "sink_per_s": round(raw.per_s, 1),
            "sink_ratio": round(ours.per_s / raw.per_s, 3),
            "workers": workers,
            "workers_per_s": round(together.per_s, 1),
            "workers_sink_ratio": round(together.per_s / raw.per_s, 3),
            "naive_per_s": round(usual.per_s, 1),
            "naive_ratio": round(ours.per_s / usual.per_s, 2),
            "backlog_100k_s": round(100_000 / ours.per_s, 1),
            "workers_backlog_100k_s": round(100_000 / together.per_s, 1),
            "latency_p50_s": round(_percentile(late, 50), 2),
            "latency_p99_s": round(_percentile(late, 99), 2),
            "sink_took": taken,
        }
    )
    if taken != sent:
        raise SystemExit(f"The server took {taken:,} mails, {sent:,} were sent.")


class _Sink:
    def __init__(self, folder: Path) -> None:
        self._count = folder / "count"
        self._process = subprocess.Popen(  # noqa: S603 -- our own module
            [sys.executable, "-m", "bench.mail.sink", str(self._count)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None  # noqa: S101 -- a pipe was asked for
        self.port = int(self._process.stdout.readline().rpartition(":")[2])
        self._taken = 0

    def end(self) -> None:
        self._process.terminate()
        self._process.wait(20)
        self._taken = int(self._count.read_text())

    def taken(self) -> int:
        return self._taken


@contextmanager
def _sink(folder: Path) -> Iterator[_Sink]:
    sink = _Sink(folder)
    try:
        yield sink
    finally:
        sink.end()


def _samples() -> list[OutgoingEmail]:
    """A hundred real mails of one Jobcenter, written and given back."""
    jobcenter = Jobcenter.objects.get(slug=SLUGS[0])
    with tenant_context(jobcenter):
        now = database_now()
        claimed = claim(limit=100, now=now).messages
        written = write_all(claimed, tenant=jobcenter, now=now)
        give_back_all(claimed)
    return [one.outgoing for one in written if isinstance(one.outgoing, OutgoingEmail)]


def _raw(port: int, mails: Sequence[OutgoingEmail]) -> Pace:
    """The server's own limit: ready bytes over one open connection, three commands in a write (RFC 2920)."""
    heading("The server's own limit")
    bodies = [build_mime(mail, database_now()) + b".\r\n" for mail in mails]
    envelopes = [
        f"MAIL FROM:<{mail.sender_address}>\r\nRCPT TO:<{mail.to}>\r\nDATA\r\n".encode("ascii") for mail in mails
    ]
    with socket.create_connection(("127.0.0.1", port)) as line, line.makefile("rb") as answers:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _expect(answers, b"220")
        line.sendall(b"EHLO bench.example\r\n")
        while _expect(answers, b"250")[3:4] == b"-":
            pass
        wall, cpu = time.perf_counter(), time.process_time()
        for number in range(_LOOP):
            line.sendall(envelopes[number % len(mails)])
            for code in (b"250", b"250", b"354"):
                _expect(answers, code)
            line.sendall(bodies[number % len(mails)])
            _expect(answers, b"250")
        return Pace(_LOOP, time.perf_counter() - wall, time.process_time() - cpu)


def _expect(answers: BinaryIO, code: bytes) -> bytes:
    line = answers.readline()
    if not line.startswith(code):
        raise RuntimeError(f"the mail server says {line[:3]!r} instead of {code!r}")
    return line


def _drain(count: int) -> Pace:
    heading("Our worker")
    with Sessions() as sessions:
        wall, cpu = time.perf_counter(), time.process_time()
        done = 0
        while True:
            dealt_with = dispatch.deliver_all(sessions=sessions, clock=Clock(database_now()))
            done += dealt_with
            if not dealt_with:
                break
            say(f"  {done:,} of {count:,} after {time.perf_counter() - wall:.1f} s")
        return Pace(count, time.perf_counter() - wall, time.process_time() - cpu)


def _together(server: Server, port: int, count: int, workers: int) -> Pace:
    """Processes of their own, as Celery's children are; from the word to all of them until the last one is done."""
    heading(f"{workers} workers at once")
    environment = _of_a_process(server)
    command = [sys.executable, "-m", "bench.mail.worker", f"smtp://127.0.0.1:{port}"]
    started = [
        subprocess.Popen(  # noqa: S603 -- our own module
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(workers)
    ]
    try:
        for worker in started:
            _says(worker, "ready")
        wall = time.perf_counter()
        for worker in started:
            assert worker.stdin is not None  # noqa: S101 -- a pipe was asked for
            worker.stdin.write("go\n")
            worker.stdin.flush()
        for worker in started:
            _says(worker, "done")
        return Pace(count, time.perf_counter() - wall, float("nan"))
    finally:
        for worker in started:
            worker.terminate()
            worker.wait(30)


def _says(worker: subprocess.Popen[str], word: str) -> None:
    assert worker.stdout is not None  # noqa: S101 -- a pipe was asked for
    for line in worker.stdout:
        if line.strip() == word:
            return
    raise RuntimeError(f"a worker ended before it was {word}")


def _of_a_process(server: Server) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": server.url(DATABASE, APP), "DJANGO_SETTINGS_MODULE": "bench.common.settings"}


def _naive(server: Server, port: int) -> Pace:
    """One worker with one child; the clock runs from its first mail to its last."""
    heading("A task, a connection and Django's mail classes for each mail")
    environment = _of_a_process(server) | {"NAIVE_PORT": str(port)}
    with using(server.url(DATABASE, APP)):
        ids, broker = _ids_of_future(), Celery(broker=server.redis_url)
        for tenant_id, message_id in ids:
            broker.send_task("naive.send", args=(tenant_id, message_id))
        command = [sys.executable, "-m", "celery", "-A", "bench.mail.naive", "worker", "-c", "1", "-l", "error"]
        worker = subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: S603 -- our own module
        try:
            while not (begun := _sent_naively(ids)):
                time.sleep(0.05)
            wall = time.perf_counter()
            while (done := _sent_naively(ids)) < len(ids) and time.perf_counter() - wall < _PATIENCE:
                time.sleep(0.05)
            return Pace(done - begun, time.perf_counter() - wall, float("nan"))
        finally:
            worker.terminate()
            worker.wait(30)


def _ids_of_future() -> list[tuple[int, int]]:
    found = []
    for jobcenter in Jobcenter.objects.all():
        with tenant_context(jobcenter):
            planned = Message.objects.filter(state="planned").values_list("tenant_id", "pk")
            found += list(planned)
    return found


def _sent_naively(ids: Sequence[tuple[int, int]]) -> int:
    done = 0
    for tenant_id in {tenant_id for tenant_id, _ in ids}:
        with tenant_context(Jobcenter.objects.get(pk=tenant_id)):
            done += Message.objects.filter(provider_reference="naive").count()
    return done


def _later(server: Server, seconds: float) -> datetime:
    with using(server.url(DATABASE, APP)):
        return database_now() + timedelta(seconds=seconds)


def _latencies(begins_at: datetime, seconds: int) -> list[float]:
    """From a message's time to the server's 250, with a tick every two seconds as beat gives it."""
    heading("Fifty a second")
    end = time.perf_counter() + seconds + 12
    with Sessions() as sessions:
        while time.perf_counter() < end:
            began = time.perf_counter()
            dispatch.deliver_all(sessions=sessions, clock=Clock(database_now()))
            time.sleep(max(0.0, _TICK - (time.perf_counter() - began)))
    late: list[float] = []
    for jobcenter in Jobcenter.objects.all():
        with tenant_context(jobcenter), connection.cursor() as cursor:
            cursor.execute(
                "SELECT extract(epoch FROM finished_at - due_at) FROM notifications_message "
                "WHERE state = 'accepted' AND due_at BETWEEN %s AND %s",
                [begins_at, begins_at + timedelta(seconds=seconds)],
            )
            late += [float(row[0]) for row in cursor.fetchall()]
    return sorted(late)


def _percentile(values: Sequence[float], percent: int) -> float:
    return values[min(len(values) - 1, len(values) * percent // 100)] if values else float("nan")


def _show(raw: Pace, ours: Pace, together: Pace, usual: Pace, late: Sequence[float]) -> None:
    heading("Mails a second")
    table(
        ("", "mails", "seconds", "per second", "per second of own CPU", "to the server's limit"),
        [
            ("server's own limit", f"{raw.mails:,}", f"{raw.seconds:.1f}", f"{raw.per_s:,.0f}", "", "1.00"),
            (
                "our worker",
                f"{ours.mails:,}",
                f"{ours.seconds:.1f}",
                f"{ours.per_s:,.0f}",
                f"{ours.per_core_s:,.0f}",
                f"{ours.per_s / raw.per_s:.2f}",
            ),
            (
                "several workers",
                f"{together.mails:,}",
                f"{together.seconds:.1f}",
                f"{together.per_s:,.0f}",
                "",
                f"{together.per_s / raw.per_s:.2f}",
            ),
            ("usual design", f"{usual.mails:,}", f"{usual.seconds:.1f}", f"{usual.per_s:,.0f}", "", ""),
        ],
    )
    say(f"Ours to the usual design: {ratio(ours.per_s / usual.per_s)}")
    say(f"At fifty a second: p50 {_percentile(late, 50):.2f} s, p99 {_percentile(late, 99):.2f} s after their time.")


if __name__ == "__main__":
    main()
