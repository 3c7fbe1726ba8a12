# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every path of the portal. The first segment is the platform's own or a Jobcenter's."""

from django.urls import URLPattern, URLResolver, path

from jobcenter_portal import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.alive),
    path("readyz", health.ready),
]
