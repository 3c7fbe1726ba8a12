# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Notifications as a Django app."""

from importlib import import_module

from django.apps import AppConfig

from notifications.kinds import register


class NotificationsConfig(AppConfig):
    name = "notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # By name: the module imports models, which exist only now.
        import_module("notifications.letters.queue").install()
        register(import_module("notifications.texts.trial").Trial())
