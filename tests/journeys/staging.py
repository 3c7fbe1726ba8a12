# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A stage beside the demo's seven Jobcenters: four more, in which everything stands that people come by rarely.

The journeys themselves stay black box; the scenes are set by a process of its own (scenes.py), as the demo's data are.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

from tests.journeys.portal import ROOT, Portal

STATE: Final = "state.json"
LANGUAGE: Final = "{language}"
"""Stands in an address for the language in which somebody looks."""
_PLAY: Final = "from tests.journeys.scenes import play; play()"
_PATIENCE_S: Final = 240


@dataclass(frozen=True, slots=True)
class Stage:
    """Where each scene is to be seen, by its name, and what has to be typed or sent there."""

    root: str
    paths: dict[str, str]
    values: dict[str, str]

    def address(self, scene: str, language: str) -> str:
        return self.root + self.paths[scene].replace(LANGUAGE, language)


def set_stage(portal: Portal) -> Stage:
    """A fresh one each time: nobody finds there what somebody did at the last one."""
    state = json.loads((portal.outbox.parent / STATE).read_text(encoding="utf-8"))
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_"))}
    run = subprocess.run(  # noqa: S603 -- our own
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", _PLAY],
        cwd=ROOT,
        env={**ours, **state["environment"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE_S,
    )
    if run.returncode:
        raise AssertionError(f"the stage could not be set:\n{run.stderr[-3000:]}")
    found = json.loads(run.stdout.splitlines()[-1])
    return Stage(portal.url, found["paths"], found["values"])
