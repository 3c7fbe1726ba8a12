# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What leaves next week: numbers by day and channel, times without people, and a warning before SMS run out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from appointments.models import Appointment, ReminderRule
from jobcenter_portal.tenancy.models import TenantSettings
from notifications.models import Message
from notifications.outbox import budget
from tests.appointments.desk.conftest import EIGHT
from tests.appointments.desk.staff import main_text
from tests.appointments.factories import Office

PREVIEW = "/fulda/desk/einstellungen/erinnerungen/vorschau/"
WEEK = 7 * 24 * 60
Make = Callable[..., Appointment]


@pytest.fixture
def coming(office: Office, make: Make) -> list[Appointment]:
    return [
        make(WEEK, "Jürgen Größer", email="juergen@example.org", phone="+4915228817386"),
        make(WEEK + 30, "Yıldız Şahin", email="yildiz@example.org"),
        make(WEEK + 60, "Olena Шевченко", phone="+4915228817387"),
    ]


def test_the_next_seven_days_by_day_channel_and_kind(admin: Client, coming: list[Appointment]) -> None:
    text = main_text(admin.get(PREVIEW))
    assert "Erinnerungen vom 23.11.2026 bis 29.11.2026, nach Tag und Weg Tag E-Mail SMS Zusammen" in text
    assert "Freitag, 27. November 2026 2 ansehen 0 2" in text
    assert "Samstag, 28. November 2026 0 2 ansehen 2" in text
    assert "Sonntag, 29. November 2026 0 0 0 Alle Tage 2 2 4" in text
    assert "Erinnerung 3 Tage vorher per E-Mail 2" in text
    assert "Erinnerung am Tag davor per SMS 2" in text


def test_a_count_leads_to_times_without_people(admin: Client, coming: list[Appointment]) -> None:
    answer = admin.get(PREVIEW + "?von=2026-11-23&bis=2026-11-29&tag=2026-11-28&weg=sms")
    text = main_text(answer)
    assert (
        "SMS, Samstag, 28. November 2026 19:59 am Tag davor per SMS Termin Mo 30.11.2026, 08:00 , Beratung"
        " 19:59 am Tag davor per SMS Termin Mo 30.11.2026, 09:00 , Beratung"
    ) in text
    assert not any(name in answer.content.decode() for name in ("Größer", "Шевченко", "example.org", "28817386"))


def test_a_week_without_any_says_so(admin: Client, coming: list[Appointment]) -> None:
    text = main_text(admin.get(PREVIEW + "?von=2027-01-04&bis=2027-01-10"))
    assert "In diesen Tagen geht keine Erinnerung hinaus." in text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("von=2026-11-22&bis=2026-11-25", "Dieser Tag ist schon vorbei."),
        ("von=2026-11-28&bis=2026-11-25", "Der letzte Tag liegt vor dem ersten."),
        ("von=2026-11-23&bis=2027-01-24", "Das sind zu viele Tage. Wählen Sie höchstens 62 Tage."),
        ("von=morgen&bis=2026-11-25", "Geben Sie einen Tag ein, zum Beispiel 14.12.2026."),
    ],
)
def test_days_that_cannot_be_are_said_at_their_field(
    admin: Client, coming: list[Appointment], query: str, sentence: str
) -> None:
    answer = admin.get(f"{PREVIEW}?{query}")
    assert (answer.status_code, sentence in main_text(answer)) == (422, True)
    assert query.split("&", maxsplit=1)[0].removeprefix("von=") in answer.content.decode()


def test_sixty_two_days_are_allowed(admin: Client, coming: list[Appointment]) -> None:
    assert admin.get(PREVIEW + "?von=2026-11-23&bis=2027-01-23").status_code == 200


@pytest.mark.parametrize("query", ["tag=gestern&weg=sms", "tag=2026-11-28&weg=fax", "tag=2026-11-28"])
def test_a_list_that_cannot_be_is_a_404(admin: Client, coming: list[Appointment], query: str) -> None:
    assert admin.get(f"{PREVIEW}?{query}").status_code == 404


def test_a_day_and_an_hour_with_more_sms_than_are_paid_for_are_named(admin: Client, coming: list[Appointment]) -> None:
    TenantSettings.objects.update(sms_daily_cap=1, sms_hourly_cap=1)
    text = main_text(admin.get(PREVIEW))
    assert "Mehr SMS, als erlaubt sind Sa 28.11.2026: bis zu 2 SMS-Teile, erlaubt sind 1 am Tag." in text
    assert "Sa 28.11.2026, 19:00 bis eine Stunde später: bis zu 2 SMS-Teile, erlaubt sind 1 in der Stunde." in text

    TenantSettings.objects.update(sms_daily_cap=2, sms_hourly_cap=2)
    assert "Mehr SMS" not in main_text(admin.get(PREVIEW))


def test_what_has_left_today_counts_too(admin: Client, office: Office, coming: list[Appointment]) -> None:
    ReminderRule.objects.create(tenant=office.jobcenter, channel="sms", offset="PT167H")  # 09:00 today
    TenantSettings.objects.update(sms_daily_cap=10)
    assert "Mehr SMS" not in main_text(admin.get(PREVIEW))
    budget.spend(9, office.jobcenter.settings, now=EIGHT)
    assert "Mo 23.11.2026: bis zu 11 SMS-Teile, erlaubt sind 10 am Tag." in main_text(admin.get(PREVIEW))


def test_looking_writes_nothing(admin: Client, coming: list[Appointment]) -> None:
    before = list(Message.objects.order_by("id").values())
    admin.get(PREVIEW)
    assert list(Message.objects.order_by("id").values()) == before


def test_three_hundred_appointments_cost_as_many_queries_as_one(admin: Client, office: Office, make: Make) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            admin.get(PREVIEW + "?tag=2026-11-27&weg=email")
        return len(captured)

    one = make(WEEK, "Jürgen Größer", email="juergen@example.org", phone="+4915228817386")
    few = queries()
    shared = ("customer", "service", "location", "calendar", "language", "booked_at", "status", "status_changed_at")
    for number in range(299):
        start = one.starts_at + timedelta(minutes=30 * (number % 3), days=number // 100)
        Appointment.objects.create(
            tenant=office.jobcenter,
            **{name: getattr(one, name) for name in shared},
            starts_at=start,
            ends_at=start + timedelta(minutes=30),
        )
    assert queries() == few
