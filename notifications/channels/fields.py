# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reading what an office typed into the form of an account. Every wrong value is named before any I/O."""

import re
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications.channels.base import BadConfig, Config, Field, FieldKind, text_of

_HOST: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})*\.?|[0-9a-f:]+", re.IGNORECASE)
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9-]{1,60}")
_LARGEST_PORT: Final = 65535
TIMEOUT: Final = Field(
    "timeout",
    _("Längste Wartezeit in Sekunden"),
    FieldKind.NUMBER,
    default="30",
    help=_("Bis die Schnittstelle antwortet."),
)


def url_of(config: Config, field: Field) -> str:
    """A gateway's address. https, or the account's key is anybody's to read."""
    value = text_of(config, field)
    try:
        parts = urlsplit(value)
        _port = parts.port
    except ValueError:
        raise BadConfig(field, gettext("Das ist keine Internetadresse.")) from None
    if not parts.hostname or not _HOST.fullmatch(parts.hostname) or re.search(r"\s", value):
        raise BadConfig(field, gettext("Das ist keine Internetadresse."))
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.ALLOW_LOCAL_PROVIDERS):
        raise BadConfig(field, gettext("Die Adresse muss mit https:// beginnen."))
    if parts.username is not None or parts.fragment:
        raise BadConfig(field, gettext("Bitte ohne Benutzernamen, Kennwort und „#“ in der Adresse."))
    return value


def host_of(config: Config, field: Field) -> str:
    value = text_of(config, field)
    if not _HOST.fullmatch(value):
        raise BadConfig(field, gettext("Bitte nur den Namen des Rechners, zum Beispiel smpp.example.de."))
    return value


def number_of(config: Config, field: Field, *, lowest: int, highest: int) -> int:
    value = text_of(config, field)
    if not (value.isascii() and value.isdecimal()) or not lowest <= int(value[:9]) <= highest:
        limits = {"lowest": lowest, "highest": highest}
        raise BadConfig(field, gettext("Bitte eine ganze Zahl von %(lowest)s bis %(highest)s.") % limits)
    return int(value)


def port_of(config: Config, field: Field) -> int:
    return number_of(config, field, lowest=1, highest=_LARGEST_PORT)


def timeout_of(config: Config) -> float:
    return float(number_of(config, TIMEOUT, lowest=1, highest=60))


def secret_of(config: Config, field: Field) -> str:
    """A key or password. It travels in a header, where a line break or an umlaut would break the request."""
    value = text_of(config, field)
    if not (value.isascii() and value.isprintable()):
        raise BadConfig(field, gettext("Bitte nur Buchstaben ohne Umlaute, Ziffern und Zeichen."))
    return value


def header_name_of(config: Config, field: Field) -> str:
    value = text_of(config, field)
    if not _HEADER_NAME.fullmatch(value):
        raise BadConfig(field, gettext("Bitte nur Buchstaben, Ziffern und Bindestriche."))
    return value


def is_set(config: Config, field: Field) -> bool:
    """A flag: "yes" or missing."""
    value = text_of(config, field)
    if value not in {"", "yes"}:
        raise BadConfig(field, gettext("Bitte ankreuzen oder leer lassen."))
    return value == "yes"
