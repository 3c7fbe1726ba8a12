# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What offers say: the time, until when to answer, the link; nothing once they no longer stand, and no house's name."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from appointments.changing import cancel
from appointments.links import short_url
from appointments.models import Appointment, WaitingOffer
from appointments.waiting import (
    EARLIER_OFFER,
    accept_offer,
    decline_offer,
    leave,
    offer_free_times,
    subject_of_offer,
    token_of_offer,
)
from appointments.waiting.messages import KINDS
from jobcenter_portal.accounts.models import ContactPoint
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from notifications.models import Message
from notifications.service import Channel, Envelope, MessageRef
from notifications.texts.rendering import render_email, render_sms
from tests.appointments.factories import Office, make_office, person
from tests.appointments.waiting_room import FIRST, SECOND, THIRD, books, joins, make_small_office, waits

KIND = {kind.key: kind for kind in KINDS}


@pytest.fixture
def office(db: None) -> Iterator[Office]:
    small = make_small_office(discreet=True)
    with tenant_context(small.jobcenter):
        yield small


@pytest.fixture
def offer(office: Office, now: datetime) -> WaitingOffer:
    waits(office, SECOND, now, person("Jürgen Größer", email="j@post.example", phone="+4915228817386"))
    offer_free_times(office.jobcenter, now=now)
    found: WaitingOffer = WaitingOffer.objects.select_related("entry").get()
    return found


def compose(offer: WaitingOffer, now: datetime, channel: Channel = Channel.EMAIL) -> Envelope | None:
    point = ContactPoint.objects.filter(channel=channel.value).first()
    recipient = bytes(point.address_index) if point else b"gone"
    ref = MessageRef(subject_of_offer(offer), 1, "now", channel, "de", recipient)
    return KIND[EARLIER_OFFER].compose(ref, now=now)


def test_an_offer_leaves_on_every_channel_until_it_ends(offer: WaitingOffer, now: datetime) -> None:
    planned = Message.objects.filter(kind=EARLIER_OFFER).order_by("channel")
    assert [(one.channel, one.due_at, one.not_after, one.subject) for one in planned] == [
        ("email", now, now + timedelta(hours=2), f"waiting-offer:{offer.pk}"),
        ("sms", now, now + timedelta(hours=2), f"waiting-offer:{offer.pk}"),
    ]


def test_it_says_both_times_and_until_when(office: Office, offer: WaitingOffer, now: datetime) -> None:
    mail = compose(offer, now)
    assert mail is not None
    text = render_email(EARLIER_OFFER, "de", mail.values, sender="Terminservice")
    assert text.subject == "Ein früherer Termin ist frei: Dienstag, 24. November 2026, 08:00 Uhr"
    for fact in (
        "Ihr Termin jetzt: Dienstag, 1. Dezember 2026, 08:00 Uhr",
        "Antworten Sie bitte bis Montag, 23. November 2026, 10:00 Uhr",
        f"http://portal.example/fulda/de/angebot/{token_of_offer(offer)}/",
    ):
        assert fact in text.text
    sms = compose(offer, now, Channel.SMS)
    assert sms is not None
    said = render_sms(EARLIER_OFFER, "de", sms.values)
    assert said.text.startswith("Früherer Termin: Di 24.11., 08:00 Uhr. Antwort bis Mo 23.11., 10:00: http://")
    assert said.text.endswith(short_url(str(token_of_offer(offer))))


def test_where_discretion_is_wanted_nothing_names_the_house_or_the_concern(offer: WaitingOffer, now: datetime) -> None:
    mail = compose(offer, now)
    assert mail is not None
    said = render_email(EARLIER_OFFER, "de", mail.values, sender="Terminservice")
    for word in ("Jobcenter", "Haus der Arbeit", "Beratung"):
        assert word not in said.subject + said.text


def _decline(office: Office, offer: WaitingOffer, now: datetime) -> datetime:
    decline_offer(jobcenter=office.jobcenter, offer=offer, now=now)
    return now


def _accept(office: Office, offer: WaitingOffer, now: datetime) -> datetime:
    accept_offer(jobcenter=office.jobcenter, offer=offer, now=now)
    return now


def _leave(_office: Office, offer: WaitingOffer, now: datetime) -> datetime:
    leave(place=offer.entry, by=audit.CUSTOMER, now=now)
    return now


def _cancel(office: Office, _offer: WaitingOffer, now: datetime) -> datetime:
    cancel(jobcenter=office.jobcenter, appointment=Appointment.objects.get(), by=audit.CUSTOMER, now=now)
    return now


def _forget_address(_office: Office, _offer: WaitingOffer, now: datetime) -> datetime:
    ContactPoint.objects.all().delete()
    return now


def _let_it_end(_office: Office, _offer: WaitingOffer, now: datetime) -> datetime:
    return now + timedelta(hours=2)


@pytest.mark.parametrize("event", [_decline, _accept, _leave, _cancel, _forget_address, _let_it_end])
def test_an_offer_that_no_longer_stands_is_not_sent(
    office: Office, offer: WaitingOffer, now: datetime, event: Callable[[Office, WaitingOffer, datetime], datetime]
) -> None:
    assert compose(offer, now) is not None
    later = event(office, offer, now)
    assert compose(offer, later) is None


def test_a_subject_of_another_kind_or_jobcenter_finds_nothing(
    office: Office, offer: WaitingOffer, now: datetime, wiesbaden: object
) -> None:
    recipient = bytes(ContactPoint.objects.earliest("id").address_index)
    for subject in (f"appointment:{offer.pk}", "waiting-offer:", "waiting-offer:x", "waiting-offer:99999999"):
        ref = MessageRef(subject, 1, "now", Channel.EMAIL, "de", recipient)
        assert KIND[EARLIER_OFFER].compose(ref, now=now) is None
    with tenant_context(wiesbaden):  # type: ignore[arg-type]
        make_office(wiesbaden)  # type: ignore[arg-type]
        assert compose(offer, now) is None


def test_who_joins_without_an_appointment_gets_the_link_to_the_place(office: Office, now: datetime) -> None:
    for moment in (FIRST, SECOND, THIRD):
        books(office, moment, now, person("Ada"))
    token, place = joins(office, now, "Cem")
    planned = Message.objects.get(kind="waiting")
    recipient = bytes(ContactPoint.objects.get().address_index)
    ref = MessageRef(planned.subject, 1, "now", Channel.EMAIL, "de", recipient)
    mail = KIND["waiting"].compose(ref, now=now)
    assert mail is not None
    text = render_email("waiting", "de", mail.values, sender="Terminservice")
    assert (text.subject, f"http://portal.example/fulda/de/warten/{token}/" in text.text) == (
        "Sie stehen auf der Warteliste",
        True,
    )
    assert (planned.channel, planned.subject) == ("email", f"waiting:{place.pk}")
    leave(place=place, by=audit.CUSTOMER, now=now)
    assert KIND["waiting"].compose(ref, now=now) is None


def test_an_sms_carries_the_short_link_and_a_mail_one_that_opens(
    office: Office, now: datetime, settings: Settings
) -> None:
    """Messages can have a language that pages do not have yet; a page in it would be a 404."""
    settings.SHORT_URL = "https://t.example"
    for moment in (FIRST, SECOND, THIRD):
        books(office, moment, now, person("Ada"))
    token, place = joins(office, now, "Cem")
    ContactPoint.objects.update(channel="sms")
    recipient = bytes(ContactPoint.objects.get().address_index)

    def link(channel: Channel) -> object:
        ContactPoint.objects.update(channel=channel.value)
        envelope = KIND["waiting"].compose(
            MessageRef(f"waiting:{place.pk}", 1, "now", channel, "fa", recipient), now=now
        )
        assert envelope is not None
        return envelope.values["link"]

    assert (link(Channel.SMS), link(Channel.EMAIL)) == (
        f"https://t.example/a/{short_url(token)[-15:]}",
        f"http://portal.example/fulda/de/warten/{token}/",
    )
