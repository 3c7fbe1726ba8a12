# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A change past the verbs leaves a line all the same, written by the database."""

from datetime import datetime, timedelta

import pytest
from django.db import connection, connections, transaction

from appointments.attendance import record_attendance
from appointments.core.lifecycle import Verb
from appointments.models import Appointment
from jobcenter_portal.accounts.models import ContactPoint, Customer, Membership
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.retention import Retention
from tests.appointments.desk.staff import make_member
from tests.appointments.factories import make_appointment, make_office, person
from tests.architecture.model_rules import OUR_PACKAGES, models_of

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

NOT_WATCHED = {
    "appointments.ContactTask": "opened and closed by delivery itself; holds a channel and a reason",
    "appointments.LinkCode": "belongs to no Jobcenter; a hash that is made and deleted with its appointment",
    "appointments.WaitingOffer": "offered and lapsed by itself all day; names a time and nobody",
}


@pytest.fixture
def fulda(transactional_db: None, fulda: Jobcenter) -> Jobcenter:
    return fulda


@pytest.fixture
def booked(fulda: Jobcenter, now: datetime) -> Appointment:
    return make_appointment(
        make_office(fulda, calendars=2), now + timedelta(days=1), now, person(email="j.groesser@example.org")
    )


def found_by_database() -> list[tuple[str, str, dict[str, object]]]:
    lines = AuditEntry.objects.filter(actor_kind=audit.ActorKind.DATABASE).order_by("id")
    return [(line.action, line.subject, line.detail) for line in lines]


def by_app(columns: str) -> dict[str, object]:
    return {"columns": columns, "role": "jp_app"}


def test_a_bulk_update_past_the_verbs_leaves_a_line_for_each_row(booked: Appointment, now: datetime) -> None:
    office = booked.location, booked.service
    Appointment.objects.update(status="cancelled", starts_at=now + timedelta(days=2), ends_at=now + timedelta(days=3))
    assert office
    assert found_by_database() == [("row_changed", booked.subject, by_app("ends_at, starts_at, status"))]


def test_deleted_rows_are_told_of_too(booked: Appointment) -> None:
    point = ContactPoint.objects.get()
    ContactPoint.objects.all().delete()
    assert found_by_database() == [("row_deleted", f"contact-point:{point.pk}", by_app(""))]


def test_what_a_verb_records_itself_is_not_told_twice(booked: Appointment, now: datetime) -> None:
    verb_at = booked.starts_at
    record_attendance(appointment=booked, verb=Verb.CHECK_IN, by=audit.SYSTEM, now=verb_at, seen=booked.status_now)
    assert found_by_database() == []


def test_recording_last_counts_as_well_as_recording_first(booked: Appointment, now: datetime) -> None:
    with transaction.atomic():
        Customer.objects.update(language="tr")
        audit.record(by=audit.CUSTOMER, action="language_changed", subject=booked.subject, at=now)
    assert found_by_database() == []


def test_a_record_that_is_rolled_back_excuses_nothing(booked: Appointment, now: datetime) -> None:
    with transaction.atomic():
        Customer.objects.update(language="tr")
        with transaction.atomic():
            audit.record(by=audit.CUSTOMER, action="language_changed", subject=booked.subject, at=now)
            transaction.set_rollback(True)
    assert found_by_database() == [("row_changed", f"customer:{booked.customer_id}", by_app("language"))]


def test_having_looked_is_no_record_of_a_change(booked: Appointment, fulda: Jobcenter, now: datetime) -> None:
    with transaction.atomic():
        audit.viewed(booked.subject, by=audit.staff(7), at=now)
        Customer.objects.update(language="tr")
    assert found_by_database() == [("row_changed", f"customer:{booked.customer_id}", by_app("language"))]


def test_one_transaction_excuses_only_itself(booked: Appointment, now: datetime) -> None:
    audit.record(by=audit.SYSTEM, action="something", subject=booked.subject, at=now)
    Customer.objects.update(language="tr")
    assert len(found_by_database()) == 1


def test_an_update_that_changes_nothing_is_not_told(booked: Appointment) -> None:
    Customer.objects.update(language=booked.customer.language)
    assert found_by_database() == []


def test_a_role_given_by_hand_is_told(fulda: Jobcenter) -> None:
    member = make_member(fulda, Role.FRONT_DESK)
    Membership.objects.update(role=Role.TENANT_ADMIN)
    assert found_by_database() == [("row_changed", f"membership:{member.pk}", by_app("role"))]


def test_a_hand_in_psql_is_told_by_the_name_of_its_role(booked: Appointment, fulda: Jobcenter) -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as psql:
        psql.execute("UPDATE accounts_customer SET language = 'en'")
    told = {"columns": "language", "role": "jp_owner"}
    assert found_by_database() == [("row_changed", f"customer:{booked.customer_id}", told)]


def test_every_table_with_data_of_a_person_is_watched_or_has_a_reason_not_to_be(transactional_db: None) -> None:
    personal = {
        model._meta.db_table: model._meta.label
        for model in models_of(*OUR_PACKAGES)
        if {Retention.CUSTOMER, Retention.APPOINTMENT} & set(vars(model).get("retention", {}).values())
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit_row_changed'")
        watched = {table for (table,) in cursor.fetchall()}
    unwatched = {label for table, label in personal.items() if table not in watched}
    assert (unwatched, watched - set(personal)) == (set(NOT_WATCHED), {"accounts_membership"})
