# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""docs/dependencies.md against what is asked for and what is locked: no package without a reason, none forgotten."""

import json
import re
import tomllib
from collections.abc import Iterable
from typing import Final

import pytest

from tests.architecture.sources import ROOT

_PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
_GROUPS: Final = _PROJECT["dependency-groups"]
_ASKED_FOR: Final = {
    "requirements.txt": _PROJECT["project"]["dependencies"],
    "requirements-local.txt": _GROUPS["local"],
    "requirements-dev.txt": _GROUPS["dev"],
    "requirements-bench.txt": _GROUPS["bench"],
}


def names(requirements: Iterable[str]) -> set[str]:
    """As the index knows them, without extras and versions: ``psycopg[binary] 3`` is psycopg."""
    bare = (re.split(r"[\[ <>=~!;]", one.strip(), maxsplit=1)[0] for one in requirements)
    return {re.sub(r"[-_.]+", "-", one).lower() for one in bare}


def explained(mark: str) -> set[str]:
    """The packages in the table below the heading that names this file."""
    text = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    (section,) = (one for one in re.split(r"(?m)^## ", text) if mark in one.partition("\n")[0])
    rows = re.findall(r"(?m)^\| ([^|]+) \|", section)
    assert rows[0] == "package", section
    return names(package for row in rows[1:] for package in row.split(", "))


def locked(lock: str) -> set[str]:
    return names(re.findall(r"(?m)^[\w.-]+(?=\[|==)", (ROOT / lock).read_text("utf-8")))


@pytest.mark.parametrize("lock", list(_ASKED_FOR))
def test_every_python_package_that_is_asked_for_is_explained_and_locked(lock: str) -> None:
    asked = names(_ASKED_FOR[lock])
    assert asked - locked(lock) == set()
    already_explained = names(_ASKED_FOR["requirements.txt"]) if lock == "requirements-bench.txt" else set()
    assert explained(lock) == asked - already_explained


def test_every_front_end_package_is_explained_and_locked() -> None:
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    asked = {*package["dependencies"], *package["devDependencies"]}
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    assert {one for one in asked if f"node_modules/{one}" not in lock} == set()
    assert explained("package.json") == asked
