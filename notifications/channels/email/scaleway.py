# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mail through Scaleway TEM (France).

Its reports come over Scaleway's own topics with a handshake of their own, which is not built here: what bounces is
learnt from the bounce mails alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from anymail.backends.scaleway import EmailBackend
from django.utils.translation import gettext_lazy as _

from notifications.channels.base import (
    Channel,
    Config,
    Field,
    FieldKind,
    Receipt,
    ReceiptRequest,
    Words,
    text_of,
)
from notifications.channels.email.esp import EspSession
from notifications.channels.fields import secret_of, url_of

_SECRET: Final = Field("secret_key", _("Geheimer Schlüssel"), FieldKind.SECRET)
_PROJECT: Final = Field("project_id", _("Projekt-ID"))
_REGION: Final = Field("region", _("Region"), default="fr-par", is_destination=True)
_URL: Final = Field(
    "url",
    _("Adresse der Schnittstelle"),
    FieldKind.URL,
    default="https://api.scaleway.com/transactional-email/v1alpha1/regions/{region}/",
    is_destination=True,
)
_ACCOUNT: Final = frozenset({"denied_authentication", "permissions_denied", "quotas_exceeded", "precondition_failed"})


@dataclass(frozen=True, slots=True)
class ScalewayDriver:
    key: str = "scaleway"
    channel: Channel = Channel.EMAIL
    label: Words = "Scaleway Transactional Email"
    fields: tuple[Field, ...] = (_SECRET, _PROJECT, _REGION, _URL)
    can_be_asked: bool = False
    receipts_step: Words | None = None

    def open(self, config: Config) -> EspSession:
        backend = EmailBackend(
            secret_key=secret_of(config, _SECRET),
            project_id=text_of(config, _PROJECT),
            region=text_of(config, _REGION),
            api_url=url_of(config, _URL),
        )
        return EspSession(backend, extras=_no_extras, account_codes=_ACCOUNT)

    def receipts(self, request: ReceiptRequest, config: Config) -> tuple[Receipt, ...]:  # noqa: ARG002 -- see above
        return ()


def _no_extras(_reference: str) -> Mapping[str, object]:
    return {}


DRIVER: Final = ScalewayDriver()
