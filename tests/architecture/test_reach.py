# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The journeys of who reads only Arabic go to every Jobcenter of the demo: none is left out, and none is skipped."""

from tests.architecture.sources import ROOT
from tests.journeys.places import JOBCENTERS, languages_of


def test_every_jobcenter_of_the_demo_is_on_the_way_and_speaks_arabic() -> None:
    there = {file.stem for file in (ROOT / "jobcenter_portal" / "demo" / "data").glob("*.toml")}
    assert set(JOBCENTERS) == there
    assert [one for one in JOBCENTERS if "ar" not in languages_of(one)] == []
