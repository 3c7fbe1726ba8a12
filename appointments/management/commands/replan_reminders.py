# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`manage.py replan_reminders`: let the planned reminders of one Jobcenter follow its rules and settings, now."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from appointments.replanning import Progress, replan_jobcenter
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.safety import refuse_unsafe_database
from notifications.service import Replanned


class Command(BaseCommand):
    help = "Plans the reminders of one Jobcenter's coming appointments anew; the workers do so by themselves, later."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--jobcenter", required=True, metavar="SLUG")
        parser.add_argument(
            "--wait",
            type=float,
            default=2,
            metavar="SECONDS",
            help="how long other processes may still book by the rules before (2)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        refuse_unsafe_database()
        jobcenter = Jobcenter.objects.filter(slug=options["jobcenter"]).first()
        if jobcenter is None:
            raise CommandError(f"There is no Jobcenter {options['jobcenter']}.")
        time.sleep(options["wait"])
        last = Progress(0, 0, Replanned())
        with tenant_context(jobcenter):
            for last in replan_jobcenter(jobcenter, now=timezone.now()):
                self.stdout.write(f"{last.seen} of {last.of} appointments")
        done = last.changed
        self.stdout.write(
            f"{done.added} reminders added, {done.moved} changed, {done.withdrawn} taken back, "
            f"{done.revived} taken up again"
        )
