# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The day list for the day on which nothing works: written ahead, outside the database, read with plain tools."""
