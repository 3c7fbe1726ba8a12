# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may do what about their own appointment, besides moving and cancelling it (see rightful)."""

from datetime import timedelta
from typing import Final

from appointments.models import Appointment, Proof
from appointments.proving import Anchor, ask_for_code, code_of
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import TenantSettings
from tests.architecture.walk.actors import CUSTOMER
from tests.architecture.walk.rights import PUBLIC, READ, SEE_OTHER, TAKEN_UP, Form, Right
from tests.architecture.walk.world import Reach, World

_OF_LINK: Final = {"key": "token"}
_OF_HOLD: Final = {"token": "hold"}
_OF_WAY: Final = {"key": "token", "way": "text_channel"}


def _soon(world: World) -> None:
    begin = world.appointment.booked_at + timedelta(hours=1)
    Appointment.objects.filter(pk=world.appointment.pk).update(starts_at=begin, ends_at=begin + timedelta(minutes=30))


def _code_sent(world: World) -> None:
    TenantSettings.objects.update(prove_addresses=True)
    ask_for_code(
        Anchor(appointment=world.appointment),
        channel=ContactChannel.EMAIL,
        address=f"new-{world.canary(Reach.SECRET)}@people.example",
        language="de",
        network=b"a network",
        now=world.appointment.booked_at,
    )


def _code_for_a_program(world: World) -> None:
    TenantSettings.objects.update(prove_addresses=True)
    ask_for_code(
        Anchor(hold=world.held),
        channel=ContactChannel.EMAIL,
        address="eva@people.example",
        language="de",
        network=b"a network",
        now=world.appointment.booked_at,
    )


def _code_that_came(world: World) -> Form:
    with tenant_context(world.jobcenter):
        return {"email": "eva@people.example", "code": code_of(Proof.objects.get(hold=world.held))}


def _proofs_wanted(_world: World) -> None:
    TenantSettings.objects.update(prove_addresses=True)


OWN: Final = (
    Right("booking:lost-link", "GET", PUBLIC, READ),
    Right("booking:lost-link", "POST", PUBLIC, SEE_OTHER, form=lambda _world: {"address": "eva@people.example"}),
    Right("booking:sheet", "GET", (CUSTOMER,), READ, ids=_OF_LINK),
    Right("booking:come-later", "GET", (CUSTOMER,), READ, Reach.PUBLIC, ids=_OF_LINK, before=_soon),
    Right(
        "booking:come-later",
        "POST",
        (CUSTOMER,),
        SEE_OTHER,
        ids=_OF_LINK,
        form=lambda _world: {"minutes": "10"},
        before=_soon,
    ),
    Right("booking:contact-settings", "GET", (CUSTOMER,), READ, Reach.PUBLIC, ids=_OF_LINK),
    Right(
        "booking:contact-settings",
        "POST",
        (CUSTOMER,),
        SEE_OTHER,
        ids=_OF_LINK,
        form=lambda _world: {"weg": "sms", "erinnern": "aus"},
    ),
    Right("booking:contact-way", "GET", (CUSTOMER,), READ, Reach.PUBLIC, ids=_OF_WAY),
    Right(
        "booking:contact-way",
        "POST",
        (CUSTOMER,),
        SEE_OTHER,
        ids=_OF_WAY,
        form=lambda _world: {"address": "eva@people.example"},
    ),
    Right("booking:contact-code", "GET", (CUSTOMER,), READ, Reach.SECRET, ids=_OF_WAY, before=_code_sent),
    Right("booking:contact-code", "POST", (CUSTOMER,), SEE_OTHER, ids=_OF_WAY, form=lambda _world: {"code": "000000"}),
    Right(
        "api:codes",
        "POST",
        (CUSTOMER,),
        TAKEN_UP,
        ids=_OF_HOLD,
        form=lambda _world: {"email": "eva@people.example", "language": "de"},
        before=_proofs_wanted,
    ),
    Right("api:proofs", "POST", (CUSTOMER,), READ, ids=_OF_HOLD, form=_code_that_came, before=_code_for_a_program),
)
