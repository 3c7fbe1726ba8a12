# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How it is mostly done: a Celery task for each mail, a connection for each mail, Django's mail classes.

The same words from the same rows, so that only the way differs. No lock, no lease, no second look: what our own way
does beyond this one, it does in less time.
"""

from __future__ import annotations

from email.utils import formataddr

from celery import Celery
from django.core.mail import EmailMultiAlternatives, get_connection

from bench.common import django_worker  # noqa: F401 -- before everything that imports models
from jobcenter_portal.settings import environment
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.channels.base import Channel
from notifications.kinds import MessageRef, kind_of
from notifications.models import Message
from notifications.texts.rendering import render_email

app = Celery("naive", broker=environment.needed("REDIS_URL"))
app.conf.update(task_ignore_result=True, worker_prefetch_multiplier=4, broker_connection_retry_on_startup=True)


@app.task(name="naive.send")
def send(tenant_id: int, message_id: int) -> None:
    """Look the message up, write it, connect, send, note it."""
    jobcenter = Jobcenter.objects.get(pk=tenant_id)
    with tenant_context(jobcenter):
        message = Message.objects.get(pk=message_id)
        ref = MessageRef(
            message.subject,
            message.revision,
            message.occasion,
            Channel(message.channel),
            message.language,
            bytes(message.recipient),
        )
        envelope = kind_of(message.kind).compose(ref, now=message.due_at)
        if envelope is None:
            raise RuntimeError("nothing to say")
        sender = jobcenter.settings.email_sender_discreet
        text = render_email(message.kind, message.language, envelope.values, sender=sender)
        mail = EmailMultiAlternatives(
            text.subject,
            text.text,
            formataddr((sender, jobcenter.settings.email_address)),
            [envelope.address],
            connection=get_connection(
                "django.core.mail.backends.smtp.EmailBackend",
                host="127.0.0.1",
                port=int(environment.needed("NAIVE_PORT")),
            ),
        )
        mail.attach_alternative(text.html, "text/html")
        if envelope.calendar is not None:
            mail.attach("termin.ics", envelope.calendar.ics, "text/calendar")
        mail.send()
        Message.objects.filter(pk=message_id).update(provider_reference="naive", segments=1)
