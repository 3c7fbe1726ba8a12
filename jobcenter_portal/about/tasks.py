# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Celery's way in: what is kept no longer than promised."""

from celery import shared_task
from django.utils import timezone

from jobcenter_portal.about.feedback import forget_old_feedback
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.service import serve_each_tenant
from jobcenter_portal.tenancy.tasks import PlatformTask


@shared_task(base=PlatformTask, name="about.forget_old_feedback_of_all_tenants")
def forget_old_feedback_of_all_tenants(**_later: object) -> None:
    """Reports about barriers go a year after they were settled."""
    serve_each_tenant(_forget)


def _forget(_jobcenter: Jobcenter) -> None:
    forget_old_feedback(now=timezone.now())
