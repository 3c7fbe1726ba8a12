# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the benchmarks share: a server, databases, the portal as a process, timing and the report."""
