# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`manage.py check_mail_dns` against a name server of its own process: what is wrong with a zone, and what to write."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management import CommandError, call_command

from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications.channels.email.dns_answers import Dns
from notifications.channels.email.mail_dns import Finding, MailDomains, Verdict, check
from tests.notifications.gateways.processes import Gateway


def rsa(bits: int) -> str:
    """The p= of a new key."""
    key = generate_private_key(public_exponent=65537, key_size=bits).public_key()
    return base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


STRONG: Final = rsa(2048)
KEY: Final = f'k1._domainkey.fulda.example. 60 IN TXT "v=DKIM1; k=rsa; p={STRONG[:200]}" "{STRONG[200:]}"'
GOOD: Final = f"""
fulda.example. 60 IN MX 10 mail.fulda.example.
zurueck.fulda.example. 60 IN MX 20 spare.fulda.example.
zurueck.fulda.example. 60 IN MX 10 mail.fulda.example.
zurueck.fulda.example. 60 IN TXT "v=spf1 ip4:203.0.113.7 include:spf.provider.example -all"
spf.provider.example. 60 IN TXT "v=spf1 ip4:198.51.100.0/24 -all"
{KEY}
_dmarc.fulda.example. 60 IN TXT "v=DMARC1; p=reject; rua=mailto:dmarc@fulda.example"
"""
DOMAINS: Final = MailDomains(
    "fulda.example",
    "zurueck.fulda.example",
    selectors=("k1",),
    sources=("ip4:203.0.113.7", "include:spf.provider.example"),
)


@contextmanager
def asked(zone: str) -> Iterator[Dns]:
    with Gateway("name_server", ZONE=zone) as server:
        yield Dns.at("127.0.0.1", server.port)


def without(line: str, *, but: str = "") -> str:
    """The good zone with one record taken out, or replaced."""
    kept = [one for one in GOOD.splitlines() if not re.match(line, one)]
    assert len(kept) < len(GOOD.splitlines())
    return "\n".join([*kept, but])


def faults(zone: str, domains: MailDomains = DOMAINS) -> list[Finding]:
    with asked(zone) as dns:
        return [finding for finding in check(domains, dns) if finding.verdict is not Verdict.FINE]


def one_fault(zone: str, domains: MailDomains = DOMAINS) -> tuple[Verdict, str, str]:
    (finding,) = faults(zone, domains)
    return finding.verdict, f"{finding.record}: {finding.says}", finding.zone


def test_a_zone_as_the_manual_says_is_fine() -> None:
    with asked(GOOD) as dns:
        found = check(DOMAINS, dns)
    assert [(one.verdict, one.record, one.says, one.zone) for one in found] == [
        (Verdict.FINE, "MX fulda.example", "mail.fulda.example", ""),
        (Verdict.FINE, "MX zurueck.fulda.example", "mail.fulda.example, spare.fulda.example", ""),
        (Verdict.FINE, "SPF zurueck.fulda.example", "v=spf1 ip4:203.0.113.7 include:spf.provider.example -all", ""),
        (Verdict.FINE, "DKIM k1._domainkey.fulda.example", "RSA, 2048 bits", ""),
        (Verdict.FINE, "DMARC fulda.example", "reject (at _dmarc.fulda.example)", ""),
        (Verdict.FINE, "alignment zurueck.fulda.example", "below fulda.example, so SPF counts for DMARC", ""),
    ]


def test_an_empty_zone_says_for_each_record_what_to_write() -> None:
    found = faults("other.example. 60 IN MX 10 mail.other.example.")
    assert [(one.record, one.says.partition(":")[0], one.zone) for one in found] == [
        ("MX fulda.example", "missing", "fulda.example. IN MX 10 <your mail server>."),
        ("MX zurueck.fulda.example", "missing", "zurueck.fulda.example. IN MX 10 <your mail server>."),
        (
            "SPF zurueck.fulda.example",
            "missing",
            'zurueck.fulda.example. IN TXT "v=spf1 ip4:203.0.113.7 include:spf.provider.example -all"',
        ),
        (
            "DKIM k1._domainkey.fulda.example",
            "missing",
            'k1._domainkey.fulda.example. IN TXT "v=DKIM1; k=rsa; p=<the public key of whoever signs>"',
        ),
        (
            "DMARC fulda.example",
            "missing",
            '_dmarc.fulda.example. IN TXT "v=DMARC1; p=reject; rua=mailto:<address for reports>"',
        ),
    ]


def test_without_a_bounce_domain_the_senders_own_spf_counts() -> None:
    found = faults(GOOD, MailDomains("fulda.example", selectors=("k1",)))
    assert [(one.verdict, one.record) for one in found] == [(Verdict.WRONG, "SPF fulda.example")]


SPF: Final = r"zurueck\S+ 60 IN TXT"
TEN_MORE: Final = " ".join(f"a:h{number}.example" for number in range(10))
SPF_AT: Final = "zurueck.fulda.example. 60 IN TXT"


@pytest.mark.parametrize(
    ("record", "verdict", "says"),
    [
        ('"v=spf1 ip4:203.0.113.7 -all"', Verdict.WRONG, "does not allow include:spf.provider.example"),
        ('"v=spf1 ip4:203.0.113.7 include:spf.provider.example +all"', Verdict.WRONG, "ends with +all"),
        ('"v=spf1 ip4:203.0.113.7 include:spf.provider.example"', Verdict.ADVICE, "does not end with -all or ~all"),
        (
            '"v=spf1 ip4:203.0.113.7 include:spf.provider.example include:gone.example -all"',
            Verdict.WRONG,
            "gone.example is included and has no SPF",
        ),
        (
            f'"v=spf1 ip4:203.0.113.7 include:spf.provider.example {TEN_MORE} -all"',
            Verdict.WRONG,
            "needs 11 further questions to DNS",
        ),
        (
            '"v=spf1 ip4:203.0.113.7 include:spf.provider.example include:zurueck.fulda.example -all"',
            Verdict.WRONG,
            "zurueck.fulda.example includes itself",
        ),
        (
            f'"v=spf1 ip4:203.0.113.7 include:spf.provider.example -all"\n{SPF_AT} "v=spf1 -all"',
            Verdict.WRONG,
            "2 records, which counts as none",
        ),
    ],
)
def test_what_is_wrong_with_spf_is_said(record: str, verdict: Verdict, says: str) -> None:
    found, said, zone = one_fault(without(SPF, but=f"{SPF_AT} {record}"))
    assert (found, said.startswith(f"SPF zurueck.fulda.example: {says}")) == (verdict, True)
    assert zone.startswith('zurueck.fulda.example. IN TXT "v=spf1 ip4:203.0.113.7 include:spf.provider.example')
    assert zone.endswith('-all"')


@pytest.mark.parametrize(
    ("key", "verdict", "says"),
    [
        ("v=DKIM1; p=", Verdict.WRONG, "the key is withdrawn (p= is empty)"),
        ("v=DKIM1; k=rsa", Verdict.WRONG, "names no key (p=)"),
        (f"v=DKIM1; p={STRONG[:120]}", Verdict.WRONG, "the key cannot be read"),
        (f"v=DKIM1; p={rsa(1024)}", Verdict.ADVICE, "RSA of 1024 bits: make one of 2048"),
        ("v=DKIM1; k=ed25519; p=MTIz", Verdict.WRONG, "the key is cut off"),
    ],
)
def test_what_is_wrong_with_a_dkim_key_is_said(key: str, verdict: Verdict, says: str) -> None:
    found, said, _zone = one_fault(
        without("k1", but=f'k1._domainkey.fulda.example. 60 IN TXT "{key.replace(";", chr(92) + ";")}"')
    )
    assert (found, says in said) == (verdict, True)


def test_a_long_key_that_comes_over_tcp_only_is_read() -> None:
    key = rsa(4096)
    pieces = " ".join(f'"{key[start : start + 200]}"' for start in range(0, len(key), 200))
    assert faults(without("k1", but=f'k1._domainkey.fulda.example. 60 IN TXT "p=" {pieces}')) == []


def test_a_key_that_lies_with_the_provider_and_one_of_the_newer_kind_are_found() -> None:
    zone = without("k1", but="\n".join([
        "k1._domainkey.fulda.example. 60 IN CNAME k1.provider.example.",
        f'k1.provider.example. 60 IN TXT "p={STRONG[:200]}" "{STRONG[200:]}"',
        f'k2._domainkey.fulda.example. 60 IN TXT "v=DKIM1; k=ed25519; p={base64.b64encode(bytes(32)).decode()}"',
    ]))  # fmt: skip
    assert faults(zone, MailDomains("fulda.example", "zurueck.fulda.example", ("k1", "k2"))) == []


@pytest.mark.parametrize(
    ("policy", "verdict", "says"),
    [
        ("v=DMARC1; p=none", Verdict.ADVICE, "DMARC fulda.example: only watches (none)"),
        ("v=DMARC1; rua=mailto:a@fulda.example", Verdict.WRONG, "DMARC fulda.example: says no policy (p=)"),
        ("v=DMARC1; p=reject; aspf=s", Verdict.ADVICE, "alignment zurueck.fulda.example: aspf=s"),
        ("p=reject", Verdict.WRONG, "DMARC fulda.example: missing"),
    ],
)
def test_what_is_wrong_with_dmarc_is_said(policy: str, verdict: Verdict, says: str) -> None:
    found, said, zone = one_fault(without("_dmarc", but=f'_dmarc.fulda.example. 60 IN TXT "{policy}"'))
    assert (found, said.startswith(says), "_dmarc.fulda.example" in zone) == (verdict, True, True)


def test_the_policy_of_the_domain_above_counts_with_its_word_for_those_below() -> None:
    zone = GOOD.replace("fulda.example.", "jc.fulda.example.").replace("_dmarc.jc.", "_dmarc.").replace("jc.jc.", "jc.")
    domains = MailDomains("jc.fulda.example", "zurueck.jc.fulda.example", ("k1",))
    assert faults(zone, domains) == []
    milder = zone.replace("p=reject", "p=reject; sp=none")
    assert one_fault(milder, domains)[:2] == (
        Verdict.ADVICE,
        "DMARC jc.fulda.example: only watches (none): once the reports are clean, reject",
    )


NOT_ALIGNED: Final = (
    "bounces go to another domain than fulda.example, so SPF does not count for DMARC and DKIM alone has to carry it"
)


def test_a_bounce_domain_elsewhere_leaves_dkim_alone() -> None:
    elsewhere = GOOD.replace("zurueck.fulda.example", "zurueck.centre.example")
    domains = MailDomains("fulda.example", "zurueck.centre.example", ("k1",))
    assert one_fault(elsewhere, domains) == (
        Verdict.ADVICE,
        f"alignment zurueck.centre.example: {NOT_ALIGNED}",
        "set BOUNCE_DOMAIN to a name below fulda.example",
    )


def test_what_nobody_answers_is_unknown_and_the_rest_is_looked_at_all_the_same() -> None:
    found = faults(GOOD, MailDomains("fulda.example", "broken.fulda.example", ("k1",)))
    assert [(one.verdict, one.record) for one in found] == [
        (Verdict.UNKNOWN, "MX broken.fulda.example"),
        (Verdict.UNKNOWN, "SPF broken.fulda.example"),
    ]


def test_a_domain_that_takes_no_mail_says_so() -> None:
    found, said, _zone = one_fault(without("fulda.example. 60 IN MX", but="fulda.example. 60 IN MX 0 ."))
    assert (found, said) == (
        Verdict.WRONG,
        "MX fulda.example: says that the domain takes no mail: nobody can answer a mail",
    )


# --- The command ----------------------------------------------------------------------------------------------------
def run(zone: str, *arguments: str) -> tuple[str, int]:
    said = StringIO()
    with Gateway("name_server", ZONE=zone) as server:
        try:
            call_command("check_mail_dns", "fulda", f"--server=127.0.0.1#{server.port}", *arguments, stdout=said)
        except SystemExit as end:
            return said.getvalue(), int(str(end.code))
    return said.getvalue(), 0


@pytest.fixture
def office(fulda: Jobcenter, settings: pytest.FixtureRequest) -> Jobcenter:
    TenantSettings.objects.update(email_address="termine@fulda.example")
    settings.BOUNCE_DOMAIN = "zurueck.fulda.example"  # type: ignore[attr-defined]
    return fulda


def test_the_command_ends_with_0_where_all_is_well(office: Jobcenter) -> None:
    said, code = run(GOOD, "--dkim=k1", "--sends=ip4:203.0.113.7")
    assert (code, [line[:8].strip() for line in said.splitlines()]) == (0, ["ok"] * 6)


def test_the_command_ends_with_1_and_says_what_to_write(office: Jobcenter) -> None:
    said, code = run(without("_dmarc"), "--dkim=k1")
    assert code == 1
    finding, zone = said.splitlines()[-2:]
    assert finding.startswith("WRONG   DMARC fulda.example: missing: others may write in this name")
    assert zone == ('          -> _dmarc.fulda.example. IN TXT "v=DMARC1; p=reject; rua=mailto:<address for reports>"')


def test_an_umlaut_is_asked_for_as_zones_write_it(office: Jobcenter) -> None:
    TenantSettings.objects.update(email_address="termine@füßen.example")
    said, _code = run(GOOD, "--dkim=k1")
    assert said.startswith("WRONG   MX xn--fen-5ka8l.example: missing")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere"], "There is no Jobcenter nowhere."),
        (["fulda", "--server=dns.example"], "dns.example is no address of a name server"),
        (["fulda", "--server=127.0.0.1", "--dkim=a b"], "a b is no selector"),
    ],
)
def test_bad_input_gets_a_sentence(office: Jobcenter, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=re.escape(sentence)):
        call_command("check_mail_dns", *arguments)
