# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mail through Brevo (France). Our reference comes back in X-Mailin-custom and as a tag; webhooks are not signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from anymail.backends.brevo import EmailBackend
from anymail.webhooks.brevo import BrevoTrackingWebhookView
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
    "url", _("Adresse der Schnittstelle"), FieldKind.URL, default="https://api.brevo.com/v3/", is_destination=True
)
_ACCOUNT: Final = frozenset({"unauthorized", "permission_denied", "not_enough_credits", "account_under_validation"})
_RECEIPTS_STEP: Final = _(
    "Legen Sie bei Brevo einen Webhook mit dieser Adresse an, mit ?key= und Ihrem Schlüssel für "
    "Zustellberichte dahinter."
)


@dataclass(frozen=True, slots=True)
class BrevoDriver:
    """Opens and clicks are counted unless that is switched off in Brevo's own settings; nothing here asks for them."""

    key: str = "brevo"
    channel: Channel = Channel.EMAIL
    label: Words = "Brevo"
    fields: tuple[Field, ...] = (API_KEY, _URL, WEBHOOK_KEY)
    can_be_asked: bool = False
    receipts_step: Words | None = _RECEIPTS_STEP

    def open(self, config: Config) -> EspSession:
        secret_of(config, WEBHOOK_KEY)
        backend = EmailBackend(api_key=secret_of(config, API_KEY), api_url=url_of(config, _URL))
        return EspSession(backend, extras=_extras, account_codes=_ACCOUNT)

    def receipts(self, request: ReceiptRequest, config: Config) -> tuple[Receipt, ...]:
        require_webhook_key(request, secret_of(config, WEBHOOK_KEY))
        return receipts_of(BrevoTrackingWebhookView(webhook_secret=["checked above"]), request)


def _extras(reference: str) -> Mapping[str, object]:
    return {"metadata": {REFERENCE: reference}, "tags": [reference]}


DRIVER: Final = BrevoDriver()
