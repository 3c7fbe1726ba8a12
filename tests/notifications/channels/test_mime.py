# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The bytes of a mail, read back by the standard library's parser."""

from datetime import datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jobcenter_portal.demo.catchers.smtp import refuse
from notifications.channels.base import CalendarPart
from notifications.channels.email.mime import build_mime
from tests.notifications.channels.conftest import NOW, mail

ICS = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Grüße\r\nEND:VCALENDAR\r\n".encode()
HEADER_TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=90)
BODY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\u2028\u2029"), max_size=120)


def parse(raw: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)


def display_name(raw: bytes) -> str:
    """By the older parser: the newer one puts spaces between the words of a long encoded name."""
    phrase, _address = parseaddr(message_from_bytes(raw)["From"].replace("\r\n", ""))
    return str(make_header(decode_header(phrase)))


def content(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode("utf-8").replace("\r\n", "\n")


def test_a_mail_without_calendar_is_text_first_then_html() -> None:
    read = parse(build_mime(mail(), NOW))
    assert [part.get_content_type() for part in read.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert dict(read.items()) == {
        "From": "Jobcenter Fulda <termin@fulda.example>",
        "To": "ayse@example.org",
        "Subject": "Ihr Termin am 24. November – Bestätigung",
        "Date": "Mon, 23 Nov 2026 08:30:00 +0000",
        "Message-ID": "<0199aa11-0000-7000-8000-000000000001@fulda.example>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": "de",
        "MIME-Version": "1.0",
        "Content-Type": 'multipart/alternative; boundary="=_0199aa11-0000-7000-8000-000000000001_a"',
    }


def test_a_calendar_travels_inside_the_alternative_and_as_a_file() -> None:
    read = parse(build_mime(mail(calendar=CalendarPart(ICS, "REQUEST")), NOW))
    assert [part.get_content_type() for part in read.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    inline, attached = list(read.walk())[4:]
    assert (inline.get_param("method"), inline.get_param("charset")) == ("REQUEST", "utf-8")
    assert inline.get_payload(decode=True) == attached.get_payload(decode=True) == ICS
    assert attached.get_filename() == "termin.ics"


def test_a_calendar_whose_method_differs_from_the_header_is_refused() -> None:
    with pytest.raises(ValueError, match="METHOD"):
        build_mime(mail(calendar=CalendarPart(ICS, "CANCEL")), NOW)


def test_reply_to_and_unsubscribe_appear_only_when_given() -> None:
    read = parse(build_mime(mail(reply_to="hallo@fulda.example", unsubscribe_url="https://fulda.example/u/1"), NOW))
    assert read["Reply-To"] == "hallo@fulda.example"
    assert read["List-Unsubscribe"] == "<https://fulda.example/u/1>"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_an_international_domain_becomes_punycode() -> None:
    raw = build_mime(mail(to="info@straße.example", reply_to="a@bücher.example"), NOW)
    assert parse(raw)["To"] == "info@xn--strae-oqa.example"
    assert parse(raw)["Reply-To"] == "a@xn--bcher-kva.example"


def test_the_same_mail_gives_the_same_bytes() -> None:
    assert build_mime(mail(), NOW) == build_mime(mail(), NOW)


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        build_mime(mail(), datetime(2026, 11, 23, 8, 30))  # noqa: DTZ001


@example(subject="=?utf-8?q?Termin?=", name="=?utf-8?b?QQ==?=", text="=_a\n--x", html=".")
@given(subject=HEADER_TEXT, name=HEADER_TEXT, text=BODY_TEXT, html=BODY_TEXT)
def test_whatever_is_written_arrives_as_written(subject: str, name: str, text: str, html: str) -> None:
    raw = build_mime(mail(subject=subject, sender_name=name, text=text, html=html), NOW)
    read = parse(raw)
    assert read["Subject"] == subject
    assert display_name(raw) == name
    plain, markup = list(read.walk())[1:]
    assert (content(plain), content(markup)) == (text, html)
    assert len(read.keys()) == 10
    assert raw.isascii()
    assert refuse(raw) is None
    assert max(map(len, raw.split(b"\r\n"))) <= 200


INJECTIONS = [
    "\r\nBcc: x@example.org",
    "\nBcc: x",
    "\rX: y",
    "\u2028X: y",
    "\u2029X: y",
    "\x85X: y",
    "\x00",
    "\x0b",
    "\x1c",
]


@pytest.mark.parametrize("evil", INJECTIONS, ids=ascii)
@pytest.mark.parametrize(
    "field",
    ["message_id_token", "to", "sender_name", "sender_address", "reply_to", "subject", "language", "unsubscribe_url"],
)
def test_a_line_break_in_any_header_value_is_refused(field: str, evil: str) -> None:
    good = {
        "message_id_token": "abc",
        "to": "a@example.org",
        "sender_name": "Jobcenter",
        "sender_address": "a@fulda.example",
        "reply_to": "a@example.org",
        "subject": "Termin",
        "language": "de",
        "unsubscribe_url": "https://fulda.example/u",
    }
    for value in (good[field] + evil, evil + good[field], good[field][:1] + evil + good[field][1:]):
        with pytest.raises(ValueError, match=r".+"):
            build_mime(mail(**{field: value}), NOW)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "@b.example",
        "a@",
        "a b@c.example",
        "a@b@c.example",
        "<a@b.example>",
        "a@b.example>",
        "ä@b.example",
        "a,b@c.example",
        "a@b..example",
        ".a@b.example",
        '"a"@b.example',
        "a@-b.example",
        "a@b.example\n",
    ],
)
def test_what_is_no_plain_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="e-mail"):
        build_mime(mail(to=address), NOW)


@given(st.text(max_size=60))
def test_no_address_whatever_adds_a_header_or_a_recipient(address: str) -> None:
    try:
        raw = build_mime(mail(to=address), NOW)
    except ValueError:
        return
    read = parse(raw)
    assert len(read.keys()) == 10
    assert len(read["To"].addresses) == 1
