# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Text that lies encrypted in the database and reads like a normal attribute."""

from functools import cache
from typing import Any

from django.conf import settings

from jobcenter_portal.kernel.crypto import KeyRing


@cache
def _ring(text: str) -> KeyRing:
    return KeyRing.from_text(text)


def field_keys() -> KeyRing:
    return _ring(settings.FIELD_KEYS)


def sealed(column: str) -> property:
    """A property over the binary column `column` (set the tenant first: it is part of the seal).

    The place (tenant, table, column) is associated data: a ciphertext copied to another Jobcenter, table or column
    does not open. Empty text is kept as NULL. Raises CannotOpen on reading what was moved or changed.
    """

    def place(instance: Any) -> str:
        return f"{instance.tenant_id}/{instance._meta.db_table}/{column}"

    def read(instance: Any) -> str:
        blob = getattr(instance, column)
        return "" if blob is None else field_keys().unseal(bytes(blob), place=place(instance))

    def write(instance: Any, text: str) -> None:
        if instance.tenant_id is None:
            raise ValueError("the tenant is part of the seal; set it before the text")
        setattr(instance, column, field_keys().seal(text, place=place(instance)) if text else None)

    return property(read, write)


def blind_index(value: str, *, tenant_id: int, purpose: str) -> bytes:
    """A keyed hash by which equal values of one Jobcenter are found without opening any. Other tenants' differ."""
    return field_keys().digest(value, purpose=f"{tenant_id}/{purpose}")
