# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Import it first: afterwards models can be imported, and Django's connections can be led to any database.

There is no server yet, so the addresses stand for nobody; `bench.common.portal.connected` brings the real ones.
"""

import base64
import os
import secrets

import django

_BROUGHT = os.environ.get("REDIS_URL", "")
_KEY = base64.b64encode(secrets.token_bytes(32)).decode()
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "bench.common.settings",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": secrets.token_urlsafe(48),
    "FIELD_KEYS": f"k1:{_KEY}",
    "LINK_KEYS": f"l1:{_KEY}",
    "PUBLIC_URL": "http://127.0.0.1:1",
    "SMTP_URL": "smtp://127.0.0.1:1",
}
django.setup()
# What was brought is for `measuring_server` to see again; nothing was, if it is empty.
os.environ["REDIS_URL"] = _BROUGHT
