# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tenancy as a Django app; its checks refuse an unsafe database."""

from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "jobcenter_portal.tenancy"
    label = "tenancy"
    default_auto_field = "django.db.models.BigAutoField"
