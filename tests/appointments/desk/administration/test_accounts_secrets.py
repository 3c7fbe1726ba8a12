# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Secrets of providers go in and never come out: canaries through every page, every refusal and every fault."""

import logging
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import pytest
from django.core.signals import got_request_exception
from django.test import Client
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter
from time_machine import Traveller

from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.models import TenantSettings
from notifications.channels.registry import drivers
from notifications.models import AccountState, Message, ProviderAccount
from notifications.service import accounts
from tests.appointments.desk.administration.test_accounts import LIST, NEW, state

CANARY = "kanarie-8f3a"
"""Every secret contains it, and nothing else does."""
SMPP_SECRET = "8f3a"
"""SMPP takes eight characters at most."""
Fault = tuple[Any, tuple[type[BaseException], BaseException, TracebackType]]

PLAIN = {
    "brevo": {"url": "http://127.0.0.1:9/"},
    "mailjet": {"url": "http://127.0.0.1:9/"},
    "postal": {"url": "http://127.0.0.1:9/"},
    "scaleway": {"url": "http://127.0.0.1:9/", "project_id": "p", "region": "fr-par"},
    "smtp": {"host": "127.0.0.1", "port": "9", "security": "none", "username": "u", "timeout": "5", "deadline": "5"},
    "seven": {"url": "http://127.0.0.1:9", "timeout": "5"},
    "link": {"url": "http://127.0.0.1:9", "user": "u", "platform_id": "p", "platform_partner_id": "1", "timeout": "5"},
    "twilio": {"url": "http://127.0.0.1:9", "account_sid": "AC" + "0" * 32, "timeout": "5"},
    "smpp": {"host": "127.0.0.1", "port": "9", "system_id": "u", "concatenation": "udh", "timeout": "5"},
    "http_json": {
        "url": "http://127.0.0.1:9/",
        "auth_header": "X-Key",
        "body": '{"to": "{to}", "text": "{text}"}',
        "success_statuses": "200",
        "receipt_header": "X-Receipt-Key",
        "timeout": "5",
    },
}
"""What each provider needs besides its secrets; nobody listens at port 9."""


def secrets_of(driver: str) -> dict[str, str]:
    if driver == "smpp":
        return {"password": f"1{SMPP_SECRET}"}
    return {field.name: f"{CANARY}-{field.name}" for field in accounts.provider(driver).secrets}


def form(driver: str, **changes: str) -> dict[str, str]:
    settings = {**PLAIN[driver], **secrets_of(driver)}
    fields = {f"angabe-{name}": value for name, value in settings.items()}
    return {"anbieter": driver, "name": "Landkreis", "je_sekunde": "0", "gleich": "on", **fields, **changes}


class Watch:
    """Remembers every answer and every line of the log, and says which of them hold a secret."""

    def __init__(self, client: Client, log: pytest.LogCaptureFixture) -> None:
        self._client, self._log, self.seen = client, log, list[tuple[str, str]]()

    def get(self, path: str) -> Any:
        return self._kept(f"GET {path}", self._client.get(path))

    def post(self, path: str, data: dict[str, str] | None = None) -> Any:
        return self._kept(f"POST {path}", self._client.post(path, data or {}))

    def _kept(self, what: str, answer: Any) -> Any:
        self.seen.append((f"{what} {answer.status_code}", f"{answer.headers}{answer.content.decode()}"))
        return answer

    def leaks(self) -> list[str]:
        entries = [str(list(model.objects.values())) for model in (AuditEntry, AccountState, Message, TenantSettings)]
        rows = [bytes(one).decode("latin-1") for one in ProviderAccount.objects.values_list("config_sealed", flat=True)]
        places = [*self.seen, ("log", self._log.text), *(("row", text) for text in [*entries, *rows])]
        return [where for where, text in places if CANARY in text or SMPP_SECRET in text]


@pytest.fixture
def watch(admin: Client, caplog: pytest.LogCaptureFixture) -> Iterator[Watch]:
    caplog.set_level(logging.DEBUG)
    watch = Watch(admin, caplog)
    yield watch
    assert len(watch.seen) > 0


def test_every_provider_with_secrets_is_tried_here() -> None:
    offered = {driver.key for driver in drivers().values() if accounts.providers(driver.channel)}
    assert {key for key in offered if accounts.provider(key).secrets} == PLAIN.keys()


@pytest.mark.parametrize("driver", sorted(PLAIN))
def test_no_page_no_row_and_no_log_ever_holds_a_secret(watch: Watch, clock: Traveller, driver: str) -> None:
    TenantSettings.objects.update(test_mobile="+4915228817386")
    watch.get(f"{NEW}?anbieter={driver}")
    assert watch.post(NEW, form(driver, name="")).status_code == 422
    where, elsewhere = ("url", "https://example.org/") if "url" in PLAIN[driver] else ("host", "mail.example.org")
    assert watch.post(NEW, form(driver, **{f"angabe-{where}": "kein Rechner"})).status_code == 422
    address = watch.post(NEW, form(driver))["Location"].partition("?")[0]
    seen = state(watch._client, address)
    for path in ("", "aendern/", "entfernen/", "?getan=neu"):
        assert watch.get(address + path).status_code == 200
    watch.get(LIST)
    assert watch.post(f"{address}probe/").status_code == 303
    watch.get(address)
    silent = dict.fromkeys((f"angabe-{name}" for name in secrets_of(driver)), "")
    moved = form(driver, **{f"angabe-{where}": elsewhere, "stand": seen} | silent)
    assert watch.post(f"{address}aendern/", moved).status_code == 422
    clock.shift(1)
    assert watch.post(f"{address}aendern/", form(driver, stand=seen)).status_code == 303
    assert watch.post(f"{address}aendern/", form(driver, stand=seen)).status_code == 409
    for step in ("aus", "an", "hoch", "runter"):
        watch.post(f"{address}schritt/", {"step": step})
    watch.post(f"{address}schritt/", {"step": "aus"})
    watch.post(f"{address}entfernen/")
    assert watch.leaks() == []
    assert ProviderAccount.objects.count() == 0


def test_a_secret_would_be_found(watch: Watch) -> None:
    watch.get(f"{LIST}?getan={CANARY}")
    ProviderAccount.objects.update(name=CANARY)
    watch.seen.append(("a page", f"… {CANARY} …"))
    assert watch.leaks() == ["a page"]


# --- When something breaks -----------------------------------------------------------------------------------------
@pytest.fixture
def faults() -> Iterator[list[Fault]]:
    """What error reports are made of: the request and the exception with its frames."""
    found: list[Fault] = []

    def note(request: Any, **_signal: Any) -> None:
        found.append((request, sys.exc_info()))  # type: ignore[arg-type]

    got_request_exception.connect(note)
    yield found
    got_request_exception.disconnect(note)


def report_of(fault: Fault) -> str:
    request, (kind, error, trace) = fault
    reporter = ExceptionReporter(request, kind, error, trace)
    return f"{reporter.get_traceback_html()}{reporter.get_traceback_text()}"


def _breaks(*_anything: Any, **_named: Any) -> None:
    raise ZeroDivisionError("deep inside")


@pytest.mark.parametrize("debug", [False, True])
def test_an_error_report_names_places_and_no_values(
    watch: Watch, faults: list[Fault], monkeypatch: pytest.MonkeyPatch, settings: Any, *, debug: bool
) -> None:
    monkeypatch.setattr("notifications.channels.email.smtp.host_of", _breaks)
    assert watch.post(NEW, form("smtp")).status_code == 500
    settings.DEBUG = debug
    (fault,) = faults
    report = report_of(fault)
    assert "deep inside" in report
    assert "add_account" in report
    assert CANARY not in report
    assert watch.leaks() == []


def test_without_the_filter_a_report_would_hold_the_secret(
    watch: Watch, faults: list[Fault], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why the setting is there."""
    monkeypatch.setattr("notifications.channels.email.smtp.host_of", _breaks)
    watch.post(NEW, form("smtp"))
    reporter = ExceptionReporter(faults[0][0], *faults[0][1])
    reporter.filter = SafeExceptionReporterFilter()  # Django's own
    assert CANARY in reporter.get_traceback_html()
