# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The keys to an appointment: made again whenever needed, revocable, and readable from paper."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from appointments.links import (
    appointment_of_key,
    code_of_address,
    jobcenter_of_code,
    keys_of,
    readable_code,
    save_with_keys,
    short_url,
    typed_code,
)
from appointments.models import Appointment, LinkCode
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import make_appointment, make_office

NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture
def appointment(fulda: Jobcenter, now: datetime) -> Appointment:
    return make_appointment(make_office(fulda), NINE, now)


def test_token_and_code_open_the_appointment_and_nothing_of_them_is_stored(appointment: Appointment) -> None:
    keys = keys_of(appointment)

    assert (len(keys.token), len(keys.code)) == (43, 17)
    assert appointment_of_key(keys.token) == appointment_of_key(keys.code) == appointment
    stored = Appointment.objects.values_list("token_hash", "code_hash").get()
    assert [keys.token.encode() in bytes(stored[0]), keys.code.encode() in bytes(stored[1])] == [False, False]


def test_a_code_is_found_however_a_person_types_it(appointment: Appointment) -> None:
    code = keys_of(appointment).code

    for typed in (code.lower(), readable_code(code), f" {readable_code(code).replace('-', ' ')} "):
        assert typed_code(typed) == code
        assert appointment_of_key(typed) == appointment


def test_the_address_in_an_sms_spells_the_same_code_with_two_letters_less(appointment: Appointment) -> None:
    code = keys_of(appointment).code
    address = short_url(code)

    spelled = address.removeprefix("http://portal.example/a/")
    assert (len(spelled), code_of_address(spelled)) == (15, code)
    assert [code_of_address(other) for other in (code, code.lower(), readable_code(code))] == [code, code, code]
    first, last = "2" * 17, "Z" * 17
    assert [code_of_address(short_url(one).rpartition("/")[2]) for one in (first, last)] == [first, last]


@pytest.mark.parametrize(
    "nonsense", ["", "x", "AAAAAAAAAAAAAAA", "zzzzzzzzzzzzzzz", "ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ", "A-A-A-A-A-A-A-A", "🙂" * 15]
)
def test_an_address_that_spells_nothing_opens_nothing(appointment: Appointment, nonsense: str) -> None:
    assert jobcenter_of_code(code_of_address(nonsense)) is None


def test_a_short_code_leads_to_its_jobcenter_and_opens_nothing_elsewhere(
    appointment: Appointment, fulda: Jobcenter, wiesbaden: Jobcenter
) -> None:
    keys = keys_of(appointment)

    assert jobcenter_of_code(keys.code) == fulda
    assert jobcenter_of_code("ABCDEFGHJKMNPQRST") is None
    with tenant_context(wiesbaden):
        assert (appointment_of_key(keys.token), appointment_of_key(keys.code)) == (None, None)
    assert [(len(bytes(row.code_hash)), row.tenant_id) for row in LinkCode.objects.all()] == [(32, fulda.pk)]


def test_links_sent_before_a_change_of_keys_stay_what_they_were(
    appointment: Appointment, settings: Any, now: datetime
) -> None:
    before = keys_of(appointment)
    settings.LINK_KEYS = "l2:" + base64.b64encode(b"n" * 32).decode() + "," + settings.LINK_KEYS

    assert keys_of(Appointment.objects.get()).token == before.token
    assert appointment_of_key(before.token) == appointment


def test_raising_the_version_revokes_both(appointment: Appointment) -> None:
    before = keys_of(appointment)
    appointment.link_version += 1
    save_with_keys(appointment)

    assert (appointment_of_key(before.token), appointment_of_key(before.code)) == (None, None)
    assert appointment_of_key(keys_of(appointment).token) == appointment
