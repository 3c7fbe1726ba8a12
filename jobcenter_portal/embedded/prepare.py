# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Management commands one after the other in one process: loading Django for each would cost every start seconds.

    python -m jobcenter_portal.embedded.prepare COMMAND[,OPTION...] ...

runs with the owner's environment. What a command prints stands below a line `== COMMAND`.
"""

from __future__ import annotations

import sys

import django
from django.core.management import call_command

MARK = "== "


def main(commands: list[str]) -> None:
    django.setup()
    for command in commands:
        name, *options = command.split(",")
        print(f"{MARK}{name}", flush=True)
        call_command(name, *options)


def printed_by(command: str, output: str) -> str:
    """The part of the whole output that `command` printed."""
    _, _, part = output.partition(f"{MARK}{command}\n")
    return part.partition(f"\n{MARK}")[0].rstrip()


if __name__ == "__main__":
    main(sys.argv[1:])
