# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The first thing that the page of an appointment says."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Notice:
    """`text` says more, or nothing."""

    kind: Literal["info", "success", "warning"]
    title: str
    text: str = ""
