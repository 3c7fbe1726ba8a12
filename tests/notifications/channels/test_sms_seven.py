# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The SMS driver against the real catcher process: what is taken, refused, and left in doubt."""

import json
import socket
import threading
from datetime import timedelta
from typing import Any

import httpx
import pytest

from jobcenter_portal.demo.outbox_files import Kind
from notifications.channels.base import (
    Accepted,
    AccountProblem,
    Ambiguous,
    RejectedPermanent,
    RejectedTemporary,
    Result,
    Throttled,
)
from notifications.channels.sms.seven import SevenSession, SmsAccount
from tests.notifications.channels.conftest import API_KEY, NOW, Catcher, StartCatcher, sms


def send(account: SmsAccount, **changes: Any) -> Result:
    with SevenSession(account) as session:
        return session.send(sms(**changes), now=NOW)


def stored(catcher: Catcher) -> list[dict[str, object]]:
    return [json.loads(path.read_bytes()) for path in sorted((catcher.folder / "sms").glob("*.json"))]


def test_an_sms_is_kept_with_all_that_was_asked_for(start_catcher: StartCatcher) -> None:
    catcher = start_catcher("sms")
    text = 'Ihr Termin: 24.11. um 9:30 Uhr. Größe & Plus+ "€" äöü'
    result = send(catcher.sms_account(), text=text)
    assert isinstance(result, Accepted)
    [kept] = stored(catcher)
    assert {key: kept[key] for key in kept if key not in {"received_at", "id"}} == {
        "to": "+4915228817386",
        "from": "Termin FD",
        "text": text,
        "foreign_id": sms().reference,
        "ttl": 600,
        "encoding": "gsm",
        "parts": 1,
    }
    assert result == Accepted(str(kept["id"]), "parts=1")
    [caught] = catcher.messages()
    assert (caught.kind, caught.to, caught.sender, caught.text, caught.reference) == (
        Kind.SMS,
        "+4915228817386",
        "Termin FD",
        text,
        sms().reference,
    )


def test_cyrillic_arrives_unharmed_and_is_counted_as_ucs2(start_catcher: StartCatcher) -> None:
    catcher = start_catcher("sms")
    assert isinstance(send(catcher.sms_account(), text="Зустріч 24.11. 9:30 " * 4), Accepted)
    [kept] = stored(catcher)
    assert (kept["text"], kept["encoding"], kept["parts"]) == ("Зустріч 24.11. 9:30 " * 4, "ucs2", 2)


@pytest.mark.parametrize(
    ("changes", "result"),
    [
        ({"to": ""}, RejectedPermanent("seven-301", suppress=False)),
        ({"to": "Gruppe1"}, RejectedPermanent("seven-202", suppress=True)),
        ({"to": "+49123"}, RejectedPermanent("seven-202", suppress=True)),
        ({"text": ""}, RejectedPermanent("seven-305", suppress=False)),
        ({"text": " \n"}, RejectedPermanent("seven-305", suppress=False)),
        ({"text": "x" * 1521}, RejectedPermanent("seven-401", suppress=False)),
        ({"sender": "Jobcenter Fulda"}, AccountProblem("seven-201")),
        ({"sender": "Größe"}, AccountProblem("seven-201")),
        ({"sender": "01234567890123456"}, AccountProblem("seven-201")),
        ({"reference": "mit Leerzeichen"}, RejectedPermanent("http-400", suppress=False)),
    ],
    ids=str,
)
def test_each_refusal_of_the_gateway_is_classified(
    start_catcher: StartCatcher, changes: dict[str, Any], result: Result
) -> None:
    catcher = start_catcher("sms")
    assert send(catcher.sms_account(), **changes) == result
    assert stored(catcher) == []


@pytest.mark.parametrize("key", ["", "falsch"])
def test_a_wrong_or_missing_key_is_a_matter_for_staff(start_catcher: StartCatcher, key: str) -> None:
    catcher = start_catcher("sms")
    assert send(catcher.sms_account(api_key=key)) == AccountProblem("http-401")
    assert stored(catcher) == []


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("11", RejectedTemporary("seven-11", None)),
        ("402", Ambiguous("seven-402")),
        ("403", RejectedTemporary("seven-403", timedelta(hours=24))),
        ("500", AccountProblem("seven-500")),
        ("600", RejectedTemporary("seven-600", None)),
        ("700", Ambiguous("seven-700")),
        ("900", AccountProblem("seven-900")),
        ("901", AccountProblem("seven-901")),
        ("902", AccountProblem("seven-902")),
        ("903", AccountProblem("seven-903")),
        ("100", Ambiguous("malformed")),
        ("101", Ambiguous("malformed")),
        ("4711", Ambiguous("seven-4711")),
        ("+49 152 secret text", Ambiguous("seven-code")),
    ],
)
def test_http_200_with_an_error_code_in_the_body_is_no_success(
    start_catcher: StartCatcher, code: str, result: Result
) -> None:
    catcher = start_catcher("sms", CATCHER_FAULT="200-with-error", CATCHER_FAULT_CODE=code)
    assert send(catcher.sms_account()) == result
    assert stored(catcher) == []


@pytest.mark.parametrize(
    ("fault", "result"),
    [
        ("accept-then-hang", Ambiguous("no-answer")),
        ("500-after-accept", Ambiguous("http-500")),
        ("malformed-after-accept", Ambiguous("malformed")),
    ],
)
def test_what_was_left_in_doubt_is_found_in_the_journal_by_our_reference(
    start_catcher: StartCatcher, fault: str, result: Result
) -> None:
    catcher = start_catcher("sms", CATCHER_FAULT=fault, CATCHER_FAULT_TIMES="1", CATCHER_FAULT_SECONDS="3")
    with SevenSession(catcher.sms_account(timeout=1.0)) as session:
        assert session.send(sms(), now=NOW) == result
        [kept] = stored(catcher)
        assert session.ask(sms().reference, to=sms().to) == Accepted(str(kept["id"]), "delivered")
        assert session.ask(sms().reference) == Accepted(str(kept["id"]), "delivered")
        assert session.ask("another-reference") is None


def test_a_throttled_account_waits_as_long_as_the_gateway_says(start_catcher: StartCatcher) -> None:
    catcher = start_catcher("sms", CATCHER_FAULT="429")
    assert send(catcher.sms_account()) == Throttled(timedelta(seconds=7))
    assert stored(catcher) == []


def test_nobody_listening_is_temporary_for_sending_and_no_answer_for_asking() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with SevenSession(SmsAccount(f"http://127.0.0.1:{port}", "k")) as session:
        assert session.send(sms(), now=NOW) == RejectedTemporary("connect", None)
        assert session.ask("x") == Ambiguous("journal")


def test_a_gateway_that_closes_without_an_answer_leaves_it_in_doubt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _peer = server.accept()
            with connection:
                connection.recv(65536)

        thread = threading.Thread(target=serve)
        thread.start()
        account = SmsAccount(f"http://127.0.0.1:{server.getsockname()[1]}", "k", timeout=2)
        assert send(account) == Ambiguous("no-answer")
        thread.join(timeout=10)


def test_the_journal_is_read_page_by_page_and_only_for_the_right_key(start_catcher: StartCatcher) -> None:
    catcher = start_catcher("sms")
    with SevenSession(catcher.sms_account()) as session:
        for number in range(103):
            session.send(sms(reference=f"r{number}"), now=NOW)
        assert isinstance(session.ask("r0"), Accepted)
        assert session.ask("r103") is None
    with SevenSession(catcher.sms_account(api_key="falsch")) as session:
        assert session.ask("r0") == Ambiguous("journal")


def test_an_sms_sent_twice_is_there_twice(start_catcher: StartCatcher) -> None:
    catcher = start_catcher("sms")
    with SevenSession(catcher.sms_account()) as session:
        session.send(sms(), now=NOW)
        session.send(sms(), now=NOW)
    assert [kept["foreign_id"] for kept in stored(catcher)] == [sms().reference] * 2


def test_the_lock_on_repeated_texts_leaves_it_in_doubt(start_catcher: StartCatcher) -> None:
    catcher = start_catcher("sms", CATCHER_RELOAD_LOCK="180")
    with SevenSession(catcher.sms_account()) as session:
        assert isinstance(session.send(sms(), now=NOW), Accepted)
        assert session.send(sms(), now=NOW) == Ambiguous("seven-402")
    assert len(stored(catcher)) == 1


@pytest.mark.parametrize(
    ("minutes", "ttl"), [(-5, 1), (0, 1), (90, 90), (100_000, 2880)], ids=["past", "none", "usual", "long"]
)
def test_the_validity_stays_inside_what_the_gateway_knows(start_catcher: StartCatcher, minutes: int, ttl: int) -> None:
    catcher = start_catcher("sms")
    assert isinstance(send(catcher.sms_account(), validity_minutes=minutes), Accepted)
    assert [kept["ttl"] for kept in stored(catcher)] == [ttl]


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("content_type", "body", "status", "answer"),
    [
        ("text/plain", b"to=%2B4915228817386&text=Hallo", 200, {"success": "301"}),
        (f"{FORM}; charset=iso-8859-1", b"to=%2B4915228817386&text=Hallo", 200, {"success": "301"}),
        (FORM, b"to=%2B4915228817386&text=Gr%FC%DFe", 400, {"error": "body is not UTF-8 or not of its content type"}),
        (FORM, b"to=%2B4915228817386&text=Gr\xfc\xdfe", 400, {"error": "body is not UTF-8 or not of its content type"}),
        ("application/json", b"{", 400, {"error": "body is not UTF-8 or not of its content type"}),
        ("application/json", b"[]", 400, {"error": "body is not UTF-8 or not of its content type"}),
        (FORM, b"text=Hallo", 200, {"success": "301"}),
        (FORM, b"to=%2B4915228817386", 200, {"success": "305"}),
        (FORM, b"to=%2B4915228817386&text=Hallo&ttl=0", 400, {"error": "ttl"}),
        (FORM, b"to=%2B4915228817386&text=Hallo&ttl=2881", 400, {"error": "ttl"}),
        (FORM, b"to=%2B4915228817386&text=Hallo&ttl=bald", 400, {"error": "ttl"}),
    ],
)
def test_the_catcher_refuses_what_the_driver_never_sends(
    start_catcher: StartCatcher, content_type: str, body: bytes, status: int, answer: dict[str, str]
) -> None:
    catcher = start_catcher("sms")
    response = httpx.post(
        f"http://127.0.0.1:{catcher.port}/api/sms",
        content=body,
        headers={"Content-Type": content_type, "X-Api-Key": API_KEY},
        trust_env=False,
    )
    assert (response.status_code, response.json() | answer) == (status, response.json())
    assert stored(catcher) == []


def test_the_account_is_read_from_a_url_and_hides_its_key() -> None:
    account = SmsAccount.from_url("seven+https://:ge%2Fheim@gateway.example:8443/x?timeout=9")
    assert account == SmsAccount("https://gateway.example:8443/x", "ge/heim", timeout=9.0)
    assert "heim" not in repr(account)
    assert "1522" not in repr(sms())
