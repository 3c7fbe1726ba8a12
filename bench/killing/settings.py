# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Settings of the processes that are killed: the portal's, with two kinds of message that belong to no feature."""

from jobcenter_portal.settings.base import *  # noqa: F403
from jobcenter_portal.settings.base import INSTALLED_APPS

DEMO = False
INSTALLED_APPS = [*INSTALLED_APPS, "tests.notifications.fake_app"]
