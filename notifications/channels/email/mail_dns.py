# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Do the zones of the sender and of the bounce domain say what large mail providers ask for (docs/mail-providers.md)?

Without SPF, DKIM and DMARC that fit together, mail is accepted with 250 and then lies among the spam: nobody notices
but the people who come in vain. Each finding that is not fine says what to write into the zone.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from notifications.channels.email.dns_answers import Dns, NoAnswer

_MOST_LOOKUPS: Final = 10
"""RFC 7208, 4.6.4: a receiver that would have to ask more often counts the record as broken."""
_ASKS_DNS: Final = ("include", "a", "mx", "ptr", "exists", "redirect")
_ALL: Final = re.compile(r"[+?~-]?all")
_STRONG_BITS: Final = 2048
_WEAK_BITS: Final = 1024
_ED25519_BYTES: Final = 32


class Verdict(StrEnum):
    FINE = "fine"
    ADVICE = "advice"  # mail arrives, and could be surer of it
    WRONG = "wrong"
    UNKNOWN = "unknown"  # no name server answered


@dataclass(frozen=True, slots=True)
class Finding:
    """`record`: which one and where. `zone`: what to write into the zone instead, empty where nothing is to be done."""

    verdict: Verdict
    record: str
    says: str
    zone: str = ""


@dataclass(frozen=True, slots=True)
class MailDomains:
    """What is looked at. `bounces` is empty where bounces go to the sender's own address.

    `selectors` name the DKIM keys of whoever signs, `sources` what SPF has to allow (`ip4:…`, `include:…`).
    """

    sender: str
    bounces: str = ""
    selectors: Sequence[str] = ()
    sources: Sequence[str] = ()

    @property
    def envelope(self) -> str:
        """The domain whose SPF receivers look at."""
        return self.bounces or self.sender


def check(domains: MailDomains, dns: Dns) -> list[Finding]:
    """Everything, in the order in which a receiver looks."""
    found = [*_mail_servers(domains, dns), *_guarded(f"SPF {domains.envelope}", _spf(domains, dns))]
    for selector in domains.selectors:
        found += _guarded(f"DKIM {selector}._domainkey.{domains.sender}", _dkim(domains, selector, dns))
    if not domains.selectors:
        says = "not looked at: name the selector of whoever signs with --dkim"
        found.append(Finding(Verdict.ADVICE, f"DKIM {domains.sender}", says))
    return [*found, *_guarded(f"DMARC {domains.sender}", _dmarc(domains, dns))]


def _guarded(record: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    try:
        yield from findings
    except NoAnswer as silence:
        yield Finding(Verdict.UNKNOWN, record, f"no name server answered ({silence}); ask again later")


def _mail_servers(domains: MailDomains, dns: Dns) -> Iterator[Finding]:
    yield from _guarded(f"MX {domains.sender}", _mx(domains.sender, dns, "nobody can answer a mail"))
    if domains.bounces:
        yield from _guarded(f"MX {domains.bounces}", _mx(domains.bounces, dns, "no mail that came back is heard of"))


def _mx(domain: str, dns: Dns, otherwise: str) -> Iterator[Finding]:
    record, servers = f"MX {domain}", dns.mail_servers(domain)
    if not servers:
        yield Finding(Verdict.WRONG, record, f"missing: {otherwise}", f"{domain}. IN MX 10 <your mail server>.")
    elif servers == [""]:
        says = f"says that the domain takes no mail: {otherwise}"
        yield Finding(Verdict.WRONG, record, says, f"{domain}. IN MX 10 <your mail server>.")
    else:
        yield Finding(Verdict.FINE, record, ", ".join(servers))


# --- SPF ------------------------------------------------------------------------------------------------------------
def _spf(domains: MailDomains, dns: Dns) -> Iterator[Finding]:
    domain = domains.envelope
    record, found = f"SPF {domain}", _spf_records(domain, dns)
    wanted = " ".join(domains.sources) or "<ip4:… or include:… of whoever sends>"
    whole = f'{domain}. IN TXT "v=spf1 {wanted} -all"'
    if not found:
        yield Finding(Verdict.WRONG, record, "missing: every server may claim to be this domain", whole)
    elif len(found) > 1:
        yield Finding(Verdict.WRONG, record, f"{len(found)} records, which counts as none: keep one", whole)
    else:
        terms = found[0].split()[1:]
        faults = list(_spf_faults(terms, domains, dns))
        zone = f'{domain}. IN TXT "v=spf1 {_mended(terms, domains.sources)}"'
        yield from (Finding(verdict, record, says, zone) for verdict, says in faults)
        if not faults:
            yield Finding(Verdict.FINE, record, found[0])


def _spf_faults(terms: Sequence[str], domains: MailDomains, dns: Dns) -> Iterator[tuple[Verdict, str]]:
    missing = _missing(terms, domains.sources)
    if missing:
        yield Verdict.WRONG, f"does not allow {', '.join(missing)}"
    end = _end(terms)
    if end in ("all", "+all"):
        yield Verdict.WRONG, "ends with +all: every server in the world may send in this name"
    elif end not in ("-all", "~all") and not any(term.startswith("redirect=") for term in _plain(terms)):
        yield Verdict.ADVICE, "does not end with -all or ~all, so it forbids nothing"
    try:
        count = _lookups(domains.envelope, dns, seen=())
    except _Broken as broken:
        yield Verdict.WRONG, f"{broken}, so receivers count the whole record as broken: take it out"
    else:
        if count > _MOST_LOOKUPS:
            yield Verdict.WRONG, f"needs {count} further questions to DNS; above {_MOST_LOOKUPS} it counts as broken"


def _mended(terms: Sequence[str], sources: Sequence[str]) -> str:
    """What is there, what is missing, and an end that forbids the rest."""
    end = _end(terms)
    kept = [term for term in terms if not _ALL.fullmatch(term.lower())]
    return " ".join([*kept, *_missing(terms, sources), end if end in ("-all", "~all") else "-all"])


def _missing(terms: Sequence[str], sources: Sequence[str]) -> list[str]:
    return [source for source in sources if source.lower() not in _plain(terms)]


def _end(terms: Sequence[str]) -> str:
    return next((term.lower() for term in terms if _ALL.fullmatch(term.lower())), "")


class _Broken(Exception):
    """An include that leads nowhere, or in a circle."""


def _lookups(domain: str, dns: Dns, seen: tuple[str, ...]) -> int:
    """How often a receiver has to ask DNS for this record, those that it includes counted too."""
    if domain in seen:
        raise _Broken(f"{domain} includes itself")
    found = _spf_records(domain, dns)
    if len(found) != 1:
        raise _Broken(f"{domain} is included and has {'no' if not found else 'several'} SPF")
    count = 0
    for term in _plain(found[0].split()[1:]):
        name, _, value = term.replace("=", ":", 1).partition(":")
        if name.partition("/")[0] in _ASKS_DNS:
            count += 1
        if name in ("include", "redirect") and "%" not in value and count <= _MOST_LOOKUPS:
            count += _lookups(value, dns, (*seen, domain))
    return count


def _plain(terms: Sequence[str]) -> list[str]:
    return [term.lstrip("+").lower() for term in terms]


def _spf_records(domain: str, dns: Dns) -> list[str]:
    return [text for text in dns.texts(domain) if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]


# --- DKIM -----------------------------------------------------------------------------------------------------------
def _dkim(domains: MailDomains, selector: str, dns: Dns) -> Iterator[Finding]:
    name = f"{selector}._domainkey.{domains.sender}"
    record, found = f"DKIM {name}", dns.texts(name)
    zone = f'{name}. IN TXT "v=DKIM1; k=rsa; p=<the public key of whoever signs>"'
    if not found:
        yield Finding(Verdict.WRONG, record, "missing: what is signed with this key counts as not signed", zone)
        return
    verdict, says = _key(_tags(found[0])) if len(found) == 1 else (Verdict.WRONG, f"{len(found)} records: keep one")
    yield Finding(verdict, record, says, "" if verdict is Verdict.FINE else zone)


def _key(tags: dict[str, str]) -> tuple[Verdict, str]:  # noqa: PLR0911 -- one answer for each state of a key
    if "p" not in tags:
        return Verdict.WRONG, "names no key (p=)"
    if not tags["p"]:
        return Verdict.WRONG, "the key is withdrawn (p= is empty)"
    try:
        raw = base64.b64decode("".join(tags["p"].split()), validate=True)
        if tags.get("k", "rsa") == "ed25519":
            is_whole = len(raw) == _ED25519_BYTES
            return (Verdict.FINE, "Ed25519") if is_whole else (Verdict.WRONG, "the key is cut off")
        key = load_der_public_key(raw)
    except (binascii.Error, ValueError):
        return Verdict.WRONG, "the key cannot be read; often a quotation mark or a piece is missing"
    if not isinstance(key, RSAPublicKey):
        return Verdict.WRONG, "the key is no RSA key, as k= says"
    if key.key_size >= _STRONG_BITS:
        return Verdict.FINE, f"RSA, {key.key_size} bits"
    verdict = Verdict.ADVICE if key.key_size >= _WEAK_BITS else Verdict.WRONG
    return verdict, f"RSA of {key.key_size} bits: make one of {_STRONG_BITS}"


# --- DMARC ----------------------------------------------------------------------------------------------------------
def _dmarc(domains: MailDomains, dns: Dns) -> Iterator[Finding]:
    record = f"DMARC {domains.sender}"
    zone = f'_dmarc.{domains.sender}. IN TXT "v=DMARC1; p=reject; rua=mailto:<address for reports>"'
    at, found = _policies(domains.sender, dns)
    if not found:
        says = "missing: others may write in this name, and large providers doubt mail without it"
        yield Finding(Verdict.WRONG, record, says, zone)
        return
    if len(found) > 1:
        yield Finding(Verdict.WRONG, record, f"{len(found)} records, which counts as none: keep one", zone)
        return
    tags = _tags(found[0])
    policy = (tags.get("sp") if at != domains.sender else None) or tags.get("p", "")
    match policy.lower():
        case "reject" | "quarantine":
            yield Finding(Verdict.FINE, record, f"{policy.lower()} (at _dmarc.{at})")
        case "none":
            yield Finding(Verdict.ADVICE, record, "only watches (none): once the reports are clean, reject", zone)
        case _:
            yield Finding(Verdict.WRONG, record, "says no policy (p=)", zone)
    yield from _alignment(domains, tags, at)


def _policies(domain: str, dns: Dns) -> tuple[str, list[str]]:
    """The nearest DMARC record from a domain upwards, and where it was found."""
    labels = domain.split(".")
    for cut in range(len(labels) - 1):
        at = ".".join(labels[cut:])
        found = [text for text in dns.texts(f"_dmarc.{at}") if re.match(r"v\s*=\s*DMARC1\s*(;|$)", text)]
        if found:
            return at, found
    return domain, []


def _alignment(domains: MailDomains, tags: dict[str, str], at: str) -> Iterator[Finding]:
    """Does SPF speak for the sender that people see?"""
    if not domains.bounces or domains.bounces == domains.sender:
        return
    record, bounces = f"alignment {domains.bounces}", domains.bounces
    is_below = bounces.endswith(f".{at}") or domains.sender.endswith(f".{bounces}")
    if not is_below:
        says = f"bounces go to another domain than {at}, so SPF does not count for DMARC and DKIM alone has to carry it"
        yield Finding(Verdict.ADVICE, record, says, f"set BOUNCE_DOMAIN to a name below {at}")
    elif tags.get("aspf", "r").lower() == "s":
        says = "aspf=s asks for the sender's very own domain, so SPF does not count and DKIM alone has to carry it"
        yield Finding(Verdict.ADVICE, record, says, f"leave out aspf=s at _dmarc.{at}")
    else:
        yield Finding(Verdict.FINE, record, f"below {at}, so SPF counts for DMARC")


def _tags(text: str) -> dict[str, str]:
    """`v=DKIM1; p=…` as names and values."""
    pairs = (part.partition("=") for part in text.split(";") if "=" in part)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
