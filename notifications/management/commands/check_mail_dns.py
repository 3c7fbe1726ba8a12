# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`manage.py check_mail_dns`: do the zones of a Jobcenter's sender and of the bounce domain let its mail arrive?"""

import re
import sys
from argparse import ArgumentParser
from typing import Any, Final

import idna
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.service import jobcenter_by_slug
from notifications.channels.email.dns_answers import Dns, NoAnswer
from notifications.channels.email.mail_dns import Finding, MailDomains, Verdict, check

_SERVER = re.compile(r"\[?([0-9a-fA-F.:]+?)\]?(?:#(\d{1,5}))?")
_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9._-]{0,200}[A-Za-z0-9_])?")
_MARKS: Final = {Verdict.FINE: "ok", Verdict.ADVICE: "advice", Verdict.WRONG: "WRONG", Verdict.UNKNOWN: "unknown"}


class Command(BaseCommand):
    help = "Asks DNS for MX, SPF, DKIM and DMARC of a Jobcenter's sender and says what to write. Exit code 1: wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("jobcenter", metavar="SLUG")
        parser.add_argument("--dkim", action="append", default=[], metavar="SELECTOR", help="as often as needed")
        parser.add_argument(
            "--sends", action="append", default=[], metavar="MECHANISM", help="SPF has to allow it: ip4:…, include:…"
        )
        parser.add_argument("--server", metavar="ADDRESS[#PORT]", help="ask this name server, not this machine's")

    def handle(self, *_args: Any, **options: Any) -> None:
        jobcenter = jobcenter_by_slug(options["jobcenter"])
        if jobcenter is None:
            raise CommandError(f"There is no Jobcenter {options['jobcenter']}.")
        for selector in options["dkim"]:
            if not _NAME.fullmatch(selector):
                raise CommandError(f"{selector} is no selector: it is what stands before ._domainkey.")
        with tenant_context(jobcenter):
            sender = jobcenter.settings.email_address.rpartition("@")[2]
        domains = MailDomains(
            sender=_ascii(sender),
            bounces=_ascii(settings.BOUNCE_DOMAIN),
            selectors=options["dkim"],
            sources=options["sends"],
        )
        found = check(domains, _dns(options["server"]))
        for finding in found:
            self._print(finding)
        if any(finding.verdict in (Verdict.WRONG, Verdict.UNKNOWN) for finding in found):
            sys.exit(1)

    def _print(self, finding: Finding) -> None:
        self.stdout.write(f"{_MARKS[finding.verdict]:8}{finding.record}: {finding.says}")
        if finding.zone:
            self.stdout.write(f"{'':8}  -> {finding.zone}")


def _ascii(domain: str) -> str:
    """As zones write it: umlauts in punycode."""
    return idna.encode(domain, uts46=True).decode("ascii") if domain else ""


def _dns(server: str | None) -> Dns:
    found = _SERVER.fullmatch(server) if server is not None else None
    try:
        if server is None:
            return Dns.of_machine()
        return Dns.at(found[1], int(found[2] or 53)) if found else Dns.at(server)
    except NoAnswer as silence:
        raise CommandError(str(silence)) from None
    except ValueError:
        raise CommandError(f"{server} is no address of a name server, such as 192.0.2.53 or 192.0.2.53#5353.") from None
