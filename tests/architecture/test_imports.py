# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The direction of imports is kept, each contract can be broken, and files and functions stay small."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source_rules import lengths_of
from tests.architecture.sources import PACKAGES, ROOT, our_sources

ONE_DIRECTION = "Whole project: one direction"
INSIDE_APPOINTMENTS = "Inside appointments"
INSIDE_NOTIFICATIONS = "Inside notifications"
PLAIN_PYTHON = "Scheduling core and kernel are plain Python"
DOOR_OF_NOTIFICATIONS = "notifications is entered through its service"
DOOR_OF_APPOINTMENTS = "appointments is entered through its service"
NO_CYCLES = "No cycles between sibling packages"
CONTRACTS = {
    ONE_DIRECTION,
    INSIDE_APPOINTMENTS,
    INSIDE_NOTIFICATIONS,
    PLAIN_PYTHON,
    DOOR_OF_NOTIFICATIONS,
    DOOR_OF_APPOINTMENTS,
    NO_CYCLES,
}

VIOLATIONS = [
    ("appointments/core/slots.py", "import django", PLAIN_PYTHON),
    ("jobcenter_portal/kernel/ids.py", "import redis", PLAIN_PYTHON),
    ("notifications/backoff.py", "from appointments import service", ONE_DIRECTION),
    ("jobcenter_portal/tenancy/service.py", "from jobcenter_portal.accounts import models", ONE_DIRECTION),
    ("jobcenter_portal/web/dates.py", "from jobcenter_portal.demo import people", ONE_DIRECTION),
    ("appointments/queries.py", "from notifications.models import Message", DOOR_OF_NOTIFICATIONS),
    ("jobcenter_portal/signin/views.py", "from appointments.models import Appointment", DOOR_OF_APPOINTMENTS),
    ("appointments/models/place.py", "from appointments import booking", INSIDE_APPOINTMENTS),
    ("appointments/utils.py", "", INSIDE_APPOINTMENTS),
    ("notifications/outbox/planning.py", "from notifications.delivery import sending", INSIDE_NOTIFICATIONS),
    ("jobcenter_portal/tenancy/models.py", "from jobcenter_portal.accounts import service", NO_CYCLES),
]


def _verdicts(folder: Path) -> dict[str, bool]:
    """Contract: whether it is kept, as the tool itself says for the packages in a folder."""
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    ).stdout
    verdicts = {}
    for name in CONTRACTS:
        line = next((line for line in told.splitlines() if line.startswith(f"{name} ")), "")
        assert "KEPT" in line or "BROKEN" in line, told
        verdicts[name] = "KEPT" in line
    return verdicts


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("imports")
    for path in our_sources():
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    shutil.copyfile(ROOT / "pyproject.toml", folder / "pyproject.toml")
    yield folder
    shutil.rmtree(folder)


def test_every_contract_is_kept() -> None:
    assert _verdicts(ROOT) == dict.fromkeys(CONTRACTS, True)


@pytest.mark.parametrize(("file", "line", "contract"), VIOLATIONS, ids=lambda value: str(value)[:40])
def test_a_contract_that_is_broken_is_missed(copied: Path, file: str, line: str, contract: str) -> None:
    path = copied / file
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
    try:
        assert _verdicts(copied)[contract] is False
    finally:
        path.unlink() if before is None else path.write_text(before, encoding="utf-8")


def test_each_contract_was_broken_once() -> None:
    assert {contract for _file, _line, contract in VIOLATIONS} == CONTRACTS


# --- Size -------------------------------------------------------------------------------------------------------------
FILE_LIMIT = 400
FUNCTION_LIMIT = 60
WRITTEN_BY_DJANGO = "/migrations/"


def test_files_and_functions_stay_small() -> None:
    """The hard limits; the aim is 300 and 40. What is longer does too much, or needs a table."""
    measured = [lengths_of(path) for path in our_sources(*PACKAGES, "tests") if WRITTEN_BY_DJANGO not in str(path)]
    files = sorted((file for file, _functions in measured), reverse=True)
    functions = sorted((one for _file, many in measured for one in many), reverse=True)
    report = [*files[:5], *functions[:5]]
    assert [one for one in files if one.lines >= FILE_LIMIT] == [], report
    assert [one for one in functions if one.lines > FUNCTION_LIMIT] == [], report


def test_no_package_is_called_utils_helpers_or_common() -> None:
    banned = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [path for path in our_sources() if banned & {path.stem, *path.parts[len(ROOT.parts) :]}] == []
