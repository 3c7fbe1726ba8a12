# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whatever a body or an address says: an answer below 500, a problem that names itself, and nothing half-done."""

import json
from typing import Any, Final

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.appointments.factories import make_appointment
from tests.appointments.rest.conftest import EIGHT
from tests.appointments.rest.program import PERSON, Program, code_of, wanted
from tests.appointments.rest.test_journey import NINE

bounded = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""Each example is a request; the fixtures stay as they are, because every request is rolled back."""

EVIL: Final[list[Any]] = [
    None, True, 0, -1, 17, 1.5, 10**17, "", " ", "x" * 5000, [], [[]], {}, {"a": {"b": []}}, "null", "0", "-1",
    "\u202e", "ß" * 300, "../../etc/passwd", "' OR 1=1 --", "<script>", "{{7*7}}", "%s%n", "1763971200",
    "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-11-24T09:00:00", "2026-11-24",
    "2026-13-45T09:00:00Z", "2026-11-24T24:00:00Z", "2026-11-24T09:00:00+99:99", "2026-11-24T09:00:60Z",
    "٢٠٢٦-11-24T09:00:00Z", "2026-11-24T09:00:00.1234567Z", "-9999-01-01T00:00:00Z",
]  # fmt: skip
_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_scalars = st.sampled_from(EVIL) | _text | st.integers()
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
_FIELDS: Final = (
    "service", "location", "starts_at", "mode", "more_services", "mediator_language", "hold_token", "person",
    "person.name", "person.language", "person.email", "person.mobile", "unknown",
)  # fmt: skip
POSTS: Final = ("holds/", "appointments/", "appointments/KEY/move/", "appointments/KEY/cancel/", "holds/x/extend/")
PARAMETERS: Final = ("location", "from", "days", "mode", "more_services", "mediator_language", "unknown")


@pytest.fixture
def key(program: Program, office: Any) -> str:
    make_appointment(office, NINE, EIGHT)
    return str(program.books(wanted("2026-11-25T09:00:00+01:00", person=PERSON)).json()["key"])


def ask(program: Program, address: str, raw: bytes) -> Any:
    """One POST from a network of its own, rolled back."""
    fresh = Program(program.root)
    with transaction.atomic():
        answer = fresh.post(address, raw, idempotency_key="7f3c1a52-8e0e-4d3c-9f57")
        transaction.set_rollback(True)
    return answer


def changed(body: dict[str, Any], field: str, value: Any) -> dict[str, Any]:
    outer, _, inner = field.rpartition(".")
    return {**body, outer: {**body[outer], inner: value}} if outer else {**body, field: value}


@bounded
@given(field=st.sampled_from(_FIELDS), value=_values)
def test_no_value_of_a_field_breaks_a_booking(program: Program, field: str, value: Any) -> None:
    answer = ask(program, "appointments/", json.dumps(changed(wanted(person=PERSON), field, value)).encode())
    assert answer.status_code == 201 or code_of(answer)[0] in (400, 409, 410, 413, 422), answer.content


@bounded
@given(address=st.sampled_from(POSTS), value=_values)
def test_no_body_breaks_a_verb(program: Program, key: str, address: str, value: Any) -> None:
    answer = ask(program, address.replace("KEY", key), json.dumps(value).encode())
    assert answer.status_code < 300 or code_of(answer)[0] < 500, answer.content


@bounded
@given(address=st.sampled_from(POSTS), raw=st.binary(max_size=80))
def test_no_bytes_break_a_verb(program: Program, key: str, address: str, raw: bytes) -> None:
    answer = ask(program, address.replace("KEY", key), raw)
    assert answer.status_code < 300 or code_of(answer)[0] < 500, answer.content


@bounded
@given(name=st.sampled_from(PARAMETERS), value=st.sampled_from(EVIL).map(str) | st.text(max_size=20))
def test_no_parameter_breaks_a_list(program: Program, name: str, value: str) -> None:
    fresh = Program(program.root)
    value = value.encode("utf-8", "replace").decode()
    answer = fresh.client.get(f"{fresh.root}services/beratung/slots/", {name: value}, REMOTE_ADDR=fresh.network)
    assert answer.status_code == 200 or code_of(answer)[0] < 500, answer.content


@bounded
@given(piece=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/?#"), min_size=1, max_size=30))
def test_no_piece_of_an_address_opens_or_breaks_anything(program: Program, piece: str) -> None:
    fresh = Program(program.root)
    for address in ("services/{}/slots/", "appointments/{}/", "holds/{}/extend/"):
        method = "POST" if "holds" in address else "GET"
        answer = fresh.send(method, fresh.root + address.format(piece))
        assert code_of(answer)[0] in (400, 404, 405, 410, 414), (address, answer.content)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/json-patch+json", "x", "application/JSON"]
)
def test_other_kinds_of_bodies_are_not_read(program: Program, kind: str) -> None:
    answer = program.send("POST", "holds/", json.dumps(wanted()).encode(), content_type=kind)
    if kind.lower() == "application/json":
        assert answer.status_code == 201
    else:
        assert code_of(answer) == (415, "unsupported_media_type")


def test_a_huge_number_of_a_day_is_no_day(program: Program) -> None:
    for query in (
        "from=99999999999-01-01",
        "from=2999-01-01",
        "from=1970-01-01",
        "days=99999999999999999999",
        "days=1e3",
    ):
        assert code_of(program.get(f"services/beratung/slots/?{query}")) == (422, "invalid_fields")


def test_a_parameter_that_stands_twice_is_refused(program: Program) -> None:
    assert code_of(program.get("services/beratung/slots/?days=1&days=2")) == (422, "invalid_fields")
