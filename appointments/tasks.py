# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Celery's way in: hygiene, and what looks at every Jobcenter in turn. Lost or doubled, no task does harm."""

import time
from typing import Final

from celery import shared_task
from django.utils import timezone

from appointments.emergency_list.round import write_due
from appointments.holding import expire_holds
from appointments.hygiene import forget_rests, lay_past_time_aside
from appointments.office_notice import remind_office
from appointments.proving import forget_proofs
from appointments.replanning import follow_plan
from appointments.waiting import offer_free_times
from jobcenter_portal.tenancy.counting import forget_counts
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.service import serve_each_tenant
from jobcenter_portal.tenancy.tasks import PlatformTask

_ENOUGH_FOR_ONE_ROUND: Final = 45
"""Seconds."""


@shared_task(base=PlatformTask, name="appointments.expire_holds_of_all_tenants")
def expire_holds_of_all_tenants(**_later: object) -> None:
    """Dead holds stop nobody from booking; this only keeps the table small and typed drafts short-lived."""
    serve_each_tenant(_tidy_up)


@shared_task(base=PlatformTask, name="appointments.offer_free_times_of_all_tenants")
def offer_free_times_of_all_tenants(**_later: object) -> None:
    """Offer what is free to those who wait; what one round leaves, the next one finds."""
    serve_each_tenant(_offer)


@shared_task(base=PlatformTask, name="appointments.remind_offices_of_all_tenants")
def remind_offices_of_all_tenants(**_later: object) -> None:
    """Tell each office once a day that requests wait for its answer; lost or doubled, it does no harm."""
    serve_each_tenant(_remind)


@shared_task(base=PlatformTask, name="appointments.follow_plans_of_all_tenants")
def follow_plans_of_all_tenants(**_later: object) -> None:
    """Let planned reminders follow changed rules and settings; what one round leaves, the next one goes on with."""
    ends_at = time.monotonic() + _ENOUGH_FOR_ONE_ROUND

    def follow(jobcenter: Jobcenter) -> None:
        # A new version may have everybody planned anew: that takes longer than a task may.
        if time.monotonic() < ends_at:
            follow_plan(jobcenter, now=timezone.now())

    serve_each_tenant(follow)


@shared_task(base=PlatformTask, name="appointments.write_emergency_lists_of_all_tenants")
def write_emergency_lists_of_all_tenants(**_later: object) -> None:
    """The day lists for an outage; most rounds find that none is due."""
    write_due(now=timezone.now())


def _tidy_up(_jobcenter: Jobcenter) -> None:
    expire_holds()
    forget_rests()
    lay_past_time_aside()
    forget_proofs()
    forget_counts(now=timezone.now())


def _offer(jobcenter: Jobcenter) -> None:
    if jobcenter.settings.waiting_list:
        offer_free_times(jobcenter, now=timezone.now())


def _remind(jobcenter: Jobcenter) -> None:
    remind_office(jobcenter, now=timezone.now())
