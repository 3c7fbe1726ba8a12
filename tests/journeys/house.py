# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A Jobcenter of the stage (scenes.py), and people who come there."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final

from appointments.links import keys_of
from appointments.models import Appointment, Location, Service
from appointments.service import Person, Slot, book, find_slots
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.audit import service as audit
from jobcenter_portal.demo.seed.data import load
from jobcenter_portal.demo.seed.office import Office, build
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.languages import LANGUAGES

FULL_GROUP: Final = "erstinfo-gruppe"
"""All of its dates are full."""
NAME: Final = "Zoë Große-Überall"
_DAY: Final = timedelta(days=1)


@contextmanager
def jobcenter_like(slug: str, like: str, now: datetime, changed: dict[str, Any]) -> Iterator[Office]:
    """One of the demo's without its people, in all languages; nobody is asked where they live."""
    data = load(like)
    settings = {**data.settings, "languages": [one.code for one in LANGUAGES], **changed}
    sessions = tuple(replace(one, taken=one.seats) if one.service == FULL_GROUP else one for one in data.sessions)
    jobcenter = Jobcenter.objects.create(slug=slug, name=f"Jobcenter {slug.title()}", short_name=slug.title())
    with tenant_context(jobcenter):
        changed_data = replace(data, slug=slug, settings=settings, catchments=(), sessions=sessions)
        yield build(jobcenter, changed_data, now)


def at(office: Office, path: str) -> str:
    return f"{office.jobcenter.slug}/{{language}}/{path}"


@dataclass
class House:
    """A Jobcenter of the stage with one service at one place, and people who come there."""

    office: Office
    now: datetime
    service_slug: str
    place_slug: str
    _people: Iterator[int] = field(default_factory=count)

    @property
    def jobcenter(self) -> Jobcenter:
        return self.office.jobcenter

    @property
    def service(self) -> Service:
        return self.office.services[self.service_slug]

    @property
    def place(self) -> Location:
        return self.office.locations[self.place_slug]

    @property
    def somebody_here(self) -> audit.By:
        return audit.staff(next(iter(self.office.memberships.values())).pk)

    def person(self) -> Person:
        address = f"zoe-{next(self._people)}-{secrets.token_hex(3)}@post.example"
        return Person(NAME, "de", {ContactChannel.EMAIL: address}, proven={ContactChannel.EMAIL: self.now})

    def slots(self) -> list[Slot]:
        found = find_slots(service=self.service, location=self.place, settings=self.jobcenter.settings, now=self.now)
        return list(found.slots())

    def slot(self) -> Slot:
        """The first free time a week ahead: far enough for everything that can be done with an appointment."""
        return next(one for one in self.slots() if one.starts_at > self.now + 7 * _DAY)

    def books(self) -> Appointment:
        return book(
            jobcenter=self.jobcenter,
            service=self.service,
            location=self.place,
            starts_at=self.slot().starts_at,
            person=self.person(),
            now=self.now,
        )

    def comes(self, *, to_begin_in: timedelta) -> Appointment:
        """An appointment whose time is this long from now."""
        made = self.books()
        length = made.ends_at - made.starts_at
        made.starts_at = self.now + to_begin_in
        made.ends_at = made.starts_at + length
        made.save(update_fields=["starts_at", "ends_at"])
        return made

    def own(self, appointment: Appointment, path: str = "") -> str:
        return at(self.office, f"t/{keys_of(appointment).token}/{path}")
