# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`manage.py under_attack`: what is unusual at each Jobcenter, and whether machines have to work there."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from appointments.pressure import GUARDED, pressure
from appointments.pumping import Answered
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, Puzzle, TenantSettings
from jobcenter_portal.tenancy.safety import refuse_unsafe_database
from jobcenter_portal.tenancy.unusual import how_many_now, most_usual


class Command(BaseCommand):
    help = "Shows how many times are kept and codes are sent; with --puzzle says when machines have to work for them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--jobcenter", metavar="SLUG", help="only this one")
        parser.add_argument("--puzzle", choices=Puzzle.values, help="auto: only under attack; always; never")

    def handle(self, *_args: Any, **options: Any) -> None:
        refuse_unsafe_database()
        found = Jobcenter.objects.order_by("slug")
        if options["jobcenter"]:
            found = found.filter(slug=options["jobcenter"])
        if not found.exists():
            raise CommandError(f"There is no Jobcenter {options['jobcenter']}.")
        if options["puzzle"] and not options["jobcenter"]:
            raise CommandError("Say with --jobcenter for whom.")
        for jobcenter in found:
            with tenant_context(jobcenter):
                if options["puzzle"]:
                    _set(Puzzle(options["puzzle"]))
                self._show(jobcenter)

    def _show(self, jobcenter: Jobcenter) -> None:
        now = timezone.now()
        puzzle = TenantSettings.objects.values_list("puzzle", flat=True).get()
        found = pressure(jobcenter, now=now)
        for what in GUARDED:
            guarded = "machines work" if found.works[what] else "open"
            counted = f"{how_many_now(what, now=now)} in ten minutes, usual are at most {most_usual(what, now=now)}"
            self.stdout.write(f"{jobcenter.slug} {what}: {guarded} ({puzzle}); {counted}")
        self.stdout.write(f"{jobcenter.slug}: {found.kept} times are kept for people who type")
        for channel, codes in found.codes.items():
            if codes.asked:
                self.stdout.write(f"{jobcenter.slug} codes by {channel.value}: {_in_words(codes)}")
        for limit, times in found.refusals.items():
            self.stdout.write(f"{jobcenter.slug} {limit}: said no {times} times within an hour")


def _in_words(codes: Answered) -> str:
    few = ": few, so look who asks for them" if codes.is_pumped else ""
    return f"{codes.asked} sent within an hour, {codes.typed} typed{few}"


def _set(puzzle: Puzzle) -> None:
    with transaction.atomic():
        TenantSettings.objects.update(puzzle=puzzle)
        audit.record(by=audit.SYSTEM, action="puzzle_set", subject="settings", at=timezone.now(), puzzle=puzzle.value)
