# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Appointments as a Django app; its kinds of message are made known to notifications here."""

from importlib import import_module

from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    name = "appointments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # By name: the module imports models, which exist only now.
        import_module("appointments.messages").register_kinds()
        import_module("appointments.lost_links").register_kind()
        import_module("appointments.office_notice").register_kind()
        import_module("appointments.proof_messages").register_kind()
        import_module("appointments.waiting.messages").register_kinds()
