# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Celery as it should be set for a broker that may lose or double any message (docs/delivery-guarantees.md).

PostgreSQL is the only truth; a Celery message is a hint. No result backend, no ETA, no business times in beat: only
intervals. Every option here closes a loss that was reproduced with kill -9.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobcenter_portal.settings.production")

app = Celery("jobcenter_portal")
app.config_from_object("jobcenter_portal.settings.celery_options")
app.autodiscover_tasks(["notifications", "appointments"])
