# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The portal's own slot search at one site, as a view would call it: objects loaded, tenant entered, role jp_app."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db.backends.base.base import BaseDatabaseWrapper

from appointments.availability import FreeTimes, Slot, find_slots, first_free
from appointments.models import Location, Service
from bench.common.portal import connected, through
from bench.common.wire import on_the_wire
from bench.national.plan import MEASURED_DURATION, NOW, Office
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings


@dataclass(frozen=True, slots=True)
class Search:
    wrapper: BaseDatabaseWrapper
    jobcenter: Jobcenter
    service: Service
    sites: Sequence[Location]
    """All of the Jobcenter; the first one is searched."""
    settings: TenantSettings
    days: int

    def find(self) -> FreeTimes:
        return find_slots(service=self.service, location=self.sites[0], settings=self.settings, now=NOW, days=self.days)

    def slots(self) -> list[Slot]:
        """What is measured: from the call to the list of times."""
        with through(self.wrapper), tenant_context(self.jobcenter):
            return self.find().slots()

    def answer(self) -> dict[datetime, tuple[int, ...]]:
        """Every start with the calendars that could take it, in the oracle's form."""
        with through(self.wrapper), tenant_context(self.jobcenter):
            found = self.find()
            return {slot.starts_at: tuple(sorted(found.calendars_at(slot.starts_at))) for slot in found.slots()}

    def first_free(self) -> dict[int, datetime]:
        """By location, where there is any."""
        with through(self.wrapper), tenant_context(self.jobcenter):
            found = first_free(service=self.service, locations=self.sites, settings=self.settings, now=NOW)
        return {location_id: slot.starts_at for location_id, slot in found.items()}

    def queries(self, search: Callable[[], object]) -> int:
        """How many statements one search sends to the server, counted on the wire."""
        search()
        with on_the_wire(self.wrapper.connection) as counted:
            search()
        return counted.statements


def forget() -> None:
    """Empties whatever the portal keeps between searches, as in a process that has just started."""
    for name, module in list(sys.modules.items()):
        if name.startswith("appointments."):
            for value in vars(module).values():
                if clear := getattr(value, "cache_clear", None):
                    clear()


@contextmanager
def search_at(url: str, office: Office, days: int) -> Iterator[Search]:
    with connected(url) as wrapper, through(wrapper):
        jobcenter = Jobcenter.objects.get(pk=office.tenant_id)
        with tenant_context(jobcenter):
            service = Service.objects.get(pk=office.service_id(MEASURED_DURATION))
            sites = list(Location.objects.order_by("id"))
        settings = jobcenter.settings
        yield Search(wrapper, jobcenter, service, sites, settings, days)
