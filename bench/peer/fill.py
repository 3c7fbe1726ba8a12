# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Runs in .venv-bench: makes the peer's tables and puts one site into them through its own models.

python -m bench.peer.fill < site.json
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date, time, timedelta
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.peer.settings"

import django

django.setup()

from appointment.models import (  # noqa: E402 -- after setup, here and below
    Appointment,
    AppointmentRequest,
    Config,
    DayOff,
    Service,
    StaffMember,
    Unavailability,
    WorkingHours,
)
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from bench.peer.site import PeerSite, Staff, Stretch  # noqa: E402


def main() -> None:
    site = PeerSite.of_json(json.load(sys.stdin))
    # Its wheel brings no migrations: its tables come from its models, with the indexes that they name, and need users.
    call_command("migrate", "auth", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)
    users: Any = get_user_model().objects
    Config.objects.create(
        slot_duration=site.grid_minutes,
        lead_time=time(8),
        finish_time=time(16),
        appointment_buffer_time=site.lead_minutes,
        slot_gap_time=site.gap_minutes,
        default_to_service_duration=True,
        website_name="Termine",
    )
    service = Service.objects.create(name="Anliegen", duration=timedelta(minutes=site.service_minutes), price=0)
    client = users.create_user("somebody")
    for one in site.staff:
        member = StaffMember.objects.create(user=users.create_user(f"staff{one.number}"))
        member.services_offered.add(service)
        _write_hours(member, one)
        _write_appointments(member, one, service, client)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    ids = list(StaffMember.objects.order_by("id").values_list("id", flat=True))
    print("\n" + json.dumps({"service": service.pk, "staff": ids, "appointments": Appointment.objects.count()}))


def _write_hours(member: StaffMember, one: Staff) -> None:
    WorkingHours.objects.bulk_create(
        # It counts from Sunday, 0.
        WorkingHours(staff_member=member, day_of_week=weekday % 7, start_time=_clock(start), end_time=_clock(end))
        for weekday, (start, end) in one.hours.items()
    )
    Unavailability.objects.bulk_create(
        Unavailability(
            staff_member=member,
            date=date.fromisoformat(each.day),
            start_time=_clock(each.start_minute),
            end_time=_clock(each.end_minute),
        )
        for each in one.breaks
    )
    DayOff.objects.bulk_create(
        DayOff(staff_member=member, start_date=date.fromisoformat(first), end_date=date.fromisoformat(last))
        for first, last in one.days_off
    )


def _write_appointments(member: StaffMember, one: Staff, service: Service, client: object) -> None:
    requests = AppointmentRequest.objects.bulk_create(
        AppointmentRequest(
            date=date.fromisoformat(each.day),
            start_time=_clock(each.start_minute),
            end_time=_clock(each.end_minute),
            service=service,
            staff_member=member,
            id_request=_name(one, each),
        )
        for each in one.appointments
    )
    Appointment.objects.bulk_create(
        Appointment(client=client, appointment_request=request, id_request=request.id_request) for request in requests
    )


def _name(one: Staff, each: Stretch) -> str:
    return f"{one.number}-{each.day}-{each.start_minute}"


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)


if __name__ == "__main__":
    main()
