# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything of an answer in which something could stand, as one text; and all rows of a Jobcenter."""

import re
from typing import Any
from urllib.parse import unquote

from django.db import connection
from psycopg import sql

from tests.architecture.catalogue import tenant_tables
from tests.architecture.walk.world import World

_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
_NEW_TOKEN = re.compile(r"/halt/[\w-]{22}/")
"""A form from a window left behind goes on with the browser's own hold, which gets a new token each time."""
_FOLDED = re.compile(r"\r?\n[ \t]")


def body_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode("utf-8", errors="replace"))


def text_of(answer: Any) -> str:
    """Body, headers, redirect and cookies in lower case, calendar lines unfolded, addresses decoded."""
    headers = " ".join(f"{name}: {value}" for name, value in answer.headers.items())
    text = f"{_FOLDED.sub('', body_of(answer))} {headers} {answer.cookies.output()}"
    return f"{text} {unquote(headers)}".lower()


def without_chance(answer: Any, *said: str) -> tuple[int, str, dict[str, str]]:
    """An answer without tokens and without what the request itself said: to compare two of them."""
    body = _CSRF.sub("", body_of(answer))
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
    for one in said:
        # A number may well stand on the page for other reasons: only as a part of an address is it what was said.
        for word in (f"/{one}/", f"%2F{one}%2F") if one.isdecimal() else (one,):
            body = body.replace(word, "…")
            headers = {name: value.replace(word, "…") for name, value in headers.items()}
    headers = {name: _NEW_TOKEN.sub("/halt/…/", value) for name, value in headers.items()}
    return answer.status_code, _NEW_TOKEN.sub("/halt/…/", body), headers


def rows_of(world: World) -> dict[str, list[str]]:
    """Every row that belongs to a Jobcenter, byte by byte, and what stands about it in global tables."""
    owned = {"tenancy_jobcenter": "id", "tenancy_jobcenterhost": "jobcenter_id"}
    owned |= dict.fromkeys((*tenant_tables(), "appointments_linkcode", "notifications_outboxwake"), "tenant_id")
    with connection.cursor() as cursor:
        return {table: _rows(cursor, table, column, world.jobcenter.pk) for table, column in owned.items()}


def _rows(cursor: Any, table: str, column: str, tenant_id: int) -> list[str]:
    query = sql.SQL("SELECT t::text FROM {} t WHERE {} = %s").format(sql.Identifier(table), sql.Identifier(column))
    cursor.execute(query, [tenant_id])
    return sorted(row for (row,) in cursor.fetchall())
