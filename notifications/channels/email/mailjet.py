# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mail through Mailjet (France, Germany). Our reference comes back as the event's payload; webhooks are not signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from anymail.backends.mailjet import EmailBackend
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from django.utils.translation import gettext_lazy as _

from notifications.channels.base import (
    Channel,
    Config,
    Field,
    FieldKind,
    Receipt,
    ReceiptRequest,
    Words,
)
from notifications.channels.email.esp import (
    API_KEY,
    REFERENCE,
    WEBHOOK_KEY,
    EspSession,
    receipts_of,
    require_webhook_key,
)
from notifications.channels.fields import secret_of, url_of

_URL: Final = Field(
    "url", _("Adresse der Schnittstelle"), FieldKind.URL, default="https://api.mailjet.com/v3.1/", is_destination=True
)
_SECRET: Final = Field("secret_key", _("Geheimer Schlüssel"), FieldKind.SECRET)
_ACCOUNT: Final = frozenset({"mj-0002", "send-0008"})
"""Not permitted; a sender that is not confirmed."""
_RECEIPTS_STEP: Final = _(
    "Legen Sie bei Mailjet einen Webhook mit dieser Adresse an, mit ?key= und Ihrem Schlüssel für "
    "Zustellberichte dahinter."
)


@dataclass(frozen=True, slots=True)
class MailjetDriver:
    key: str = "mailjet"
    channel: Channel = Channel.EMAIL
    label: Words = "Mailjet"
    fields: tuple[Field, ...] = (API_KEY, _SECRET, _URL, WEBHOOK_KEY)
    can_be_asked: bool = False
    receipts_step: Words | None = _RECEIPTS_STEP

    def open(self, config: Config) -> EspSession:
        secret_of(config, WEBHOOK_KEY)
        backend = EmailBackend(
            api_key=secret_of(config, API_KEY), secret_key=secret_of(config, _SECRET), api_url=url_of(config, _URL)
        )
        return EspSession(backend, extras=_extras, account_codes=_ACCOUNT)

    def receipts(self, request: ReceiptRequest, config: Config) -> tuple[Receipt, ...]:
        require_webhook_key(request, secret_of(config, WEBHOOK_KEY))
        return receipts_of(MailjetTrackingWebhookView(webhook_secret=["checked above"]), request)


def _extras(reference: str) -> Mapping[str, object]:
    return {"metadata": {REFERENCE: reference}, "track_opens": False, "track_clicks": False}


DRIVER: Final = MailjetDriver()
