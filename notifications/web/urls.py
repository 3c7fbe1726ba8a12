# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses that providers call, below `/<jobcenter>/zustellung/`."""

from django.urls import path

from notifications.web import receipts

app_name = "receipts"
urlpatterns = [path("<str:account>/", receipts.receive, name="receive")]
