# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses below `/demo/`; jobcenter_portal.urls includes them in the demo only."""

from django.urls import path

from jobcenter_portal.demo import views
from jobcenter_portal.demo.guard import demo_only

demo_only()

app_name = "demo"
urlpatterns = [
    path("", views.start, name="start"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<slug:key>/", views.message, name="message"),
]
