# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may see the operator's pages: whoever knows the secret, and nobody where none is set."""

import base64
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from jobcenter_portal.settings import environment

PASSWORD = "a-password-of-the-operator"
TOKEN = "a-token-for-prometheus-only"


def basic(password: str, name: str = "betrieb") -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@pytest.fixture(autouse=True)
def secrets(settings: Any, db: None) -> Any:
    settings.OPERATOR_PASSWORD, settings.METRICS_TOKEN = PASSWORD, TOKEN
    return settings


@pytest.mark.parametrize(
    ("address", "authorization", "status"),
    [
        ("/betrieb/", basic(PASSWORD), 200),
        ("/betrieb/", basic(PASSWORD, name="wer auch immer"), 200),
        ("/betrieb/", "", 401),
        ("/betrieb/", basic(""), 401),
        ("/betrieb/", basic(PASSWORD[:-1]), 401),
        ("/betrieb/", basic(TOKEN), 401),
        ("/betrieb/", f"Bearer {PASSWORD}", 401),
        ("/betrieb/", "Basic ???", 401),
        ("/betrieb/", "Basic " + base64.b64encode(b"\xff\xfe").decode(), 401),
        ("/metrics", f"Bearer {TOKEN}", 200),
        ("/metrics", f"bearer {TOKEN}", 200),
        ("/metrics", "", 401),
        ("/metrics", "Bearer ", 401),
        ("/metrics", f"Bearer {PASSWORD}", 401),
        ("/metrics", basic(TOKEN), 401),
    ],
)
def test_only_the_right_secret_opens(address: str, authorization: str, status: int) -> None:
    answer = Client().get(address, headers={"authorization": authorization} if authorization else {})
    assert answer.status_code == status
    assert ("WWW-Authenticate" in answer) == (status == 401)
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/betrieb/", "/metrics"])
@pytest.mark.parametrize("authorization", ["", basic(""), "Bearer ", "Bearer"])
def test_without_a_secret_there_is_no_such_page(secrets: Any, address: str, authorization: str) -> None:
    secrets.OPERATOR_PASSWORD = secrets.METRICS_TOKEN = ""
    assert Client().get(address, headers={"authorization": authorization}).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_can_be_done_there(method: str) -> None:
    answer = getattr(Client(), method)("/betrieb/", headers={"authorization": basic(PASSWORD)})
    assert answer.status_code == 405


def test_a_short_secret_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRICS_TOKEN", "x" * 19)
    with pytest.raises(ImproperlyConfigured, match="METRICS_TOKEN needs at least 20 characters"):
        environment.secret("METRICS_TOKEN")
    monkeypatch.setenv("METRICS_TOKEN", "x" * 20)
    assert environment.secret("METRICS_TOKEN") == "x" * 20
    monkeypatch.delenv("METRICS_TOKEN")
    assert environment.secret("METRICS_TOKEN") == ""
