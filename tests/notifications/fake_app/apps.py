# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The app that a worker of the process tests loads."""

from django.apps import AppConfig

from notifications.kinds import register
from tests.notifications.fake_app.kinds import change, note


class FakeAppConfig(AppConfig):
    name = "tests.notifications.fake_app"
    label = "fake_app"

    def ready(self) -> None:
        register(note())
        register(change())
