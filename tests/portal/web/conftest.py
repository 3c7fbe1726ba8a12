# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The sample pages behind the real middleware, without a database."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from jobcenter_portal.web import coverage
from jobcenter_portal.web.catalogues import compile_all

HERE = Path(__file__).parent
NEEDS_DATABASE = (
    "jobcenter_portal.tenancy.",
    "django.contrib.sessions.",
    "jobcenter_portal.accounts.",
    "jobcenter_portal.signin.",
    "jobcenter_portal.about.",
)


@pytest.fixture(scope="session", autouse=True)
def compiled_texts() -> None:
    compile_all(coverage.LOCALE_FOLDER.parent.parent, coverage.LOCALE_FOLDER)


@pytest.fixture
def gallery(settings: Settings) -> None:
    """The project's own middleware in its own order; only what asks the database gives way to the sample office."""
    own = [name for name in settings.MIDDLEWARE if not name.startswith(NEEDS_DATABASE)]
    place = own.index("jobcenter_portal.web.guards.RequestGuardMiddleware") + 1
    settings.MIDDLEWARE = [*own[:place], "tests.portal.web.gallery.office.OfficeMiddleware", *own[place:]]
    settings.STATIC_ROOT = None  # WhiteNoise warns of a folder that only `collectstatic` makes
    settings.ROOT_URLCONF = "tests.portal.web.gallery.urls"
    templates: list[dict[str, Any]] = [dict(settings.TEMPLATES[0])]
    processors = templates[0]["OPTIONS"]["context_processors"]
    kept = [name for name in processors if not name.startswith(NEEDS_DATABASE)]
    templates[0]["OPTIONS"] = {**templates[0]["OPTIONS"], "context_processors": kept}
    templates[0]["DIRS"] = [HERE / "gallery" / "templates"]
    settings.TEMPLATES = templates


@pytest.fixture
def client(gallery: None) -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def three_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if English and Arabic were fully translated."""
    monkeypatch.setattr("jobcenter_portal.web.coverage.coverage", lambda: {"en": 1.0, "ar": 1.0, "uk": 0.94})
