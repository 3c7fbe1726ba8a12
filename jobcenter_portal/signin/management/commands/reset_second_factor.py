# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`manage.py reset_second_factor`: somebody of a Jobcenter has lost both their app and their recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.signin import second_factor
from jobcenter_portal.signin.sessions import end_sessions
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.safety import refuse_unsafe_database


class Command(BaseCommand):
    help = "Forgets somebody's app and recovery codes and ends their sessions; the next sign-in sets up new ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--jobcenter", metavar="SLUG", required=True)
        parser.add_argument("--name", required=True, help="as it stands on their pages")
        parser.add_argument("--number", type=int, help="which of several people of that name")

    def handle(self, *_args: Any, **options: Any) -> None:
        refuse_unsafe_database()
        jobcenter = Jobcenter.objects.filter(slug=options["jobcenter"]).first()
        if jobcenter is None:
            raise CommandError(f"There is no Jobcenter {options['jobcenter']}.")
        with tenant_context(jobcenter), transaction.atomic():
            member = _the_one(options["name"], options["number"])
            if not second_factor.is_set_up(member.pk):
                raise CommandError("They have no second factor to forget.")
            second_factor.reset(member.pk, now=timezone.now())
            end_sessions(member.pk)
        self.stdout.write("Forgotten. At their next sign-in they set up a new one.")


def _the_one(name: str, number: int | None) -> Membership:
    """Raises CommandError when nobody or several people are called so."""
    found = Membership.objects.filter(display_name=name, user__is_active=True).order_by("pk")
    if number is not None:
        found = found.filter(pk=number)
    members: list[Membership] = list(found)
    if not members:
        raise CommandError("Nobody of that name works there.")
    if len(members) > 1:
        several = ", ".join(f"{one.pk} ({one.role})" for one in members)
        raise CommandError(f"Several people are called so; say which one with --number: {several}.")
    return members[0]
