# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every refusal is a problem document with a code that the guide explains, whoever speaks it first."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from appointments.core.policy import Refusal
from appointments.rest.problems import BOOKING_PROBLEMS
from jobcenter_portal.rest import problems
from jobcenter_portal.rest.problems import PLATFORM_PROBLEMS, ProblemType
from jobcenter_portal.tenancy.models import Jobcenter, JobcenterHost
from tests.appointments.factories import Office, make_office
from tests.appointments.rest.program import PERSON, Program, code_of, wanted

GUIDE = (Path(settings.BASE_DIR) / "docs" / "rest.md").read_text(encoding="utf-8")
ALL = (*PLATFORM_PROBLEMS, *BOOKING_PROBLEMS)


@pytest.fixture
def office(fulda: Jobcenter) -> Office:
    return make_office(fulda)


@pytest.fixture
def program(office: Office) -> Program:
    return Program("/fulda/api/v1/")


# --- Codes ------------------------------------------------------------------------------------------------------------
def test_the_guide_explains_exactly_the_codes_that_there_are() -> None:
    table = {code: int(status) for code, status in re.findall(r"^\| `([a-z_]+)` \| (\d{3}) \|", GUIDE, re.MULTILINE)}
    assert table == {problem.code: problem.status for problem in ALL}


def test_every_problem_that_is_written_down_stands_in_the_list() -> None:
    written = {value for value in vars(problems).values() if isinstance(value, ProblemType)}
    assert written == set(PLATFORM_PROBLEMS)
    assert len({problem.code for problem in ALL}) == len(ALL)


def test_the_guide_names_every_reason_to_refuse() -> None:
    (row,) = [line for line in GUIDE.splitlines() if line.startswith("| `refused`")]
    assert {refusal.value for refusal in Refusal} <= set(re.findall(r"`([a-z_]+)`", row))


# --- Whoever speaks first ---------------------------------------------------------------------------------------------
def test_guards_the_router_and_the_tenant_speak_in_problems_too(program: Program, wiesbaden: Jobcenter) -> None:
    JobcenterHost.objects.create(jobcenter=wiesbaden, host="termine-wiesbaden.example")
    other_host = {"host": "termine-wiesbaden.example"}
    answers = {
        "address that is none": program.get("nothing/"),
        "version that is none": program.get("/fulda/api/v2/services/"),
        "no slash at the end": program.get("services"),
        "unknown Jobcenter": program.get("/unbekannt/api/v1/services/"),
        "another Jobcenter's host": program.get("services/", **other_host),
        "nobody's host": program.get("services/", host="evil.example"),
        "NUL in the address": program.get("services/%00/slots/"),
        "NUL in the query": program.get("services/beratung/slots/?location=%00"),
        "endless address": program.get("services/?a=" + "x" * 5000),
        "oversized body": program.post("holds/", b'{"a": "' + b"x" * 70_000 + b'"}'),
        "wrong method": program.send("PATCH", "holds/", b"{}"),
        "a form": program.send("POST", "holds/", b"service=beratung", content_type="application/x-www-form-urlencoded"),
        "multipart": program.send("POST", "holds/", b"--x--", content_type="multipart/form-data; boundary=x"),
        "text": program.send("POST", "holds/", b"{}", content_type="text/plain"),
        "no kind at all": program.send("POST", "holds/", b"{}", content_type=""),
        "only XML, please": program.get("services/", accept="application/xml"),
        "in chunks": program.send("POST", "holds/", b"{}", transfer_encoding="chunked"),
        "DELETE with a body": program.send("DELETE", "holds/x/", b"{}"),
        "not JSON": program.post("holds/", b"{"),
        "a list": program.post("holds/", []),
    }
    assert {what: code_of(answer) for what, answer in answers.items()} == {
        "address that is none": (404, "not_found"),
        "version that is none": (404, "not_found"),
        "no slash at the end": (404, "not_found"),
        "unknown Jobcenter": (404, "not_found"),
        "another Jobcenter's host": (404, "not_found"),
        "nobody's host": (400, "bad_request"),
        "NUL in the address": (400, "bad_request"),
        "NUL in the query": (400, "bad_request"),
        "endless address": (414, "address_too_long"),
        "oversized body": (413, "body_too_large"),
        "wrong method": (405, "method_not_allowed"),
        "a form": (415, "unsupported_media_type"),
        "multipart": (415, "unsupported_media_type"),
        "text": (415, "unsupported_media_type"),
        "no kind at all": (415, "unsupported_media_type"),
        "only XML, please": (406, "not_acceptable"),
        "in chunks": (411, "length_required"),
        "DELETE with a body": (400, "bad_request"),
        "not JSON": (400, "malformed_json"),
        "a list": (422, "invalid_fields"),
    }


def test_a_jobcenters_own_host_serves_its_interface(program: Program, fulda: Jobcenter) -> None:
    JobcenterHost.objects.create(jobcenter=fulda, host="termine-fulda.example")
    assert program.get("services/", host="termine-fulda.example").status_code == 200


def test_a_wrong_method_names_the_right_ones(program: Program) -> None:
    assert program.send("PATCH", "holds/").headers["Allow"] == "POST"
    assert program.send("OPTIONS", "services/").headers["Allow"] == "GET, HEAD"


def test_a_fault_is_a_500_that_tells_nothing(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> None:
        raise ValueError("Jürgen Größer")

    monkeypatch.setattr("appointments.queries.services", broken)
    answer = program.get("services/")
    assert code_of(answer) == (500, "server_error")
    assert b"rgen" not in answer.content


def test_faults_of_fields_point_to_where_they_are(program: Program) -> None:
    person = {"name": " \u200b ", "language": "xx", "email": "a@b", "mobile": 17, "fax": "1"}
    nested = program.books(wanted(person=person)).json()["errors"]
    flat = program.books(wanted(person={"language": "de", "email": "a@b", "mobile": 17, "name": "x" * 81})).json()[
        "errors"
    ]
    queried = program.get("services/beratung/slots/?days=0&from=gestern&location=nein&mode=post").json()["errors"]
    assert [(fault["pointer"], fault["code"]) for fault in nested] == [("#/person", "unknown_field")]
    assert [(fault["pointer"], fault["code"]) for fault in flat] == [
        ("#/person/email", "wrong"),
        ("#/person/mobile", "invalid"),
        ("#/person/name", "too_long"),
    ]
    assert sorted((fault["parameter"], fault["code"]) for fault in queried) == [
        ("days", "min_value"),
        ("from", "invalid"),
        ("mode", "invalid_choice"),
    ]
    assert all(fault["detail"].isascii() for fault in (*nested, *flat, *queried)), "English for all who program"


def test_what_was_sent_does_not_come_back(program: Program) -> None:
    secret = "Kanaria-Zeisig"
    bodies: list[Any] = [
        {secret: 1}, secret, wanted(service=secret), wanted(secret), {"starts_at": {secret: 1}}, [secret],
        wanted(person={"name": "Eva", "language": secret}), wanted(mode=secret, person=PERSON),
        wanted(person={"name": "Eva", "language": "de", "email": secret, "mobile": secret}),
    ]  # fmt: skip
    answers = [program.books(body) for body in bodies]
    answers += [program.get(f"services/beratung/slots/?{name}={secret}") for name in (secret, "from", "days", "mode")]
    answers += [program.get(f"appointments/{secret}/"), program.delete(f"holds/{secret}/")]
    assert [answer.status_code for answer in answers if not 400 <= answer.status_code < 500] == []
    assert [answer.content for answer in answers if secret in answer.content.decode()] == []


# --- Not a page -------------------------------------------------------------------------------------------------------
def test_answers_keep_the_headers_of_the_portal_and_set_no_cookie(program: Program) -> None:
    for answer in (program.get("services/"), program.post("holds/", wanted()), program.get("nothing/")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert not answer.cookies


def test_there_is_nothing_to_look_at_in_a_browser(program: Program) -> None:
    browser = Client().get("/fulda/api/v1/services/", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert browser.headers["Content-Type"] == "application/json"
    assert code_of(program.get("")) == (404, "not_found")
