# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Signing in as a Django app: only its templates need one."""

from django.apps import AppConfig


class SignInConfig(AppConfig):
    name = "jobcenter_portal.signin"
    label = "signin"
