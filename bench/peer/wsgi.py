# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The peer as a web server, with the same clock as the portal and counted in the same way."""

from django.core.wsgi import get_wsgi_application

from bench.common.set_clock import set_clock
from bench.common.wire import counting_statements

set_clock()
application = counting_statements(get_wsgi_application())
