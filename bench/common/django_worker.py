# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Import it first in a process that a benchmark starts: it gets keys and addresses from the environment."""

import django

django.setup()
