# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How the interface is described in docs/openapi.yaml: which answers and problems a request can have."""

from itertools import groupby
from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from jobcenter_portal.rest.idempotency import HEADER
from jobcenter_portal.rest.problems import (
    BAD_REQUEST,
    BUSY,
    INVALID_FIELDS,
    KEY_IN_PROGRESS,
    KEY_INVALID,
    KEY_MISMATCH,
    KEY_MISSING,
    LENGTH_REQUIRED,
    MALFORMED_JSON,
    MEDIA_TYPE,
    NOT_FOUND,
    NULL_BYTE,
    THROTTLED,
    UNSUPPORTED_MEDIA_TYPE,
    ProblemType,
)

READING: Final = (NOT_FOUND, THROTTLED, BUSY)
TELLING: Final = (
    *READING,
    BAD_REQUEST,
    MALFORMED_JSON,
    NULL_BYTE,
    LENGTH_REQUIRED,
    UNSUPPORTED_MEDIA_TYPE,
    INVALID_FIELDS,
)
"""What can be wrong with a body, where nothing is changed."""
WRITING: Final = (
    *TELLING, KEY_INVALID, KEY_IN_PROGRESS, KEY_MISMATCH,
)  # fmt: skip
"""What can be wrong with any request that changes something."""


class FaultAnswer(serializers.Serializer[Any]):
    """One wrong field."""

    pointer = serializers.CharField(required=False, help_text="Where in the body, for example #/person/email.")
    parameter = serializers.CharField(required=False, help_text="Which parameter of the address.")
    code = serializers.CharField()
    detail = serializers.CharField()


class NearestAnswer(serializers.Serializer[Any]):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    session = serializers.CharField(required=False, help_text="Of a group.")


class ProblemAnswer(serializers.Serializer[Any]):
    """Problem details (RFC 9457). Programs decide by `code`."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField(required=False)
    errors = FaultAnswer(many=True, required=False, help_text="With invalid_fields.")  # type: ignore[assignment]
    nearest = NearestAnswer(many=True, required=False, help_text="With slot_taken.")
    guesses_left = serializers.IntegerField(required=False, help_text="With code_wrong.")
    reason = serializers.CharField(required=False, help_text="With refused.")
    booking_mode = serializers.CharField(required=False, help_text="With not_bookable_online.")


def answers(success: dict[int, Any], *problems: ProblemType) -> dict[Any, Any]:
    """All answers of one operation; problems of one status stand together."""
    told: dict[Any, Any] = {(status, "application/json") if one else status: one for status, one in success.items()}
    in_order = sorted(dict.fromkeys(problems), key=lambda problem: (problem.status, problem.code))
    for status, group in groupby(in_order, key=lambda problem: problem.status):
        words = "\n".join(f"* `{problem.code}`: {problem.title}" for problem in group)
        told[status, MEDIA_TYPE] = OpenApiResponse(ProblemAnswer, description=words)
    return told


def key_header(*, required: bool = False) -> OpenApiParameter:
    return OpenApiParameter(
        HEADER,
        str,
        OpenApiParameter.HEADER,
        required=required,
        description="Random, 16 to 128 characters. The same request sent again gives the same answer for 24 hours.",
    )


KEY_NEEDED: Final = (KEY_MISSING,)
LANGUAGE: Final = OpenApiParameter(
    "Accept-Language",
    str,
    OpenApiParameter.HEADER,
    description="Language of titles and hints; German where the Jobcenter does not show it.",
)
