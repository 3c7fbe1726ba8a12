# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The portal's own WSGI application with its clock set, so that a data set can be measured for weeks after its day.

The clock is read through django.utils.timezone.now at the edge only (docs/architecture.md); it goes on from BENCH_NOW.
"""

from bench.common.set_clock import set_clock

set_clock()

from bench.common.wire import counting_statements  # noqa: E402 -- the clock comes first
from jobcenter_portal.wsgi import application as portal  # noqa: E402 -- the same

application = counting_statements(portal)
