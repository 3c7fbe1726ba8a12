# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A Jobcenter's face and its legal pages as a Django app; its one message is made known to notifications here."""

from importlib import import_module

from django.apps import AppConfig


class AboutConfig(AppConfig):
    name = "jobcenter_portal.about"
    label = "about"

    def ready(self) -> None:
        # By name: the module imports models, which exist only now.
        import_module("jobcenter_portal.about.office_notice").register_kind()
