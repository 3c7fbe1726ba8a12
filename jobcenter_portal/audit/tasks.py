# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Celery's way in: the trail is kept no longer than each Jobcenter says."""

import structlog
from celery import shared_task

from jobcenter_portal.audit.trail import forget_old
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.service import serve_each_tenant
from jobcenter_portal.tenancy.tasks import PlatformTask

log = structlog.get_logger(__name__)


@shared_task(base=PlatformTask, name="audit.forget_old_of_all_tenants")
def forget_old_of_all_tenants(**_later: object) -> None:
    """What one round leaves, the next one finds."""
    serve_each_tenant(_forget)


def _forget(jobcenter: Jobcenter) -> None:
    if gone := forget_old():
        log.info("trail forgotten by age", jobcenter=jobcenter.slug, lines=gone)
