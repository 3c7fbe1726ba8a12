# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One running portal and one browser for all journeys; a fresh browser context (cookies) for each."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.journeys.portal import ROOT, Portal, portal_at, running_portal
from tests.journeys.staging import Stage, set_stage

PHONE = ViewportSize(width=390, height=844)
EXPECTED_WITHIN_MS = 20_000
"""A busy machine is slow and not wrong; what comes at once is not waited for."""
ANSWERED = ("status of 4", "status of 503")
"""What the browser's console calls an error and is an answer: a refusal, and a busy portal that asks for patience."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    """RUNNING_PORTAL=.data/run takes the one that `make run` has started there: for trying single journeys by hand."""
    if os.environ.get("RUNNING_PORTAL"):
        yield portal_at(ROOT / os.environ["RUNNING_PORTAL"])
        return
    data = ROOT / ".data" / "journeys"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True, mode=0o700)
    with running_portal(data) as started:
        yield started


@pytest.fixture
def stage(portal: Portal) -> Stage:
    """Another one each time: what is pressed there counts towards limits, and cannot be taken back."""
    return set_stage(portal)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = os.environ.get("CHROMIUM")
    if not executable:
        pytest.exit("CHROMIUM is missing: run the suite with `make test`, which finds or installs it", returncode=3)
    expect.set_options(timeout=EXPECTED_WITHIN_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone. Every console error and every request to a third party fails the journey."""
    context = browser.new_context(viewport=PHONE, locale="de-DE")
    opened = context.new_page()
    problems: list[str] = []
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("request", lambda request: None if "127.0.0.1" in request.url else problems.append("third party"))
    yield opened
    context.close()
    assert [text for text in problems if not any(status in text for status in ANSWERED)] == []
