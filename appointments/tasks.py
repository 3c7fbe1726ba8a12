# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Celery's way in: hygiene, and what looks at every Jobcenter in turn. Lost or doubled, no task does harm."""

import structlog
from celery import shared_task
from django.utils import timezone

from appointments.holding import expire_holds
from appointments.hygiene import forget_rests, lay_past_time_aside
from appointments.offering import offer_free_times
from appointments.office_notice import remind_office
from jobcenter_portal.tenancy.service import for_each_tenant
from jobcenter_portal.tenancy.tasks import PlatformTask

log = structlog.get_logger(__name__)


@shared_task(base=PlatformTask, name="appointments.expire_holds_of_all_tenants")
def expire_holds_of_all_tenants(**_later: object) -> None:
    """Dead holds stop nobody from booking; this only keeps the table small and typed drafts short-lived."""
    for _jobcenter in for_each_tenant():
        expire_holds()
        forget_rests()
        lay_past_time_aside()


@shared_task(base=PlatformTask, name="appointments.offer_free_times_of_all_tenants")
def offer_free_times_of_all_tenants(**_later: object) -> None:
    """Offer what is free to those who wait; what one round leaves, the next one finds."""
    now = timezone.now()
    for jobcenter in for_each_tenant():
        if not jobcenter.settings.waiting_list:
            continue
        try:
            offer_free_times(jobcenter, now=now)
        except Exception as error:  # noqa: BLE001 -- one Jobcenter in trouble must not keep the others waiting
            log.error("waiting list not served", jobcenter=jobcenter.slug, error=type(error).__name__)  # noqa: TRY400 -- its text could hold personal data


@shared_task(base=PlatformTask, name="appointments.remind_offices_of_all_tenants")
def remind_offices_of_all_tenants(**_later: object) -> None:
    """Tell each office once a day that requests wait for its answer; lost or doubled, it does no harm."""
    now = timezone.now()
    for jobcenter in for_each_tenant():
        remind_office(jobcenter, now=now)
