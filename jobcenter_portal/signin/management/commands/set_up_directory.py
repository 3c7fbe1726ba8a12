# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`manage.py set_up_directory`: trust a Jobcenter's directory, or change what it is trusted with."""

import tomllib
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from appointments.service import unknown_places
from jobcenter_portal.accounts.permissions import WHOLE_HOUSE, Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.signin import oidc
from jobcenter_portal.signin.models import GroupRole, IdentityProvider
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.safety import refuse_unsafe_database

_TEXTS: Final = ("name", "issuer", "client_id")
_MORE: Final = ("groups_claim", "name_claim", "trusted_acr", "trusted_amr")


class Command(BaseCommand):
    help = "Reads a TOML file (docs/operations.md), and the client's secret from another; asks the directory first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--jobcenter", metavar="SLUG", required=True)
        parser.add_argument("file", type=Path)
        parser.add_argument("--secret-file", type=Path, help="without one a secret that is there already stays")

    def handle(self, *_args: Any, **options: Any) -> None:
        refuse_unsafe_database()
        jobcenter = Jobcenter.objects.filter(slug=options["jobcenter"]).first()
        if jobcenter is None:
            raise CommandError(f"There is no Jobcenter {options['jobcenter']}.")
        try:
            wanted = tomllib.loads(Path(options["file"]).read_text("utf-8"))
            secret = Path(options["secret_file"]).read_text("utf-8").strip() if options["secret_file"] else ""
        except OSError:
            raise CommandError("A file is missing or cannot be read.") from None
        except tomllib.TOMLDecodeError as error:
            raise CommandError(f"The file is not TOML: {error}") from None
        groups = _checked(wanted)
        try:
            oidc.discover(oidc.Directory(wanted["issuer"], wanted["client_id"], ""))
        except oidc.NotRecognised as refused:
            raise CommandError(f"The directory does not answer as it should: {refused.why.value}.") from None
        with tenant_context(jobcenter), transaction.atomic():
            unknown = unknown_places([place for line in groups for place in line.places])
            if unknown:
                raise CommandError(f"There is no location {', '.join(unknown)}.")
            _write(jobcenter, wanted, groups, secret)
        for line in groups:
            self.stdout.write(f"{line.group}: {line.role.value}, {', '.join(line.places) or 'every location'}")


@dataclass(frozen=True, slots=True)
class _Line:
    group: str
    role: Role
    places: tuple[str, ...]


def _checked(wanted: Mapping[str, Any]) -> list[_Line]:
    """The groups in their order. Raises CommandError for the first thing that is missing or unknown."""
    for name in _TEXTS:
        if not isinstance(wanted.get(name), str) or not wanted[name]:
            raise CommandError(f"{name} is missing.")
    unknown = set(wanted) - {*_TEXTS, *_MORE, "group"}
    if unknown:
        raise CommandError(f"Nobody knows {', '.join(sorted(unknown))}.")
    try:
        groups = [_line(line) for line in wanted.get("group", [])]
    except (KeyError, ValueError, TypeError):
        raise CommandError(f"Each [[group]] needs group and a role: {', '.join(Role)}.") from None
    if not groups or len({line.group for line in groups}) != len(groups):
        raise CommandError("Name at least one [[group]], and each once.")
    return groups


def _line(written: Mapping[str, Any]) -> _Line:
    """Raises KeyError, ValueError or TypeError, and CommandError for places that would say nothing or too much."""
    role, places = Role(written["role"]), written.get("places")
    if places is None:
        return _Line(str(written["group"]), role, ())
    if not isinstance(places, list) or not places or not all(isinstance(place, str) for place in places):
        raise CommandError('places is a list such as ["dreieich"]; without it the role reaches every location.')
    if role in WHOLE_HOUSE:
        raise CommandError(f"{role.value} is a role of the whole Jobcenter; leave out its places.")
    return _Line(str(written["group"]), role, tuple(places))


def _write(jobcenter: Jobcenter, wanted: Mapping[str, Any], groups: list[_Line], secret: str) -> None:
    known = IdentityProvider.objects.select_for_update().filter(issuer=wanted["issuer"], client_id=wanted["client_id"])
    provider = known.first() or IdentityProvider(
        tenant=jobcenter, issuer=wanted["issuer"], client_id=wanted["client_id"]
    )
    provider.name, provider.is_enabled, provider.changed_at = wanted["name"], True, timezone.now()
    for name in _MORE:
        if name in wanted:
            setattr(provider, name, wanted[name])
    if secret:
        provider.client_secret = secret
    provider.save()
    GroupRole.objects.filter(provider=provider).delete()
    GroupRole.objects.bulk_create(
        GroupRole(
            tenant=jobcenter,
            provider=provider,
            position=position,
            group=line.group,
            role=line.role,
            places=list(line.places),
        )
        for position, line in enumerate(groups)
    )
    audit.record(
        by=audit.SYSTEM,
        action="directory_set_up",
        subject=f"provider:{provider.pk}",
        at=provider.changed_at,
        groups=len(groups),
    )
