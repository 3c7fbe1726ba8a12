# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A crowd at one office: the office, the client processes, what they do, and what the tables say afterwards."""
