# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The interface's platform as a Django app."""

from django.apps import AppConfig


class RestConfig(AppConfig):
    name = "jobcenter_portal.rest"
    label = "rest"
    default_auto_field = "django.db.models.BigAutoField"
