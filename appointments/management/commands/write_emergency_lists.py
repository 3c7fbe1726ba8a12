# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`manage.py write_emergency_lists`: the day lists for an outage, now, to EMERGENCY_LIST_DIR."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from appointments.emergency_list.folder import NoFolder
from appointments.emergency_list.round import write_all
from appointments.emergency_list.writing import Written
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.safety import refuse_unsafe_database


class Command(BaseCommand):
    help = "Writes each location's list for today and the next day on which people come, as PDF and CSV."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--due", action="store_true", help="only what is older than it should be, as beat does")

    def handle(self, *_args: Any, **options: Any) -> None:
        refuse_unsafe_database()
        try:
            total = write_all(now=timezone.now(), only_due=options["due"], told=self._tell)
        except NoFolder:
            raise CommandError(
                "EMERGENCY_LIST_DIR is not set, or there is no such folder: is its volume mounted?"
            ) from None
        except OSError as fault:
            raise CommandError(f"EMERGENCY_LIST_DIR cannot be written to: {fault.strerror}.") from None
        if total.failed:
            raise CommandError(f"{total.written} lists are written, {total.failed} are not.")
        self.stdout.write(f"{total.written} lists are written.")

    def _tell(self, jobcenter: Jobcenter, written: Written) -> None:
        if written.is_busy:
            self.stdout.write(f"{jobcenter.slug}: another process writes them at this moment")
        else:
            self.stdout.write(f"{jobcenter.slug}: {written.written} written, {written.failed} not")
        self.stdout.flush()
