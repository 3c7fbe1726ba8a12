# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A message centre that speaks SMPP 3.4: PDUs are read and written by smpp34's codec, which knows nothing of ours.

Receipts that a client did not acknowledge come again over its next connection. Faults (order `name`, from the submit
number `after` on): status, nack, lost-resp, close-instead, unbind-instead, garbage, receipt-first, no-id, deaf (does
not answer enquiries), bind-status, flood (receipts without end instead of an answer), enquire-and-leave.
"""

import os
import socket
import socketserver
import ssl
import struct
import threading
import time
from collections.abc import Mapping
from typing import Any

import smpp34

from tests.notifications.gateways.base import Provider, serve

SYSTEM_ID, PASSWORD = "jobcenter", "geheim"
_HEADER = struct.Struct(">IIII")
_NACK, _SUBMIT, _DELIVER, _UNBIND, _BIND, _ENQUIRE = 0x80000000, 4, 5, 6, 9, 0x15
_RESPONSE = 0x80000000
_RECEIPTED_MESSAGE_ID, _MESSAGE_STATE = 0x001E, 0x0427


class Smpp(Provider):
    def __init__(self) -> None:
        self.fault: Mapping[str, Any] = {}
        self.submits = self.sequence = 0
        self.links: list[Link] = []
        self.waiting: dict[int, bytes] = {}
        self.acknowledged: list[int] = []
        self.heard: list[str] = []
        self._server = _Server(self)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def fresh(self) -> "Smpp":
        self.fault, self.submits, self.sequence = {}, 0, 0
        self.waiting.clear()
        self.acknowledged.clear()
        self.heard.clear()
        return self

    def ordered(self, fault: Mapping[str, Any]) -> None:
        if fault["name"] == "unbind":
            for link in self.links:
                link.send(_UNBIND, sequence=9_000)
        elif fault["name"] == "enquire":
            for link in self.links:
                link.send(_ENQUIRE, sequence=9_001)
        elif fault["name"] == "close":
            for link in list(self.links):
                link.request.shutdown(socket.SHUT_RDWR)
        else:
            self.fault = fault

    def tell(self, what: str) -> Any:
        return {
            "port": self._server.server_address[1],
            "acknowledged": self.acknowledged,
            "heard": self.heard,
            "links": len(self.links),
        }[what]

    def send_receipts(self, order: Mapping[str, Any]) -> None:
        for one in order["receipts"]:
            self.deliver(one)

    def deliver(self, order: Mapping[str, Any]) -> None:
        """`id`, `state` as text and number, `tlvs` False: told in the text only; `text` and `esm_class` as given."""
        self.sequence += 1
        name = order.get("id", "")
        text = order.get("text", f"id:{name} sub:001 dlvrd:001 stat:{order.get('stat', 'DELIVRD')} err:000 text:Ihr")
        tlvs = []
        if "state" in order:
            tlvs = [
                smpp34.Tlv(_RECEIPTED_MESSAGE_ID, name.encode() + b"\0"),
                smpp34.Tlv(_MESSAGE_STATE, bytes((order["state"],))),
            ]
        pdu = smpp34.DeliverSm(
            "4915228817386",
            "Termin FD",
            text.encode(),
            esm_class=order.get("esm_class", 4),
            tlvs=tlvs,
            sequence_number=self.sequence,
        )
        self.waiting[self.sequence] = pdu.encode()
        for link in self.links:
            link.request.sendall(self.waiting[self.sequence])

    def fault_now(self) -> str:
        return str(self.fault.get("name", "")) if self.submits > int(self.fault.get("after", 0)) else ""


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, smpp: Smpp) -> None:
        self.smpp = smpp
        super().__init__(("127.0.0.1", 0), Link)

    def get_request(self) -> tuple[socket.socket, Any]:
        plain, peer = super().get_request()
        certificate = os.environ.get("GATEWAY_CERTIFICATE")
        if not certificate:
            return plain, peer
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, os.environ["GATEWAY_KEY"])
        return context.wrap_socket(plain, server_side=True), peer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is gone is no news."""


class Link(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        smpp = self.server.smpp
        try:
            while (frame := self._frame()) is not None and self._act(smpp, frame):
                pass
        except OSError:
            pass
        finally:
            if self in smpp.links:
                smpp.links.remove(self)

    def send(self, command: int, *, sequence: int, status: int = 0, body: bytes = b"") -> None:
        self.request.sendall(_HEADER.pack(_HEADER.size + len(body), command, status, sequence) + body)

    def _frame(self) -> bytes | None:
        head = self._exactly(4)
        return head + self._exactly(int.from_bytes(head) - 4) if head else None

    def _exactly(self, count: int) -> bytes:
        octets = b""
        while len(octets) < count:
            more = self.request.recv(count - len(octets))
            if not more:
                return b""
            octets += more
        return octets

    def _act(self, smpp: Smpp, frame: bytes) -> bool:
        command, sequence = int.from_bytes(frame[4:8]), int.from_bytes(frame[12:16])
        smpp.heard.append(f"{command:#x}")
        if command == _BIND:
            return self._bind(smpp, frame, sequence)
        if command == _SUBMIT:
            return self._submit(smpp, frame, sequence)
        if command == _DELIVER | _RESPONSE:
            smpp.acknowledged.append(sequence)
            smpp.waiting.pop(sequence, None)
        elif command == _ENQUIRE and smpp.fault.get("name") != "deaf":
            self.send(_ENQUIRE | _RESPONSE, sequence=sequence)
        elif command == _UNBIND:
            self.send(_UNBIND | _RESPONSE, sequence=sequence)
        return command != _UNBIND

    def _bind(self, smpp: Smpp, frame: bytes, sequence: int) -> bool:
        system_id, password, *_ = frame[_HEADER.size :].split(b"\0")
        status = 0 if (system_id, password) == (SYSTEM_ID.encode(), PASSWORD.encode()) else 0x0E
        if smpp.fault.get("name") == "bind-status":
            status = int(smpp.fault["status"])
        self.send(_BIND | _RESPONSE, sequence=sequence, status=status, body=b"SIM\0")
        if status:
            return False
        smpp.links.append(self)
        for waiting in list(smpp.waiting.values()):
            self.request.sendall(waiting)
        return True

    def _submit(self, smpp: Smpp, frame: bytes, sequence: int) -> bool:
        smpp.submits += 1
        fault = smpp.fault_now()
        if fault in {"status", "nack"}:
            answer = _SUBMIT | _RESPONSE if fault == "status" else _NACK
            self.send(answer, sequence=sequence, status=int(smpp.fault["status"]))
            return True
        name = f"m{smpp.submits}"
        smpp.journal.append(_entry(frame) | {"id": name})
        if fault in {"lost-resp", "close-instead", "unbind-instead", "garbage", "flood", "enquire-and-leave"}:
            return self._instead(fault)
        if fault == "receipt-first":
            smpp.deliver({"id": name})
        self.send(_SUBMIT | _RESPONSE, sequence=sequence, body=b"\0" if fault == "no-id" else name.encode() + b"\0")
        return True

    def _instead(self, fault: str) -> bool:
        """What comes in the place of an answer to a message that was taken."""
        if fault == "unbind-instead":
            self.send(_UNBIND, sequence=9_000)
        elif fault == "garbage":
            self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        elif fault == "enquire-and-leave":
            # All at once, so that the client still has some to answer when there is nobody left.
            self.request.sendall(_HEADER.pack(_HEADER.size, _ENQUIRE, 0, 9_001) * 50)
        elif fault == "flood":
            receipt = smpp34.DeliverSm("49", "49", b"id:x stat:DELIVRD", esm_class=4, sequence_number=9_002).encode()
            end = time.monotonic() + 6
            while time.monotonic() < end:
                self.request.sendall(receipt * 100)
        return fault not in {"close-instead", "enquire-and-leave"}


def _entry(frame: bytes) -> dict[str, Any]:
    pdu = smpp34.decode(frame)
    assert isinstance(pdu, smpp34.SubmitSm)
    return {
        "source": [pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr],
        "destination": [pdu.dest_addr_ton, pdu.dest_addr_npi, pdu.destination_addr],
        "content": pdu.short_message.hex(),
        "esm_class": pdu.esm_class,
        "data_coding": pdu.data_coding,
        "validity": pdu.validity_period,
        "registered_delivery": pdu.registered_delivery,
        "tlvs": {tlv.tag: tlv.value.hex() for tlv in pdu.tlvs},
    }


if __name__ == "__main__":
    serve(Smpp())
