# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Celery's way in: hygiene that nothing depends on."""

from celery import shared_task

from appointments.holding import expire_holds
from jobcenter_portal.tenancy.service import for_each_tenant
from jobcenter_portal.tenancy.tasks import PlatformTask


@shared_task(base=PlatformTask, name="appointments.expire_holds_of_all_tenants")
def expire_holds_of_all_tenants(**_later: object) -> None:
    """Dead holds stop nobody from booking; this only keeps the table small and typed drafts short-lived."""
    for _jobcenter in for_each_tenant():
        expire_holds()
