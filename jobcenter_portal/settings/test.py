# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tests: the demo's settings with keys of their own, on a database that tests/conftest.py makes and drops.

DATABASE_SUPERUSER_URL and REDIS_URL come from `make test`, which starts both servers.
"""

import base64
import os
from urllib.parse import urlsplit

_server = urlsplit(os.environ.get("DATABASE_SUPERUSER_URL", "postgresql://nobody@127.0.0.1:1/"))
TEST_DATABASE = f"jp_test_{os.getpid()}"
ROLE_PASSWORD = "only-in-tests"  # noqa: S105 -- roles of a throw-away server
_ROLE_URL = f"postgresql://{{role}}:{ROLE_PASSWORD}@{_server.hostname}:{_server.port}/{TEST_DATABASE}"

os.environ.update(
    {
        "SECRET_KEY": "only-for-tests-" + "x" * 40,
        "FIELD_KEYS": "k1:" + base64.b64encode(b"f" * 32).decode(),
        "LINK_KEYS": "l1:" + base64.b64encode(b"l" * 32).decode(),
        "PUBLIC_URL": "http://portal.example",
        "PORTAL_HOSTS": "testserver,127.0.0.1,localhost",
        "DATABASE_URL": _ROLE_URL.format(role="jp_app"),
        "DATABASE_OWNER_URL": _ROLE_URL.format(role="jp_owner"),
        "SMTP_URL": "smtp://127.0.0.1:1",
    }
)
# A database of its own for each worker of the suite: two tests that count in Redis must not meet.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
_broker = urlsplit(os.environ.get("REDIS_URL", "redis://127.0.0.1:1/0"))
os.environ["REDIS_URL"] = _broker._replace(path=f"/{int(_worker) % 16}").geturl()

from jobcenter_portal.settings.demo import *  # noqa: E402, F403 -- the environment comes first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A test changes a Jobcenter and looks at it in the same second; the one of `kept_briefly` turns it on.
CACHES = {**CACHES, "configuration": CACHES["default"]}  # noqa: F405
