# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The scenes of the stage (staging.py): an offer that somebody took, a held time that ran out, a visit within the hour.

What happened was done by the portal's own use cases. Only the hands of the clock are turned: when an appointment is,
and until when a hold, a code or an offer lasts, since a walk through eight languages takes longer than ten minutes.
"""

import json
import secrets
from datetime import datetime, timedelta
from random import Random
from typing import Final

from django.utils import timezone

from appointments.core.answers import DeclineReason
from appointments.core.modes import Mode
from appointments.lateness import tell_lateness
from appointments.models import (
    Appointment,
    Calendar,
    Closure,
    GroupSession,
    Hold,
    Occupancy,
    OfferState,
    Proof,
    Seat,
    WaitingEntry,
    WaitingOffer,
)
from appointments.proving import Anchor, ask_for_code
from appointments.requests import answer_with_other_time, decline_request, grant_request
from appointments.seats import GroupDate, book_seat, hold_seat, with_seats
from appointments.service import (
    Request,
    Slot,
    Verb,
    cancel,
    hold,
    keep_draft,
    record_attendance,
    reschedule,
)
from appointments.unsubscribe_links import unsubscribe_token
from appointments.waiting import accept_offer, leave, token_for_offer, wait_for_any, wait_for_seat, wish_earlier
from appointments.web.drafts import Draft
from appointments.web.times import slot_value
from jobcenter_portal.about.feedback import Report, leave_feedback
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.audit import service as audit
from jobcenter_portal.demo.seed.diary import hold_sessions
from jobcenter_portal.kernel.crypto import fingerprint
from jobcenter_portal.tenancy.models import Puzzle
from tests.journeys.house import FULL_GROUP, NAME, House, at, jobcenter_like

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_GROUP: Final = "bewerbung-gruppe"
_ADDRESS: Final = "zoe@post.example"
_HOUSE: Final = {
    "prove_addresses": True,
    "sms_enabled": True,
    "push_enabled": True,
    "walk_in": True,
    "max_open_bookings": 50,
    "max_reschedules": 1,
    "min_lead_hours": 24,
    "cancel_until_hours": 24,
}
_ASKED: Final = {"puzzle": Puzzle.ALWAYS, "horizon_days": 28, "walk_in": True}

Paths = dict[str, str]


def play() -> None:
    """Set all scenes and print where they are, as JSON."""
    now, mark = timezone.now(), secrets.token_hex(3)
    paths: Paths = {"all Jobcenters": ""}  # first: it is German whoever looks, and brings the letters of that script
    with jobcenter_like(f"muster-{mark}", "gross-gerau", now, _HOUSE) as office:
        hold_sessions(office, now, Random(mark))
        house = House(office, now, "bescheid", "gross-gerau")
        paths |= _own_pages(house) | _changed(house) | _waiting(house) | _offers(house) | _held(house)
        paths |= _groups(house) | _nothing_free(house) | _front_doors(house)
        values = {
            "house": house.jobcenter.slug,
            "taken time": slot_value(house.slot().starts_at + timedelta(minutes=5)),
            "full date": _full().public_id,
        }
    with jobcenter_like(f"antrag-{mark}", "kreis-offenbach", now, _ASKED) as office:
        paths |= _requests(House(office, now, "bescheid", "dreieich"))
    with jobcenter_like(f"brief-{mark}", "marburg-biedenkopf", now, {}) as office:
        paths |= {"by letters": at(office, ""), "letters": at(office, "buchen/")}
    with jobcenter_like(f"zu-{mark}", "marburg-biedenkopf", now, {}) as office:
        Calendar.objects.update(booking_code="")
        paths |= {"nobody books online": at(office, ""), "not online": at(office, "buchen/")}
    print(json.dumps({"paths": paths, "values": values}))  # noqa: T201 -- for staging.py


def _own_pages(house: House) -> Paths:
    """Appointments at every distance from their time."""
    far, soon, near = (house.comes(to_begin_in=hours * _HOUR) for hours in (24 * 8, 2, 12))
    late, here, past = (house.comes(to_begin_in=hours * _HOUR) for hours in (1, 0.5, -26))
    begun = house.comes(to_begin_in=-_HOUR / 6)
    tell_lateness(appointment=late, minutes=20, by=audit.CUSTOMER, now=house.now)
    record_attendance(appointment=here, verb=Verb.CHECK_IN, by=house.somebody_here, now=house.now)
    _code_sent(Anchor(appointment=far), "neu@post.example", house.now)
    return {
        "own page": house.own(far),
        "cancel": house.own(far, "absagen/"),
        "move": house.own(far, "verschieben/"),
        "confirm the move": house.own(far, f"verschieben/pruefen/?time={slot_value(house.slot().starts_at)}"),
        "settings of messages": house.own(far, "nachrichten/"),
        "address": house.own(far, "nachrichten/email/"),
        "kept card": house.own(far, "karte/"),
        "code for a new address": house.own(far, "nachrichten/email/code/"),
        "reminders": at(house.office, f"erinnerungen/{unsubscribe_token(far, ContactChannel.EMAIL)}/"),
        "soon": house.own(soon),
        "coming later": house.own(soon, "spaeter/"),
        "late": house.own(late),
        "late again": house.own(late, "spaeter/"),
        "too late to move": house.own(near),
        "cannot come": house.own(near, "absagen/"),
        "here": house.own(here),
        "begun": house.own(begun),
        "past": house.own(past),
    }


def _changed(house: House) -> Paths:
    """Appointments that somebody cancelled or moved."""
    by_office, by_person, short_notice, moved = (
        house.books(),
        house.books(),
        house.comes(to_begin_in=_HOUR),
        house.books(),
    )
    for one, by in ((by_office, house.somebody_here), (by_person, audit.CUSTOMER), (short_notice, audit.CUSTOMER)):
        cancel(jobcenter=house.jobcenter, appointment=one, by=by, now=house.now)
    reschedule(
        jobcenter=house.jobcenter,
        appointment=moved,
        starts_at=house.slot().starts_at,
        by=audit.CUSTOMER,
        now=house.now,
    )
    return {
        "cancelled by the office": house.own(by_office),
        "cancelled": house.own(by_person),
        "cancelled at short notice": house.own(short_notice),
        "moved": house.own(moved),
    }


def _waiting(house: House) -> Paths:
    """Places on the waiting list, with and without an appointment."""
    has_one = house.books()
    wish_earlier(jobcenter=house.jobcenter, appointment=has_one, now=house.now)
    waits, _place = wait_for_seat(jobcenter=house.jobcenter, session=_full(), person=house.person(), now=house.now)
    waited, left = wait_for_seat(jobcenter=house.jobcenter, session=_full(), person=house.person(), now=house.now)
    leave(place=left, by=audit.CUSTOMER, now=house.now)
    return {
        "wishes an earlier one": house.own(has_one),
        "waiting": at(house.office, f"warten/{waits}/"),
        "waits no more": at(house.office, f"warten/{waited}/"),
        "wait for a seat": at(house.office, f"warten/?termin={_full().public_id}"),
    }


def _offers(house: House) -> Paths:
    """One offer in each state, to people without an appointment, and one to somebody who has a later one."""
    paths = {}
    for state in OfferState:
        _token, place = wait_for_any(
            jobcenter=house.jobcenter,
            service=house.service,
            location=house.place,
            person=house.person(),
            mode=Mode.IN_PERSON,
            now=house.now,
        )
        paths[f"offer {state.value}"] = _offer(house, place, house.slot(), state)
    later = house.books()
    paths["offer of an earlier one"] = _offer(
        house,
        wish_earlier(jobcenter=house.jobcenter, appointment=later, now=house.now),
        house.slots()[0],
        OfferState.OPEN,
    )
    return paths


def _offer(house: House, place: WaitingEntry, slot: Slot, state: OfferState) -> str:
    token = token_for_offer(place.pk, slot.starts_at)
    offer = WaitingOffer.objects.create(
        tenant=house.jobcenter,
        entry=place,
        location=house.place,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        state=OfferState.OPEN if state is OfferState.TAKEN else state,
        made_at=house.now,
        expires_at=house.now + _DAY,
        token_hash=fingerprint(token),
    )
    if state is OfferState.TAKEN:
        accept_offer(jobcenter=house.jobcenter, offer=offer, now=house.now)
    return at(house.office, f"angebot/{token}/")


def _held(house: House) -> Paths:
    """Times that are held, one of them with an address to be proven, and one that has been lost with its draft."""
    scenes = {
        "held": ("kontakt", "none"),
        "held to check": ("pruefen", "none"),
        "held with a code": ("pruefen", "email"),
        "held for another time": ("zeit", "none"),
        "lost time": ("kontakt", "none"),
    }
    paths = {}
    for scene, (step, remind) in scenes.items():
        token, held = hold(Request(house.jobcenter, house.service, house.place, house.slot().starts_at, house.now))
        keep_draft(held=held, draft_json=Draft(name=NAME, remind=remind, email=_ADDRESS).as_json())
        _lasts(held, house.now)
        if remind == "email":
            _code_sent(Anchor(hold=held), _ADDRESS, house.now)
        if scene == "lost time":
            Occupancy.objects.filter(hold=held).delete()
        paths[scene] = at(house.office, f"buchen/halt/{token}/{step}/")
    return paths


def _lasts(held: Hold, now: datetime) -> None:
    until = now + _DAY
    Hold.objects.filter(pk=held.pk).update(expires_at=until, draft_until=until)
    Occupancy.objects.filter(hold=held).update(expires_at=until)
    Seat.objects.filter(hold=held).update(expires_at=until)


def _code_sent(anchor: Anchor, address: str, now: datetime) -> None:
    channel = ContactChannel.EMAIL
    code = ask_for_code(anchor, channel=channel, address=address, language="de", network=b"stage", now=now)
    Proof.objects.filter(pk=code.pk).update(expires_at=now + _DAY)


def _groups(house: House) -> Paths:
    """Dates with seats, dates without, a seat that somebody has, and one whose hold has run out."""
    with_a_seat = next(one for one in _dates_of(_GROUP) if one.free)
    seated = book_seat(jobcenter=house.jobcenter, session=with_a_seat.session, person=house.person(), now=house.now)
    token, held = hold_seat(jobcenter=house.jobcenter, session=with_a_seat.session, now=house.now)
    _lasts(held, house.now)
    Seat.objects.filter(hold=held).delete()
    return {
        "group": at(house.office, f"gruppen/{_GROUP}/"),
        "full group": at(house.office, f"gruppen/{FULL_GROUP}/"),
        "own seat": house.own(seated),
        "other date": house.own(seated, "verschieben/"),
        "lost seat": at(house.office, f"buchen/halt/{token}/kontakt/"),
    }


def _full() -> GroupSession:
    return next(one.session for one in _dates_of(_GROUP) if not one.free)


def _dates_of(group: str) -> list[GroupDate]:
    return with_seats(GroupSession.objects.filter(service__slug=group))


def _nothing_free(house: House) -> Paths:
    """A place that is closed for as long as anybody can book."""
    closed = house.office.locations["moerfelden-walldorf"]
    Closure.objects.create(
        tenant=house.jobcenter,
        location=closed,
        first_day=house.office.today,
        last_day=house.office.today + 60 * _DAY,
        reasons={"de": "Umzug im Haus", "en": "Moving offices"},
    )
    where = f"service={house.service_slug}&location={closed.slug}"
    return {
        "nothing free": at(house.office, f"buchen/{house.service_slug}/{closed.slug}/"),
        "wait for a time": at(house.office, f"warten/?{where}"),
    }


def _front_doors(house: House) -> Paths:
    """What everybody can open, and what nobody can."""
    report = leave_feedback(Report("Ein Knopf ist zu klein.", "", "", "de"), jobcenter=house.jobcenter, now=house.now)
    paths = {
        "start": "",
        "concerns": "buchen/",
        "places": f"buchen/{house.service_slug}/?frage=standort",
        "times": f"buchen/{house.service_slug}/{house.place_slug}/",
        "emergency": "buchen/notfall/",
        "my appointment": "mein-termin/",
        "lost link": "mein-termin/link/",
        "link sent": "mein-termin/link/?gesendet=ja",
        "kept on this device": "geraet/",
        "session ended": "beenden/",
        "imprint": "impressum/",
        "privacy": "datenschutz/",
        "accessibility": "barrierefreiheit/",
        "feedback": "feedback/",
        "thanks": f"feedback/danke/?nummer={report.number}",
        "no such page": "gibt/es/nicht/",
        "wrong method": f"buchen/halt/{'x' * 22}/verlaengern/",
        "hold run out": f"buchen/halt/{'x' * 22}/kontakt/",
    }
    return {scene: at(house.office, path) for scene, path in paths.items()}


def _requests(house: House) -> Paths:
    """Requests in each state, and a start page for people who ask; machines have to work here before a time is kept."""
    open_, granted, other, declined, withdrawn, overdue = (house.books() for _request in range(6))
    by, jobcenter, now = house.somebody_here, house.jobcenter, house.now
    grant_request(jobcenter=jobcenter, appointment=granted, by=by, now=now)
    answer_with_other_time(jobcenter=jobcenter, appointment=other, starts_at=house.slot().starts_at, by=by, now=now)
    decline_request(jobcenter=jobcenter, appointment=declined, reason=DeclineReason.PAPERS, by=by, now=now)
    cancel(jobcenter=jobcenter, appointment=withdrawn, by=audit.CUSTOMER, now=now)
    Appointment.objects.filter(pk=overdue.pk).update(answer_by=now - _HOUR)
    return {
        "people ask": at(house.office, ""),
        "under attack": at(house.office, f"buchen/{house.service_slug}/{house.place_slug}/"),
        "request": house.own(open_),
        "withdraw a request": house.own(open_, "absagen/"),
        "granted request": house.own(granted),
        "request with another time": house.own(other),
        "declined request": house.own(declined),
        "withdrawn request": house.own(withdrawn),
        "overdue request": house.own(overdue),
    }
