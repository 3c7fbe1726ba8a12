# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The web process. It refuses to start on a database role that could see more than one Jobcenter."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobcenter_portal.settings.production")

_django = get_wsgi_application()

from jobcenter_portal.tenancy.safety import refuse_unsafe_database  # noqa: E402 -- needs the loaded applications
from jobcenter_portal.web.guards import only_utf8  # noqa: E402 -- as above

refuse_unsafe_database()

application = only_utf8(_django)

# What is loaded now stays until the end; looking through it again and again for garbage cost a page a tenth of its
# time in a rush (docs/adr/0012-a-second-of-configuration.md).
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
