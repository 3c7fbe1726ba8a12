# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages on which a Jobcenter sets up its own messages: words, reminders, accounts."""
