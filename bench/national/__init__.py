# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A country's worth of data: every German Jobcenter, two years of appointments, and sites of known size and fill."""
