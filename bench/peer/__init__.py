# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""django-appointment, the best known free appointment package for Django, on the same server and the same data."""
