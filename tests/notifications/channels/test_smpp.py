# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The SMPP driver against a message centre in a process of its own: refusals, losses in the middle."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from notifications.channels.base import (
    Accepted,
    AccountProblem,
    Ambiguous,
    BadConfig,
    RejectedPermanent,
    RejectedTemporary,
    Result,
    Throttled,
)
from notifications.channels.sms import smpp
from notifications.channels.sms.smpp import DRIVER, SmppSession
from tests.notifications.channels.message_centre import REFERENCE, config, heard, send
from tests.notifications.gateways.certificates import self_signed
from tests.notifications.gateways.phone import shown
from tests.notifications.gateways.processes import Gateway

ENQUIRE_LINK, ENQUIRE_LINK_RESP, UNBIND_RESP = "0x15", "0x80000015", "0x80000006"


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


def test_an_sms_is_handed_over_with_sender_validity_and_one_receipt(gateway: Gateway, session: SmppSession) -> None:
    text = "Grüße: Ihr Termin ist am 24.11. um 9:30 Uhr. {€}"
    assert send(session, text=text, validity_minutes=26 * 60 + 5) == Accepted("m1", "parts=1")
    [kept] = gateway.journal()
    assert (shown([kept]), list(kept["tlvs"])) == (text, ["516"])  # user_message_reference
    assert {key: kept[key] for key in kept if key not in {"content", "tlvs", "id"}} == {
        "source": [5, 0, "Termin FD"],
        "destination": [1, 1, "4915228817386"],
        "esm_class": 0,
        "data_coding": 0,
        "validity": "000001020500000R",
        "registered_delivery": 1,
    }


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
    assert (shown(parts), [part["registered_delivery"] for part in parts]) == (text, [0, 0, 1])
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
    for status, result in ((0x03, AccountProblem("smpp-3")), (0, Ambiguous("nack"))):
        gateway.misbehave("nack", status=status)
        assert send(session) == result


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
    end = time.monotonic() + 4
    assert send(session) == Ambiguous("silence")
    assert time.monotonic() < end


@pytest.mark.parametrize("fault", ["lost-resp", "status"])
def test_a_text_of_which_a_part_has_left_is_never_called_unsent(
    gateway: Gateway, session: SmppSession, fault: str
) -> None:
    gateway.misbehave(fault, after=1, status=0x58)
    assert send(session, text="x" * 400) == Ambiguous("part-2-of-3")


def test_a_link_that_the_provider_closed_in_between_is_made_anew(gateway: Gateway, session: SmppSession) -> None:
    assert send(session) == Accepted("m1", "parts=1")
    gateway.misbehave("unbind")
    session.collect()
    assert heard(gateway, UNBIND_RESP) == 1
    assert send(session) == Accepted("m2", "parts=1")
    gateway.misbehave("close")
    time.sleep(0.1)
    assert send(session) == Accepted("m3", "parts=1")
    assert gateway.tell("heard").count("0x9") == 3


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
