# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whoever watches sees in numbers that somebody hoards times or has codes sent to strangers, and learns no name."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest
import time_machine
from django.core.management import call_command

from appointments import pumping
from appointments.holding import hold
from appointments.pressure import Pressure, pressure
from appointments.proving import Anchor, CodeRefused, ask_for_code, check_code, code_of
from appointments.pumping import Answered
from appointments.taking import Request
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, Puzzle, TenantSettings
from jobcenter_portal.tenancy.unusual import declare
from tests.appointments.factories import Office, make_office

NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
EMAIL, SMS = ContactChannel.EMAIL, ContactChannel.SMS
QUIET = {"holds": False, "codes": False, "waits": False}
NO_CODES = {EMAIL: Answered(0, 0), SMS: Answered(0, 0)}


class Ask(Protocol):
    def __call__(self, number: int, *, is_typed: bool = False) -> None: ...


@pytest.fixture
def ask(office: Office, now: datetime) -> Ask:
    """A code to one more address, seven minutes ago, typed or not."""
    TenantSettings.objects.update(prove_addresses=True)
    held = hold(Request(office.jobcenter, office.service, office.location, NINE, now))[1]
    then = now - timedelta(minutes=7)

    def one(number: int, *, is_typed: bool = False) -> None:
        address, anchor = f"p{number}@post.example", Anchor(hold=held)
        proof = ask_for_code(anchor, channel=EMAIL, address=address, language="de", network=b"here", now=then)
        if is_typed:
            check_code(anchor, channel=EMAIL, address=address, typed=code_of(proof), now=now)

    return one


def test_where_nothing_happens_all_is_quiet(office: Office, now: datetime) -> None:
    assert pressure(office.jobcenter, now=now) == Pressure(kept=0, works=QUIET, codes=NO_CODES, refusals={})


def test_kept_times_codes_and_refusals_are_counted(office: Office, now: datetime, ask: Ask) -> None:
    for number in range(8):
        ask(number, is_typed=number < 3)
    with pytest.raises(CodeRefused):
        ask(8)
    assert pressure(office.jobcenter, now=now) == Pressure(
        kept=1, works=QUIET, codes={EMAIL: Answered(8, 3), SMS: Answered(0, 0)}, refusals={"code-anchor": 1}
    )


def test_a_code_of_this_minute_is_not_judged_and_one_of_yesterday_no_longer(
    office: Office, now: datetime, ask: Ask
) -> None:
    ask(0)
    for moment in (now - timedelta(minutes=4), now + timedelta(minutes=60)):
        found = pressure(office.jobcenter, now=moment)
        assert found.codes == NO_CODES
        assert found.codes == {channel: pumping.answered(channel, now=moment) for channel in (EMAIL, SMS)}


def test_a_time_that_ran_out_is_not_kept(office: Office, now: datetime) -> None:
    held = hold(Request(office.jobcenter, office.service, office.location, NINE, now))[1]
    held.expires_at = datetime(2026, 11, 1, tzinfo=UTC)
    held.save()
    assert pressure(office.jobcenter, now=now).kept == 0


def test_what_is_guarded_is_said_as_it_is_decided(office: Office, now: datetime) -> None:
    declare("codes", now=now)
    assert pressure(office.jobcenter, now=now).works == {**QUIET, "codes": True}
    for puzzle, works in ((Puzzle.ALWAYS, True), (Puzzle.NEVER, False)):
        office.jobcenter.settings.puzzle = puzzle
        assert set(pressure(office.jobcenter, now=now).works.values()) == {works}


def test_another_jobcenter_is_not_in_it(office: Office, now: datetime, ask: Ask, wiesbaden: Jobcenter) -> None:
    ask(0, is_typed=True)
    with tenant_context(wiesbaden):
        make_office(wiesbaden)
        assert pressure(wiesbaden, now=now) == Pressure(kept=0, works=QUIET, codes=NO_CODES, refusals={})


def test_the_operator_reads_the_same_in_words(
    office: Office, ask: Ask, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(8):
        ask(number)
    with pytest.raises(CodeRefused):
        ask(8)
    declare("waits", now=now)
    with time_machine.travel(now, tick=False):
        call_command("under_attack", jobcenter="fulda")
    assert capsys.readouterr().out.splitlines() == [
        "fulda holds: open (auto); 0 in ten minutes, usual are at most 120",
        "fulda codes: open (auto); 0 in ten minutes, usual are at most 120",
        "fulda waits: machines work (auto); 1 in ten minutes, usual are at most 120",
        "fulda: 1 times are kept for people who type",
        "fulda codes by email: 8 sent within an hour, 0 typed",
        "fulda code-anchor: said no 1 times within an hour",
    ]
