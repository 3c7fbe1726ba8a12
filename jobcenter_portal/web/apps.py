# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Registers the page furniture with Django, and the languages Django does not know."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "jobcenter_portal.web"
    label = "web"
    verbose_name = "Seitenrahmen"
