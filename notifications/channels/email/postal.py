# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mail through Postal, which a computing centre runs itself. Our reference is the tag; webhooks are signed (RSA).

Postal answers 200 to everything; whether it took the mail stands in the body.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from anymail.backends.postal import EmailBackend
from anymail.webhooks.postal import PostalTrackingWebhookView
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications.channels.base import (
    BadConfig,
    Channel,
    Config,
    Field,
    FieldKind,
    ForgedReceipt,
    Receipt,
    ReceiptRequest,
    Words,
    text_of,
)
from notifications.channels.email.esp import API_KEY, EspSession, receipts_of
from notifications.channels.fields import secret_of, url_of

_URL: Final = Field(
    "url",
    _("Adresse des Postal-Servers"),
    FieldKind.URL,
    help=_("Zum Beispiel https://postal.kdz.example"),
    is_destination=True,
)
_PUBLIC_KEY: Final = Field(
    "public_key",
    _("Öffentlicher Schlüssel der Zustellberichte"),
    required=False,
    help=_("Der Eintrag p= aus dem DKIM-Schlüssel des Postal-Servers. Ohne ihn werden keine Berichte angenommen."),
)
_ACCOUNT: Final = frozenset(
    {"InvalidServerAPIKey", "AccessDenied", "ServerSuspended", "FromAddressMissing", "UnauthenticatedFromAddress"}
)
_RECEIPTS_STEP: Final = _("Legen Sie auf dem Postal-Server einen Webhook mit dieser Adresse an.")
_LABEL: Final = _("Postal (eigener Server)")


@dataclass(frozen=True, slots=True)
class PostalDriver:
    key: str = "postal"
    channel: Channel = Channel.EMAIL
    label: Words = _LABEL
    fields: tuple[Field, ...] = (_URL, API_KEY, _PUBLIC_KEY)
    can_be_asked: bool = False
    receipts_step: Words | None = _RECEIPTS_STEP

    def open(self, config: Config) -> EspSession:
        _public_key(config)
        backend = EmailBackend(api_key=secret_of(config, API_KEY), api_url=url_of(config, _URL))
        return EspSession(backend, extras=_extras, account_codes=_ACCOUNT)

    def receipts(self, request: ReceiptRequest, config: Config) -> tuple[Receipt, ...]:
        key = _public_key(config)
        if not key:
            raise ForgedReceipt("no key to check with")
        return receipts_of(PostalTrackingWebhookView(webhook_key=key), request, signature="x-postal-signature")


def _public_key(config: Config) -> str:
    """The base64 inside of a PEM. Raises BadConfig for what is no key."""
    value = "".join(text_of(config, _PUBLIC_KEY).split())
    if value:
        try:
            load_pem_public_key(f"-----BEGIN PUBLIC KEY-----\n{value}\n-----END PUBLIC KEY-----".encode())
        except ValueError:
            raise BadConfig(_PUBLIC_KEY, gettext("Das ist kein öffentlicher Schlüssel.")) from None
    return value


def _extras(reference: str) -> Mapping[str, object]:
    return {"tags": [reference]}


DRIVER: Final = PostalDriver()
