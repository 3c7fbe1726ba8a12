# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What docs/delivery-guarantees.md promises is shown by tests that exist: a renamed test takes its promise with it."""

import ast
import re
from pathlib import Path
from typing import Final

from django.conf import settings

ROOT: Final = Path(settings.BASE_DIR)
PROMISES: Final = ROOT / "docs" / "delivery-guarantees.md"
_FAULT: Final = re.compile(r"^\| (\d+(?:, \d+)*) \|", re.MULTILINE)
_CODE: Final = re.compile(r"`([^`\n]+)`")
FAULTS: Final = range(1, 49)


def known_tests() -> set[str]:
    """The name of every test in the project."""
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found.add(node.name)
    return found


def missing_in(text: str) -> list[str]:
    """Tests and test files that a text names and that do not exist."""
    known = known_tests()
    named = [name for name in _CODE.findall(text) if name.startswith(("test_", "tests/"))]
    return [name for name in named if name not in known and not ("/" in name and (ROOT / name).exists())]


def test_every_test_that_the_promises_name_exists() -> None:
    assert missing_in(PROMISES.read_text(encoding="utf-8")) == []


def test_a_name_that_does_not_exist_would_be_found() -> None:
    text = "`test_every_test_that_the_promises_name_exists`, `test_gone`, `tests/architecture/gone.py`, `tests/`"
    assert missing_in(text) == ["test_gone", "tests/architecture/gone.py"]


def test_no_fault_is_left_out() -> None:
    rows = _FAULT.findall(PROMISES.read_text(encoding="utf-8"))
    assert sorted(int(number) for row in rows for number in row.split(", ")) == list(FAULTS)
