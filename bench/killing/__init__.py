# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What `make chaos` is made of: processes that are killed, a provider that remembers, and a judge over both."""
