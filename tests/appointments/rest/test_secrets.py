# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keys are doors with a limit, and nothing that a program sends is left behind where it could be read."""

import secrets
from typing import Any

import pytest

from appointments import doors
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.web.throttle import Limit
from notifications import tasks as delivery_tasks
from tests.appointments.factories import Office
from tests.appointments.rest.program import PERSON, Program, code_of, wanted
from tests.architecture.walk.answers import rows_of
from tests.contract.scanners import QUEUE, log_lines, redis_commands, sessions
from tests.contract.test_leaks import hits


def test_short_codes_cannot_be_tried_by_the_thousand(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "WRONG_CODES", Limit("wrong-codes", attempts=2, seconds=600))
    answers = [program.get(f"appointments/AAAABBBBCCCCDDDD{sign}/") for sign in "EFGH"]
    assert [code_of(answer) for answer in answers] == [(404, "not_found")] * 2 + [(429, "throttled")] * 2
    assert answers[-1].headers["Retry-After"] == "600"


def test_wrong_codes_count_together_with_those_on_pages(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "WRONG_CODES", Limit("wrong-codes", attempts=1, seconds=600))
    assert program.get("/fulda/de/t/AAAABBBBCCCCDDDDE/").status_code == 404
    assert code_of(program.get("appointments/AAAABBBBCCCCDDDDF/")) == (429, "throttled")


def test_the_long_key_is_no_guess_and_is_not_counted(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "WRONG_CODES", Limit("wrong-codes", attempts=0, seconds=600))
    wrong = "dW5rbm93bi11bmtub3duLXVua25vd24tdW5rbm93bi0"
    assert code_of(program.get(f"appointments/{wrong}/")) == (404, "not_found")


def test_a_whole_journey_leaves_nothing_readable_behind(program: Program, office: Office) -> None:
    name, mailbox = f"Zeisig{secrets.token_hex(4)}", f"zeisig.{secrets.token_hex(4)}"
    number = f"01511{secrets.randbelow(10**7):07}"
    key = secrets.token_urlsafe(16)
    keys: list[str] = [key]
    with redis_commands() as commands, log_lines() as lines:
        held = program.post("holds/", wanted()).json()["token"]
        program.post(f"holds/{held}/extend/")
        person = PERSON | {"name": f"Kanaria {name}", "email": f"{mailbox}@kanaria.example", "mobile": number}
        body = {"hold_token": held, "person": person}
        booked = program.books(body, key=key)
        program.books(body, key=key)
        told = booked.json()
        keys += [held, told["key"], told["code"]]
        program.get(f"appointments/{told['key']}/")
        program.get(f"appointments/{told['code']}/")
        program.post(f"appointments/{told['key']}/move/", {"starts_at": "2026-11-25T09:00:00+01:00"})
        program.post(f"appointments/{told['key']}/cancel/")
        program.books({"hold_token": held, "person": person | {"email": f"{mailbox}@"}})
        program.get(f"services/?name={name}&mail={mailbox}@kanaria.example")
        delivery_tasks.deliver_due.apply_async(queue=QUEUE)
    assert booked.status_code == 201
    logged = lines.getvalue().splitlines()
    assert len(logged) >= 10
    words = [name, mailbox, number, number[1:], *keys]
    assert hits(logged, words) == []
    assert any("notifications.deliver_due" in command for command in commands)
    assert hits(commands, words) == []
    assert hits(sessions(), words) == []
    with tenant_context(office.jobcenter):
        rows = [row for found in rows_of(_World(office)).values() for row in found]  # type: ignore[arg-type]
    assert len(rows) > 10
    assert hits(rows, words) == []


class _World:
    """As much of a world as `rows_of` looks at."""

    def __init__(self, office: Office) -> None:
        self.jobcenter = office.jobcenter


def test_the_scanner_would_find_a_key_in_a_path(program: Program) -> None:
    with log_lines(redacting=False) as lines:
        program.get("appointments/dW5rbm93bi11bmtub3duLXVua25vd24tdW5rbm93bi0/")
    assert hits(lines.getvalue().splitlines(), ["dW5rbm93bi11bmtub3du"]) != []


def test_a_form_of_another_site_is_not_read(program: Program) -> None:
    answer: Any = program.client.post(
        "/fulda/api/v1/holds/", {"service": "beratung"}, headers={"origin": "https://evil.example"}
    )
    assert code_of(answer) == (415, "unsupported_media_type")
