# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`manage.py demo_logins`: who can sign in to the demo, and where."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from jobcenter_portal.demo.guard import demo_only
from jobcenter_portal.demo.people import places_of_all_tenants

demo_only()

_HEAD = ("Jobcenter", "Anmeldung", "Name", "Rolle")


class Command(BaseCommand):
    help = "Print who can sign in to the demo: Jobcenter, address of the sign-in page, name, role."

    def handle(self, *_args: Any, **_options: Any) -> None:
        table = [_HEAD] + [
            (place.name, settings.PUBLIC_URL + place.sign_in_url, person.name, person.role)
            for place in places_of_all_tenants()
            for person in place.people
        ]
        widths = [max(len(row[column]) for row in table) for column in range(len(_HEAD))]
        for row in table:
            self.stdout.write("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
