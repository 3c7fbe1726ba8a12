# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A text sent to the office itself: the words as they are, invented values, and no address but the office's own."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.accounts.service import address_index
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.service import By
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications import service
from notifications.channels.base import Channel
from notifications.delivery import dispatch
from notifications.delivery.sessions import Sessions
from notifications.kinds import MessageRef, kind_of
from notifications.models import Message, TextVersion
from notifications.outbox.clock import Clock
from notifications.service import NoTestAddress
from notifications.texts.overrides import NoSuchText, active, draft_text, save_text, versions
from notifications.texts.placeholders import examples
from notifications.texts.rendering import render_email
from tests.appointments.desk.staff import make_member
from tests.notifications.servers import Catchers

BODY = "Probe: {day_long}, {time} Uhr\n{link}"


@pytest.fixture
def head(fulda: Jobcenter) -> By:
    return audit.staff(make_member(fulda, Role.TENANT_ADMIN).pk)


def draft(head: By, now: datetime, *, channel: Channel = Channel.EMAIL, body: str = BODY) -> TextVersion:
    return draft_text(
        kind="reminder", channel=channel, language="de", subject="Probe {time}", body=body, by=head, now=now
    )


def ref_of(message: Message) -> MessageRef:
    return MessageRef(
        message.subject, 1, message.occasion, Channel(message.channel), message.language, bytes(message.recipient)
    )


def test_a_draft_is_kept_and_not_used(head: By, now: datetime) -> None:
    saved = draft(head, now)
    assert (saved.is_active, saved.version, len(active())) == (False, 1, 0)
    assert draft(head, now).pk == saved.pk  # testing twice keeps it once
    used = save_text(
        kind="reminder", channel=Channel.EMAIL, language="de", subject="Probe {time}", body=BODY, by=head, now=now
    )
    assert [(version.version, version.is_active) for version in versions(**wanted())] == [(2, True), (1, False)]
    assert draft(head, now, body=BODY + "\nAnders").version == used.version + 1
    assert render_email("reminder", "de", examples("reminder", "de"), sender="x", own=active()).version == used.version


def wanted() -> dict[str, Any]:
    return {"kind": "reminder", "channel": Channel.EMAIL, "language": "de"}


def test_the_office_gets_the_draft_as_it_would_be_sent(
    fulda: Jobcenter, head: By, now: datetime, catchers: Catchers
) -> None:
    TenantSettings.objects.update(office_address="haus@fulda.example")
    fulda.settings.refresh_from_db()
    catchers.start("smtp")
    service.send_test(version=draft(head, now), by=head, now=now)
    with Sessions() as sessions:
        assert dispatch.deliver_all(sessions=sessions, clock=Clock(now, stopwatch=lambda: 0.0)) == 1
    (mail,) = catchers.mails()
    link = examples("reminder", "de")["link"]
    assert (mail.to, mail.subject, mail.text.strip()) == (
        "haus@fulda.example",
        "Probe 15:30",
        f"Probe: Donnerstag, 31. Dezember 2026, 15:30 Uhr\n{link}",
    )
    (entry,) = audit.history(Message.objects.get().subject)
    assert (entry.action, entry.membership_id, entry.detail) == ("text_tested", head.membership_id, {"version": 1})


def test_it_goes_to_no_address_that_the_office_no_longer_has(fulda: Jobcenter, head: By, now: datetime) -> None:
    service.send_test(version=draft(head, now), by=head, now=now)
    message = Message.objects.get()
    assert bytes(message.recipient) == address_index(ContactChannel.EMAIL, "termine@fulda.example")
    assert message.not_after - message.due_at == timedelta(minutes=30)
    envelope = kind_of("test_text").compose(ref_of(message), now=now)
    assert envelope is not None
    assert envelope.address == "termine@fulda.example"
    TenantSettings.objects.update(office_address="neu@fulda.example")
    with tenant_context(Jobcenter.objects.get(pk=fulda.pk)):
        assert kind_of("test_text").compose(ref_of(message), now=now) is None


def test_an_office_without_a_phone_for_tests_gets_no_sms(head: By, now: datetime) -> None:
    version = draft(head, now, channel=Channel.SMS, body="{day_short} {time} {link}")
    with pytest.raises(NoTestAddress):
        service.send_test(version=version, by=head, now=now)
    assert not Message.objects.exists()


def test_the_test_itself_has_no_words_to_change(head: By, now: datetime) -> None:
    with pytest.raises(NoSuchText):
        save_text(kind="test_text", channel=Channel.EMAIL, language="de", subject="x", body="y", by=head, now=now)


def test_an_sms_goes_to_the_offices_own_mobile(fulda: Jobcenter, head: By, now: datetime) -> None:
    TenantSettings.objects.update(test_mobile="+4915123456789")
    fulda.settings.refresh_from_db()
    service.send_test(version=draft(head, now, channel=Channel.SMS, body="{day_short} {time} {link}"), by=head, now=now)
    envelope = kind_of("test_text").compose(ref_of(Message.objects.get()), now=now)
    assert envelope is not None
    assert envelope.address == "+4915123456789"
