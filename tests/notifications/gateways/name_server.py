# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A name server of its own process, on UDP and TCP: answers from ZONE (a zone file), `broken.` names with SERVFAIL.

What is longer than 512 bytes is cut off on UDP, as real servers do, so that whoever asks has to come again over TCP.
"""

import os
import signal
import socketserver
import struct
import threading
from typing import Any

import dns.flags
import dns.message
import dns.name
import dns.node
import dns.rcode
import dns.rdatatype
import dns.zone

_SHORTEST = 512
_ZONE = dns.zone.from_text(os.environ["ZONE"], origin=dns.name.root, check_origin=False, relativize=False)


def answer(question: bytes, *, longest: int) -> bytes:
    asked = dns.message.from_wire(question)
    reply = dns.message.make_response(asked)
    (wanted,) = asked.question
    if b"broken" in wanted.name.labels:
        reply.set_rcode(dns.rcode.SERVFAIL)
    else:
        _fill(reply, wanted.name, wanted.rdtype)
    wire = reply.to_wire(max_size=65535)
    if len(wire) <= longest:
        return wire
    cut = dns.message.make_response(asked)
    cut.flags |= dns.flags.TC
    return cut.to_wire()


def _fill(reply: dns.message.Message, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> None:
    node: dns.node.Node | None = _ZONE.get_node(name)
    if node is None:
        reply.set_rcode(dns.rcode.NXDOMAIN)
        return
    for found in node.rdatasets:
        if found.rdtype in (kind, dns.rdatatype.CNAME):
            reply.answer.append(dns.rrset.from_rdata_list(name, found.ttl, found))
            if found.rdtype == dns.rdatatype.CNAME:
                _fill(reply, found[0].target, kind)


class _Udp(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        question, line = self.request
        line.sendto(answer(question, longest=_SHORTEST), self.client_address)


class _Tcp(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        (length,) = struct.unpack("!H", self.rfile.read(2))
        wire = answer(self.rfile.read(length), longest=65535)
        self.wfile.write(struct.pack("!H", len(wire)) + wire)


def main() -> None:
    tcp = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Tcp)
    port = tcp.server_address[1]
    udp = socketserver.ThreadingUDPServer(("127.0.0.1", port), _Udp)

    def end(*_: Any) -> None:
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    threading.Thread(target=tcp.serve_forever, daemon=True).start()
    print(f"listening 127.0.0.1:{port}", flush=True)  # noqa: T201
    udp.serve_forever()


if __name__ == "__main__":
    main()
