# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demo's settings on a benchmark's database."""

import os

from bench.common.doors import database_settings
from jobcenter_portal.settings.demo import *  # noqa: F403

REST_READS_PER_MINUTE = 1_000_000  # the counting stays, nobody is sent away
DATABASES = {"default": database_settings(os.environ["DATABASE_URL"])}
