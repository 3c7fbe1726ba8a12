# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the message with a code says: the code, and words that are always the same.

Nothing that anybody typed stands in it, not even a name: whoever enters a stranger's address must not be able to have
us say anything to them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from appointments.models import Proof
from appointments.placeholders import OF_A_CODE
from appointments.proving import PROOF_CODE, VALID_FOR, code_of, has_living_code
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.languages import language_by_code
from jobcenter_portal.web.weeks import office_hours
from notifications.service import Envelope, MessageRef, Placeholder, PlainKind, register

_MINUTES: Final = VALID_FOR.seconds // 60


@dataclass(frozen=True, slots=True)
class ProofMessage(PlainKind):
    """True as long as its code can be typed. Lost in the network it is asked for again, not sent again."""

    key: str = PROOF_CODE
    resend_when_ambiguous: bool = False

    @property
    def placeholders(self) -> Mapping[str, Placeholder]:
        return OF_A_CODE

    def compose(self, ref: MessageRef, *, now: datetime) -> Envelope | None:  # noqa: ARG002 -- its end is the database's
        prefix, _colon, number = ref.subject.partition(":")
        if prefix != "proof" or not number.isdecimal():
            return None
        proof = Proof.objects.filter(
            pk=int(number), round=ref.revision, channel=ref.channel.value, address_index=ref.recipient
        ).first()
        if proof is None or not has_living_code(proof):
            return None
        jobcenter = current_tenant()
        assert isinstance(jobcenter, Jobcenter)  # noqa: S101 -- the context holds the model itself
        office = jobcenter.settings
        values: dict[str, str | int] = {
            "proof_code": code_of(proof),
            "minutes": _MINUTES,
            "phone": office.phone,
            "phone_hours": office_hours(office.phone_hours, language_by_code(ref.language)),
            "tenant": "" if office.discreet else jobcenter.short_name,
        }
        return Envelope(address=proof.address, values=values)


def register_kind() -> None:
    register(_KIND)


_KIND: Final = ProofMessage()
