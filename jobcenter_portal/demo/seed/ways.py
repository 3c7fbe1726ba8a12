# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tells each house of the demo how people get there and in, in eight languages (shared/ways.toml)."""

import tomllib
from functools import cache
from typing import Any

from appointments.models import Location
from jobcenter_portal.demo.seed.data import FOLDER


def tell_the_way(location: Location, jobcenter: str) -> None:
    """A house without a line in the file says nothing, as an office's own might."""
    told = _ways()
    site = told["sites"].get(jobcenter, {}).get(location.slug)
    if site is not None:
        location.directions, location.barrier_free = site["way"], told["doors"][site["door"]]
        location.entrances = told["entrances"].get(site.get("entrance"), {})


@cache
def _ways() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "shared" / "ways.toml").read_text(encoding="utf-8"))
