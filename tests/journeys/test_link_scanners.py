# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mail scanners, previews of messengers and prefetching browsers open every link of every message: nothing changes."""

import email
import email.policy
import re
import secrets
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import APIRequestContext, Browser, Page
from psycopg import sql

from jobcenter_portal.demo.outbox_files import list_messages
from tests.journeys.portal import Portal
from tests.journeys.steps import GERMAN, Visit

MOST = 250
"""Links that are tried, of as many different kinds as there are; the demo sends some thousand."""
BY_ITSELF = {
    "django_session": "a visit, gone with it",
    "notifications_message": "the workers send what is due; what there is to say is compared below",
    "notifications_attempt": "the same",
    "notifications_accountstate": "the same",
    "notifications_outboxwake": "the same",
    "notifications_spending": "the same",
    "notifications_heartbeat": "the workers say that they are there",
    "audit_auditentry": "what people did is compared below; the clock's own entries are no answer to a link",
    "appointments_waitingentry": "the clock offers what comes free; what people say to that stands in the trail",
    "appointments_waitingoffer": "the same",
    "appointments_replanning": "changed plans of others wait there until the workers come by",
    "appointments_hold": "held times run out by themselves",
    "appointments_occupancy": "and so do the places that they hold",
}
WAYS: tuple[tuple[str, dict[str, str]], ...] = (
    ("GET", {}),
    ("HEAD", {}),
    ("OPTIONS", {}),
    ("GET", {"Purpose": "prefetch", "Sec-Purpose": "prefetch;prerender"}),
)


@pytest.fixture
def scanner(browser: Browser) -> Iterator[APIRequestContext]:
    context = browser.new_context()
    yield context.request
    context.close()


def test_every_link_of_every_message_can_be_opened_by_machines(
    portal: Portal, page: Page, scanner: APIRequestContext
) -> None:
    _is_reminded(portal, page)
    links = _links(portal)
    assert {_kind(link) for link in links} >= {"de/t/…/", "…", "de/erinnerungen/…/"}
    before = _everything(portal)

    refused = []
    for link in links:
        for method, headers in WAYS:
            answer = scanner.fetch(link, method=method, headers=headers)
            if answer.status >= 500 or (method == "GET" and not answer.ok):
                refused.append((method, _kind(link), answer.status))

    assert refused == []
    after = _everything(portal)
    assert {table for table in before if before[table] != after.get(table)} == set()


def _is_reminded(portal: Portal, page: Page) -> None:
    """A person whose mails have all the links that there are: confirmation, and a reminder that can be switched off."""
    address = f"zoe-{secrets.token_hex(4)}@post.example"
    visit = Visit(portal, page, "bergstrasse", "de", GERMAN)
    visit.begin()
    visit.answer_questions()
    visit.choose_a_far_time()
    visit.leave_contact("Zoë Große", email=address)
    visit.confirm()
    portal.wait_for("the confirmation", lambda: portal.mails_to(address))
    uid = re.search(r"UID:([^@\s]+)@", page.request.get(f"{page.url}termin.ics").text())
    assert uid
    assert portal.make_due(uid[1], "reminder") > 0
    portal.wait_for("the reminder", lambda: len(portal.mails_to(address)) > 1)


def _links(portal: Portal) -> list[str]:
    """Of each kind of message and link the newest ones, so that none is left out because there are many of another."""
    kinds: dict[str, list[str]] = {}
    texts = [f"{caught.text} {caught.html}" for caught in list_messages(portal.outbox)]
    for mail in (portal.outbox / "mail").glob("*.eml"):
        headers = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
        texts.append(str(headers["List-Unsubscribe"] or ""))
    for text in texts:
        for link in re.findall(rf"{re.escape(portal.url)}[^\s\"'<>]+", text):
            found = kinds.setdefault(_kind(link), [])
            if link not in found:
                found.append(link.rstrip(".,)"))
    share = MOST // max(1, len(kinds)) + 1
    return [link for found in kinds.values() for link in found[:share]]


def _kind(link: str) -> str:
    """The address without the Jobcenter, the language and the key."""
    return re.sub(r"[A-Za-z0-9_-]{14,}", "…", "/".join(link.split("/")[4:]))


def _everything(portal: Portal) -> dict[str, str]:
    """A hash of the rows of each table but those that change by themselves, and of what there is to say to whom."""
    with psycopg.connect(portal.database) as database:
        names = [row[0] for row in database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        hashes = {name: _hash(database, sql.Identifier(name)) for name in names if name not in BY_ITSELF}
        said = sql.SQL("(SELECT tenant_id, subject, revision, kind, occasion, channel FROM notifications_message)")
        done = sql.SQL("(SELECT * FROM audit_auditentry WHERE actor_kind <> 'system')")
        return hashes | {"what is said": _hash(database, said), "what people did": _hash(database, done)}


def _hash(database: "psycopg.Connection[tuple[str]]", rows: sql.Composable) -> str:
    query = sql.SQL("SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM {} t").format(rows)
    found = database.execute(query).fetchone()
    assert found is not None
    return found[0]
