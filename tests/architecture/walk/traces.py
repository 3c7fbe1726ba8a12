# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Texts that providers, offices and later code may leave, a canary in each: no use case of the walk writes them."""

import json
from datetime import datetime, timedelta

from django.db import transaction

from appointments.models import Appointment, ContactTask, TaskReason
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.letters.queue import LetterQueue
from notifications.models import (
    AccountState,
    Attempt,
    ChannelPause,
    Letter,
    LetterBatch,
    Message,
    ProviderAccount,
    ProviderReceipt,
    Spending,
    Suppression,
    SuppressionReason,
    TextVersion,
)
from tests.notifications.channels.paper import letter


def leave_traces(jobcenter: Jobcenter, appointment: Appointment, secret: str, now: datetime) -> None:
    """On the trail, at messages and their attempts, on paper, and what the office has to do about an address."""
    audit.record(by=audit.SYSTEM, action=f"noted {secret}", subject=appointment.subject, at=now, note=secret)
    with transaction.atomic():
        Message.objects.update(provider_reference=secret, result_code=secret)
        message = Message.objects.earliest("id")
        Attempt.objects.create(
            tenant=jobcenter, message=message, n=1, started_at=now, outcome="accepted", code=secret, reference=secret
        )
        LetterQueue().put(letter(reference=message.message_id_token, address=(secret, "36037 Fulda")), now=now)
        Letter.objects.update(code=secret)
    LetterBatch.objects.create(tenant=jobcenter, opened_at=now)
    TextVersion.objects.create(
        tenant=jobcenter,
        kind="confirmation",
        channel="email",
        language="de",
        version=1,
        subject=secret,
        body=secret,
        created_at=now,
    )
    _address_in_doubt(jobcenter, appointment, now)
    ChannelPause.objects.create(tenant=jobcenter, channel="sms", until=now - timedelta(days=1), code=secret)
    Spending.objects.create(tenant=jobcenter, channel="sms", period=f"{now:%Y-%m}", begins_at=now, segments=7)


def account_with_receipt(jobcenter: Jobcenter, secret: str, now: datetime, *, name: str) -> str:
    """An account with a provider who has said something already; returns its public id."""
    account = ProviderAccount(tenant=jobcenter, channel="email", driver="smtp", name=f"Konto {name}", changed_at=now)
    account.config = json.dumps({"host": "127.0.0.1", "password": secret})
    account.save()
    AccountState.objects.create(tenant=jobcenter, account=account.public_id, code=secret)
    told = dict.fromkeys(("event", "our_reference", "provider_reference", "code"), secret)
    ProviderReceipt.objects.create(
        tenant=jobcenter, account=account.public_id, kind="delivered", received_at=now, **told
    )
    return account.public_id


def _address_in_doubt(jobcenter: Jobcenter, appointment: Appointment, now: datetime) -> None:
    """A task at the desk about the person's e-mail address, and an address of nobody that gets nothing any more."""
    point = ContactPoint.objects.get(customer_id=appointment.customer_id, channel=ContactChannel.EMAIL)
    ContactTask.objects.create(
        tenant=jobcenter,
        customer_id=appointment.customer_id,
        channel=point.channel,
        recipient=point.address_index,
        reason=TaskReason.UNKNOWN,
        opened_at=now,
    )
    Suppression.objects.create(
        tenant=jobcenter,
        channel="sms",
        recipient=b"nobody",
        reason=SuppressionReason.STOPPED,
        since=now,
    )
