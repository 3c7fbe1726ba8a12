# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A knock on a device through its browser's push service (RFC 8030), without any content.

Nothing is sent but "there is something": no text that a lock screen or a push service could show or keep, hence
nothing to encrypt. What the device then says comes from its own service worker. Several knocks about the same thing
carry one Topic, so a waiting one is replaced by the next; on the device the service worker's notice must carry one tag
for the same reason.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications.channels.base import (
    Accepted,
    Ambiguous,
    BadConfig,
    Channel,
    Closing,
    Config,
    Field,
    FieldKind,
    ForgedReceipt,
    OutgoingPush,
    Receipt,
    ReceiptRequest,
    RejectedPermanent,
    RejectedTemporary,
    Result,
    Throttled,
    Words,
    text_of,
)
from notifications.channels.over_http import Answer, HttpWay, Limits, pause
from notifications.channels.push.endpoints import KNOWN_SERVICES, checked_endpoint
from notifications.channels.push.vapid import BadKey, Vapid

_TOPIC: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")
_LONGEST_TTL: Final = timedelta(days=28)
"""What all services take."""
_BROKEN: Final = 500
_LONGEST_REFERENCE: Final = 128

KEY: Final = Field("key", _("Schlüssel (VAPID)"), FieldKind.SECRET)
CONTACT: Final = Field("contact", _("Adresse für Betreiber von Push-Diensten"), help=_("mailto:… oder https://…"))
HOSTS: Final = Field(
    "hosts", _("Push-Dienste"), required=False, help=_("Durch Leerzeichen getrennt; leer: alle bekannten.")
)


class WebPushSession(Closing):
    def __init__(self, vapid: Vapid, services: Sequence[str]) -> None:
        self._vapid, self._services = vapid, services
        self._way = HttpWay("", limits=Limits(whole=20.0))

    def send(self, outgoing: OutgoingPush, *, now: datetime) -> Result:
        """Raises ValueError for an endpoint of nobody we know, and for a topic that no service takes."""
        endpoint = checked_endpoint(outgoing.endpoint, services=self._services)
        if not _TOPIC.fullmatch(outgoing.topic):
            raise ValueError("a topic has up to 32 letters of base64url")
        answer = self._way.post(
            endpoint,
            headers={
                "Authorization": self._vapid.authorization(endpoint, now=now),
                "TTL": str(max(0, min(outgoing.ttl_seconds, int(_LONGEST_TTL.total_seconds())))),
                "Urgency": "high" if outgoing.is_urgent else "normal",
                "Topic": outgoing.topic,
                "Content-Length": "0",
            },
        )
        return _by_answer(answer, now) if isinstance(answer, Answer) else answer

    def ask(self, reference: str, *, to: str = "") -> Result | None:  # noqa: ARG002 -- part of Session
        """No service can be asked. But a second knock takes the place of the first, by its Topic or on the device, so
        sending again repeats nothing that a person would notice: that is what None means.
        """
        return None

    def close(self) -> None:
        self._way.close()


def _by_answer(answer: Answer, now: datetime) -> Result:
    code = f"push-{answer.status}"
    match answer.status:
        case 200 | 201 | 202 | 204:
            result: Result = Accepted(answer.headers.get("location", "").rpartition("/")[2][:_LONGEST_REFERENCE])
        case 404 | 410:  # the person said no, or the browser is gone
            result = RejectedPermanent(code, suppress=True)
        case 401 | 403:
            # Our key, or a subscription made with a key that is not ours. As a problem of the account, a single
            # browser that subscribed with a key of its own could silence everybody's knocks.
            result = RejectedTemporary(code, None)
        case 429:
            result = Throttled(pause(answer.headers, now=now))
        case 503:
            result = RejectedTemporary(code, pause(answer.headers, now=now))
        case broken if broken >= _BROKEN:  # perhaps after it had taken the knock
            result = Ambiguous(code)
        case _:  # 400, 413 and the like: this very request is wrong; or a redirect, which is never followed
            result = RejectedPermanent(code, suppress=False)
    return result


class WebPushDriver:
    key = "web-push"
    channel = Channel.PUSH
    label = "Web-Push der Browser"
    fields = (KEY, CONTACT, HOSTS)
    can_be_asked = True
    receipts_step: Words | None = None

    def open(self, config: Config) -> WebPushSession:
        contact = text_of(config, CONTACT)
        if not contact.startswith(("mailto:", "https://", "http://")):
            raise BadConfig(CONTACT, gettext("Bitte mit mailto: oder https:// beginnen."))
        try:
            vapid = Vapid.from_text(text_of(config, KEY), contact=contact)
        except BadKey:
            raise BadConfig(KEY, gettext("Das ist kein solcher Schlüssel.")) from None
        return WebPushSession(vapid, text_of(config, HOSTS).split() or KNOWN_SERVICES)

    def receipts(self, request: ReceiptRequest, config: Config) -> Sequence[Receipt]:  # noqa: ARG002 -- part of Driver
        raise ForgedReceipt("push services send no receipts to us")


DRIVER: Final = WebPushDriver()
