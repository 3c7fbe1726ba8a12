# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demo as a Django app; its way in without passwords is offered here."""

from importlib import import_module

from django.apps import AppConfig

from jobcenter_portal.demo.guard import demo_only

demo_only()


class DemoConfig(AppConfig):
    name = "jobcenter_portal.demo"
    label = "demo"

    def ready(self) -> None:
        # By name: the module imports models, which exist only now.
        import_module("jobcenter_portal.demo.sign_in").offer_sign_in()
