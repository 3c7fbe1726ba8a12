# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`manage.py reminders_to_come`: how many reminders would leave on which day. Nothing is written or sent."""

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from appointments.core.reminder_rules import Rule
from appointments.core.reminder_times import parse_offset
from appointments.dry_run import DryRun, what_would_leave
from appointments.models.schedule import REMINDER_CHANNELS
from appointments.reminder_plan import REMINDER
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter

_DAYS = 7


class Command(BaseCommand):
    help = "Says how many reminders would leave on which day; with --rule by these rules instead of the saved ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--jobcenter", required=True, metavar="SLUG")
        parser.add_argument("--from", dest="first_day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="today")
        parser.add_argument("--days", type=int, default=_DAYS, help="how many days (7)")
        parser.add_argument(
            "--rule",
            action="append",
            type=_rule,
            metavar="CHANNEL:OFFSET",
            help="for example sms:P1B, as often as needed; shows also how many more or fewer than by the saved rules",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        jobcenter = Jobcenter.objects.filter(slug=options["jobcenter"]).first()
        if jobcenter is None:
            raise CommandError(f"There is no Jobcenter {options['jobcenter']}.")
        now = timezone.now()
        with tenant_context(jobcenter):
            first: date = options["first_day"] or local_day(now, jobcenter.settings.zone)
            last = first + timedelta(days=max(options["days"], 1) - 1)
            saved = what_would_leave(jobcenter, first, last, now=now)
            shown = saved
            if options["rule"]:
                shown = what_would_leave(jobcenter, first, last, now=now, rules=options["rule"])
        self._print(shown, saved)

    def _print(self, shown: DryRun, saved: DryRun) -> None:
        changes = shown.compared_with(saved)
        for key in sorted({*shown.counts, *changes}):
            day, channel, kind = key
            change = f"  ({changes[key]:+d})" if key in changes else ""
            self.stdout.write(f"{day:%a %d.%m.%Y}  {channel:6}  {kind}  {shown.counts.get(key, 0):>6}{change}")
        self.stdout.write(f"{len(shown.messages)} in all")


def _rule(text: str) -> Rule:
    channel, _, offset = text.partition(":")
    if channel not in REMINDER_CHANNELS[:-1]:
        raise ValueError(text)
    parse_offset(offset)
    return Rule(REMINDER, channel, offset)
