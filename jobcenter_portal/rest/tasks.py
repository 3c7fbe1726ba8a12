# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Celery's way in: hygiene that nothing depends on."""

from celery import shared_task
from django.utils import timezone

from jobcenter_portal.rest.idempotency import forget_old
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.service import serve_each_tenant
from jobcenter_portal.tenancy.tasks import PlatformTask


@shared_task(base=PlatformTask, name="rest.forget_old_answers_of_all_tenants")
def forget_old_answers_of_all_tenants(**_later: object) -> None:
    """An old answer is never given again; this keeps no longer than promised what was said."""
    serve_each_tenant(_forget)


def _forget(_jobcenter: Jobcenter) -> None:
    forget_old(now=timezone.now())
