# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Prove an address for a held time: ask for a code, give it. The same codes and limits as on the pages."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from appointments.models import Proof
from appointments.proving import MAX_ATTEMPTS, Anchor, Verdict, ask_for_code, check_code, proof_of
from appointments.rest.answers import ProofAnswer
from appointments.rest.base import BookingView
from appointments.rest.bodies import CodeBody, ProofBody
from appointments.rest.holds import living_hold
from appointments.rest.problems import (
    CODE_JUST_SENT,
    CODE_VOID,
    CODE_WRONG,
    HOLD_GONE,
    NO_CODES_NOW,
    NO_PROOF_NEEDED,
    TOO_MANY_CODES,
    WORK_NEEDED,
)
from appointments.rest.schema import WRITING, answers, key_header
from appointments.way_in import need_work_for_codes, network_index
from jobcenter_portal.rest.problems import Problem
from jobcenter_portal.rest.views import repeatable


class ProofView(BookingView):
    def anchor(self, token: str) -> Anchor:
        """Raises HoldGone; Problem where codes would go out that nobody asks for."""
        held = living_hold(token)
        if not self.jobcenter.settings.prove_addresses:
            raise Problem(NO_PROOF_NEEDED)
        return Anchor(hold=held)

    def shown(self, proof: Proof) -> dict[str, object]:
        return dict(ProofAnswer(proof, context=self.context()).data)


class Codes(ProofView):
    @extend_schema(
        operation_id="ask_for_code", summary="Have a code sent to an address", parameters=[key_header()],
        request=CodeBody,
        responses=answers(
            {202: ProofAnswer, 200: ProofAnswer},
            *WRITING, HOLD_GONE, NO_PROOF_NEEDED, WORK_NEEDED, CODE_JUST_SENT, TOO_MANY_CODES, NO_CODES_NOW,
        ),
    )  # fmt: skip
    @repeatable()
    def post(self, request: Request, jobcenter: str, token: str) -> Response:
        """An earlier code to the same address is void then. 200 and no code where the address is proven already."""
        anchor, said = self.anchor(token), self.body(CodeBody)
        known = proof_of(anchor, said["channel"], said["address"])
        if known is not None and known.proven_at is not None:
            return Response(self.shown(known))
        need_work_for_codes(self.plain_request, now=self.now)
        proof = ask_for_code(
            anchor,
            channel=said["channel"],
            address=said["address"],
            language=said["language"],
            network=network_index(self.plain_request),
            now=self.now,
        )
        return Response(self.shown(proof), status=status.HTTP_202_ACCEPTED)


class Proofs(ProofView):
    @extend_schema(
        operation_id="give_code", summary="Give the code that came", parameters=[key_header()], request=ProofBody,
        responses=answers({200: ProofAnswer}, *WRITING, HOLD_GONE, NO_PROOF_NEEDED, CODE_WRONG, CODE_VOID),
    )  # fmt: skip
    @repeatable()
    def post(self, request: Request, jobcenter: str, token: str) -> Response:
        """Three guesses for each code. What is proven stays proven for this hold, and with what is booked from it."""
        anchor, said = self.anchor(token), self.body(ProofBody)
        channel, address = said["channel"], said["address"]
        verdict = check_code(anchor, channel=channel, address=address, typed=said["code"], now=self.now)
        proof = proof_of(anchor, channel, address)
        if verdict is Verdict.VOID or proof is None:
            raise Problem(CODE_VOID)
        if verdict is Verdict.WRONG:
            raise Problem(CODE_WRONG, guesses_left=max(MAX_ATTEMPTS - proof.attempts, 0))
        return Response(self.shown(proof))
