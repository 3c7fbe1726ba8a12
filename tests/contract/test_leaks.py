# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A whole journey of one person leaves her name, addresses and links nowhere but sealed in the database."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, unquote_plus

import pytest
import structlog
from django.db import connection
from django.test import Client
from django.urls import reverse

from appointments import service
from appointments.links import keys_of
from appointments.models import Appointment
from appointments.web.times import slot_value
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.celery import app as celery_app
from jobcenter_portal.tenancy.context import tenant_context
from notifications import tasks as delivery_tasks
from notifications.delivery import dispatch
from notifications.delivery.sessions import Sessions
from notifications.models import Attempt, Message
from notifications.outbox.clock import Clock
from tests.architecture.walk.actors import walker
from tests.architecture.walk.answers import rows_of
from tests.architecture.walk.world import World
from tests.contract.scanners import QUEUE, addresses_in, log_lines, opened, redis_commands, sessions

OnCommit = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Traveller:
    """A person whose every word is unique."""

    name: str = field(default_factory=lambda: f"Kanaria Zeisig{secrets.token_hex(4)}")
    email: str = field(default_factory=lambda: f"zeisig.{secrets.token_hex(4)}@kanaria.example")
    phone: str = field(default_factory=lambda: f"01511 {secrets.randbelow(10**7):07}")

    @property
    def words(self) -> tuple[str, ...]:
        """In every spelling in which they could turn up."""
        digits = self.phone.replace(" ", "")
        surname, mailbox = self.name.partition(" ")[2], self.email.partition("@")[0]
        return (surname, mailbox, self.phone, digits, digits[1:])


def hits(texts: Iterable[str], words: Iterable[str]) -> list[str]:
    """The texts in which one of the words stands, in any case, also within an address."""
    wanted = [word.lower() for word in words]
    found = []
    for text in texts:
        readable = f"{text} {unquote(text)} {unquote_plus(text)}".lower()
        if any(word in readable for word in wanted):
            found.append(text)
    return found


class Journey:
    """Books with slips, reads, moves, cancels and takes it back; staff look and check in; delivery fails and tries."""

    def __init__(self, world: World, traveller: Traveller, now: datetime) -> None:
        self.world, self.traveller, self.now = world, traveller, now
        self.client = Client(raise_request_exception=False)
        self.answers: list[Any] = []
        self.secrets: list[str] = []

    def run(self) -> None:
        appointment = self._book()
        self._use_links(appointment)
        self._desk(appointment)
        self._deliver()

    def _ask(self, name: str, data: dict[str, str] | None = None, /, **holes: str) -> Any:
        address = reverse(f"booking:{name}", kwargs={"jobcenter": self.world.jobcenter.slug, "language": "de", **holes})
        answer = self.client.get(address) if data is None else self.client.post(address, data)
        self.answers.append(answer)
        return answer

    def _book(self) -> Appointment:
        person, ids = self.traveller, self.world.ids
        chosen = {"service": ids["service"], "location": ids["location"]}
        times = {"time": slot_value(self.world.free[0].starts_at)}
        held = self._ask("times", times, **chosen).headers["Location"].split("/")[-3]
        self.secrets.append(held)
        typed = {"name": person.name, "remind": "both", "email": f"{person.email} .", "mobile": person.phone + "x"}
        assert self._ask("contact", typed, token=held).status_code == 422
        typed |= {"email": person.email, "mobile": person.phone}
        assert self._ask("contact", typed, token=held).status_code == 303
        for step in ("contact", "check", "other-time"):
            assert self._ask(step, token=held).status_code == 200
        assert self._ask("check", {}, token=held).status_code == 303
        with tenant_context(self.world.jobcenter):
            booked: Appointment = Appointment.objects.latest("id")
            assert booked.customer.name == person.name
        keys = keys_of(booked)
        self.secrets += [keys.token, keys.code]
        return booked

    def _use_links(self, appointment: Appointment) -> None:
        keys = keys_of(appointment)
        self.answers.append(self.client.get(f"/a/{keys.code}"))
        self._ask("my-appointment", {"code": keys.code})
        self._ask("my-appointment", {"code": self.traveller.name})
        other = {"time": slot_value(self.world.free[5].starts_at)}
        for name in ("appointment", "ics", "cancel", "move"):
            assert self._ask(name, key=keys.token).status_code == 200
        assert self._ask("confirm-move", other, key=keys.token).status_code == 303
        assert self._ask("cancel", {}, key=keys.token).status_code == 303
        assert self._ask("undo-cancel", {}, key=keys.token).status_code == 303
        self.client.get(f"/{self.world.jobcenter.slug}/de/t/{self.traveller.email}/")
        self.client.get(f"/{self.world.jobcenter.slug}/de/?name={self.traveller.name}&mail={self.traveller.email}")

    def _desk(self, appointment: Appointment) -> None:
        staff = walker("caseworker", self.world, now=self.now)
        start = f"/{self.world.jobcenter.slug}/desk/"
        for address in (f"termin/{appointment.public_id}/", f"termin/{appointment.public_id}/verschieben/"):
            answer = staff.send("GET", start + address)
            assert self.traveller.name in answer.content.decode()
            self.answers.append(answer)
        body = "verb=check_in&seen=booked"
        self.answers.append(staff.send("POST", f"{start}stand/{appointment.public_id}/", body=body))

    def _deliver(self) -> None:
        """To a port where nobody listens, and then with a driver that puts the address into its complaint."""
        with tenant_context(self.world.jobcenter):
            Message.objects.update(due_at=self.now)
            with Sessions() as ways:
                dispatch.visit(self.world.jobcenter, sessions=ways, clock=Clock(self.now))
            later = self.now + timedelta(hours=1)
            dispatch.visit(self.world.jobcenter, sessions=_Talkative(), clock=Clock(later))  # type: ignore[arg-type]
            assert Attempt.objects.filter(message__subject__startswith="appointment:").count() > 1


class _Talkative:
    """A driver whose exceptions say more than they should."""

    def of(self, _way: Any) -> "_Talkative":
        return self

    def send(self, outgoing: Any, *, now: datetime) -> Any:
        raise RuntimeError(f"cannot reach {outgoing.to} at {now}: {outgoing}")

    def drop(self, _way: Any) -> None:
        """Nothing is open."""


@pytest.fixture
def traveller() -> Traveller:
    return Traveller()


def test_a_whole_journey_leaves_nothing_in_logs_redis_queues_sessions_addresses_and_the_outbox(
    own: World, traveller: Traveller, today: datetime, django_capture_on_commit_callbacks: OnCommit
) -> None:
    journey = Journey(own, traveller, today)
    connection.run_on_commit.clear()  # making the world has called a worker already, and once is enough
    with redis_commands() as commands, log_lines() as lines:
        with django_capture_on_commit_callbacks(execute=True) as kicks:
            journey.run()
        with tenant_context(own.jobcenter):
            delivery_tasks.deliver_due.apply_async(queue=QUEUE)
    logged = lines.getvalue().splitlines()
    with tenant_context(own.jobcenter):
        rows = [row for found in rows_of(own).values() for row in found]
    addresses = [address for answer in journey.answers for address in addresses_in(answer)]
    assert kicks
    assert len(logged) > 20
    assert any("notifications.deliver_due" in command for command in commands)
    assert len(addresses) > 100
    words = traveller.words
    assert hits(logged, [*words, *journey.secrets]) == []
    assert hits(commands, [*words, *journey.secrets]) == []
    assert hits(sessions(), [*words, *journey.secrets]) == []
    assert hits(addresses, words) == []
    assert hits(rows, [*words, *journey.secrets]) == []


def test_a_page_that_breaks_logs_where_and_not_what(
    own: World, traveller: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise ValueError(f"no such person: {traveller.name} <{traveller.email}>")

    monkeypatch.setattr("appointments.doors.appointment_of_key", broken)
    client = Client(raise_request_exception=False)
    with log_lines() as lines:
        answer = client.get(f"/{own.jobcenter.slug}/de/t/{own.ids['token']}/?mail={traveller.email}")
    assert answer.status_code == 500
    assert '"exception": "ValueError"' in lines.getvalue()
    assert "doors.py" in lines.getvalue()
    told = [*lines.getvalue().splitlines(), answer.content.decode()]
    assert hits(told, [*traveller.words, own.ids["token"]]) == []


def test_exceptions_and_representations_name_nobody(own: World, traveller: Traveller, today: datetime) -> None:
    addresses = {ContactChannel.EMAIL: traveller.email, ContactChannel.SMS: "+49" + traveller.words[-1]}
    person = service.Person(traveller.name, "de", addresses)
    appointment = own.appointment
    place = {"jobcenter": own.jobcenter, "service": appointment.service, "location": appointment.location}
    told = [repr(person), repr(keys_of(appointment))]
    attempts: list[Callable[[], object]] = [
        lambda: service.book(**place, starts_at=today, person=person, now=today),
        lambda: service.book(**place, starts_at=appointment.starts_at, person=person, now=today + timedelta(days=999)),
        lambda: service.book_held(jobcenter=own.jobcenter, token=own.ids["token"], person=person, now=today),
        lambda: delivery_tasks.deliver_due.delay(traveller.email),
        lambda: delivery_tasks.deliver_due.apply_async(kwargs={"name": traveller.name}),
    ]
    with tenant_context(own.jobcenter):
        for attempt in attempts:
            with pytest.raises(Exception) as raised:  # noqa: PT011 -- whichever it is, it must not talk
                attempt()
            told += [str(raised.value), repr(raised.value)]
        booked = service.book(**place, starts_at=own.free[3].starts_at, person=person, now=today)
        told += [f"{thing!r} {thing}" for thing in (booked, booked.customer, *booked.customer.contact_points.all())]
    assert hits(told, [*traveller.words, own.ids["token"]]) == []


# --- Each scanner finds what is planted -------------------------------------------------------------------------------
def test_the_scanner_of_logs_finds_a_planted_name(traveller: Traveller) -> None:
    with log_lines() as lines:
        structlog.get_logger("planted").info("seen", who=traveller.name)
    assert len(hits(lines.getvalue().splitlines(), traveller.words)) == 1


def test_the_scanner_of_logs_finds_links_when_nothing_takes_them_out(own: World) -> None:
    with log_lines(redacting=False) as lines:
        Client().get(f"/{own.jobcenter.slug}/de/t/{own.ids['token']}/")
    assert hits(lines.getvalue().splitlines(), [own.ids["token"]]) != []


def test_logs_take_addresses_numbers_and_links_out_even_where_somebody_logs_them(
    own: World, traveller: Traveller
) -> None:
    link = f"http://portal.example/{own.jobcenter.slug}/de/t/{own.ids['token']}/ and /a/{own.ids['code']}"
    with log_lines() as lines:
        structlog.get_logger("planted").info("seen", mail=traveller.email, number=traveller.phone, link=link)
    assert hits(lines.getvalue().splitlines(), [*traveller.words, own.ids["token"], own.ids["code"]]) == []
    assert "[link]" in lines.getvalue()


def test_the_scanner_of_redis_finds_a_planted_key_value_and_message(traveller: Traveller, db: None) -> None:
    with redis_commands() as commands:
        celery_app.send_task("planted.task", args=[traveller.name], queue=QUEUE)
    assert len(hits(commands, traveller.words)) >= 1
    assert hits([opened("eyJuYW1lIjogIlplaXNpZyJ9")], ["zeisig"]) != []


def test_the_scanner_of_sessions_finds_a_planted_value(own: World, traveller: Traveller) -> None:
    client = Client()
    session = client.session
    session["who"] = traveller.name
    session.save()
    assert len(hits(sessions(), traveller.words)) == 1


def test_the_scanner_of_addresses_finds_a_planted_one(own: World, traveller: Traveller) -> None:
    answer = Client().get(f"/{own.jobcenter.slug}/de/", {"mail": traveller.email})
    assert hits(addresses_in(answer), traveller.words) != [], "the language switch keeps the query"


def test_the_scanner_of_rows_finds_a_planted_reference(own: World, traveller: Traveller) -> None:
    with tenant_context(own.jobcenter):
        Message.objects.update(provider_reference=traveller.name)
        rows = [row for found in rows_of(own).values() for row in found]
    assert hits(rows, traveller.words) != []
