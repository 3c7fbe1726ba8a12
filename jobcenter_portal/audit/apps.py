# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Audit as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "jobcenter_portal.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
