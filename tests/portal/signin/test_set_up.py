# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""An operator sets a directory up from a file; what is wrong with it is said before anything is written."""

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from jobcenter_portal.signin.models import GroupRole, IdentityProvider
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import make_office
from tests.portal.signin.providers import Liar, lying_directory

GROUPS = '[[group]]\ngroup = "jc-admin"\nrole = "tenant_admin"\n[[group]]\ngroup = "jc-desk"\nrole = "front_desk"\n'


@pytest.fixture
def liar() -> Iterator[Liar]:
    with lying_directory() as found:
        yield found


def set_up(folder: Path, text: str, secret: Path | None = None) -> str:
    file, said = folder / "directory.toml", StringIO()
    file.write_text(text)
    call_command("set_up_directory", str(file), jobcenter="fulda", secret_file=secret, stdout=said)
    return said.getvalue()


def test_a_file_sets_a_directory_up_and_again_changes_it(fulda: Jobcenter, liar: Liar, tmp_path: Path) -> None:
    head = f'name = "Kreis"\nissuer = "{liar.issuer}"\nclient_id = "portal"\n'
    secret = tmp_path / "secret"
    secret.write_text("geheim\n")
    assert set_up(tmp_path, head + GROUPS, secret) == (
        "jc-admin: tenant_admin, every location\njc-desk: front_desk, every location\n"
    )
    set_up(tmp_path, head + 'trusted_amr = ["hwk"]\n' + GROUPS.replace("jc-desk", "jc-counter"))
    provider = IdentityProvider.objects.get()
    assert (provider.client_secret, provider.trusted_amr, provider.is_enabled) == ("geheim", ["hwk"], True)
    assert b"geheim" not in bytes(provider.client_secret_sealed)
    assert list(GroupRole.objects.order_by("position").values_list("group", flat=True)) == ["jc-admin", "jc-counter"]


def test_a_group_may_name_the_places_where_its_role_ends(fulda: Jobcenter, liar: Liar, tmp_path: Path) -> None:
    make_office(fulda)
    head = f'name = "Kreis"\nissuer = "{liar.issuer}"\nclient_id = "portal"\n'
    said = set_up(tmp_path, f'{head}{GROUPS}places = ["haus"]\n')
    assert said == "jc-admin: tenant_admin, every location\njc-desk: front_desk, haus\n"
    assert list(GroupRole.objects.order_by("position").values_list("places", flat=True)) == [[], ["haus"]]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text.replace("client_id", "client"), "client_id is missing"),
        (lambda text: "secret = 1\n" + text, "Nobody knows secret"),
        (lambda text: text.replace("front_desk", "boss"), "needs group and a role"),
        (lambda text: text.replace("jc-desk", "jc-admin"), "each once"),
        (lambda text: text + "]", "not TOML"),
        (lambda text: text + 'places = ["haus", "gibt-es-nicht"]\n', "no location gibt-es-nicht"),
        (lambda text: text + "places = []\n", "places is a list"),
        (lambda text: text + 'places = "haus"\n', "places is a list"),
        (lambda text: text.replace("front_desk", "data_protection") + 'places = ["haus"]\n', "whole Jobcenter"),
        (lambda text: re.sub(r"127.0.0.1:\d+", "127.0.0.1:9", text), "unreachable"),
        (lambda text: re.sub(r"127.0.0.1:\d+", "127.0.0.1:99999", text), "misconfigured"),
        (lambda text: text.replace("http:", "ftp:"), "misconfigured"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    fulda: Jobcenter, liar: Liar, tmp_path: Path, spoil: object, said: str
) -> None:
    make_office(fulda)
    text = f'name = "Kreis"\nissuer = "{liar.issuer}"\nclient_id = "portal"\n{GROUPS}'
    with pytest.raises(CommandError, match=said):
        set_up(tmp_path, spoil(text))  # type: ignore[operator]
    assert not IdentityProvider.objects.exists()
