# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whose appointment it is stays as it was booked: a time that can be renamed can be sold.

Another name means to cancel and to book anew; staff can put a slip right at the desk.
"""

import re
from datetime import UTC, datetime

from appointments.models import Appointment
from tests.appointments.web.visitor import Visitor
from tests.architecture.routes import all_routes

TUESDAY_NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
OTHER = {"name": "Somebody Else", "person.name": "Somebody Else", "customer": "Somebody Else", "remind": "none"}


def own_pages(key: str) -> list[str]:
    """Every address that the key of an appointment opens, on pages and for programs."""
    of_one = [
        one for one in all_routes() if one.name.partition(":")[0] in ("booking", "api") and "key" in one.parameters
    ]
    fill = {"jobcenter": "fulda", "language": "de", "key": key, "way": "email", "channel": "email"}
    return [one.address(**{hole: fill.get(hole, "x") for hole in one.parameters}) for one in of_one]


def test_no_page_and_no_interface_lets_somebody_change_the_name(visitor: Visitor) -> None:
    own = visitor.books(TUESDAY_NINE)
    key = own.rstrip("/").rpartition("/")[2]
    addresses = own_pages(key)
    assert len(addresses) >= 10
    asked = []
    for address in addresses:
        page = visitor.get(address)
        asked += [address for _field in re.findall(rb'name="(?:name|person)"', page.content)]
        visitor.post(address, **OTHER)
        visitor.client.put(address, OTHER, content_type="application/json")
        visitor.client.patch(address, OTHER, content_type="application/json")
        visitor.client.post(address, OTHER, content_type="application/json")
    assert (asked, {one.customer.name for one in Appointment.objects.all()}) == ([], {"Jürgen Größer"})


def test_the_hold_that_was_booked_cannot_be_used_to_rename_it(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", name="Jürgen Größer", remind="none")
    visitor.post(f"{hold}pruefen/")
    visitor.post(f"{hold}kontakt/", name="Somebody Else", remind="none")
    visitor.post(f"{hold}pruefen/")
    assert [one.customer.name for one in Appointment.objects.all()] == ["Jürgen Größer"]
