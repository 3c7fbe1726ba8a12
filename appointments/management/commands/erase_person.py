# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`manage.py erase_person`: what somebody asks for who wants to be erased."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from appointments.erasing import erase_person
from appointments.models import Appointment
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter


class Command(BaseCommand):
    help = "Erases the person of an appointment: name, addresses, links, and what waits to be sent. Cannot be undone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--jobcenter", required=True, metavar="SLUG")
        parser.add_argument("--appointment", required=True, metavar="ID", help="as in the address of its desk page")

    def handle(self, *_args: Any, **options: Any) -> None:
        jobcenter = Jobcenter.objects.filter(slug=options["jobcenter"]).first()
        if jobcenter is None:
            raise CommandError(f"There is no Jobcenter {options['jobcenter']}.")
        with tenant_context(jobcenter):
            appointment = Appointment.objects.filter(public_id=options["appointment"]).first()
            if appointment is None:
                raise CommandError(f"{jobcenter.name} has no such appointment.")
            erased = erase_person(
                jobcenter=jobcenter, customer_id=appointment.customer_id, by=audit.SYSTEM, now=timezone.now()
            )
        self.stdout.write(
            f"Erased. Appointments cancelled: {erased.cancelled}. Messages that do not leave: {erased.taken_back}."
        )
