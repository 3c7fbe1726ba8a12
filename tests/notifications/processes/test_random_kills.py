# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A short `make chaos`: its own PostgreSQL, Valkey and mail server, and nobody whose process is safe."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.notifications.servers import ROOT

# The seed's dice hit a child and a worker's main process among others (kills of the whole crew included).
SEED = "7"


@pytest.mark.chaos
def test_whoever_is_killed_nothing_is_lost_and_nothing_sent_twice_unseen(tmp_path: Path) -> None:
    ours = ("DATABASE_SUPERUSER_URL", "DATABASE_URL", "REDIS_URL", "CELERY_BROKER_WRITE_URL")
    told = {name: value for name, value in os.environ.items() if name not in ours}
    done = subprocess.run(
        [sys.executable, "-m", "bench.chaos"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=told | {"MESSAGES": "300", "KILLS": "8", "SEED": SEED, "JP_DATA_DIR": str(tmp_path)},
        timeout=280,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    # What was unclear has been found out by somebody who was killed, or the run has shown nothing.
    assert found["ambiguous"] > 0
    assert found["messages"] == 300 + len(range(0, 300, 7))  # every seventh was moved
    wanted = ("bench", "kills", "lost", "unexplained_duplicates", "late_useless", "out_of_order", "unsettled")
    assert {name: found[name] for name in wanted} == {
        "bench": "chaos",
        "kills": 8,
        "lost": 0,
        "unexplained_duplicates": 0,
        "late_useless": 0,
        "out_of_order": 0,
        "unsettled": 0,
    }
