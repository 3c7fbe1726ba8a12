# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Finds the browser of the journeys, or says the one command that installs it. Journeys are never skipped."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

from jobcenter_portal.embedded.bootstrap import SetupError, run_with_heartbeat, say
from jobcenter_portal.embedded.places import Places

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# PATH may be reduced; these are where distributions put them.
FOLDERS = ("/usr/bin", "/usr/local/bin", "/snap/bin", "/opt/google/chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
# The fonts hold the scripts of all eight languages.
INSTALL = ("apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-noto-core")


def find(environment: Mapping[str, str]) -> str | None:
    """$CHROMIUM, PATH, then the usual places. SetupError when $CHROMIUM names nothing that runs."""
    named = environment.get("CHROMIUM", "")
    if named:
        found = shutil.which(named)
        if found is None:
            raise SetupError(f"CHROMIUM names no program: {named}")
        return found
    usual = (f"{folder}/{command}" for folder in FOLDERS for command in COMMANDS)
    return next((found for found in map(shutil.which, (*COMMANDS, *usual, MAC)) if found), None)


def with_system_tools(browser: str, places: Places) -> str:
    """A starter for `browser` that finds the system's tools: Debian's chromium is a shell script that calls grep, and
    refuses to start ("lacks support for sse3") where PATH is reduced and grep is not found.
    """
    starter = places.data / "chromium"
    starter.write_text(
        f'#!/bin/sh\nPATH="$PATH:/usr/local/bin:/usr/bin:/bin" exec {shlex.quote(browser)} "$@"\n', encoding="utf-8"
    )
    starter.chmod(0o700)
    return str(starter)


def find_or_install(places: Places) -> str:
    """The browser's path. As root on Debian and Ubuntu it is installed, elsewhere SetupError says how."""
    found = find(os.environ)
    if found is None and os.geteuid() == 0 and Path("/usr/bin/apt-get").exists():
        say("      installing Chromium (apt-get install chromium fonts-noto-core)")
        environment = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive"}
        environment["PATH"] = f"{environment.get('PATH', '')}:/usr/sbin:/usr/bin:/sbin:/bin"
        for number, command in enumerate((("apt-get", "update"), INSTALL)):
            run_with_heartbeat(" ".join(command[:2]), command, places.log / f"apt-{number}.log", environment)
        found = find(os.environ)
    if found is None:
        raise SetupError(
            "The browser journeys need Chromium, and it is not installed. Install it once:\n"
            f"  sudo {' '.join(INSTALL)}\n"
            "or name the one you have:  make test CHROMIUM=/path/of/chrome"
        )
    return found
