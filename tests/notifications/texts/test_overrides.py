# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A Jobcenter's own words: saved in versions, used at once, taken back without loss, and nobody else's business."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications.channels.base import Channel
from notifications.models import TextVersion
from notifications.texts.linter import Severity
from notifications.texts.overrides import (
    NoSuchText,
    TextRefused,
    active,
    back_to_default,
    findings,
    restore,
    save_text,
    versions,
)
from notifications.texts.placeholders import examples
from notifications.texts.preview import preview
from notifications.texts.rendering import render_email, render_sms
from tests.appointments.desk.staff import make_member

SUBJECT = "Ihr Termin am {day_long}, {time} Uhr"
BODY = "Guten Tag,\n\nkommen Sie gern: {day_long}, {time} Uhr.\n{link}"
LINK = str(examples("reminder", "de")["link"])
REMINDER: dict[str, Any] = {"kind": "reminder", "channel": Channel.EMAIL, "language": "de"}


@pytest.fixture
def head(fulda: Jobcenter) -> Membership:
    return make_member(fulda, Role.TENANT_ADMIN)


def save(head: Membership, now: datetime, body: str = BODY, **other: Any) -> TextVersion:
    wanted = {**REMINDER, "subject": SUBJECT, "body": body, "by": audit.staff(head.pk), "now": now, **other}
    return save_text(**wanted)


def reminder() -> tuple[str, int]:
    """The last but one line of a reminder as it would leave now, and the version of its words."""
    mail = render_email("reminder", "de", examples("reminder", "de"), sender="x", own=active())
    return mail.text.splitlines()[2], mail.version


STANDARD = ("wir erinnern Sie an Ihren Termin in einer Gruppe.", 0)
OWN = ("kommen Sie gern: Donnerstag, 31. Dezember 2026, 15:30 Uhr.", 1)


def trail() -> list[tuple[str, object, object]]:
    entries = audit.history("text:reminder/email.de")
    return [(entry.action, entry.detail["before"], entry.detail["version"]) for entry in entries]


def test_saved_words_are_used_at_once_and_the_portals_again_when_they_are_given_up(
    head: Membership, now: datetime
) -> None:
    assert reminder() == STANDARD
    saved = save(head, now)
    assert (saved.version, saved.is_active, saved.created_by_id, saved.created_at) == (1, True, head.pk, now)
    assert reminder() == OWN
    for _again in range(2):
        back_to_default(**REMINDER, by=audit.staff(head.pk), now=now)
    assert reminder() == STANDARD
    assert [(version.version, version.is_active) for version in versions(**REMINDER)] == [(1, False)]
    assert trail() == [("text_saved", 0, 1), ("text_reset", 1, 0)]


def test_each_change_is_a_version_and_an_old_one_can_come_back(head: Membership, now: datetime) -> None:
    first = save(head, now)
    save(head, now, BODY + "\nBis bald!")
    assert reminder()[1] == 2
    third = restore(first, by=audit.staff(head.pk), now=now + timedelta(days=1))
    assert (third.version, third.body, reminder()) == (3, BODY, (OWN[0], 3))
    assert [version.is_active for version in versions(**REMINDER)] == [True, False, False]
    assert trail() == [("text_saved", 0, 1), ("text_saved", 1, 2), ("text_saved", 2, 3)]


def test_saving_twice_saves_once(head: Membership, now: datetime) -> None:
    first, again = save(head, now), save(head, now, BODY.replace("\n", "\r\n") + "\r\n")
    assert (first.pk, len(versions(**REMINDER))) == (again.pk, 1)


def test_a_text_with_faults_is_not_saved_and_a_doubtful_one_only_by_who_has_seen_why(
    head: Membership, now: datetime
) -> None:
    with pytest.raises(TextRefused) as refused:
        save(head, now, BODY + "\n{nobody}", despite_warnings=True)
    assert [finding.severity for finding in refused.value.findings] == [Severity.ERROR]
    long: dict[str, Any] = {"channel": Channel.SMS, "body": "{day_short}, {time} Uhr, {link} " + "x" * 160}
    with pytest.raises(TextRefused):
        save(head, now, **long)
    assert TextVersion.objects.count() == 0
    assert save(head, now, **long, despite_warnings=True).subject == ""
    sms = render_sms("reminder", "de", examples("reminder", "de"), own=active())
    assert (sms.parts, sms.version) == (2, 1)


@pytest.mark.parametrize(
    "changed", [{"kind": "nobody"}, {"channel": Channel.PUSH}, {"language": "fr"}], ids=["kind", "channel", "language"]
)
def test_only_texts_that_exist_can_be_changed(head: Membership, now: datetime, changed: dict[str, Any]) -> None:
    with pytest.raises(NoSuchText):
        save(head, now, **changed)


def test_discretion_and_the_names_of_concerns_are_those_of_the_jobcenter(head: Membership, now: datetime) -> None:
    named = BODY + "\nJobcenter Fulda"
    assert findings(**REMINDER, subject=SUBJECT, body=named) == []
    TenantSettings.objects.update(discreet=True)
    head.tenant.settings.refresh_from_db()
    with tenant_context(Jobcenter.objects.get(pk=head.tenant_id)):
        found = findings(**REMINDER, subject=SUBJECT, body=named)
    assert [finding.line for finding in found] == [5]


def test_another_jobcenter_neither_uses_nor_sees_them(head: Membership, wiesbaden: Jobcenter, now: datetime) -> None:
    save(head, now)
    with tenant_context(wiesbaden):
        assert (reminder(), versions(**REMINDER)) == (STANDARD, [])


def test_sending_asks_for_them_once_a_second_and_reads_each_once(
    head: Membership, now: datetime, settings: LazySettings
) -> None:
    settings.CACHES = {
        **settings.CACHES,
        "configuration": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "TIMEOUT": 1},
    }
    save(head, now)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert [reminder() for _message in range(50)] == [OWN] * 50
    selects = [query["sql"] for query in asked.captured_queries if "notifications_textversion" in query["sql"]]
    assert len(selects) == 2


def test_words_that_a_release_made_unreadable_make_way_for_the_portals(head: Membership, now: datetime) -> None:
    saved = save(head, now)
    TextVersion.objects.filter(pk=saved.pk).update(body="{gone} {day_long}, {time} {link}")
    assert reminder() == STANDARD
    other = save(head, now, BODY + "\nBis bald!")
    TextVersion.objects.filter(pk=other.pk).update(body="{link")
    assert reminder() == STANDARD


@pytest.mark.django_db(transaction=True)
def test_two_who_save_at_once_get_two_versions_and_one_is_in_use(now: datetime, fulda: Jobcenter) -> None:
    head = make_member(fulda, Role.TENANT_ADMIN)

    def one(number: int) -> int:
        try:
            with tenant_context(fulda):
                return save(head, now, f"{BODY}\nGruß {number}").version
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as people:
        assert sorted(people.map(one, range(4))) == [1, 2, 3, 4]
    assert [version.is_active for version in versions(**REMINDER)].count(True) == 1


# --- Preview ------------------------------------------------------------------------------------------------------
def test_a_preview_reads_as_the_message_would_and_saves_nothing(fulda: Jobcenter) -> None:
    seen = preview(**REMINDER, subject=SUBJECT, body=BODY + "\n{name}", sender="Jobcenter Fulda")
    assert (seen.findings, seen.subject) == ([], "Ihr Termin am Donnerstag, 31. Dezember 2026, 15:30 Uhr")
    assert seen.text.endswith(f"\n{LINK}\nAnna Beispiel\n")
    assert "<title>Jobcenter Fulda</title>" in seen.html
    assert TextVersion.objects.count() == 0
    letter = preview(**{**REMINDER, "channel": Channel.LETTER}, subject="Ihr Termin", body=BODY)
    assert (letter.subject, letter.text.splitlines()[0], letter.html) == ("Ihr Termin", "Guten Tag,", "")


def test_a_preview_of_an_sms_counts_it_as_it_usually_is_and_at_its_longest(fulda: Jobcenter) -> None:
    seen = preview(
        kind="new_place", channel=Channel.SMS, language="de", subject="", body="{day_short} {time} {address} {link}"
    )
    assert seen.sms is not None
    assert seen.longest is not None
    said = f"Do 31.12. 15:30 Rathausstraße 12, 36037 Musterstadt {LINK}"
    assert (seen.text, seen.sms.text, seen.sms.units, seen.sms.parts) == (said, said, len(said), 1)
    assert seen.longest.units > seen.sms.units


@pytest.mark.parametrize(
    ("subject", "body"), [("x", "{link"), ("{link", "x"), ("x", "{xyz}"), ("{xyz}", "x"), ("x", "{in_group}")]
)
def test_what_cannot_be_read_has_findings_instead_of_a_text(fulda: Jobcenter, subject: str, body: str) -> None:
    seen = preview(**REMINDER, subject=subject, body=body)
    assert (seen.text, seen.html, Severity.ERROR in {finding.severity for finding in seen.findings}) == ("", "", True)
