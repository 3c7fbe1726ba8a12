# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`manage.py seed_demo`: the seven Jobcenters with calendars that are half to nearly full around today."""

import time
from argparse import ArgumentParser
from datetime import UTC, date, datetime
from datetime import time as wall_time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jobcenter_portal.demo.seed import data
from jobcenter_portal.demo.seed.run import seed

_ZONE = ZoneInfo("Europe/Berlin")
_IN_THE_MORNING = wall_time(10)


class Command(BaseCommand):
    help = "Write the demo's Jobcenters. What is there already stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", metavar="JOBCENTER", choices=data.slugs(), help="one Jobcenter, by its slug")
        parser.add_argument("--today", metavar="YYYY-MM-DD", help="as if it were ten in the morning of that day")

    def handle(self, *_args: Any, only: str | None, today: str | None, **_options: Any) -> None:
        now = _moment(today) if today else timezone.now()
        wanted = [only] if only else data.slugs()
        for number, slug in enumerate(wanted, start=1):
            started = time.monotonic()
            seeded = seed(slug, now)
            duration = time.monotonic() - started
            told = (
                f"{seeded.calendars} calendars, {seeded.appointments} appointments in {duration:.1f} s"
                if seeded
                else "is there already"
            )
            self.stdout.write(f"[{number}/{len(wanted)}] {slug}: {told}")
            self.stdout.flush()


def _moment(today: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(today), _IN_THE_MORNING, _ZONE).astimezone(UTC)
    except ValueError as error:
        raise CommandError(f"--today {today}: not a day like 2026-12-24") from error
