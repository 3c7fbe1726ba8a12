# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The portal's database on our own server, and the check of one that the person brought.

Messages of this module name user, host, port and database; a password never.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

import psycopg
import redis
from psycopg import sql

from jobcenter_portal.embedded.bootstrap import ROOT, SetupError
from jobcenter_portal.embedded.ports import LOOPBACK
from jobcenter_portal.embedded.state import Secrets

DATABASE = "jobcenter_portal"
OWNER, APP, BACKUP = "jp_owner", "jp_app", "jp_backup"
ROLES_SQL = ROOT / "deploy" / "roles.sql"
OLDEST_VERSION = 150000
CONNECT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Databases:
    """The portal's two doors to its database."""

    app: str
    """Row-level security applies; web and workers."""
    owner: str
    """May change tables; migrations and seed only."""


def create(superuser_url: str, port: int, secrets: Secrets) -> Databases:
    """Database and roles on our own server; what exists already is kept."""
    with psycopg.connect(superuser_url, autocommit=True) as server:
        exists = server.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is not None
        if not exists:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    apply_roles(f"{superuser_url.rpartition('/')[0]}/{DATABASE}", secrets)
    at = f"{LOOPBACK}:{port}/{DATABASE}"
    return Databases(
        app=f"postgresql://{APP}:{secrets.app_password}@{at}",
        owner=f"postgresql://{OWNER}:{secrets.owner_password}@{at}",
    )


def apply_roles(superuser_url: str, secrets: Secrets) -> None:
    """Runs deploy/roles.sql in the URL's database; may be repeated."""
    passwords = {"owner": secrets.owner_password, "app": secrets.app_password, "backup": secrets.backup_password}
    options = " ".join(f"-c jp.{role}_password={password}" for role, password in passwords.items())
    with psycopg.connect(superuser_url, autocommit=True, options=options) as connection:
        connection.execute(ROLES_SQL.read_bytes())


def brought(environment: Mapping[str, str]) -> Databases | None:
    """The databases of DATABASE_URL and DATABASE_OWNER_URL, each tried; None when neither is set."""
    app, owner = environment.get("DATABASE_URL", ""), environment.get("DATABASE_OWNER_URL", "")
    if not app and not owner:
        return None
    if not app or not owner:
        missing, given = ("DATABASE_OWNER_URL", "DATABASE_URL") if app else ("DATABASE_URL", "DATABASE_OWNER_URL")
        raise SetupError(
            f"{given} is set and {missing} is not. A database of your own needs both: DATABASE_URL for the role\n"
            f"{APP} and DATABASE_OWNER_URL for the role {OWNER}, both made by deploy/roles.sql. With neither set, the\n"
            "portal brings its own PostgreSQL."
        )
    _try_database("DATABASE_URL", app)
    _try_database("DATABASE_OWNER_URL", owner)
    return Databases(app, owner)


def brought_redis(environment: Mapping[str, str]) -> str | None:
    """REDIS_URL, tried; None when it is not set."""
    url = environment.get("REDIS_URL", "")
    if not url:
        return None
    try:
        client = redis.Redis.from_url(url, socket_timeout=CONNECT_SECONDS, socket_connect_timeout=CONNECT_SECONDS)
        client.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        parts = _split(url)
        where = f"{parts.hostname}:{_port(parts, 6379)}" if parts else "its address"
        raise SetupError(f"REDIS_URL: no answer from {where}: {_without_password(str(error), parts)}") from None
    return url


def _try_database(name: str, url: str) -> None:
    parts = _split(url)
    if parts is None or parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise SetupError(f"{name} cannot be read. It should look like  postgresql://user:password@host:5432/database")
    where = f"{parts.username}@{parts.hostname}:{_port(parts, 5432)}{parts.path}"
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_SECONDS) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        reason = _without_password(str(error).strip().splitlines()[-1] if str(error).strip() else "no answer", parts)
        raise SetupError(f"{name}: cannot connect to {where}: {reason}") from None
    if version < OLDEST_VERSION:
        raise SetupError(f"{name}: {where} is PostgreSQL {version // 10000}; 15 or newer is needed.")


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _port(parts, 0)
    except ValueError:
        return None
    return parts if parts.hostname else None


def _port(parts: SplitResult, default: int) -> int:
    return parts.port or default


def _without_password(text: str, parts: SplitResult | None) -> str:
    for secret in {parts.password, unquote(parts.password)} if parts and parts.password else ():
        text = text.replace(secret, "***")
    return text
