"""Dagster's storage in PostgreSQL, its tables made by one process at a time.

Dagster makes them unguarded: two processes that open an empty database at once meet each other's half, and
one that is killed on the way leaves tables whose indexes nobody marks as built. Belongs here: opening and
finishing them. Not here: the address (`postgres`), SQLite (`home_storage`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from uball_assets.automation.storing.postgres import connected, full_url, is_made
from uball_assets.domain.errors import ServiceDown

if TYPE_CHECKING:
    from dagster._core.storage.base_storage import DagsterStorage
    from dagster._serdes import ConfigurableClassData

_LOCK = 118_018
"""Of PostgreSQL's advisory locks, in this database."""
_LEFT_HALF_MADE = """
    SELECT count(*) < 11 AND NOT EXISTS (SELECT 1 FROM runs)
    FROM secondary_indexes WHERE migration_completed IS NOT NULL
"""
"""Eleven indexes are built at once while nothing is there; later it is `dagster instance migrate`'s to do."""
_AGAIN_S = 1.0


def open_postgres(
    url: str,
    inst_data: ConfigurableClassData | None = None,
    *,
    patience_s: float = 0.0,
    is_moving: bool = False,
) -> DagsterStorage:
    """Its tables are there and whole afterwards. `patience_s`: how long a server that is away is waited for.
    `is_moving`: for whom a move that is not finished is no hindrance.

    Raises Permanent where it refuses, ServiceDown where it does not answer.
    """
    until_s = time.monotonic() + patience_s
    while True:
        try:
            with _one_at_a_time(url, is_moving=is_moving) as connection:
                return _opened(url, inst_data, connection)
        except ServiceDown:
            if time.monotonic() > until_s:
                raise
            time.sleep(_AGAIN_S)


@contextmanager
def _one_at_a_time(url: str, *, is_moving: bool) -> Iterator[Any]:
    with connected(url) as connection, connection.cursor() as cursor:
        if not is_moving:
            is_made(cursor, url, "runs")
        cursor.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        yield connection


def _opened(url: str, inst_data: ConfigurableClassData | None, connection: Any) -> DagsterStorage:
    from dagster_postgres import DagsterPostgresStorage

    address = full_url(url).replace("postgresql://", "postgresql+psycopg2://", 1)
    storage = DagsterPostgresStorage(address, inst_data=inst_data)
    with connection.cursor() as cursor:
        cursor.execute(_LEFT_HALF_MADE)
        [is_half_made] = cursor.fetchone()
    if is_half_made:
        storage.event_log_storage.reindex_events()
        storage.event_log_storage.reindex_assets()
        for part in (storage.run_storage, storage.schedule_storage):
            part.migrate()
            part.optimize()
    return storage  # type: ignore[no-any-return]
