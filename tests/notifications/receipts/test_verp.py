# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bounce addresses: they name one message of one Jobcenter, and nobody can make up another."""

import base64
import re
import uuid
from typing import Any

import pytest

from jobcenter_portal.tenancy.models import Jobcenter
from notifications.channels.email.mime import ascii_address
from notifications.receipts.verp import Named, bounce_address, read

REFERENCE = uuid.uuid4().hex


@pytest.fixture
def domain(settings: Any) -> None:
    settings.BOUNCE_DOMAIN = "zurueck.fulda.example"


def test_the_address_names_its_message_and_fits_every_mail_server(fulda: Jobcenter, domain: None) -> None:
    address = bounce_address(REFERENCE)
    local = address.partition("@")[0]
    assert re.fullmatch(r"[a-z0-9-]{1,64}@zurueck\.fulda\.example", address)
    assert ascii_address(address) == address
    for written in (address, local, address.upper(), f" {local} "):
        assert read(written) == Named(fulda.pk, REFERENCE)


def test_without_a_domain_there_is_no_address(fulda: Jobcenter, settings: Any) -> None:
    settings.BOUNCE_DOMAIN = ""
    assert bounce_address(REFERENCE) == ""


@pytest.mark.parametrize("reference", ["", "00", "g" * 32, "ff" * 17])
def test_only_a_messages_own_name_can_be_sealed(fulda: Jobcenter, domain: None, reference: str) -> None:
    with pytest.raises(ValueError, match=r"hex|message"):
        bounce_address(reference)


def test_a_single_changed_letter_breaks_the_seal(fulda: Jobcenter, domain: None) -> None:
    local = bounce_address(REFERENCE).partition("@")[0]
    for place, letter in enumerate(local):
        other = "a" if letter != "a" else "c"
        changed = read(local[:place] + other + local[place + 1 :])
        # The last letter of the name holds two bits more than 16 bytes need: they change nothing.
        assert changed in {None, Named(fulda.pk, REFERENCE)}
        assert changed is None or place == len(local) - 18


def test_another_jobcenters_number_breaks_the_seal(fulda: Jobcenter, domain: None) -> None:
    local = bounce_address(REFERENCE).partition("@")[0]
    assert read(local.replace(f"b-{fulda.pk:x}-", f"b-{fulda.pk + 1:x}-")) is None


@pytest.mark.parametrize(
    "name", ["", "@", "b---", "postmaster@x.example", "b-0-" + "a" * 26 + "-" + "a" * 16, "ä" * 70]
)
def test_what_is_not_sealed_is_nobodys(name: str) -> None:
    assert read(name) is None


def test_addresses_under_an_older_key_are_still_read(fulda: Jobcenter, domain: None, settings: Any) -> None:
    address = bounce_address(REFERENCE)
    settings.FIELD_KEYS = "k9:" + base64.b64encode(b"n" * 32).decode() + "," + settings.FIELD_KEYS
    assert read(address) == Named(fulda.pk, REFERENCE)
    assert bounce_address(REFERENCE) != address
