# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Starts the catchers as processes of their own, as `make run` does, and speaks to them with the real drivers."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jobcenter_portal.demo.outbox_files import CaughtMessage, list_messages
from notifications.channels.base import OutgoingEmail, OutgoingSms
from notifications.channels.email.smtp import SmtpAccount
from notifications.channels.sms.seven import SmsAccount
from tests.notifications.channels.esp_accounts import ESPS, PRIVATE_KEY
from tests.notifications.gateways.processes import Gateway

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
USER, PASSWORD, API_KEY = "fulda", "geheim-nur-im-Test", "key-for-tests"


@dataclass(frozen=True)
class Catcher:
    port: int
    folder: Path
    process: subprocess.Popen[str]

    def messages(self) -> list[CaughtMessage]:
        return list_messages(self.folder)

    def smtp_account(self, **changes: Any) -> SmtpAccount:
        values: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.port,
            "username": USER,
            "password": PASSWORD,
            "starttls": False,
            "timeout": 5.0,
        }
        return SmtpAccount(**(values | changes))

    def sms_account(self, **changes: Any) -> SmsAccount:
        values: dict[str, Any] = {"base_url": f"http://127.0.0.1:{self.port}", "api_key": API_KEY, "timeout": 5.0}
        return SmsAccount(**(values | changes))


StartCatcher = Callable[..., Catcher]


@pytest.fixture
def start_catcher(tmp_path: Path) -> Iterator[StartCatcher]:
    """start_catcher("smtp", CATCHER_FAULT="close-after-dot") -> Catcher"""
    running: list[subprocess.Popen[str]] = []

    def start(kind: str, **environment: str) -> Catcher:
        folder = tmp_path / f"catcher-{len(running)}"
        process = subprocess.Popen(  # noqa: S603 -- our own module
            [sys.executable, "-m", f"jobcenter_portal.demo.catchers.{kind}"],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT),
                "CATCHER_PORT": "0",
                "CATCHER_DIR": str(folder),
                "CATCHER_USER": USER,
                "CATCHER_PASSWORD": PASSWORD,
                "CATCHER_API_KEY": API_KEY,
                "CATCHER_SENDER_DOMAINS": "fulda.example, wiesbaden.example",
                **environment,
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening 127.0.0.1:"), line
        return Catcher(int(line.rpartition(":")[2]), folder, process)

    yield start
    for process in running:
        process.terminate()
        assert process.wait(timeout=10) == 0
        assert process.stdout is not None
        process.stdout.close()


def mail(**changes: Any) -> OutgoingEmail:
    values: dict[str, Any] = {
        "message_id_token": "0199aa11-0000-7000-8000-000000000001",
        "to": "ayse@example.org",
        "sender_name": "Jobcenter Fulda",
        "sender_address": "termin@fulda.example",
        "reply_to": None,
        "subject": "Ihr Termin am 24. November – Bestätigung",
        "text": "Guten Tag,\n\nIhr Termin: 24.11.2026, 9:30 Uhr.\n\nFreundliche Grüße",
        "html": "<html lang=de><p>Guten Tag, Grüße</p></html>",
        "calendar": None,
        "language": "de",
        "unsubscribe_url": None,
    }
    return OutgoingEmail(**(values | changes))


def sms(**changes: Any) -> OutgoingSms:
    values: dict[str, Any] = {
        "reference": "0199aa11-0000-7000-8000-000000000002",
        "to": "+4915228817386",
        "sender": "Termin FD",
        "text": "Erinnerung: Ihr Termin ist am Di 24.11. um 9:30 Uhr.",
        "validity_minutes": 600,
    }
    return OutgoingSms(**(values | changes))


@pytest.fixture(scope="module")
def mail_services() -> Iterator[dict[str, Gateway]]:
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(Gateway("esp", GATEWAY_ESP=name, GATEWAY_PRIVATE_KEY=PRIVATE_KEY))
            for name in ESPS
        }


@pytest.fixture
def gateways(mail_services: dict[str, Gateway]) -> dict[str, Gateway]:
    """One for each mail service, who have forgotten what they heard before."""
    for gateway in mail_services.values():
        gateway.forget()
    return mail_services
