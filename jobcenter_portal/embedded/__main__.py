# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Command line behind make: `python -m jobcenter_portal.embedded run|test|servers|assets`."""

from __future__ import annotations

import argparse
import os
import signal
import sys

from jobcenter_portal.embedded import assets, launcher, suite
from jobcenter_portal.embedded.bootstrap import SetupError, say
from jobcenter_portal.embedded.launcher import Stop, stopping_cleanly
from jobcenter_portal.embedded.places import DEFAULT_PROFILE, Places
from jobcenter_portal.embedded.processes import Supervisor
from jobcenter_portal.embedded.servers import bring_up_throwaway, sole_launcher
from jobcenter_portal.embedded.state import State


def main() -> int:
    parser = argparse.ArgumentParser(prog="jobcenter_portal.embedded", description=__doc__)
    parser.add_argument("command", choices=["run", "test", "servers", "assets"])
    parser.add_argument("--profile", help="folder below .data/ with servers, ports and secrets of its own")
    options, rest = parser.parse_known_args()
    if rest and options.command != "test":
        parser.error(f"unknown arguments: {' '.join(rest)}")
    default = {"run": DEFAULT_PROFILE, "servers": "servers"}.get(options.command, "test")
    profile = options.profile or os.environ.get("JP_PROFILE") or default
    match options.command:
        case "assets":
            say(f"front end: {assets.build()}")
        case "run":
            launcher.run(Places.of(profile, os.environ))
        case "servers":
            _servers(Places.of(profile, os.environ))
        case "test":
            return suite.run(Places.of(profile, os.environ), rest)
    return 0


def _servers(places: Places) -> None:
    """Bare servers for work on single tests: `make servers`, then pytest with the two variables printed."""
    with stopping_cleanly(), sole_launcher(places) as last:
        supervisor = Supervisor(places.log)
        try:
            servers = bring_up_throwaway(places, supervisor, last)
            State("ready", os.getpid(), ports=servers.ports, pids=supervisor.pids).write(places)
            say(f"export DATABASE_SUPERUSER_URL={servers.superuser_url}\nexport REDIS_URL={servers.redis_url}")
            while True:
                signal.pause()
        except Stop:
            say("Stopping …")
        finally:
            supervisor.stop()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SetupError as error:
        sys.exit(f"\n{error}")
