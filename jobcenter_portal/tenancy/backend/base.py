# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""PostgreSQL backend that keeps `app.tenant` in step with the tenant context.

Before every statement: if what the server session believes differs from the context, set it first; inside a
transaction with the transaction's scope, otherwise for the session. What was set for the session holds in its
transactions too and outlives them; what was set for a transaction is gone with it. Whatever else can change the
server's value behind our back (connect, close, rollback to a savepoint) makes us forget what we know.
Row-level security guards against our own mistakes; it does not survive SQL injection, which could set the value too.
"""

from collections.abc import Sequence
from time import monotonic
from typing import Any, Final

from django.db.backends.postgresql import base
from psycopg import RawCursor

from jobcenter_portal.tenancy.context import current_tenant_id

_UNKNOWN: Final = object()
_GUARDED = ("execute", "executemany", "callproc", "copy", "stream")


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._forget()

    def _forget(self) -> None:
        self._of_session: object = _UNKNOWN
        self._of_transaction: object = None
        """None: the transaction, if there is one, has the session's."""

    def _forget_transaction(self) -> None:
        self._of_transaction = None

    def connect(self) -> None:
        self._forget()
        super().connect()

    def close(self) -> None:
        self._forget()
        super().close()

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self._forget_transaction()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._forget_transaction()

    def _savepoint_rollback(self, sid: str) -> None:
        try:
            super()._savepoint_rollback(sid)  # type: ignore[misc]
        finally:
            self._of_transaction = _UNKNOWN

    def _set_autocommit(self, autocommit: bool) -> None:  # noqa: FBT001 -- Django calls it like this
        try:
            super()._set_autocommit(autocommit)  # type: ignore[misc]
        finally:
            self._forget_transaction()

    def is_usable(self) -> bool:
        """Whether the connection still lives, asked at the start of a request (CONN_HEALTH_CHECKS).

        The question is the same that has to be said then anyway: whose rows exist for us. So no connection begins a
        request with the Jobcenter of the last one.
        """
        if self.connection is None:
            return False
        self._forget()
        try:
            self.apply_tenant()
        except self.Database.Error:
            return False
        return True

    def create_cursor(self, name: str | None = None) -> Any:
        cursor = super().create_cursor(name)
        for verb in _GUARDED:
            original = getattr(cursor, verb, None)
            if original is not None:
                setattr(cursor, verb, _Guarded(self, original))
        return cursor

    def apply_tenant(self) -> None:
        """Tell the server which Jobcenter's rows exist for us; the empty string means none."""
        tenant_id = current_tenant_id()
        wanted = "" if tenant_id is None else str(tenant_id)
        known = self._of_session if self._of_transaction is None else self._of_transaction
        if known == wanted:
            return
        is_local = not self.get_autocommit()
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.tenant', %s, %s)", (wanted, is_local))
        if is_local:
            self._of_transaction = wanted
        else:
            self._of_session = wanted

    def prepared_rows(self, sql: str, params: Sequence[Any]) -> Sequence[tuple[Any, ...]]:
        """All rows of a query that runs often: planned once per connection, its values sent apart from it, in binary.

        Django's own cursors put the values into the text, so that nothing could be prepared; planning the slot search
        cost more than running it (docs/adr/0010-search-in-one-prepared-query.md). Placeholders are the server's own, $1
        and so on: psycopg takes longer to translate a long query than the server to answer it.
        """
        self.ensure_connection()
        self.apply_tenant()
        begun = monotonic()
        with self.wrap_database_errors, RawCursor(self.connection) as cursor:
            rows = cursor.execute(sql, params, prepare=True, binary=True).fetchall()
        if self.queries_logged:
            self.queries_log.append({"sql": sql, "time": f"{monotonic() - begun:.3f}"})
        return rows


class _Guarded:
    """One method of a driver's cursor, preceded by the tenant."""

    __slots__ = ("_database", "_original")

    def __init__(self, database: DatabaseWrapper, original: Any) -> None:
        self._database = database
        self._original = original

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._database.apply_tenant()
        return self._original(*args, **kwargs)
