# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Our PDUs against two codecs that know nothing of them, and against whatever a broken peer may send."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
import smpp34
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from smpplib import consts, gsm
from smpplib import smpp as smpplib_pdus

from jobcenter_portal.kernel.gsm7 import BASIC, EXTENSION, Encoding, octets, segments
from notifications.channels.base import Accepted, Receipt, ReceiptKind
from notifications.channels.sms.smpp import DRIVER, SmppSession
from notifications.channels.sms.smpp_pdus import (
    Address,
    BrokenPdu,
    Command,
    Pdu,
    ShortMessage,
    Tag,
    bind_body,
    message_id,
    take_first,
)
from tests.notifications.channels.conftest import NOW, sms
from tests.notifications.gateways.phone import shown
from tests.notifications.gateways.processes import Gateway
from tests.notifications.gateways.smpp import PASSWORD, SYSTEM_ID
from tests.notifications.servers import free_port

PRINTABLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=20)
OCTET = st.integers(0, 255)
ADDRESSES = st.builds(Address, st.integers(0, 6), st.integers(0, 18), PRINTABLE)
MESSAGES = st.builds(
    ShortMessage,
    source=ADDRESSES,
    destination=ADDRESSES,
    content=st.binary(max_size=254),
    esm_class=OCTET,
    data_coding=OCTET,
    validity=st.sampled_from(["", "000001020500000R"]),
    registered_delivery=OCTET,
    optional=st.dictionaries(
        st.sampled_from([Tag.USER_MESSAGE_REFERENCE.value, Tag.SAR_REFERENCE.value]),
        st.binary(min_size=2, max_size=2),
    ),
)


def config(port: int) -> dict[str, str]:
    return {
        "host": "127.0.0.1",
        "port": str(port),
        "plain": "yes",
        "system_id": SYSTEM_ID,
        "password": PASSWORD,
        "timeout": "5",
    }


@given(MESSAGES)
def test_a_message_is_read_by_another_codec_as_it_was_meant(message: ShortMessage) -> None:
    read = smpp34.decode(Pdu(Command.SUBMIT_SM, 7, body=message.to_bytes()).to_bytes())
    assert isinstance(read, smpp34.SubmitSm)
    assert (
        Address(read.source_addr_ton, read.source_addr_npi, read.source_addr),
        Address(read.dest_addr_ton, read.dest_addr_npi, read.destination_addr),
        read.short_message,
        read.esm_class,
        read.data_coding,
        read.validity_period,
        read.registered_delivery,
        {tlv.tag: tlv.value for tlv in read.tlvs},
        read.sequence_number,
    ) == (
        message.source,
        message.destination,
        message.content,
        message.esm_class,
        message.data_coding,
        message.validity,
        message.registered_delivery,
        message.optional,
        7,
    )


@given(MESSAGES)
def test_a_message_of_another_codec_is_read_as_it_was_meant(message: ShortMessage) -> None:
    written = smpp34.DeliverSm(
        message.source.value,
        message.destination.value,
        message.content,
        source_addr_ton=message.source.ton,
        source_addr_npi=message.source.npi,
        dest_addr_ton=message.destination.ton,
        dest_addr_npi=message.destination.npi,
        esm_class=message.esm_class,
        data_coding=message.data_coding,
        validity_period=message.validity,
        registered_delivery=message.registered_delivery,
        tlvs=[smpp34.Tlv(tag, value) for tag, value in message.optional.items()],
        sequence_number=9,
    ).encode()
    pdu = take_first(bytearray(written))
    assert pdu is not None
    assert (pdu.command, pdu.sequence, ShortMessage.from_bytes(pdu.body)) == (Command.DELIVER_SM, 9, message)


def test_a_bind_is_that_of_an_older_library() -> None:
    ours = Pdu(
        Command.BIND_TRANSCEIVER, 0, body=bind_body(system_id="jc", password="geheim", system_type="VMA")
    ).to_bytes()
    theirs = smpplib_pdus.make_pdu("bind_transceiver", sequence=0, system_id="jc", password="geheim", system_type="VMA")
    assert ours == theirs.generate()


@given(st.text(st.sampled_from(sorted((BASIC | EXTENSION) - set("§\f"))), min_size=1, max_size=160))
def test_septets_are_those_of_an_older_library(text: str) -> None:
    """But for § and the form feed, which its table lacks."""
    assert octets(text, Encoding.GSM7) == gsm.gsm_encode(text)


@given(st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), min_size=1, max_size=300))
def test_parts_are_counted_as_an_older_library_cuts_them(text: str) -> None:
    """Where no character has two halves that it would tear apart, and its table is the alphabet."""
    if any(character in EXTENSION or character in "§`\x1b" for character in text):
        return
    parts, coding, _esm_class = gsm.make_parts(text)
    counted = segments(text)
    assert (len(parts), coding == consts.SMPP_ENCODING_ISO10646) == (
        counted.parts,
        counted.encoding is Encoding.UCS2,
    )


@given(st.binary(max_size=300))
def test_whatever_comes_in_is_read_or_refused(noise: bytes) -> None:
    received = bytearray(noise)
    try:
        while (pdu := take_first(received)) is not None:
            ShortMessage.from_bytes(pdu.body)
            message_id(pdu.body)
    except BrokenPdu:
        return


@pytest.mark.parametrize("length", [0, 15, 70_001, 0xFFFF_FFFF])
def test_an_impossible_length_is_refused_before_it_is_waited_for(length: int) -> None:
    with pytest.raises(BrokenPdu):
        take_first(bytearray(length.to_bytes(4, "big") + bytes(12)))


def test_a_pdu_that_comes_octet_by_octet_is_whole_in_the_end() -> None:
    written, received = Pdu(Command.DELIVER_SM, 3, body=b"abc").to_bytes() * 2, bytearray()
    found = []
    for octet in written:
        received.append(octet)
        found += [pdu] if (pdu := take_first(received)) else []
    assert found == [Pdu(Command.DELIVER_SM, 3, body=b"abc")] * 2


@pytest.fixture
def another_centre() -> Iterator[int]:
    """smpp34's own server: sessions that somebody else wrote. It accepts, and sends a receipt for each message."""
    port, loop = free_port(), asyncio.new_event_loop()
    ready, stop = threading.Event(), asyncio.Event()
    told: list[asyncio.Future[smpp34.DeliverSmResp]] = []

    async def serve() -> None:
        server = smpp34.Server(host="127.0.0.1", port=port, system_id="SIM")
        await server.start()
        ready.set()
        task = asyncio.ensure_future(answer(server))
        await stop.wait()
        task.cancel()
        await asyncio.wait(told, timeout=5)
        await server.stop()

    async def answer(server: smpp34.Server) -> None:
        sessions: dict[str, smpp34.Esme] = {}
        number = 0
        while True:
            event = await server.next()
            if isinstance(event, smpp34.Esme):
                sessions[event.session_id] = event
            elif isinstance(event, smpp34.SubmitSmEvent):
                number += 1
                event.accept(message_id=f"s{number}")
                receipt = f"id:s{number} sub:001 dlvrd:001 stat:DELIVRD err:000"
                told.append(
                    asyncio.ensure_future(
                        sessions[event.session_id].deliver_sm(
                            source_addr=event.destination_addr,
                            destination_addr=event.source_addr,
                            esm_class=4,
                            short_message=receipt.encode(),
                        )
                    )
                )

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(10)
    yield port
    loop.call_soon_threadsafe(stop.set)
    thread.join(20)
    loop.close()


def test_a_message_centre_that_somebody_else_wrote_understands_us(another_centre: int) -> None:
    with DRIVER.open(config(another_centre)) as session:
        assert session.send(sms(reference="a" * 32, text="Grüße"), now=NOW) == Accepted("s1", "parts=1")
        assert session.send(sms(text="Нагадування " * 20), now=NOW) == Accepted("s5", "parts=4")
        receipts: list[Receipt] = []
        for _ in range(100):
            receipts += session.collect()
            if len(receipts) == 5:
                break
        session.collect()
    first = Receipt("s1:DELIVRD", ReceiptKind.DELIVERED, "a" * 32, "s1", code="smpp-delivrd")
    assert first in receipts
    assert {receipt.provider_reference for receipt in receipts} == {"s1", "s2", "s3", "s4", "s5"}


ANY_GSM = st.text(st.sampled_from(sorted(BASIC | EXTENSION)), min_size=1, max_size=500)
MANY_ESCAPES = st.text(st.sampled_from("€[]{}|^~\\ax"), min_size=140, max_size=330)
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)
EMOJI = st.text(st.sampled_from("😀👩‍👧🇺🇦жش€ "), min_size=60, max_size=220)


@pytest.fixture(scope="module")
def centre() -> Iterator[tuple[Gateway, SmppSession]]:
    with Gateway("smpp") as gateway, DRIVER.open(config(gateway.tell("port"))) as session:
        yield gateway, session


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(ANY_GSM, MANY_ESCAPES, ANYTHING, EMOJI))
def test_what_we_count_is_what_is_on_the_wire_and_a_phone_shows_the_same(
    centre: tuple[Gateway, SmppSession], text: str
) -> None:
    gateway, session = centre
    gateway.forget()
    counted = segments(text)
    result = session.send(sms(text=text), now=NOW)
    parts = gateway.journal()
    assert result == Accepted(parts[-1]["id"], f"parts={counted.parts}")
    assert len(parts) == counted.parts
    assert shown(parts) == text
    assert {part["data_coding"] for part in parts} == {8 if counted.encoding is Encoding.UCS2 else 0}
