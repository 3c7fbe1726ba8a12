# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`manage.py demo_logins`: who can sign in to the demo, and where."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from jobcenter_portal.demo.guard import demo_only
from jobcenter_portal.demo.people import DemoPlace, places_of_all_tenants

demo_only()

_HEAD = ("Anmeldung", "Wer (ohne Passwort, ein Knopf je Person)")


class Command(BaseCommand):
    help = "Print who can sign in to the demo: address of the sign-in page, and one person of each role."

    def handle(self, *_args: Any, **_options: Any) -> None:
        table = [_HEAD] + [
            (settings.PUBLIC_URL + place.sign_in_url, _one_of_each_role(place)) for place in places_of_all_tenants()
        ]
        widths = [max(len(row[column]) for row in table) for column in range(len(_HEAD))]
        for row in table:
            self.stdout.write("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


def _one_of_each_role(place: DemoPlace) -> str:
    """The page itself lists everybody; here one each is enough to begin with."""
    first: dict[str, str] = {}
    for person in place.people:
        first.setdefault(person.role, person.name)
    return ", ".join(f"{role}: {name}" for role, name in first.items())
