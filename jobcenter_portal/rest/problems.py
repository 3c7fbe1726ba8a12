# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What went wrong, as a machine can read it: problem details after RFC 9457 with codes that stay (docs/rest.md).

Titles and details speak to the people who write programs and are English; words for the person in front of the screen
are the program's own. Nothing that was sent comes back in them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rest_framework.exceptions import APIException
from rest_framework.response import Response

MEDIA_TYPE: Final = "application/problem+json"
_URN: Final = "urn:problem-type:jobcenter-portal:"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of problem. Its code never changes and is never used for anything else."""

    code: str
    status: int
    title: str

    def document(self, detail: str = "", **more: Any) -> dict[str, Any]:
        said = {"type": _URN + self.code, "title": self.title, "status": self.status, "code": self.code}
        return {**said, **({"detail": detail} if detail else {}), **more}


BAD_REQUEST: Final = ProblemType("bad_request", 400, "The request could not be read.")
MALFORMED_JSON: Final = ProblemType("malformed_json", 400, "The body is not JSON as it is read here.")
NULL_BYTE: Final = ProblemType("null_byte", 400, "A text contains a NUL character.")
KEY_MISSING: Final = ProblemType("idempotency_key_missing", 400, "This request needs the header Idempotency-Key.")
KEY_INVALID: Final = ProblemType(
    "idempotency_key_invalid", 400, "Idempotency-Key takes 16 to 128 letters, digits, dots, hyphens and underscores."
)
NOT_FOUND: Final = ProblemType("not_found", 404, "There is nothing here.")
METHOD_NOT_ALLOWED: Final = ProblemType("method_not_allowed", 405, "This address does not know the method.")
NOT_ACCEPTABLE: Final = ProblemType("not_acceptable", 406, "Answers are application/json.")
KEY_IN_PROGRESS: Final = ProblemType(
    "idempotency_in_progress", 409, "The first request with this Idempotency-Key is still being worked on."
)
LENGTH_REQUIRED: Final = ProblemType("length_required", 411, "Bodies come with Content-Length, not in chunks.")
BODY_TOO_LARGE: Final = ProblemType("body_too_large", 413, "The body is too large.")
ADDRESS_TOO_LONG: Final = ProblemType("address_too_long", 414, "The address is too long.")
UNSUPPORTED_MEDIA_TYPE: Final = ProblemType("unsupported_media_type", 415, "Bodies are application/json in UTF-8.")
INVALID_FIELDS: Final = ProblemType("invalid_fields", 422, "Fields of the request are missing or wrong.")
KEY_MISMATCH: Final = ProblemType(
    "idempotency_mismatch", 422, "This Idempotency-Key was used for a request with other content."
)
THROTTLED: Final = ProblemType("throttled", 429, "There were too many requests from this network.")
SERVER_ERROR: Final = ProblemType("server_error", 500, "Something broke. It has been recorded.")
BUSY: Final = ProblemType("busy", 503, "Nothing was done, because too much is going on. Try again.")

PLATFORM_PROBLEMS: Final = (
    BAD_REQUEST, MALFORMED_JSON, NULL_BYTE, KEY_MISSING, KEY_INVALID, NOT_FOUND, METHOD_NOT_ALLOWED, NOT_ACCEPTABLE,
    KEY_IN_PROGRESS, LENGTH_REQUIRED, BODY_TOO_LARGE, ADDRESS_TOO_LONG, UNSUPPORTED_MEDIA_TYPE, INVALID_FIELDS,
    KEY_MISMATCH, THROTTLED, SERVER_ERROR, BUSY,
)  # fmt: skip
"""All that can happen on any route."""

_BY_STATUS: Final = {
    problem.status: problem
    for problem in (
        SERVER_ERROR, BUSY, THROTTLED, UNSUPPORTED_MEDIA_TYPE, ADDRESS_TOO_LONG, BODY_TOO_LARGE, METHOD_NOT_ALLOWED,
        NOT_FOUND, NOT_ACCEPTABLE,
    )
}  # fmt: skip


class Problem(APIException):
    """Ends a request. `more` are further members of the document, `headers` those of the answer."""

    def __init__(
        self, problem: ProblemType, detail: str = "", *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(problem.title, problem.code)
        self.status_code = problem.status
        self.document = problem.document(detail, **more)
        self.headers = dict(headers or {})

    def answer(self) -> Response:
        return Response(self.document, status=self.status_code, headers=self.headers, content_type=MEDIA_TYPE)


def try_later(problem: ProblemType, seconds: int) -> Problem:
    return Problem(problem, headers={"Retry-After": str(max(seconds, 1))})


def problem_of_status(status: int) -> ProblemType:
    """For what fails outside of a view: an address that is none, a body that a guard refused, a broken server."""
    return _BY_STATUS.get(status) or (SERVER_ERROR if status >= SERVER_ERROR.status else BAD_REQUEST)
