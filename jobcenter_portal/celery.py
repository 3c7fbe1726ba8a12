# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Celery as it should be set for a broker that may lose or double any message (docs/delivery-guarantees.md).

PostgreSQL is the only truth; a Celery message is a hint. No result backend, no ETA, no business times in beat: only
intervals. Every option here closes a loss that was reproduced with kill -9.
"""

import os

from celery import Celery
from celery.signals import beat_init, worker_init

from jobcenter_portal.tenancy.safety import refuse_unsafe_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobcenter_portal.settings.production")

app = Celery("jobcenter_portal")
app.config_from_object("jobcenter_portal.settings.celery_options")
app.autodiscover_tasks(
    ["notifications", "appointments", "jobcenter_portal.rest", "jobcenter_portal.about", "jobcenter_portal.audit"]
)


@worker_init.connect
@beat_init.connect
def refuse_to_start_unsafely(**_signal: object) -> None:
    """Like the web process: no worker serves tenants with a role that could see more than one."""
    refuse_unsafe_database()
