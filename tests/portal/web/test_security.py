# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Headers of every answer, and requests that no browser sends."""

from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponseBase
from django.test import Client

from jobcenter_portal.web.guards import only_utf8

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "manifest-src 'self'",
}
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
OF_THE_ANSWER = {"Content-Language", "Content-Type", "Content-Length", "Vary"}


def headers_of(response: HttpResponseBase) -> dict[str, str]:
    """All headers but those that describe the content; the policy has a test of its own."""
    return {
        name: value
        for name, value in response.headers.items()
        if name not in OF_THE_ANSWER | {"Content-Security-Policy"}
    }


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/fulda/de/seite", 200),
        ("/fulda/desk/", 200),
        ("/fulda/de/nichts", 404),
        ("/fulda/de/verboten", 403),
        ("/fulda/de/kaputt", 500),
        ("/fulda/de/seite?%00", 400),
    ],
)
def test_every_answer_has_exactly_these_headers(client: Client, path: str, status: int) -> None:
    response = client.get(path)
    assert (response.status_code, headers_of(response)) == (status, HEADERS)
    assert set(response["Content-Security-Policy"].split("; ")) == POLICY


def test_over_https_browsers_are_told_to_stay_there(client: Client) -> None:
    response = client.get("/fulda/de/seite", secure=True)
    assert headers_of(response) == {
        **HEADERS,
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    }


def test_search_engines_see_only_what_was_opened_to_them(client: Client) -> None:
    opened = headers_of(client.get("/fulda/de/offen"))
    assert opened == {name: value for name, value in HEADERS.items() if name != "X-Robots-Tag"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/fulda/de/se%00ite", 400),
        ("/fulda/de/seite?woche=%00", 400),
        ("/fulda/de/seite?%00=1", 400),
        ("/fulda/de/seite?" + "x" * 5000, 414),
        ("/fulda/de/" + "x" * 5000, 414),
    ],
)
def test_an_address_no_browser_sends_is_refused(client: Client, path: str, status: int) -> None:
    assert client.get(path).status_code == status


FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"


def part(name: str, value: str) -> str:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n--x--\r\n'


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("name=Anna", FORM, 422),
        ("name=%00", FORM, 400),
        ("name=a\x00b", FORM, 400),
        ("%00=1", FORM, 400),
        (part("name", "Anna"), PARTS, 422),
        (part("name", "a\x00b"), PARTS, 400),
        (part('file"; filename="a\x00.txt', "x"), PARTS, 422),
        (part('fi\x00le"; filename="a.txt', "x"), PARTS, 400),
        ("name=Anna", FORM + "; charset=utf-16", 400),
        ("x", "multipart/form-data", 400),
        ("name=" + "x" * 70_000, FORM, 413),
        (part("name", "x" * 70_000), PARTS, 413),
        ("&".join(f"f{number}=1" for number in range(100)), FORM, 400),
        ("name=%ff%fe", FORM, 422),
        ("{", "application/json", 422),
    ],
)
def test_a_body_no_browser_sends_is_refused_before_anything_reads_it(
    client: Client, body: str, content_type: str, status: int
) -> None:
    response = client.post("/fulda/de/formular", body.encode(), content_type=content_type)
    assert response.status_code == status


MANY = "&".join(["a=1"] * 100)


@pytest.mark.parametrize(
    ("content_type", "query", "status"),
    [
        ("", "a=1", "200 OK"),
        (FORM, "a=1", "200 OK"),
        (FORM + "; charset=UTF-8", "a=1", "200 OK"),
        ('text/plain; charset="utf-8"', "a=1", "200 OK"),
        ("text/plain; charset=utf-8", MANY, "200 OK"),
        ("text/plain; charset=rot13", "a=1", "400 Bad Request"),
        ("text/plain; Charset = idna", "a=1", "400 Bad Request"),
        ("text/plain; charset=utf-8; charset=undefined", "a=1", "400 Bad Request"),
        ("text/plain; charset*=utf-8''rot13", "a=1", "400 Bad Request"),
        ("text/plain; anything*=nonsense''x", "a=1", "400 Bad Request"),
    ],
)
@pytest.mark.usefixtures("db", "gallery")  # the end of a request looks after connections that other tests opened
def test_a_foreign_charset_never_reaches_django(content_type: str, query: str, status: str) -> None:
    answered: list[str] = []
    environ: dict[str, Any] = {}
    setup_testing_defaults(environ)
    environ |= {"CONTENT_TYPE": content_type, "QUERY_STRING": query, "PATH_INFO": "/fulda/de/seite"}
    response = only_utf8(get_wsgi_application())(environ, lambda line, _headers: answered.append(line))
    getattr(response, "close", list)()
    assert answered == [status]


def test_too_many_fields_in_the_address_are_refused_with_a_page(client: Client) -> None:
    assert client.get(f"/fulda/de/nur-lesen?{MANY}").status_code == 400


def test_the_boundary_of_a_form_survives_the_charset() -> None:
    seen: list[str] = []

    def django(environ: dict[str, Any], _start_response: object) -> list[bytes]:
        seen.append(environ["CONTENT_TYPE"])
        return []

    only_utf8(django)({"CONTENT_TYPE": "multipart/form-data; charset=utf-8; boundary=--Ab;c"}, lambda *_: None)
    only_utf8(django)({"CONTENT_TYPE": 'multipart/form-data; boundary="a b"'}, lambda *_: None)
    assert seen == ['multipart/form-data; boundary="--Ab"', 'multipart/form-data; boundary="a b"']


@pytest.mark.parametrize("length", ["-1", "many", "1e3", "٣"])
def test_a_length_that_is_no_number_is_refused(client: Client, length: str) -> None:
    assert client.post("/fulda/de/formular", {}, CONTENT_LENGTH=length).status_code == 400
