# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the customers' pages weigh and how soon they are there, see `bench.pages.__main__`."""
