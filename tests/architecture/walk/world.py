# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A Jobcenter in which every free text is a canary, made by the portal's own use cases, and every id that it has.

A canary says how far it may fly: `nam` stands on the portal's start page, `pub` on the Jobcenter's own public pages,
`stf` is a member of staff, `sec` belongs to one person and their caseworker.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from appointments import service
from appointments.availability import Slot, find_slots
from appointments.core.modes import Mode
from appointments.groups import create_session
from appointments.links import keys_of
from appointments.models import (
    Appointment,
    Calendar,
    Closure,
    ContactTask,
    Hold,
    Location,
    Municipality,
    Service,
    WaitingOffer,
)
from appointments.reminder_settings import change_reminders, plan_now
from appointments.reminder_wishes import silencing
from appointments.seats import book_seat
from appointments.unsubscribe_links import unsubscribe_token
from appointments.waiting import token_for_offer, wait_for_any
from appointments.walk_in import Visitor, register_walk_in
from appointments.web.drafts import Draft
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint, Customer, Membership, User
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.kernel.crypto import fingerprint
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import BookingMode, Jobcenter, JobcenterHost
from notifications.models import Message
from tests.appointments.factories import make_calendar, make_office, make_service
from tests.architecture.walk.faces import put_on_a_face
from tests.architecture.walk.paper import leave_letters
from tests.architecture.walk.traces import account_with_receipt, leave_traces
from tests.factories import make_jobcenter

MOVABLE: Final = timedelta(days=3)
"""Appointments lie so far ahead that people may still move them."""


class Reach(StrEnum):
    """How far a canary may fly."""

    NAME = "nam"
    PUBLIC = "pub"
    STAFF = "stf"
    SECRET = "sec"


@dataclass(frozen=True, slots=True)
class World:
    """One Jobcenter of the walk. `ids` by kind; the kinds in KEYS open something all by themselves."""

    jobcenter: Jobcenter
    marker: str
    phone: str
    host: str
    ids: Mapping[str, str]
    members: Mapping[Role, Membership]
    visitor: User
    appointment: Appointment
    held: Hold
    free: tuple[Slot, ...] = field(repr=False)

    def canary(self, reach: Reach) -> str:
        return self.marker + reach

    def seen_in(self, text: str) -> set[Reach]:
        """Which canaries of this Jobcenter stand in a text of lower case."""
        if self.phone in text:
            return {Reach.SECRET, *self._marked(text)}
        return self._marked(text)

    def _marked(self, text: str) -> set[Reach]:
        return {reach for reach in Reach if self.marker + reach in text} if self.marker in text else set()


KEYS: Final = frozenset({"token", "code", "hold", "waiting", "offer", "stop"})
"""Kinds of ids that are a permission: whoever has them may see what they open, at their own Jobcenter."""


def make_world(slug: str, *, now: datetime, visitor: User | None = None) -> World:
    """A Jobcenter with two locations, two services, four members of staff, appointments, messages, a hold and a trail.

    `visitor` is a caseworker of another Jobcenter who works here too; without one a new user is made for that.
    """
    marker = "xq" + secrets.token_hex(2)
    phone = f"1511{secrets.randbelow(10**7):07}"
    jobcenter = _jobcenter(slug, marker)
    host = f"termine-{slug}.example"
    JobcenterHost.objects.create(jobcenter=jobcenter, host=host)
    visitor = visitor or User.objects.create(username=f"visitor-{marker}{Reach.STAFF}")
    with tenant_context(jobcenter):
        members = {role: _member(jobcenter, role, marker) for role in Role}
        _member(jobcenter, Role.CASEWORKER, marker, user=visitor)
        office = _office(jobcenter, marker, members[Role.CASEWORKER])
        _remind_of_one_service_less(jobcenter, members[Role.TENANT_ADMIN], now)
        free = _free(office, jobcenter, now)
        person = service.Person(
            f"Vera {marker}{Reach.SECRET}",
            "de",
            {ContactChannel.EMAIL: f"{marker}{Reach.SECRET}@people.example", ContactChannel.SMS: f"+49{phone}"},
        )
        booked = _book(office, jobcenter, free[0], person, now)
        cancelled = _book(office, jobcenter, free[4], service.Person(f"Karl {marker}{Reach.SECRET}", "de"), now)
        service.cancel(jobcenter=jobcenter, appointment=cancelled, by=audit.staff(members[Role.CASEWORKER].pk), now=now)
        hold_token, held = _hold(office, jobcenter, free[8], marker, phone, now)
        paper = leave_letters(jobcenter, booked, marker + Reach.SECRET, now)
        leave_traces(jobcenter, booked, marker + Reach.SECRET, now)
        admin = members[Role.TENANT_ADMIN]
        face = put_on_a_face(jobcenter, admin, marker + Reach.PUBLIC, marker + Reach.SECRET, now)
        waiting = _waiting(office, jobcenter, free[10], marker, now)
        unplanned = _unplanned(office, jobcenter, free[11], marker, members[Role.FRONT_DESK], now)
        group = _group(office, jobcenter, free, marker, now)
        ids = {
            **_ids(booked),
            **waiting,
            **group,
            **unplanned,
            **paper,
            **face,
            "hold": hold_token,
            "text_kind": "confirmation",
            "text_channel": "email",
            "text_language": "de",
            "cancelled": cancelled.public_id,
            "held": str(held.pk),
            "account": account_with_receipt(jobcenter, marker + Reach.SECRET, now, name=marker + Reach.STAFF),
        }
    return World(
        jobcenter=jobcenter,
        marker=marker,
        phone=phone,
        host=host,
        ids={**ids, "letters": marker, "slug": jobcenter.slug, "tenant": str(jobcenter.pk), "user": str(visitor.pk)},
        members=members,
        visitor=visitor,
        appointment=booked,
        held=held,
        free=tuple(free[12:]),
    )


def book_another(world: World, *, now: datetime) -> None:
    """One more appointment, for what is to be seen after the walk has cancelled and moved everything else."""
    with tenant_context(world.jobcenter):
        service.book(
            jobcenter=world.jobcenter,
            service=world.appointment.service,
            location=world.appointment.location,
            starts_at=world.free[-1].starts_at,
            person=service.Person(
                f"Nora {world.canary(Reach.SECRET)}",
                "de",
                {ContactChannel.EMAIL: f"n{world.canary(Reach.SECRET)}@people.example"},
            ),
            now=now,
        )


@dataclass(frozen=True, slots=True)
class _Office:
    service: Service
    location: Location


def _jobcenter(slug: str, marker: str) -> Jobcenter:
    jobcenter = make_jobcenter(
        slug,
        phone=f"06 {marker}{Reach.PUBLIC}",
        phone_hours=f"Mo {marker}{Reach.PUBLIC}",
        email_address=f"{marker}{Reach.PUBLIC}@office.example",
        email_sender=f"Amt {marker}{Reach.PUBLIC}",
        email_sender_discreet=f"Dienst {marker}{Reach.PUBLIC}",
        sms_sender=marker + Reach.PUBLIC,
        sms_sender_discreet=marker + Reach.PUBLIC,
        office_address=f"{marker}{Reach.PUBLIC}@house.example",
        test_mobile=marker + Reach.PUBLIC,
        walk_in=True,
        letters_enabled=True,
        max_open_bookings=9,
        waiting_list=True,
        max_reschedules=9,
    )
    jobcenter.name = f"Jobcenter {marker}{Reach.NAME}"
    jobcenter.short_name = f"JC {marker}{Reach.NAME}"
    jobcenter.save()
    return jobcenter


def _member(jobcenter: Jobcenter, role: Role, marker: str, user: User | None = None) -> Membership:
    user = user or User.objects.create(username=f"{role}-{marker}{Reach.STAFF}")
    member: Membership = Membership.objects.create(
        tenant=jobcenter, user=user, role=role.value, display_name=f"Kim {marker}{Reach.STAFF}"
    )
    return member


def _office(jobcenter: Jobcenter, marker: str, caseworker: Membership) -> _Office:
    public = marker + Reach.PUBLIC
    texts = {
        "titles": {"de": f"Anliegen {public}", "en": f"Concern {public}"},
        "hints": {"de": f"Hinweis {public}", "en": f"Hint {public}"},
        "documents": {"de": f"Papiere {public}", "en": f"Papers {public}"},
    }
    office = make_office(jobcenter, calendars=3, slug=f"anliegen-{public}", **texts)
    Location.objects.filter(pk=office.location.pk).update(
        slug=f"ort-{public}",
        name=f"Haus {public}",
        street=f"Weg {public}",
        town=f"Ort {public}",
        entrances={"de": f"Tor {public}"},
        directions={"de": f"Bus {public}"},
        barrier_free={"de": f"Rampe {public}"},
    )
    Calendar.objects.update(name=f"Zimmer {marker}{Reach.SECRET}", membership=caseworker)
    # Letters are short, so the marker alone is their canary.
    Calendar.objects.filter(pk=office.calendars[0].pk).update(booking_code=marker)
    Municipality.objects.create(tenant=jobcenter, slug=f"stadt-{public}", name=f"Stadt {public}", postcodes=["36037"])
    other = make_service(jobcenter, slug=f"zweites-{public}", **texts)
    annex = Location.objects.create(
        tenant=jobcenter,
        slug=f"zwei-{public}",
        name=f"Anbau {public}",
        street=public,
        town=public,
        entrances={"de": public},
    )
    make_calendar(jobcenter, annex, office.service, other, name=f"Zimmer {marker}{Reach.SECRET}")
    far = local_day(datetime.now(UTC), jobcenter.settings.zone) + timedelta(days=400)
    Closure.objects.create(tenant=jobcenter, first_day=far, last_day=far, reasons={"de": f"Grund {public}"})
    office.location.refresh_from_db()
    return _Office(office.service, office.location)


def _remind_of_one_service_less(jobcenter: Jobcenter, admin: Membership, now: datetime) -> None:
    """A rule of a service's own, and a change of the plan with somebody who made it."""
    plan, other = plan_now(), Service.objects.get(slug__startswith="zweites-")
    change = silencing(plan, other.pk)
    change_reminders(jobcenter=jobcenter, change=change, seen=plan.fingerprint, by=audit.staff(admin.pk), now=now)


def _free(office: _Office, jobcenter: Jobcenter, now: datetime) -> list[Slot]:
    times = find_slots(service=office.service, location=office.location, settings=jobcenter.settings, now=now)
    return [slot for slot in times.slots() if slot.starts_at > now + MOVABLE]


def _book(office: _Office, jobcenter: Jobcenter, slot: Slot, person: service.Person, now: datetime) -> Appointment:
    return service.book(
        jobcenter=jobcenter,
        service=office.service,
        location=office.location,
        starts_at=slot.starts_at,
        person=person,
        now=now,
    )


def _unplanned(
    office: _Office, jobcenter: Jobcenter, slot: Slot, marker: str, front_desk: Membership, now: datetime
) -> dict[str, str]:
    """Somebody without an appointment, and a request from a day on which this Jobcenter still answered requests."""
    settings = jobcenter.settings
    before, settings.booking_mode = settings.booking_mode, BookingMode.REQUEST
    asked = _book(office, jobcenter, slot, service.Person(f"Rosa {marker}{Reach.SECRET}", "de"), now)
    settings.booking_mode = before
    came = register_walk_in(
        jobcenter=jobcenter,
        location=office.location,
        service=office.service,
        by=audit.staff(front_desk.pk),
        now=now,
        visitor=Visitor(f"Wanda {marker}{Reach.SECRET}"),
    )
    return {"request": asked.public_id, "ticket": came.public_id}


def _hold(
    office: _Office, jobcenter: Jobcenter, slot: Slot, marker: str, phone: str, now: datetime
) -> tuple[str, Hold]:
    token, held = service.hold(service.Request(jobcenter, office.service, office.location, slot.starts_at, now))
    draft = Draft(f"Hans {marker}{Reach.SECRET}", "both", f"h{marker}{Reach.SECRET}@people.example", f"0{phone}")
    service.keep_draft(held=held, draft_json=draft.as_json())
    return token, held


def _waiting(office: _Office, jobcenter: Jobcenter, slot: Slot, marker: str, now: datetime) -> dict[str, str]:
    """Somebody who waits without an appointment and has been offered a time."""
    person = service.Person(
        f"Wanda {marker}{Reach.SECRET}", "de", {ContactChannel.EMAIL: f"w{marker}{Reach.SECRET}@people.example"}
    )
    token, place = wait_for_any(
        jobcenter=jobcenter,
        service=office.service,
        location=office.location,
        person=person,
        mode=Mode.IN_PERSON,
        now=now,
    )
    offer = token_for_offer(place.pk, slot.starts_at)
    WaitingOffer.objects.create(
        tenant=jobcenter,
        entry=place,
        location=office.location,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        made_at=now,
        expires_at=now + timedelta(hours=2),
        token_hash=fingerprint(offer),
    )
    return {"waiting": token, "offer": offer, "waiting_place": str(place.pk)}


def _group(office: _Office, jobcenter: Jobcenter, free: list[Slot], marker: str, now: datetime) -> dict[str, str]:
    """A group service with two dates; somebody has a seat in the first and could go to the second."""
    public = marker + Reach.PUBLIC
    texts = {"de": f"Gruppe {public}", "en": f"Group {public}"}
    offered = make_service(jobcenter, slug=f"gruppe-{public}", titles=texts, hints=texts, is_group=True)
    calendar = make_calendar(jobcenter, office.location, offered, name=f"Saal {marker}{Reach.SECRET}")
    first, second = (
        create_session(
            jobcenter=jobcenter,
            service=offered,
            location=office.location,
            calendar=calendar,
            starts_at=slot.starts_at,
            seat_count=5,
            titles=texts,
            by=audit.SYSTEM,
            now=now,
        )
        for slot in (free[0], free[4])
    )
    person = service.Person(f"Gerd {marker}{Reach.SECRET}", "de")
    seated = book_seat(jobcenter=jobcenter, session=first, person=person, now=now)
    return {
        "group": offered.slug,
        "hall": str(calendar.pk),
        "session": first.public_id,
        "other_session": second.public_id,
        "seated": seated.public_id,
    }


def _ids(appointment: Appointment) -> dict[str, str]:
    message = Message.objects.filter(subject=appointment.subject).earliest("id")
    keys = keys_of(appointment)
    return {
        "public_id": appointment.public_id,
        "token": keys.token,
        "code": keys.code,
        "stop": unsubscribe_token(appointment, ContactChannel.EMAIL),
        "entry": str(AuditEntry.objects.filter(actor_kind="staff").latest("id").pk),
        "listed": f"{local_day(datetime.now(UTC), appointment.tenant.settings.zone)}-csv",
        "service": appointment.service.slug,
        "location": appointment.location.slug,
        "appointment": str(appointment.pk),
        "subject": appointment.subject,
        "customer": str(appointment.customer_id),
        "customer_public": Customer.objects.get(pk=appointment.customer_id).public_id,
        "contact": str(ContactPoint.objects.filter(customer_id=appointment.customer_id).earliest("id").pk),
        "calendar": str(appointment.calendar_id),
        "place": str(appointment.location_id),
        "concern": str(appointment.service_id),
        "member": str(Membership.objects.earliest("id").pk),
        "message": str(message.pk),
        "message_public": message.public_id,
        "message_token": message.message_id_token,
        "task": ContactTask.objects.get(customer_id=appointment.customer_id).public_id,
        "trail": str(AuditEntry.objects.earliest("id").pk),
    }
