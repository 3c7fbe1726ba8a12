# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the operator of the platform sees of delivery, as a Django app."""

from django.apps import AppConfig


class OperatorConfig(AppConfig):
    name = "jobcenter_portal.operator"
    label = "operator"
