# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Accounts as a Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "jobcenter_portal.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
