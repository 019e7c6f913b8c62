"""Where Dagster keeps its own tables, logs and files, whichever way it was started: in the home, or where
UBALL_INSTANCE_URL and UBALL_LOGS_URL say.

dagster.yaml names these classes, so that `uball`, `make dev` and a plain `dagster dev` open the same one:
that which the settings name. Dagster's own storage makes its SQLite files unguarded: two processes that open
a fresh one at once leave it with two Alembic heads, and every later command fails. Here one process at a time
opens it, and each file is made whole beside its place and moved there.

Belongs here: which storage it is, making and mending the home's files. Not here: where they are
(`home_folder`), which dagster.yaml is read (`instance`), PostgreSQL and buckets (`storing`).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import dagster as dg
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.local_compute_log_manager import LocalComputeLogManager
from dagster._core.storage.root import LocalArtifactStorage
from dagster._core.storage.sqlite import LAST_KNOWN_STAMPED_SQLITE_ALEMBIC_REVISION as _OLDER
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData

from uball_assets.adapters.machine.file_lock import file_lock
from uball_assets.automation.home_folder import UNREADABLE, folder_of_league
from uball_assets.automation.storing.bucket_logs import bucket_logs
from uball_assets.automation.storing.postgres_storage import open_postgres
from uball_assets.domain.errors import Permanent
from uball_assets.settings import load_settings

_ANYWHERE = {
    "base_dir": dg.Field(dg.StringSource, is_required=False),
    "url": dg.Field(dg.StringSource, is_required=False),
}
"""Empty, as in dagster.yaml: those of this process's settings. `url`: away from the home, or ''."""
_PATIENCE_S = 30.0
"""So long a daemon, a server or a run waits at its start for a database that is away."""
_FILES = tuple(map(Path, ("history/runs.db", "history/runs/index.db", "schedules/schedules.db")))
"""Dagster's tables of runs, of events and assets, of ticks; a run's own events are in a file of its own."""
_EVENTS = Path("history/runs")
_FOR_ALL = 0o666
"""Without what the process's umask takes away."""
_FILLED_AT_ONCE = ("alembic_version", "secondary_indexes", "instance_info", "daemon_heartbeats")
_SIDE_FILES = ("", "-wal", "-shm", "-journal")


class HomeStorage(DagsterSqliteStorage):
    """Dagster's SQLite storage, opened by one process at a time and mended before it is. Whoever may write in
    the folder may write each file, for leagues that share it are several users.

    Raises Permanent, with what to do, for a file that cannot be read as what it is.
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        folder = Path(base_dir)
        folder.mkdir(parents=True, exist_ok=True)
        with file_lock(folder / "opening.lock"):
            _make_ready(folder)
            super().__init__(base_dir, inst_data)
            self._event_log_storage = HomeEvents(str(folder / _EVENTS))

    @classmethod
    def config_type(cls) -> Any:
        return _ANYWHERE

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> Any:
        """This, or PostgreSQL's: a `DagsterStorage`."""
        if "base_dir" in config_value:
            url = config_value.get("url")
            return open_postgres(url, inst_data) if url else cls(config_value["base_dir"], inst_data)
        settings = load_settings()
        folder = folder_of_league(settings)
        if settings.instance_url is None:
            return cls(str(folder), inst_data)
        return open_postgres(settings.instance_url.get_secret_value(), inst_data, patience_s=_PATIENCE_S)


class HomeEvents(SqliteEventLogStorage):
    """Of each run a file, as the folder's umask has it: SQLite would make it for its maker's user alone.

    A file that is there is never opened but by SQLite: closing it once more would end every lock that this
    process holds on it (POSIX), and two would write at once and lose events.
    """

    def conn_string_for_shard(self, shard_name: str) -> str:
        path = Path(self.path_for_shard(shard_name))
        if not path.exists():
            _make_empty(path)
        return super().conn_string_for_shard(shard_name)


class HomeArtifacts(LocalArtifactStorage):
    """Files that Dagster keeps beside its tables."""

    @classmethod
    def config_type(cls) -> Any:
        return _ANYWHERE

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> HomeArtifacts:
        return cls(_folder(config_value), inst_data)


class HomeLogs(LocalComputeLogManager):
    """What runs print."""

    @classmethod
    def config_type(cls) -> Any:
        return _ANYWHERE

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> Any:
        """This, or a bucket's: a `ComputeLogManager`."""
        local = str(Path(_folder(config_value)) / "compute_logs")
        url = config_value.get("url", "") if "base_dir" in config_value else load_settings().logs_url
        return bucket_logs(url, local, inst_data) if url else cls(local, inst_data=inst_data)


def _make_empty(path: Path) -> None:
    """Made and closed under another name, so that nobody can have opened it before it is closed."""
    scratch = path.with_name(f".{path.name}.{uuid4().hex}")
    os.close(os.open(scratch, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FOR_ALL))
    with suppress(FileExistsError):
        os.link(scratch, path)
    scratch.unlink()


def _folder(config: Mapping[str, Any]) -> str:
    return config.get("base_dir") or str(folder_of_league(load_settings()))


def _make_ready(folder: Path) -> None:
    """Every file is there and whole. Needs the lock."""
    for file in _FILES:
        if (folder / file).exists():
            _mend(folder / file)
    missing = [file for file in _FILES if not (folder / file).exists()]
    if missing:
        _make(folder, missing)


def _make(folder: Path, files: list[Path]) -> None:
    scratch = folder / ".making"
    shutil.rmtree(scratch, ignore_errors=True)
    allowed = (folder / "opening.lock").stat().st_mode & _FOR_ALL
    DagsterSqliteStorage(str(scratch)).dispose()
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (scratch / file).chmod(allowed)
        (scratch / file).replace(folder / file)
    shutil.rmtree(scratch)


def _mend(path: Path) -> None:
    """What two processes, or one that was killed, left of making this file without a lock.

    Two revisions: that of tables made before Dagster noted any, and the newest; the newest is true. None and
    nothing in its tables: the file is made anew.
    """
    try:
        with closing(sqlite3.connect(path, timeout=30)) as database:
            tables = _column(database, "select name from sqlite_master where type = 'table'")
            known = "alembic_version" in tables
            revisions = _column(database, "select version_num from alembic_version") if known else []
            if len(revisions) > 1:
                database.execute("delete from alembic_version where version_num = ?", [_OLDER])
                database.commit()
                revisions = _column(database, "select version_num from alembic_version")
            is_void = not revisions and not any(_has_rows(database, table) for table in tables)
    except sqlite3.DatabaseError as error:
        raise Permanent(f"{path}, Dagster's notes of runs, cannot be read ({error}): {UNREADABLE}") from error
    if len(revisions) > 1:
        raise Permanent(f"{path}, Dagster's notes of runs, has {len(revisions)} revisions: {UNREADABLE}")
    if is_void:
        for side in _SIDE_FILES:
            path.with_name(path.name + side).unlink(missing_ok=True)


def _column(database: sqlite3.Connection, query: str) -> list[Any]:
    return [row[0] for row in database.execute(query)]


def _has_rows(database: sqlite3.Connection, table: str) -> bool:
    """Whether something happened that this table tells of."""
    query = f'select 1 from "{table}" limit 1'  # noqa: S608 - a name that SQLite gave
    return table not in _FILLED_AT_ONCE and not table.startswith("sqlite_") and bool(_column(database, query))
