# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The SMPP driver against a message centre in a process of its own: refusals, losses in the middle, receipts."""

import secrets
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobcenter_portal.kernel.gsm7 import BASIC, EXTENSION, Encoding, segments
from notifications.channels.base import (
    Accepted,
    AccountProblem,
    Ambiguous,
    BadConfig,
    Receipt,
    ReceiptKind,
    RejectedPermanent,
    RejectedTemporary,
    Result,
    Throttled,
)
from notifications.channels.sms import smpp
from notifications.channels.sms.smpp import DRIVER, SmppSession
from tests.notifications.channels.conftest import NOW, sms
from tests.notifications.gateways.certificates import self_signed
from tests.notifications.gateways.phone import shown
from tests.notifications.gateways.processes import Gateway
from tests.notifications.gateways.smpp import PASSWORD, SYSTEM_ID

REFERENCE = "0199aa11000070008000000000000002"
DELIVER_SM_RESP, ENQUIRE_LINK, ENQUIRE_LINK_RESP, UNBIND_RESP = "0x80000005", "0x15", "0x80000015", "0x80000006"


@pytest.fixture(scope="module")
def running() -> Iterator[Gateway]:
    with Gateway("smpp") as gateway:
        yield gateway


@pytest.fixture
def gateway(running: Gateway) -> Gateway:
    running.forget()
    return running


@pytest.fixture
def session(gateway: Gateway) -> Iterator[SmppSession]:
    with DRIVER.open(config(gateway)) as opened:
        yield opened


def config(gateway: Gateway, **changes: str) -> dict[str, str]:
    return {
        "host": "127.0.0.1",
        "port": str(gateway.tell("port")),
        "plain": "yes",
        "system_id": SYSTEM_ID,
        "password": PASSWORD,
        "timeout": "1",
    } | changes


def send(session: SmppSession, **changes: Any) -> Result:
    return session.send(sms(**({"reference": REFERENCE} | changes)), now=NOW)


def heard(gateway: Gateway, command: str) -> int:
    """How often, once it was at least once; the other side needs a moment."""
    end = time.monotonic() + 5
    while command not in gateway.tell("heard") and time.monotonic() < end:
        time.sleep(0.02)
    return int(gateway.tell("heard").count(command))


def test_an_sms_is_handed_over_with_sender_validity_and_one_receipt(gateway: Gateway, session: SmppSession) -> None:
    text = "Grüße: Ihr Termin ist am 24.11. um 9:30 Uhr. {€}"
    assert send(session, text=text, validity_minutes=26 * 60 + 5) == Accepted("m1", "parts=1")
    [kept] = gateway.journal()
    assert shown([kept]) == text
    assert {key: kept[key] for key in kept if key not in {"content", "tlvs", "id"}} == {
        "source": [5, 0, "Termin FD"],
        "destination": [1, 1, "4915228817386"],
        "esm_class": 0,
        "data_coding": 0,
        "validity": "000001020500000R",
        "registered_delivery": 1,
    }
    assert list(kept["tlvs"]) == ["516"]  # user_message_reference


@pytest.mark.parametrize(
    ("sender", "source"),
    [("+4930123456", [1, 1, "4930123456"]), ("72401", [3, 0, "72401"]), ("JC-MR-BID", [5, 0, "JC-MR-BID"])],
)
def test_the_kind_of_the_sender_is_told(
    gateway: Gateway, session: SmppSession, sender: str, source: list[object]
) -> None:
    send(session, sender=sender)
    assert [kept["source"] for kept in gateway.journal()] == [source]


@pytest.mark.parametrize(
    ("minutes", "validity"), [(-3, "000000000100000R"), (20, "000000002000000R"), (99_999, "000007000000000R")]
)
def test_the_validity_is_a_relative_time(gateway: Gateway, session: SmppSession, minutes: int, validity: str) -> None:
    send(session, validity_minutes=minutes)
    assert [kept["validity"] for kept in gateway.journal()] == [validity]


@pytest.mark.parametrize("concatenation", ["udh", "sar"])
def test_a_long_text_comes_in_parts_of_one_message_with_one_receipt(gateway: Gateway, concatenation: str) -> None:
    text = "Зустріч 24.11. о 9:30 😀 " * 8
    with DRIVER.open(config(gateway, concatenation=concatenation)) as session:
        assert send(session, text=text) == Accepted("m3", "parts=3")
    parts = gateway.journal()
    assert shown(parts) == text
    assert [part["registered_delivery"] for part in parts] == [0, 0, 1]
    assert len({part["tlvs"]["516"] for part in parts}) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""},
        {"text": "x" * 40_000},
        {"sender": "Größe"},
        {"sender": "S" * 21},
        {"to": "Gruppe"},
        {"text": "\ud800"},
    ],
    ids=["empty", "too long", "umlaut", "long sender", "no number", "half a character"],
)
def test_what_cannot_be_sent_is_refused_before_any_connection(gateway: Gateway, changes: dict[str, Any]) -> None:
    with DRIVER.open(config(gateway)) as session, pytest.raises(ValueError, match=r"."):
        send(session, **changes)
    assert gateway.tell("heard") == []


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (0x58, Throttled(timedelta(seconds=10))),
        (0x14, RejectedTemporary("smpp-20", timedelta(minutes=1))),
        (0x08, RejectedTemporary("smpp-8", None)),
        (0x0A, AccountProblem("smpp-10")),
        (0x0B, RejectedPermanent("smpp-11", suppress=False)),
        (0x62, RejectedPermanent("smpp-98", suppress=False)),
        (0x45, RejectedTemporary("smpp-69", None)),
        (0x0401, RejectedTemporary("smpp-1025", None)),
        (0xFF, Ambiguous("smpp-255")),
    ],
)
def test_each_refusal_is_classified_and_the_session_goes_on(
    gateway: Gateway, session: SmppSession, status: int, result: Result
) -> None:
    gateway.misbehave("status", status=status)
    assert send(session) == result
    assert gateway.journal() == []
    gateway.misbehave("none")
    assert send(session) == Accepted("m2", "parts=1")


def test_a_generic_nack_is_read_like_a_status(gateway: Gateway, session: SmppSession) -> None:
    gateway.misbehave("nack", status=0x03)
    assert send(session) == AccountProblem("smpp-3")
    gateway.misbehave("nack", status=0)
    assert send(session) == Ambiguous("nack")


@pytest.mark.parametrize(
    ("fault", "result"),
    [
        ("lost-resp", Ambiguous("silence")),
        ("close-instead", Ambiguous("close")),
        ("enquire-and-leave", Ambiguous("close")),
        ("unbind-instead", Ambiguous("unbind")),
        ("garbage", Ambiguous("broken")),
        ("no-id", Ambiguous("malformed")),
    ],
)
def test_an_answer_that_does_not_come_is_ambiguous_and_the_next_message_goes(
    gateway: Gateway, session: SmppSession, fault: str, result: Result
) -> None:
    gateway.misbehave(fault)
    assert send(session) == result
    assert session.ask(REFERENCE) == Ambiguous("cannot-be-asked")
    gateway.misbehave("none")
    assert send(session) == Accepted("m2", "parts=1")
    assert len(gateway.journal()) == 2


def test_an_endless_stream_of_other_things_does_not_hold_a_worker(gateway: Gateway, session: SmppSession) -> None:
    gateway.misbehave("flood")
    began = time.monotonic()
    assert send(session) == Ambiguous("silence")
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("fault", ["lost-resp", "status"])
def test_a_text_of_which_a_part_has_left_is_never_called_unsent(
    gateway: Gateway, session: SmppSession, fault: str
) -> None:
    gateway.misbehave(fault, after=1, status=0x58)
    assert send(session, text="x" * 400) == Ambiguous("part-2-of-3")


def test_a_link_that_the_provider_closed_in_between_is_made_anew(gateway: Gateway, session: SmppSession) -> None:
    assert send(session) == Accepted("m1", "parts=1")
    gateway.misbehave("unbind")
    assert heard_later(gateway, session)
    assert send(session) == Accepted("m2", "parts=1")
    gateway.misbehave("close")
    time.sleep(0.1)
    assert send(session) == Accepted("m3", "parts=1")
    assert gateway.tell("heard").count("0x9") == 3


def heard_later(gateway: Gateway, session: SmppSession) -> bool:
    session.collect()
    return heard(gateway, UNBIND_RESP) == 1


def test_a_quiet_link_is_asked_before_a_message_is_entrusted_to_it(
    gateway: Gateway, session: SmppSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smpp, "_ASKED_AFTER_IDLE_S", 0.0)
    assert send(session) == Accepted("m1", "parts=1")
    assert send(session) == Accepted("m2", "parts=1")
    assert gateway.tell("heard").count(ENQUIRE_LINK) == 1


def test_the_providers_enquiry_is_answered_while_we_wait(gateway: Gateway, session: SmppSession) -> None:
    send(session)
    gateway.misbehave("enquire")
    assert session.collect() == ()
    assert heard(gateway, ENQUIRE_LINK_RESP) == 1


@pytest.mark.parametrize(
    ("changes", "result"),
    [
        ({"password": "falsch"}, AccountProblem("bind-14")),
        ({"port": "1"}, RejectedTemporary("connect", None)),
        ({"host": "sms.invalid"}, RejectedTemporary("connect", None)),
    ],
)
def test_what_keeps_us_from_binding_sent_nothing(gateway: Gateway, changes: dict[str, str], result: Result) -> None:
    with DRIVER.open(config(gateway, **changes)) as session:
        assert send(session) == result
        assert session.collect() == ()
    assert gateway.journal() == []


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (0x05, Throttled(timedelta(seconds=10))),
        (0x58, Throttled(timedelta(seconds=10))),
        (0x08, RejectedTemporary("bind-8", timedelta(minutes=1))),
        (0x0D, AccountProblem("bind-13")),
    ],
)
def test_a_bind_that_is_refused_says_why(gateway: Gateway, session: SmppSession, status: int, result: Result) -> None:
    gateway.misbehave("bind-status", status=status)
    assert send(session) == result


def test_our_own_network_is_no_provider(gateway: Gateway, settings: Any) -> None:
    opened = DRIVER.open(config(gateway))
    settings.ALLOW_LOCAL_PROVIDERS = False
    assert send(opened) == AccountProblem("address")
    assert gateway.tell("heard") == []


def test_tls_wants_a_certificate_for_this_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, key = self_signed(tmp_path)
    with Gateway("smpp", GATEWAY_CERTIFICATE=str(certificate), GATEWAY_KEY=str(key)) as gateway:
        plain, tls = config(gateway, host="localhost"), config(gateway, host="localhost", plain="")
        with DRIVER.open(tls) as session:
            assert send(session) == AccountProblem("certificate")
        with DRIVER.open(plain) as session:
            assert send(session) == RejectedTemporary("connect", None)
        assert gateway.tell("heard") == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with DRIVER.open(tls) as session:
            assert send(session) == Accepted("m1", "parts=1")
        with DRIVER.open(tls | {"host": "127.0.0.1"}) as session:
            assert send(session) == AccountProblem("certificate")


def collected(session: SmppSession, count: int = 1) -> list[Receipt]:
    """What came within five seconds, collected as delivery does it: until nothing comes any more."""
    receipts: list[Receipt] = []
    end = time.monotonic() + 5
    while len(receipts) < count and time.monotonic() < end:
        while found := session.collect():
            receipts += found
    session.collect()
    return receipts


@pytest.mark.parametrize(
    ("order", "kind", "word"),
    [
        ({"stat": "DELIVRD"}, ReceiptKind.DELIVERED, "DELIVRD"),
        ({"stat": "UNDELIV"}, ReceiptKind.BOUNCED, "UNDELIV"),
        ({"stat": "EXPIRED"}, ReceiptKind.BOUNCED, "EXPIRED"),
        ({"state": 2, "text": ""}, ReceiptKind.DELIVERED, "DELIVRD"),
        ({"state": 8, "text": "nothing that is known"}, ReceiptKind.BOUNCED, "REJECTD"),
    ],
    ids=str,
)
def test_a_receipt_names_the_message_by_both_references(
    gateway: Gateway, session: SmppSession, order: dict[str, Any], kind: ReceiptKind, word: str
) -> None:
    send(session)
    gateway.send_receipts("", {"id": "m1"} | order)
    assert collected(session) == [Receipt(f"m1:{word}", kind, REFERENCE, "m1", code=f"smpp-{word.lower()}")]


def test_a_receipt_before_the_answer_is_kept_for_its_message(gateway: Gateway, session: SmppSession) -> None:
    gateway.misbehave("receipt-first")
    assert send(session) == Accepted("m1", "parts=1")
    assert collected(session) == [Receipt("m1:DELIVRD", ReceiptKind.DELIVERED, REFERENCE, "m1", code="smpp-delivrd")]


def test_a_receipt_of_another_session_has_the_providers_name_only(gateway: Gateway, session: SmppSession) -> None:
    send(session)
    gateway.send_receipts("", {"id": "of-yesterday"})
    [receipt] = collected(session)
    assert (receipt.our_reference, receipt.provider_reference) == ("", "of-yesterday")


def test_repeated_and_reordered_receipts_keep_their_names(gateway: Gateway, session: SmppSession) -> None:
    send(session)
    gateway.send_receipts("", {"id": "b"}, {"id": "a"}, *[{"id": "a"}] * 9)
    assert [receipt.event for receipt in collected(session, 11)] == ["b:DELIVRD", *["a:DELIVRD"] * 10]


def test_what_is_no_final_word_says_nothing(gateway: Gateway, session: SmppSession) -> None:
    send(session)
    gateway.send_receipts(
        "",
        {"id": "m1", "stat": "ACCEPTD"},
        {"id": "m1", "stat": "ENROUTE"},
        {"id": "m1", "state": 7},
        {"id": "", "stat": "DELIVRD"},
        {"id": "m1", "text": "STOP", "esm_class": 0},
        # Somebody answers by SMS and writes what a receipt looks like.
        {"text": "id:m1 sub:001 dlvrd:001 stat:DELIVRD err:000", "esm_class": 0},
        {"id": "m1", "text": "call +49 152"},
        {"id": "last"},
    )
    assert [receipt.event for receipt in collected(session)] == ["last:DELIVRD"]


def test_receipts_are_acknowledged_when_the_caller_comes_back(gateway: Gateway, session: SmppSession) -> None:
    send(session)
    gateway.send_receipts("", {"id": "m1"})
    end = time.monotonic() + 5
    while not (first := session.collect()) and time.monotonic() < end:
        pass
    assert [receipt.event for receipt in first] == ["m1:DELIVRD"]
    assert gateway.tell("acknowledged") == []
    session.collect()
    assert heard(gateway, DELIVER_SM_RESP) == 1


@pytest.mark.parametrize("dies", [True, False], ids=["the worker dies", "the database was away"])
def test_receipts_that_nobody_stored_come_again(gateway: Gateway, *, dies: bool) -> None:
    first = DRIVER.open(config(gateway))
    send(first)
    gateway.send_receipts("", {"id": "m1"})
    assert len(collected_once(first)) == 1
    if dies:
        first._lose()
    else:
        first.close()
    with DRIVER.open(config(gateway)) as second:
        assert [receipt.event for receipt in collected(second)] == ["m1:DELIVRD"]
    assert heard(gateway, DELIVER_SM_RESP) == 1


def collected_once(session: SmppSession) -> Sequence[Receipt]:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        if found := session.collect():
            return found
    return ()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("host", "", "Rechner: Bitte ausfüllen."),
        ("host", "smpp://host", "Rechner: Bitte nur den Namen des Rechners, zum Beispiel smpp.example.de."),
        ("port", "0", "Port: Bitte eine ganze Zahl von 1 bis 65535."),
        ("port", "70000", "Port: Bitte eine ganze Zahl von 1 bis 65535."),
        ("port", "²", "Port: Bitte eine ganze Zahl von 1 bis 65535."),
        ("plain", "ja", "Ohne Verschlüsselung: Bitte ankreuzen oder leer lassen."),
        ("password", "123456789", "Kennwort: Höchstens 8 Zeichen, mehr kennt SMPP nicht."),
        ("concatenation", "csms", "Lange SMS verbinden mit: Bitte einen der Werte wählen."),
    ],
)
def test_a_wrong_setting_is_named(gateway: Gateway, field: str, value: str, sentence: str) -> None:
    with pytest.raises(BadConfig) as caught:
        DRIVER.open(config(gateway, **{field: value}))
    assert (caught.value.field_name, caught.value.sentence) == (field, sentence)


ANY_GSM = st.text(st.sampled_from(sorted(BASIC | EXTENSION)), min_size=1, max_size=500)
MANY_ESCAPES = st.text(st.sampled_from("€[]{}|^~\\ax"), min_size=140, max_size=330)
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)
EMOJI = st.text(st.sampled_from("😀👩‍👧🇺🇦жش€ "), min_size=60, max_size=220)


@pytest.fixture(scope="module")
def fuzzed(running: Gateway) -> Iterator[SmppSession]:
    with DRIVER.open(config(running)) as opened:
        yield opened


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(ANY_GSM, MANY_ESCAPES, ANYTHING, EMOJI))
def test_what_we_count_is_what_is_on_the_wire_and_a_phone_shows_the_same(
    running: Gateway, fuzzed: SmppSession, text: str
) -> None:
    running.forget()
    counted = segments(text)
    result = send(fuzzed, text=text, reference=secrets.token_hex(16))
    parts = running.journal()
    assert result == Accepted(parts[-1]["id"], f"parts={counted.parts}")
    assert len(parts) == counted.parts
    assert shown(parts) == text
    assert {part["data_coding"] for part in parts} == {8 if counted.encoding is Encoding.UCS2 else 0}
