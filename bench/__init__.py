# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Benchmarks: `make bench`, or one alone, `make bench-availability`.

Each measures its yardsticks in the same run and prints, as its last line, one JSON object of its figures: figures of
two runs or two machines are not comparable, ratios inside one run are.
"""
