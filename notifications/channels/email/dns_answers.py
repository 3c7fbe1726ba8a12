# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Asking DNS, for an operator who waits: a handful of questions, each answered within seconds or not at all."""

from dataclasses import dataclass
from typing import Any, Final, Self

import dns.exception
import dns.rdatatype
import dns.resolver

_PATIENCE_S: Final = 5.0


class NoAnswer(Exception):
    """No name server said anything that counts, so nobody knows whether the record is there."""


@dataclass(frozen=True, slots=True)
class Dns:
    """Who is asked."""

    resolver: dns.resolver.Resolver

    @classmethod
    def of_machine(cls) -> Self:
        """The resolvers of this machine. Raises NoAnswer where it names none."""
        try:
            return cls._patient(dns.resolver.Resolver())
        except dns.resolver.NoResolverConfiguration:
            raise NoAnswer("this machine names no resolver; give one with --server") from None

    @classmethod
    def at(cls, address: str, port: int = 53) -> Self:
        """One name server, for example the zone's own right after a change. Raises ValueError: no address."""
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = [address], port
        return cls._patient(resolver)

    @classmethod
    def _patient(cls, resolver: dns.resolver.Resolver) -> Self:
        resolver.lifetime = _PATIENCE_S
        return cls(resolver)

    def texts(self, name: str) -> list[str]:
        """The TXT records at a name, each put together from its pieces; none where there are none. Raises NoAnswer."""
        found = self._ask(name, dns.rdatatype.TXT)
        return [b"".join(record.strings).decode("utf-8", "replace") for record in found]

    def mail_servers(self, name: str) -> list[str]:
        """The names of a domain's MX records, nearest first, without the dot; "" says that it takes no mail."""
        found = sorted(self._ask(name, dns.rdatatype.MX), key=lambda record: int(record.preference))
        return [str(record.exchange.to_text(omit_final_dot=True)).rstrip(".") for record in found]

    def _ask(self, name: str, kind: dns.rdatatype.RdataType) -> list[Any]:
        try:
            return list(self.resolver.resolve(name, kind, raise_on_no_answer=False, search=False))
        except dns.resolver.NXDOMAIN:
            return []
        except dns.exception.DNSException as error:
            raise NoAnswer(type(error).__name__) from None
