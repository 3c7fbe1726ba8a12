# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Codes that prove an address: how they are judged, how many leave, and what is never to be found anywhere."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from appointments import proving
from appointments.booking import book, book_held
from appointments.holding import hold
from appointments.models import Appointment, Hold, Proof
from appointments.proof_messages import ProofMessage
from appointments.proving import Anchor, CodeRefused, NoCode, NotProven, Verdict, ask_for_code, check_code, code_of
from appointments.taking import Request
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.accounts.service import address_index
from jobcenter_portal.kernel.crypto import fingerprint
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.counting import Quota
from jobcenter_portal.tenancy.models import Counted, Jobcenter, TenantSettings
from notifications.models import Message
from notifications.service import Channel, MessageRef
from tests.appointments.factories import Office, make_office, person
from tests.appointments.test_contention import PEOPLE, at_the_same_moment
from tests.factories import make_jobcenter

NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
EMAIL, SMS = ContactChannel.EMAIL, ContactChannel.SMS
MAIL = "j.groesser@post.example"
MOBILE = "+4915228817386"
HERE = b"a network"
"""Stands for its keyed hash."""


@pytest.fixture
def held(office: Office, now: datetime) -> Hold:
    TenantSettings.objects.update(prove_addresses=True)
    office.jobcenter.settings.refresh_from_db()
    return hold(Request(office.jobcenter, office.service, office.location, NINE, now))[1]


def ask(
    held: Hold, now: datetime, address: str = MAIL, *, channel: ContactChannel = EMAIL, network: bytes = HERE
) -> Proof:
    return ask_for_code(Anchor(hold=held), channel=channel, address=address, language="de", network=network, now=now)


def guess(held: Hold, typed: str, now: datetime, address: str = MAIL) -> Verdict:
    return check_code(Anchor(hold=held), channel=EMAIL, address=address, typed=typed, now=now)


def another(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def why_not(held: Hold, now: datetime, address: str = MAIL, **how: object) -> NoCode | None:
    """Why no code was sent; None when one was."""
    try:
        ask(held, now, address, **how)  # type: ignore[arg-type]
    except CodeRefused as refused:
        return refused.why
    return None


def test_the_code_that_was_sent_proves_the_address_and_no_other(held: Hold, now: datetime) -> None:
    code = code_of(ask(held, now))
    assert (len(code), code.isdecimal()) == (6, True)
    assert guess(held, another(code), now) is Verdict.WRONG
    assert guess(held, code, now, "somebody@else.example") is Verdict.VOID
    assert guess(held, code, now) is Verdict.RIGHT


def test_a_code_opens_nothing_for_another_hold(held: Hold, office: Office, now: datetime) -> None:
    code = code_of(ask(held, now))
    other = hold(Request(office.jobcenter, office.service, office.location, NINE + timedelta(hours=1), now))[1]
    assert guess(other, code, now) is Verdict.VOID
    ask(other, now + timedelta(minutes=2))
    assert guess(other, code, now) is Verdict.WRONG


def test_after_three_wrong_guesses_even_the_right_code_is_void(held: Hold, now: datetime) -> None:
    code = code_of(ask(held, now))
    wrong = another(code)
    assert [guess(held, typed, now) for typed in (wrong, wrong, wrong, code)] == [
        Verdict.WRONG,
        Verdict.WRONG,
        Verdict.VOID,
        Verdict.VOID,
    ]


def test_after_ten_minutes_the_code_is_void(held: Hold, now: datetime) -> None:
    proof = ask(held, now)
    assert proof.expires_at - Hold.objects.get().expires_at < timedelta(0)
    Proof.objects.update(expires_at=proof.expires_at - timedelta(minutes=10, seconds=1))
    assert guess(held, code_of(proof), now) is Verdict.VOID


def test_a_new_code_ends_the_old_one_and_gives_three_guesses_again(held: Hold, now: datetime) -> None:
    first = code_of(ask(held, now))
    for _try in range(3):
        guess(held, another(first), now)
    second = code_of(ask(held, now + timedelta(seconds=61)))
    assert (guess(held, first, now), guess(held, second, now)) == (Verdict.WRONG, Verdict.RIGHT)


def test_a_proven_address_is_not_asked_for_again_for_the_same_hold(held: Hold, now: datetime) -> None:
    who, anchor = person(email=MAIL, phone=MOBILE), Anchor(hold=held)
    guess(held, code_of(ask(held, now)), now)
    assert proving.unproven(anchor, who) == {SMS: MOBILE}
    assert proving.unproven(anchor, replace(who, addresses={EMAIL: MAIL.upper()})) == {}
    assert proving.unproven(anchor, person(email="new@post.example")) == {EMAIL: "new@post.example"}


def test_an_address_can_be_asked_for_once_a_minute_three_times_an_hour_and_five_times_a_day(
    held: Hold, now: datetime
) -> None:
    minutes = (0, 0.9, 1.1, 3, 5, 62, 64, 66, 24 * 60 + 1)
    answers = [why_not(held, now + timedelta(minutes=after)) for after in minutes]
    just, many = NoCode.JUST_SENT, NoCode.TOO_MANY
    assert answers == [None, just, None, None, many, None, None, many, None]


def test_a_refused_code_counts_for_nobody(held: Hold, now: datetime) -> None:
    ask(held, now)
    before = Counted.objects.count()
    assert why_not(held, now) is NoCode.JUST_SENT
    assert (Counted.objects.count(), Message.objects.count(), Proof.objects.get().round) == (before, 1, 1)


def test_a_network_gets_sixty_codes_an_hour_and_others_are_not_disturbed(
    held: Hold, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "_PER_ANCHOR", (Quota(1000, timedelta(hours=1)),))  # as if each were a hold of its own
    answers = [why_not(held, now, f"p{number}@post.example") for number in range(61)]
    assert answers == [None] * 60 + [NoCode.TOO_MANY]
    assert why_not(held, now, "q@post.example", network=b"another network") is None


def test_a_hold_asks_for_eight_codes_an_hour_whatever_the_addresses(held: Hold, now: datetime) -> None:
    answers = [why_not(held, now, f"p{number}@post.example") for number in range(9)]
    assert answers == [None] * 8 + [NoCode.TOO_MANY]


def test_codes_by_email_end_at_what_a_jobcenter_may_send(
    held: Hold, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "_MAILS", (Quota(2, timedelta(hours=1)),))
    answers = [why_not(held, now, f"p{number}@post.example", network=str(number).encode()) for number in range(3)]
    assert answers == [None, None, NoCode.BUDGET]


def test_codes_get_a_quarter_of_the_sms_so_that_reminders_keep_the_rest(
    held: Hold, office: Office, now: datetime
) -> None:
    office.jobcenter.settings.sms_hourly_cap = 8
    answers = [
        why_not(held, now, f"+4915228{number}17386", channel=SMS, network=str(number).encode()) for number in range(4)
    ]
    assert answers == [None, None, NoCode.BUDGET, NoCode.BUDGET]
    assert why_not(held, now) is None  # a mail costs nothing


def test_what_is_counted_differs_from_jobcenter_to_jobcenter(held: Hold, wiesbaden: Jobcenter, now: datetime) -> None:
    ask(held, now)
    with tenant_context(wiesbaden):
        there = make_office(wiesbaden)
        other = hold(Request(wiesbaden, there.service, there.location, NINE, now))[1]
        assert why_not(other, now) is None


def test_nobody_books_with_an_address_that_is_not_proven(held: Hold, office: Office, now: datetime) -> None:
    who = person(email=MAIL)
    with pytest.raises(NotProven):
        book_held(jobcenter=office.jobcenter, token=token_of(held), person=who, now=now)
    assert (Appointment.objects.count(), Message.objects.count()) == (0, 0)
    with pytest.raises(NotProven):
        book(
            jobcenter=office.jobcenter,
            service=office.service,
            location=office.location,
            starts_at=NINE + timedelta(hours=1),
            person=who,
            now=now,
        )


def test_a_proven_address_stays_proven_with_the_person(held: Hold, office: Office, now: datetime) -> None:
    guess(held, code_of(ask(held, now)), now)
    who = person(email=MAIL)
    book_held(jobcenter=office.jobcenter, token=token_of(held), person=who, now=now)
    point = ContactPoint.objects.get()
    assert (point.address, point.proven_at, Proof.objects.count()) == (MAIL, now, 0)
    assert sorted(Message.objects.values_list("kind", flat=True))[:1] == ["confirmation"]


def test_who_wants_no_messages_proves_nothing(held: Hold, office: Office, now: datetime) -> None:
    who = replace(person(), addresses={ContactChannel.PHONE: "+49661900090"})
    assert book_held(jobcenter=office.jobcenter, token=token_of(held), person=who, now=now).pk


def test_a_hold_can_be_booked_and_let_go_after_the_jobcenter_stopped_asking(
    held: Hold, office: Office, now: datetime
) -> None:
    ask(held, now)
    TenantSettings.objects.update(prove_addresses=False)
    office.jobcenter.settings.refresh_from_db()
    book_held(jobcenter=office.jobcenter, token=token_of(held), person=person(email=MAIL), now=now)
    assert (ContactPoint.objects.get().proven_at, Proof.objects.count(), Hold.objects.count()) == (None, 0, 0)


def test_the_message_says_the_code_only_while_it_can_be_typed(held: Hold, now: datetime) -> None:
    proof = ask(held, now)
    ref = MessageRef(proof.subject, 1, "now", Channel.EMAIL, "de", address_index(EMAIL, MAIL))
    envelope = ProofMessage().compose(ref, now=now)
    assert envelope is not None
    assert (envelope.address, envelope.values["proof_code"]) == (MAIL, code_of(proof))
    second = ask(held, now + timedelta(minutes=2))
    assert ProofMessage().compose(ref, now=now) is None  # an older round says nothing any more
    guess(held, code_of(second), now)
    assert ProofMessage().compose(replace(ref, revision=2), now=now) is None


@pytest.mark.django_db(transaction=True)
def test_of_a_crowd_of_guesses_at_the_same_moment_three_are_judged(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobcenter, held = crowd_before_a_hold(now)
    with tenant_context(jobcenter):
        code = code_of(ask(held, now))
    judged: list[int] = []

    def spied(proof: Proof) -> str:
        judged.append(proof.attempts)
        return code

    monkeypatch.setattr(proving, "code_of", spied)
    at_the_same_moment(jobcenter, lambda _number: guess(held, another(code), now))
    assert sorted(judged) == [1, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_the_budget_holds_for_a_crowd_of_workers(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "_PER_ANCHOR", (Quota(1000, timedelta(hours=1)),))  # as if each were a hold of its own
    jobcenter, held = crowd_before_a_hold(now, sms_hourly_cap=40)

    def attempt(number: int) -> NoCode | None:
        return why_not(held, now, f"+49152{number:02d}817386", channel=SMS, network=str(number).encode())

    answers = at_the_same_moment(jobcenter, attempt)
    assert (answers.count(None), answers.count(NoCode.BUDGET)) == (10, PEOPLE - 10)
    with tenant_context(jobcenter):
        assert (Message.objects.count(), Counted.objects.filter(what="code-sms").count()) == (10, 10)


@pytest.mark.django_db(transaction=True)
def test_one_address_gets_one_code_however_many_ask_at_the_same_moment(now: datetime) -> None:
    jobcenter, held = crowd_before_a_hold(now)
    answers = at_the_same_moment(jobcenter, lambda number: why_not(held, now, network=str(number).encode()))
    assert answers.count(None) == 1


def test_the_code_lies_nowhere_in_the_database(held: Hold, now: datetime) -> None:
    code = code_of(ask(held, now))
    assert code.encode() not in b"".join(everything_stored())
    Proof.objects.update(nonce=code.encode())
    assert code.encode() in b"".join(everything_stored())  # it would have been found


def crowd_before_a_hold(now: datetime, **settings: int) -> tuple[Jobcenter, Hold]:
    jobcenter = make_jobcenter("fulda", prove_addresses=True, **settings)
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
        return jobcenter, hold(Request(jobcenter, office.service, office.location, NINE, now))[1]


def everything_stored() -> list[bytes]:
    """Every value of every table but those that count on by themselves, binary ones as they are."""
    found: list[bytes] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 -- names of our own tables
            kept = [place for place, column in enumerate(cursor.description) if column.name not in ("id", "tenant_id")]
            found += [
                bytes(row[place]) if isinstance(row[place], memoryview | bytes) else str(row[place]).encode() + b"\0"
                for row in cursor.fetchall()
                for place in kept
            ]
    return found


def token_of(held: Hold) -> str:
    """A token of our own: the real one is told once and kept nowhere."""
    Hold.objects.filter(pk=held.pk).update(token_hash=fingerprint("our own"))
    return "our own"
